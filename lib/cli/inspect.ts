/**
 * `inspect`: what is in captures and HDF5 files.
 *
 * @module
 */

import { Command } from "npm:@commander-js/extra-typings@15.1.0";
import { isNdArray, type Nested, toNested } from "../array/ndarray.ts";
import { openCapture } from "../capture/read.ts";
import type { CaptureSummary } from "../capture/summary.ts";
import { asError, BeamfoldError } from "../errors.ts";
import { isHdf5, openFile } from "../hdf5/file.ts";
import { type TreeNode, treeOf, typeText } from "../hdf5/tree.ts";
import type { H5Value } from "../hdf5/types.ts";
import { contentText } from "./report.ts";
import { bytesText, countText, durationText, spanText } from "../units.ts";
import { columns } from "../notebook/table.ts";
import { treeLines } from "../notebook/tree.ts";

/** The command. */
export function inspectCommand(): Command {
  const command = new Command("inspect")
    .description("Show what is in captures (a summary) and HDF5 files (a tree).")
    .argument("<files...>", "captures or HDF5 files")
    .option("--json", "print JSON instead, one line a file")
    .addHelpText("after", EXAMPLES)
    .action(async (files, options) => {
      let failed = 0;
      for (const [i, path] of files.entries()) {
        try {
          const text = await inspect(path, options.json ?? false);
          console.log(i > 0 && !options.json ? `\n${text}` : text);
        } catch (error) {
          if (!(error instanceof BeamfoldError)) throw error;
          console.error(`error: ${error.message}`);
          failed++;
        }
      }
      if (failed > 0) Deno.exitCode = 1;
    });
  return command as unknown as Command;
}

const EXAMPLES = `
Examples:
  deno task inspect data/xrd.cbors
  deno task inspect output/xrd_processed.h5 scan-*.cbors.gz`;

async function inspect(path: string, json: boolean): Promise<string> {
  if (isHdf5OrFalse(path)) {
    using file = openFile(path);
    const tree = treeOf(file);
    return json
      ? JSON.stringify({ path, ...jsonNode(tree) })
      : [path, ...treeLines(tree, (node) => `${typeText(node)}  ${contentText(file, node)}`)].join("\n");
  }
  const summary = await openCapture(path).summary();
  return json ? JSON.stringify(summary) : summaryText(summary);
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
    lines.push(`recorded ${createdAt}${duration === undefined ? "" : `, for ${durationText(duration)}`}`);
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
          typs.join(", "),
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
