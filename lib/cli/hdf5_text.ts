/**
 * What is in an HDF5 file, in lines for a terminal.
 *
 * @module
 */

import { sizeOf } from "../array/ndarray.ts";
import { isBeamfoldError } from "../errors.ts";
import { openFile } from "../hdf5/file.ts";
import type { H5Group } from "../hdf5/group.ts";
import { type TreeNode, treeOf, typeText } from "../hdf5/tree.ts";
import { isNumeric } from "../hdf5/types.ts";
import { numberText } from "../units.ts";
import { sparkline } from "./text.ts";

/** Elements read for a small picture of a dataset. */
const MAX_PICTURED = 1_000_000;

/** A file that was written, with its datasets. */
export function fileLines(path: string): string[] {
  try {
    using file = openFile(path);
    return [path, ...datasetLines(file, treeOf(file))];
  } catch (error) {
    // The classes may have moved it away.
    if (!isBeamfoldError(error, "Hdf5Error")) throw error;
    return [`${path} (${error.message})`];
  }
}

/** The datasets below a node, a line each, with values or small pictures. */
function datasetLines(file: H5Group, node: TreeNode): string[] {
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
