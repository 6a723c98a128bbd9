/**
 * Whether two runs computed the same numbers.
 *
 * @module
 */

import { type H5Dataset, H5Group, openFile } from "beamfold";
import { isTypedArray } from "../lib/array/dtypes.ts";

/** Elements of a dataset that are compared at a time. */
const BLOCK = 1 << 22;

/**
 * Compares two files, JSON or HDF5.
 *
 * @param rtol How far numbers may be apart: relative to the number, or to the largest in its list.
 * @throws Error that says where they differ.
 */
export function assertSameFiles(ours: string, theirs: string, rtol: number): void {
  if (ours.endsWith(".json")) return assertSame(readJson(ours), readJson(theirs), rtol);
  using a = openFile(ours);
  using b = openFile(theirs);
  assertSameGroups(a, b, rtol, "");
}

function readJson(path: string): unknown {
  return JSON.parse(Deno.readTextFileSync(path));
}

/**
 * Compares two values of the same form.
 *
 * @param rtol As above.
 * @param where What an error calls them.
 */
export function assertSame(ours: unknown, theirs: unknown, rtol: number, where = "the result"): void {
  if (isNumbers(ours) && isNumbers(theirs)) return assertSameNumbers(ours, theirs, rtol, where);
  if (typeof ours === "number" && typeof theirs === "number") {
    return assertSameNumbers([ours], [theirs], rtol, where);
  }
  if (isRecord(ours) && isRecord(theirs)) {
    assertEqual(Object.keys(ours).sort().join(", "), Object.keys(theirs).sort().join(", "), `the keys of ${where}`);
    for (const [key, value] of Object.entries(ours)) assertSame(value, theirs[key], rtol, `${where}, ${key}`);
    return;
  }
  assertEqual(ours, theirs, where);
}

type Numbers = ArrayLike<number | bigint>;

function isNumbers(value: unknown): value is Numbers {
  return isTypedArray(value) || Array.isArray(value) && value.every((element) => typeof element === "number");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function assertSameNumbers(ours: Numbers, theirs: Numbers, rtol: number, where: string): void {
  assertEqual(ours.length, theirs.length, `the length of ${where}`);
  let largest = 0;
  if (rtol > 0) {
    for (let i = 0; i < theirs.length; i++) {
      largest = Math.max(largest, Math.abs(Number(theirs[i])) || 0);
    }
  }
  for (let i = 0; i < ours.length; i++) {
    const [a, b] = [ours[i], theirs[i]];
    // Object.is for NaN, which a map has where nothing was measured.
    if (a === b || Object.is(a, b) || Math.abs(Number(a) - Number(b)) <= rtol * largest) continue;
    throw different(a, b, ours.length > 1 ? `${where}, element ${i}` : where);
  }
}

function assertEqual(ours: unknown, theirs: unknown, where: string): void {
  if (ours !== theirs) throw different(ours, theirs, where);
}

function different(ours: unknown, theirs: unknown, where: string): Error {
  return new Error(`not the same numbers: ${where} is ${ours} with beamfold, ${theirs} with Python`);
}

function assertSameGroups(ours: H5Group, theirs: H5Group, rtol: number, path: string): void {
  assertEqual([...ours.keys()].sort().join(", "), [...theirs.keys()].sort().join(", "), `what is in "${path}/"`);
  for (const name of ours.keys()) {
    const [a, b] = [ours.get(name), theirs.get(name)];
    if (a instanceof H5Group && b instanceof H5Group) assertSameGroups(a, b, rtol, `${path}/${name}`);
    else assertSameDatasets(a as H5Dataset, b as H5Dataset, rtol, `${path}/${name}`);
  }
}

function assertSameDatasets(ours: H5Dataset, theirs: H5Dataset, rtol: number, path: string): void {
  assertEqual(ours.dtype, theirs.dtype, `the dtype of ${path}`);
  assertEqual(ours.shape.join(" × "), theirs.shape.join(" × "), `the shape of ${path}`);
  const [rows, ...row] = ours.shape;
  if (rows === undefined) return assertSame(ours.get(), theirs.get(), rtol, path);
  const step = Math.max(1, Math.floor(BLOCK / row.reduce((size, extent) => size * extent, 1)));
  for (let first = 0; first < rows; first += step) {
    const part = `${first}:${first + step}`;
    assertSame(ours.read(part).data, theirs.read(part).data, rtol, `${path}, rows ${part}`);
  }
}
