/**
 * What an HDF5 file holds, as a tree.
 *
 * @module
 */

import { H5Dataset } from "./dataset.ts";
import { H5Group, type H5Kind } from "./group.ts";
import type { H5Value } from "./types.ts";

/** A group or dataset with what is in it. */
export interface TreeNode {
  readonly name: string;
  readonly path: string;
  readonly kind: H5Kind;
  readonly attrs: ReadonlyMap<string, H5Value>;
  /** For a dataset: its extents, how far they can grow, and its element type. */
  readonly dataset?: { readonly shape: number[]; readonly maxShape: (number | null)[]; readonly dtype: string };
  /** The value of a scalar. */
  readonly value?: H5Value;
  readonly children: readonly TreeNode[];
}

/**
 * Element type and extents, such as `float32 (10, 512)`. An axis that can grow says how far: `float32 (10 → ∞, 512)`.
 */
export function typeText({ dataset }: TreeNode): string {
  if (dataset === undefined) return "";
  const { dtype, shape, maxShape } = dataset;
  const extents = shape.map((extent, axis) => {
    const most = maxShape[axis];
    return most === extent || most === undefined ? String(extent) : `${extent} → ${most ?? "∞"}`;
  });
  return extents.length === 0 ? dtype : `${dtype} (${extents.join(", ")})`;
}

/**
 * The tree below a group; datasets are not read, scalars are. Links can go in circles: a group that is also `above`
 * itself is shown, but not followed.
 */
export function treeOf(group: H5Group, name = "/", above: readonly string[] = []): TreeNode {
  const { address } = group;
  const children = above.includes(address) ? [] : group.keys().map((key) => nodeOf(group, key, [...above, address]));
  return { name, path: group.path, kind: "group", attrs: attrsOf(group), children };
}

function nodeOf(parent: H5Group, name: string, above: readonly string[]): TreeNode {
  const kind = parent.kind(name) ?? "other";
  const path = `${parent.path === "/" ? "" : parent.path}/${name}`;
  if (kind !== "group" && kind !== "dataset") return { name, path, kind, attrs: new Map(), children: [] };
  const object = parent.get(name);
  if (object instanceof H5Group) return treeOf(object, name, above);
  const { shape, maxShape, dtype } = object;
  const node = { name, path, kind, attrs: attrsOf(object), dataset: { shape, maxShape, dtype }, children: [] };
  return shape.length === 0 ? { ...node, value: readable(() => object.get()) } : node;
}

function attrsOf(object: H5Group | H5Dataset): Map<string, H5Value> {
  return new Map(object.attrs.keys().map((name) => [name, readable(() => object.attrs.get(name) ?? null)]));
}

/** A value that cannot be read, such as one of an exotic type, must not hide the rest of the file. */
function readable(read: () => H5Value): H5Value {
  try {
    return read();
  } catch (error) {
    return `(${(error as Error).message})`;
  }
}
