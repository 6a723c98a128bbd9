/**
 * What a replay did, for people and for programs.
 *
 * @module
 */

import { sizeOf } from "../array/ndarray.ts";
import { isBeamfoldError } from "../errors.ts";
import { openFile } from "../hdf5/file.ts";
import type { H5Group } from "../hdf5/group.ts";
import { type TreeNode, treeOf, typeText } from "../hdf5/tree.ts";
import { isNumeric } from "../hdf5/types.ts";
import type { ReplayOutcome } from "../replay/options.ts";
import { countText, durationText, numberText } from "../units.ts";
import { sparkline } from "./text.ts";

/** Elements read for a small picture of a dataset. */
const MAX_PICTURED = 1_000_000;

/** A summary in a few lines: counts, time, and each file with its datasets. */
export function reportText(outcome: ReplayOutcome): string {
  const { events, results, seconds, skipped, unselected } = outcome;
  const counts = [
    `${countText(events, "event")} → ${countText(results, "result")}`,
    ...(skipped > 0 ? [`${countText(skipped, "event")} skipped`] : []),
    ...(unselected > 0 ? [`${countText(unselected, "event")} not selected`] : []),
  ];
  const rate = seconds >= 1 ? `, ${countText(Math.round(events / seconds), "event")}/s` : "";
  const lines = [`${counts.join(", ")} in ${durationText(seconds)}${rate}`];
  if (outcome.aborted) lines.push(abortText(outcome));
  for (const path of outcome.files) lines.push(...fileLines(path));
  return lines.join("\n");
}

function fileLines(path: string): string[] {
  try {
    using file = openFile(path);
    return [path, ...datasetLines(file, treeOf(file))];
  } catch (error) {
    // The classes may have moved it away.
    if (!isBeamfoldError(error, "Hdf5Error")) throw error;
    return [`${path} (${error.message})`];
  }
}

/** Where a run was ended early. */
export function abortText({ lastEvent }: Pick<ReplayOutcome, "lastEvent">): string {
  return lastEvent === undefined ? "aborted before the first event" : `aborted at event ${lastEvent}`;
}

/** The outcome as JSON: values of parameters instead of objects, messages instead of errors, no reducer. */
export function reportJson(outcome: ReplayOutcome): string {
  const { reducer: _reducer, parameters, errors, ...plain } = outcome;
  const values = Object.fromEntries(Object.values(parameters).map(({ name, value }) => [name, jsonValue(value)]));
  return JSON.stringify({ ...plain, parameters: values, errors: errors.map((error) => error.message) });
}

function jsonValue(value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value instanceof Uint8Array ? `${value.length} bytes` : value;
}

/** The datasets below a node, a line each, with values or small pictures. */
export function datasetLines(file: H5Group, node: TreeNode): string[] {
  const leaves = datasetsBelow(node);
  const names = Math.max(0, ...leaves.map(({ path }) => path.length - 1));
  const types = leaves.map(typeText);
  const width = Math.max(0, ...types.map((type) => type.length));
  return leaves.map((leaf, i) =>
    `  ${leaf.path.slice(1).padEnd(names)}  ${(types[i] as string).padEnd(width)}  ${contentText(file, leaf)}`.trimEnd()
  );
}

function datasetsBelow(node: TreeNode): TreeNode[] {
  return node.kind === "dataset" ? [node] : node.children.flatMap(datasetsBelow);
}

/** The value of a scalar, or a small picture of a 1-D dataset of numbers. */
export function contentText(file: H5Group, { path, dataset, value }: TreeNode): string {
  if (dataset === undefined) return "";
  if (dataset.shape.length === 0) return typeof value === "string" ? JSON.stringify(value) : Deno.inspect(value);
  const drawable = isNumeric(dataset.dtype) && dataset.dtype !== "bool";
  if (!drawable || dataset.shape.length !== 1 || sizeOf(dataset.shape) > MAX_PICTURED) return "";
  const array = file.dataset(path).read();
  const values = Array.from(array.data as ArrayLike<number | bigint>, Number).filter(Number.isFinite);
  if (values.length === 0) return "";
  const [low, high] = values.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)] as [number, number],
    [Infinity, -Infinity] as [number, number],
  );
  return `${sparkline(array)}  ${numberText(low)} … ${numberText(high)}`;
}
