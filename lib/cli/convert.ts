/**
 * `convert` and `ingest`: events written as a capture, from captures of another form or from raw dumps.
 *
 * @module
 */

import { Command, Option } from "npm:@commander-js/extra-typings@15.1.0";
import { PROTOCOLS } from "../capture/ingest/rules.ts";
import { type Input, parseInput, pathOf } from "../capture/inputs.ts";
import { type EventMerge, mergeInputs } from "../capture/merge.ts";
import { cutError } from "../capture/read.ts";
import { writeCapture } from "../capture/write.ts";
import { OptionError } from "../errors.ts";
import type { CaptureItem } from "../event.ts";
import { type Selection, selectionOf } from "../replay/select.ts";
import { countText } from "../units.ts";

/** The command that writes captures anew. */
export function convertCommand(): Command {
  const command = new Command("convert")
    .description("Write the events of captures (.cbors, .cbors.gz, .pkls) or raw dumps as one capture.")
    .argument("<files...>", "captures, merged by event number; raw dumps as protocol:stream@path")
    .requiredOption("-o, --output <capture>", "the capture to write; .gz at its end compresses it")
    .option("--select <events>", 'which events, by number: "10:50", "::5", "0, 10:50"')
    .option("--strict", "a file that is cut at its end is an error, not a warning")
    .addHelpText(
      "after",
      `
Examples:
  deno task convert scan.pkls -o scan.cbors.gz
  deno task convert detector.cbors motors.cbors.gz -o scan.cbors --select "0, 100:200"`,
    )
    .action((files, options) => convert(files.map(parseInput), options));
  return command as unknown as Command;
}

/** The command that makes captures of raw dumps. */
export function ingestCommand(): Command {
  const command = new Command("ingest")
    .description("Make an event capture of a raw dump: the messages that a detector sent, as somebody recorded them.")
    .argument("<dump>", "a CBOR sequence of ZMQ messages, or lines of text; plain or gzip")
    .requiredOption("-o, --output <capture>", "the capture to write; .gz at its end compresses it")
    .addOption(
      new Option("--protocol <name>", "what the messages are; auto looks at the first of them")
        .choices(["auto", ...PROTOCOLS]).default("auto" as const),
    )
    .option("--stream <name>", "the name of the stream; that of the protocol when left out")
    .option("--select <events>", 'which events, by number: "10:50", "::5", "0, 10:50"')
    .option("--strict", "a dump that is cut at its end is an error, not a warning")
    .addHelpText(
      "after",
      `
Examples:
  deno task ingest dump.cbors -o events.cbors
  deno task ingest dump.cbors --protocol xspress --stream xspress3 -o events.cbors.gz`,
    )
    .action((path, { protocol, stream, ...options }) =>
      convert([{ path, protocol, ...(stream === undefined ? {} : { stream }) }], options)
    );
  return command as unknown as Command;
}

interface ConvertOptions {
  readonly output: string;
  readonly select?: string;
  readonly strict?: true;
}

async function convert(inputs: readonly Input[], { output, select, strict }: ConvertOptions): Promise<void> {
  const selection = selectionOf(select);
  const same = inputs.map(pathOf).find((path) => isSame(path, output));
  if (same !== undefined) {
    throw new OptionError(`cannot write "${output}": it is the file that is read; name another one`);
  }
  const merge = mergeInputs(inputs);
  try {
    const written = await writeCapture(output, selected(merge, selection, strict ?? false));
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
