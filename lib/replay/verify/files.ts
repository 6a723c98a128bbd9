/**
 * Compares HDF5 files, and curves in text files.
 *
 * @module
 */

import { contiguous, sizeOf } from "../../array/ndarray.ts";
import { isBeamfoldError } from "../../errors.ts";
import { H5Dataset } from "../../hdf5/dataset.ts";
import { isHdf5, openFile } from "../../hdf5/file.ts";
import { H5Group } from "../../hdf5/group.ts";
import { isNumeric, itemsizeOf } from "../../hdf5/types.ts";
import { compareElement, type Tally, Words } from "./tally.ts";
import { compareTyped, compareValues, NOTHING, shapeText, type Translate } from "./values.ts";

/** Bytes of a dataset that are read at once. */
const BLOCK = 1 << 24;

/**
 * Compares two files: HDF5 files group by group, others, such as `.xye`, word by word in each line.
 *
 * @param tally Where differences are put, by path: `"/entry/data"`, `"/entry/data@units"`; `""` for a file as a whole.
 * @param translate What texts of the variant are compared as.
 * @returns What could not be compared, in words.
 */
export function compareFiles(tally: Tally, expected: string, found: string, translate: Translate): string[] {
  const [there, here] = [expected, found].map(exists);
  if (!there || !here) {
    if (there !== here) compareElement(tally.at(""), there ? FILE : NOTHING, here ? FILE : NOTHING, () => []);
    return [];
  }
  if (!isHdf5(expected) || !isHdf5(found)) {
    compareTexts(tally, expected, found, translate);
    return [];
  }
  using a = openFile(expected);
  using b = openFile(found);
  const notes: string[] = [];
  compareGroups({ tally, translate, notes, above: [] }, a, b);
  return notes;
}

const FILE = new Words("is", "a file");

interface Comparison {
  readonly tally: Tally;
  readonly translate: Translate;
  readonly notes: string[];
  /** The groups on the way, as links can go in circles. */
  readonly above: readonly string[];
}

function compareGroups(comparison: Comparison, a: H5Group, b: H5Group): void {
  const { tally, above } = comparison;
  if (above.includes(a.address)) return;
  compareAttributes(comparison, a, b);
  const below = { ...comparison, above: [...above, a.address] };
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const path = `${a.path === "/" ? "" : a.path}/${name}`;
    const [kindA, kindB] = [a.kind(name), b.kind(name)];
    if (kindA !== kindB) {
      const words = (kind: string | undefined): Words => kind === undefined ? NOTHING : new Words("is", `a ${kind}`);
      compareElement(tally.at(path), words(kindA), words(kindB), () => []);
      continue;
    }
    if (kindA !== "group" && kindA !== "dataset") continue;
    const [objectA, objectB] = [a.get(name), b.get(name)];
    if (objectA instanceof H5Group && objectB instanceof H5Group) compareGroups(below, objectA, objectB);
    if (objectA instanceof H5Dataset && objectB instanceof H5Dataset) compareDatasets(comparison, objectA, objectB);
  }
}

function compareDatasets(comparison: Comparison, a: H5Dataset, b: H5Dataset): void {
  const { tally, translate } = comparison;
  compareAttributes(comparison, a, b);
  const { path, dtype, shape } = a;
  for (
    const [textA, textB] of [[`dtype ${dtype}`, `dtype ${b.dtype}`], [shapeText(shape), shapeText(b.shape)]] as const
  ) {
    if (textA !== textB) {
      return compareElement(tally.at(path), new Words("has", textA), new Words("has", textB), () => []);
    }
  }
  tolerating(comparison, path, () => {
    const scalar = shape.length === 0;
    if (!isNumeric(dtype) || (scalar && a.get() === null)) {
      return compareValues(tally, path, a.get(), b.get(), translate);
    }
    if (sizeOf(shape) === 0) return;
    if (scalar) return compareTyped(tally, path, contiguous(a.read()), contiguous(b.read()), shape);
    const [rows = 0, ...row] = shape;
    const step = Math.max(1, Math.floor(BLOCK / (sizeOf(row) * itemsizeOf(dtype))));
    for (let start = 0; start < rows; start += step) {
      const [partA, partB] = [a, b].map((one) => one.read(`${start}:${Math.min(rows, start + step)}`));
      if (partA === undefined || partB === undefined) return;
      compareTyped(tally, path, contiguous(partA), contiguous(partB), partA.shape, [], start);
    }
  });
}

function compareAttributes(comparison: Comparison, a: H5Group | H5Dataset, b: H5Group | H5Dataset): void {
  const { tally, translate } = comparison;
  for (const name of new Set([...a.attrs.keys(), ...b.attrs.keys()])) {
    const path = `${a.path}@${name}`;
    tolerating(comparison, path, () => {
      const [hasA, hasB] = [a.attrs.has(name), b.attrs.has(name)];
      if (hasA && hasB) return compareValues(tally, path, a.attrs.get(name), b.attrs.get(name), translate);
      const words = (there: boolean): Words => there ? new Words("is", "there") : NOTHING;
      compareElement(tally.at(path), words(hasA), words(hasB), () => []);
    });
  }
}

/** What cannot be read, such as elements of an exotic type, must not hide the rest of the file. */
function tolerating({ notes }: Comparison, path: string, compare: () => void): void {
  try {
    compare();
  } catch (error) {
    if (!isBeamfoldError(error, "Hdf5Error")) throw error;
    notes.push(`${path.slice(1)} was not compared: ${error.message}`);
  }
}

/** Compares texts word by word, numbers among them as float32, which is what most have been before. */
function compareTexts(tally: Tally, expected: string, found: string, translate: Translate): void {
  const finding = tally.at("");
  const [linesA, linesB] = [expected, found].map((path) => Deno.readTextFileSync(path).split("\n"));
  if (linesA === undefined || linesB === undefined) return;
  for (let line = 0; line < Math.max(linesA.length, linesB.length); line++) {
    const [a, b] = [linesA, linesB].map((lines) => lines[line]?.split(" ") ?? []) as [string[], string[]];
    for (let word = 0; word < Math.max(a.length, b.length); word++) {
      compareElement(finding, numberIn(a[word]), numberIn(translate(b[word] ?? "")), () => [line, word], "float32");
    }
  }
}

function numberIn(word = ""): number | string {
  return word === "" || Number.isNaN(Number(word)) ? word : Number(word);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
