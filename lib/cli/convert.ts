/**
 * `convert` and `ingest`: events written as a capture, from captures of another form or from raw dumps.
 *
 * @module
 */

import { PROTOCOLS } from "../capture/ingest/names.ts";
import { type Input, parseInput, pathOf } from "../capture/inputs.ts";
import { type EventMerge, mergeInputs } from "../capture/merge.ts";
import { cutError } from "../capture/read.ts";
import { writeCapture } from "../capture/write.ts";
import { OptionError } from "../errors.ts";
import type { CaptureItem } from "../event.ts";
import { type Selection, selectionOf } from "../replay/select.ts";
import { countText } from "../units.ts";
import { fileArgument, optionalText, requiredText, toggle } from "./flags.ts";
import { selectFlag } from "./select_flag.ts";
import { buildCommand, type Command, type CommandContext, type TypedFlagParameter } from "./stricli.ts";

interface ConvertFlags {
  readonly output: string;
  readonly select: string | undefined;
  readonly strict: boolean;
}

interface IngestFlags extends ConvertFlags {
  readonly protocol: (typeof DUMPS)[number];
  readonly stream: string | undefined;
}

/** What the messages of a raw dump can be. */
const DUMPS = ["auto", ...PROTOCOLS] as const;

/** The command that writes captures anew. */
export function convertCommand(): Command<CommandContext> {
  return buildCommand({
    docs: {
      brief: "Write the events of captures (.cbors, .cbors.gz, .pkls) or raw dumps as one capture.",
      fullDescription: `\
Examples:
  deno task convert scan.pkls -o scan.cbors.gz
  deno task convert detector.cbors motors.cbors.gz -o scan.cbors --select "0, 100:200"`,
    },
    parameters: {
      flags: {
        output: outputFlag(),
        select: selectFlag(),
        strict: toggle("a file that is cut at its end is an error, not a warning"),
      },
      aliases: { o: "output" },
      positional: {
        kind: "array",
        parameter: fileArgument("files", "captures, merged by event number; raw dumps as protocol:stream@path"),
        minimum: 1,
      },
    },
    func: (flags: ConvertFlags, ...files: readonly string[]): Promise<void> => convert(files.map(parseInput), flags),
  });
}

/** The command that makes captures of raw dumps. */
export function ingestCommand(): Command<CommandContext> {
  return buildCommand({
    docs: {
      brief: "Make an event capture of a raw dump: the messages that a detector sent, as somebody recorded them.",
      fullDescription: `\
Examples:
  deno task ingest dump.cbors -o events.cbors
  deno task ingest dump.cbors --protocol xspress --stream xspress3 -o events.cbors.gz`,
    },
    parameters: {
      flags: {
        output: outputFlag(),
        protocol: {
          kind: "enum",
          values: DUMPS,
          default: "auto",
          placeholder: "name",
          brief: "what the messages are; auto looks at the first of them",
        },
        stream: optionalText("name", "the name of the stream; that of the protocol when left out"),
        select: selectFlag(),
        strict: toggle("a dump that is cut at its end is an error, not a warning"),
      },
      aliases: { o: "output" },
      positional: {
        kind: "tuple",
        parameters: [fileArgument("dump", "a CBOR sequence of ZMQ messages, or lines of text; plain or gzip")],
      },
    },
    func: ({ protocol, stream, ...flags }: IngestFlags, path: string): Promise<void> =>
      convert([{ path, protocol, ...(stream === undefined ? {} : { stream }) }], flags),
  });
}

function outputFlag(): TypedFlagParameter<string> {
  return requiredText("capture", "the capture to write; .gz at its end compresses it");
}

async function convert(inputs: readonly Input[], { output, select, strict }: ConvertFlags): Promise<void> {
  const selection = selectionOf(select);
  const same = inputs.map(pathOf).find((path) => isSame(path, output));
  if (same !== undefined) {
    throw new OptionError(`cannot write "${output}": it is the file that is read; name another one`);
  }
  const merge = await mergeInputs(inputs);
  try {
    const written = await writeCapture(output, selected(merge, selection, strict));
    for (const warning of [...merge.cuts.map(({ message }) => message), ...merge.notes]) {
      console.error(`warning: ${warning}`);
    }
    console.log(`wrote ${countText(written, "event")} to ${output}`);
  } finally {
    await merge.close();
  }
}

async function* selected(merge: EventMerge, selection: Selection, strict: boolean): AsyncGenerator<CaptureItem> {
  for (let event = await merge.next(); event !== undefined; event = await merge.next()) {
    if (event.eventNumber >= selection.end) return;
    if (selection.wants(event.eventNumber)) yield event;
  }
  const [cut] = merge.cuts;
  if (cut !== undefined && strict) throw cutError(cut);
}

function isSame(input: string, output: string): boolean {
  try {
    return Deno.realPathSync(input) === Deno.realPathSync(output);
  } catch {
    return false;
  }
}
