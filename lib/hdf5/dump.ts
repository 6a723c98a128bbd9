/**
 * A nested object as an HDF5 file.
 *
 * @module
 */

import { Hdf5Error } from "../errors.ts";
import { isTypedArray } from "../array/dtypes.ts";
import { isNdArray } from "../array/ndarray.ts";
import { createFile } from "./file.ts";
import type { H5Attributes } from "./attributes.ts";
import type { H5Group } from "./group.ts";
import type { WritableValue } from "./types.ts";

/** An object that can be dumped: values become datasets, objects groups. */
export interface Dumpable {
  /** A value to store, a group, or the attributes of one. */
  readonly [name: string]: WritableValue | Dumpable | null | undefined;
}

const SUFFIX = "_attrs";

/**
 * Writes a nested object to an HDF5 file: objects become groups, values datasets, `<name>_attrs` the attributes of
 * `<name>`, and `_attrs` those of the group it stands in. `null` and `undefined` are left out.
 *
 * @param object What to write, such as what a reducer publishes.
 * @param path The file; one that is there is replaced, and its folder is made.
 * @throws Hdf5Error for a value that cannot be stored, attributes of nothing, or a file that cannot be written.
 *
 * @example
 * ```ts
 * import { dump } from "beamfold";
 *
 * dump({
 *   map: [[1, 2], [3, 4]],
 *   map_attrs: { units: "counts" },
 *   _attrs: { NX_class: "NXdata", signal: "map" },
 * }, "output/map.h5");
 * ```
 */
export function dump(object: Dumpable, path: string): void {
  using file = createFile(path);
  dumpInto(file, object, path);
}

function dumpInto(group: H5Group, object: Dumpable, file: string): void {
  const entries = Object.entries(object);
  for (const [name, value] of entries) {
    if (isAttributes(name, value) || value === null || value === undefined) continue;
    if (isPlain(value)) dumpInto(group.createGroup(name), value, file);
    else group.createDataset(name, { data: value as WritableValue });
  }
  for (const [name, value] of entries) {
    if (!isAttributes(name, value)) continue;
    setAttributes(attributesOf(group, name.slice(0, -SUFFIX.length), name, file), value);
  }
}

/** Only an object can hold attributes: a dataset may well be called `my_attrs`. */
function isAttributes(name: string, value: unknown): value is Dumpable {
  return name.endsWith(SUFFIX) && isPlain(value);
}

/** Whether a value is an object of values: a literal or an instance of a user's class, but no container of the language. */
function isPlain(value: unknown): value is Dumpable {
  return typeof value === "object" && value !== null && !isTypedArray(value) && !isNdArray(value) &&
    Object.prototype.toString.call(value) === "[object Object]";
}

function attributesOf(group: H5Group, target: string, name: string, file: string): H5Attributes {
  if (target === "") return group.attrs;
  if (group.has(target)) return group.get(target).attrs;
  throw new Hdf5Error(
    `cannot dump "${name}" into "${group.path}" of "${file}": there is no "${target}" beside it whose attributes these ` +
      `could be`,
    { file, path: group.path, operation: "dump" },
  );
}

function setAttributes(attrs: H5Attributes, values: Dumpable): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined) attrs.set(name, value as WritableValue);
  }
}
