/**
 * `inspect`: what is in captures and HDF5 files.
 *
 * @module
 */

import { isNdArray, type Nested, toNested } from "../array/ndarray.ts";
import { type DumpSummary, dumpSummary, isDump } from "../capture/dump_summary.ts";
import { type Capture, openCapture } from "../capture/read.ts";
import type { CaptureSummary } from "../capture/summary.ts";
import { asError, BeamfoldError, isBeamfoldError, OptionError } from "../errors.ts";
import { isHdf5, openFile } from "../hdf5/file.ts";
import { loadHdf5 } from "../hdf5/loading.ts";
import { type TreeNode, treeOf, typeText } from "../hdf5/tree.ts";
import type { H5Value } from "../hdf5/types.ts";
import { streamJson } from "../notebook/packet_json.ts";
import { streamLine, streamText, typText } from "../notebook/packet_text.ts";
import { columns } from "../notebook/table.ts";
import { treeLines } from "../notebook/tree.ts";
import { bytesText, countText, durationText, spanText } from "../units.ts";
import { eventJson, eventOfCapture, eventOfDump, eventText, terminalWidth } from "./inspect_event.ts";
import { fileArgument, toggle } from "./flags.ts";
import { contentText } from "./hdf5_text.ts";
import { buildCommand, type Command, type CommandContext } from "./stricli.ts";
import { UsageError } from "./usage.ts";

interface InspectOptions {
  readonly json: boolean;
  readonly event: number | undefined;
}

/** The command. */
export function inspectCommand(): Command<CommandContext> {
  return buildCommand({
    docs: {
      brief: "Show what is in captures and raw dumps (a summary) and HDF5 files (a tree).",
      fullDescription: EXAMPLES,
    },
    parameters: {
      flags: {
        json: toggle("print JSON instead, one line a file"),
        event: {
          kind: "parsed",
          parse: eventNumber,
          optional: true,
          placeholder: "number",
          brief: "show the packets of one event",
        },
      },
      positional: {
        kind: "array",
        parameter: fileArgument("files", "captures, raw dumps or HDF5 files"),
        minimum: 1,
      },
    },
    async func(options: InspectOptions, ...files: readonly string[]): Promise<void> {
      let failed = 0;
      for (const [i, path] of files.entries()) {
        try {
          const text = await inspect(path, options);
          console.log(i > 0 && !options.json ? `\n${text}` : text);
        } catch (error) {
          if (!(error instanceof BeamfoldError)) throw error;
          console.error(`error: ${error.message}`);
          failed++;
        }
      }
      if (failed > 0) Deno.exitCode = 1;
    },
  });
}

const EXAMPLES = `\
Examples:
  deno task inspect data/xrd.cbors
  deno task inspect data/xrd.cbors --event 5
  deno task inspect output/xrd_processed.h5 scan-*.cbors.gz dump.cbors`;

function eventNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new UsageError("Expected the number of an event: 0, 1, 2, …");
}

async function inspect(path: string, { json, event }: InspectOptions): Promise<string> {
  if (isHdf5OrFalse(path)) {
    if (event === undefined) return await inspectHdf5(path, json);
    throw new OptionError(`--event ${event}: "${path}" is an HDF5 file and has no events; leave it out`);
  }
  const dump = isDump(path);
  if (event !== undefined) {
    const found = await (dump ? eventOfDump(path, event) : eventOfCapture(path, event));
    return json ? JSON.stringify(eventJson(path, found)) : eventText(path, found, terminalWidth());
  }
  if (dump) {
    const summary = await dumpSummary(path);
    return json ? JSON.stringify(dumpJson(summary)) : await dumpText(summary);
  }
  const capture = openCapture(path);
  const summary = await capture.summary();
  return json ? JSON.stringify(summary) : `${summaryText(summary)}${await firstPackets(capture, summary)}`;
}

async function inspectHdf5(path: string, json: boolean): Promise<string> {
  await loadHdf5();
  using file = openFile(path);
  const tree = treeOf(file);
  return json
    ? JSON.stringify({ path, ...jsonNode(tree) })
    : [path, ...treeLines(tree, (node) => `${typeText(node)}  ${contentText(file, node)}`)].join("\n");
}

/** A file that cannot even be opened is left to the capture reader, which says why. */
function isHdf5OrFalse(path: string): boolean {
  try {
    return Deno.statSync(path).isFile && isHdf5(path);
  } catch (error) {
    asError(error);
    return false;
  }
}

function summaryText(summary: CaptureSummary): string {
  const { path, fileSize, events, items, firstEvent, lastEvent, missing, gaps, streams, createdAt, duration } = summary;
  const range = firstEvent === undefined ? "" : `, numbered ${firstEvent} to ${lastEvent}`;
  const lines = [
    path,
    `${bytesText(fileSize)}, ${countText(events, "event")}${range}` +
    (items === events ? "" : `, in ${countText(items, "item")}`),
  ];
  if (createdAt !== undefined) {
    lines.push(`recorded ${createdAt}${duration ? `, for ${durationText(duration)}` : ""}`);
  }
  if (missing > 0) {
    const shown = gaps.slice(0, 5).map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`)).join(", ");
    lines.push(`missing ${countText(missing, "event")}: ${shown}${gaps.length > 5 ? ", …" : ""}`);
  }
  if (summary.cut !== undefined) lines.push(`warning: ${summary.cut.message}`);
  if (streams.length > 0) {
    lines.push(
      "",
      columns([
        ["stream", "type", "events", "frames", "an event", "bytes", "a frame"],
        ...streams.map(({ name, typs, events, frames, bytes }) => [
          name,
          typs.map(typText).join(", "),
          events,
          frames.total,
          spanText(frames.min, frames.max, String),
          bytesText(bytes.total),
          spanText(bytes.min, bytes.max, bytesText),
        ]),
      ]),
    );
  }
  return lines.join("\n");
}

/** Items that are looked at for the first packet of each stream. */
const LOOKED_AT = 20;

/** A table with the first packet of each stream whose type is known; empty when there is none. */
async function firstPackets(capture: Capture, { streams }: CaptureSummary): Promise<string> {
  const found = new Map<string, [event: number, line: string]>();
  const seen = new Set<string>();
  const room = terminalWidth() - 10 - Math.max(6, ...streams.map(({ name }) => name.length));
  try {
    let looked = 0;
    for await (const { eventNumber, streams: data } of capture) {
      for (const [name, stream] of Object.entries(data)) {
        const line = seen.has(name) ? undefined : streamLine(stream, room);
        if (line !== undefined) found.set(name, [eventNumber, line]);
        seen.add(name);
      }
      if (seen.size === streams.length || ++looked === LOOKED_AT) break;
    }
  } catch (error) {
    // A cut is a warning above.
    if (!isBeamfoldError(error, "CaptureError")) throw error;
  }
  if (found.size === 0) return "";
  const rows = Array.from(found, ([name, [event, line]]) => [name, event, line]);
  return `\n\n${columns([["stream", "event", "first packet"], ...rows])}`;
}

async function dumpText(summary: DumpSummary): Promise<string> {
  // It comes with what draws thumbnails.
  const { dumpFacts } = await import("../notebook/dump_view.ts");
  const { path, protocol, header } = summary;
  const file = /^[\w./:@+~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
  const packet = header === undefined ? undefined : streamText(header, {}, { width: terminalWidth() });
  return [
    path,
    columns([
      ...dumpFacts(summary),
      ["use", `deno task ingest ${file}${protocol === undefined ? " --protocol …" : ""} -o events.cbors`],
      ["", `deno task replay -w … -r … -f ${protocol ?? "…"}:${protocol ?? "…"}@${file}`],
    ]),
    ...(packet === undefined ? [] : ["", "first packet", firstLines(packet)]),
  ].join("\n");
}

/** Lines of a packet in a summary. */
const MAX_LINES = 12;

function firstLines(text: string): string {
  const lines = text.split("\n");
  if (lines.length <= MAX_LINES) return text;
  return [...lines.slice(0, MAX_LINES - 1), `… ${lines.length - MAX_LINES + 1} more lines: see --event 0`].join("\n");
}

function dumpJson({ header, ...summary }: DumpSummary): unknown {
  return { ...summary, ...(header === undefined ? {} : { header: streamJson(header) }) };
}

/** A node for JSON: attributes by name, arrays as lists, whole numbers beyond 2^53 as their digits in a text. */
function jsonNode({ name, kind, attrs, dataset, value, children }: TreeNode): Record<string, unknown> {
  return {
    name,
    kind,
    attrs: Object.fromEntries(Array.from(attrs, ([key, attribute]) => [key, jsonValue(attribute)])),
    ...dataset,
    ...(value === undefined ? {} : { value: jsonValue(value) }),
    ...(kind === "group" ? { children: children.map(jsonNode) } : {}),
  };
}

function jsonValue(value: H5Value | Nested): unknown {
  if (isNdArray(value)) return jsonValue(toNested(value));
  if (Array.isArray(value)) return value.map(jsonValue);
  return typeof value === "bigint" ? String(value) : value;
}
