/**
 * Compares what two reducers hold, or any two values.
 *
 * @module
 */

import { isTypedArray, type NdArray, type TypedArray } from "../../array/dtypes.ts";
import { contiguous, isNdArray } from "../../array/ndarray.ts";
import { isBeamfoldError } from "../../errors.ts";
import { H5Attributes } from "../../hdf5/attributes.ts";
import { H5Dataset } from "../../hdf5/dataset.ts";
import { H5Group } from "../../hdf5/group.ts";
import { compareElement, type Index, type Precision, type Tally, Words } from "./tally.ts";

/** Deeper than this nobody keeps data. */
const MAX_DEPTH = 50;

/** What is there where nothing is. */
export const NOTHING = new Words("is", "nothing");

/** Turns what names a variant in a text into what it is in the replay. */
export type Translate = (text: string) => string;

/** Where a value is: the names on the way, `[]` standing for any index, and the indices. */
interface Place {
  readonly names: string;
  readonly index: Index;
  readonly depth: number;
}

/**
 * Compares two values element by element, and the elements of lists, arrays, Maps, Sets and objects in them. Functions,
 * open files and what the runtime keeps hidden are passed over; the order of keys does not count.
 *
 * @param tally Where differences are put, by the place that `name` and the names of properties make.
 * @param expected The value of the replay.
 * @param found The value of the variant.
 * @param translate What texts of the variant are compared as.
 */
export function compareValues(
  tally: Tally,
  name: string,
  expected: unknown,
  found: unknown,
  translate: Translate = (text) => text,
): void {
  const seen = new Map<object, Set<object>>();
  compare(expected, found, { names: name, index: [], depth: 0 });

  function compare(a: unknown, b: unknown, place: Place): void {
    if (isPassedOver(a) || isPassedOver(b) || place.depth > MAX_DEPTH) return;
    if (!isObject(a) || !isObject(b)) {
      return leaf(place, a, typeof b === "string" ? translate(b) : b);
    }
    // Also what goes in circles ends.
    const partners = seen.get(a) ?? new Set();
    if (partners.has(b)) return;
    seen.set(a, partners.add(b));
    if (isNdArray(a) && isNdArray(b)) {
      if (!same(place, shapeText(a.shape), shapeText(b.shape))) return;
      const [dataA, dataB] = [a, b].map(elementsOf);
      if (dataA === undefined || dataB === undefined) return;
      return compareTyped(tally, place.names, dataA, dataB, a.shape, place.index);
    }
    if (isTypedArray(a) && isTypedArray(b)) {
      if (!same(place, lengthText(a.length), lengthText(b.length))) return;
      return compareTyped(tally, place.names, a, b, [a.length], place.index);
    }
    if (Array.isArray(a) && Array.isArray(b)) {
      if (!same(place, lengthText(a.length), lengthText(b.length))) return;
      for (let i = 0; i < a.length; i++) compare(a[i], b[i], inside(place, i));
      return;
    }
    if (a instanceof Map && b instanceof Map) return maps(a, b, place);
    if (a instanceof Set && b instanceof Set) return maps(mapOf(a), mapOf(b), place);
    if (a instanceof Date && b instanceof Date) return leaf(place, a.getTime(), b.getTime());
    if (kindOf(a) !== kindOf(b)) return leaf(place, new Words("is", kindOf(a)), new Words("is", kindOf(b)));
    objects(a, b, place);
  }

  function maps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>, place: Place): void {
    // Objects as keys are never the same in two runs.
    const primitive = [...a.keys(), ...b.keys()].every((key) => !isObject(key));
    if (!primitive) return void same(place, lengthText(a.size), lengthText(b.size));
    for (const key of new Set([...a.keys(), ...b.keys()])) {
      const at = inside(place, typeof key === "number" ? key : String(key));
      if (a.has(key) && b.has(key)) compare(a.get(key), b.get(key), at);
      else leaf(at, a.has(key) ? a.get(key) : NOTHING, b.has(key) ? b.get(key) : NOTHING);
    }
  }

  function objects(a: object, b: object, place: Place): void {
    // Which worker made a result is what variants vary.
    const ignored = isResult(a) && isResult(b) ? "worker" : undefined;
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (key === ignored) continue;
      const names = `${place.names}${"[]".repeat(place.index.length - indicesIn(place.names))}`;
      const at = { names: propertyName(names, key), index: place.index, depth: place.depth + 1 };
      compare((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], at);
    }
  }

  function leaf(place: Place, a: unknown, b: unknown): void {
    compareElement(tally.at(place.names), a, b, () => place.index);
  }

  function same(place: Place, a: string, b: string): boolean {
    if (a !== b) leaf(place, new Words("has", a), new Words("has", b));
    return a === b;
  }
}

/**
 * Compares arrays of one length.
 *
 * @param shape Their extents.
 * @param above The index of what they are in.
 * @param firstRow The index of their first row, where they are a part.
 */
export function compareTyped(
  tally: Tally,
  name: string,
  expected: TypedArray,
  found: TypedArray,
  shape: readonly number[],
  above: Index = [],
  firstRow = 0,
): void {
  const precision: Precision = expected instanceof Float32Array ? "float32" : "float64";
  const finding = tally.at(name);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [expected[i], found[i]];
    if (a === b) finding.size++;
    else compareElement(finding, a, b, () => [...above, ...indexAt(i, shape, firstRow)], precision);
  }
}

/** The index on each axis of an element in C order. */
function indexAt(flat: number, shape: readonly number[], firstRow: number): number[] {
  const index: number[] = [];
  for (let rest = flat, axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number;
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  if (index[0] !== undefined) index[0] += firstRow;
  return index;
}

/** Extents in words. */
export function shapeText(shape: readonly number[]): string {
  return `shape (${shape.join(", ")})`;
}

function lengthText(length: number): string {
  return `${length} ${length === 1 ? "element" : "elements"}`;
}

function inside(place: Place, index: number | string): Place {
  return { ...place, index: [...place.index, index], depth: place.depth + 1 };
}

function indicesIn(names: string): number {
  return names.split("[]").length - 1;
}

function propertyName(names: string, key: string): string {
  const plain = /^[A-Za-z_$][\w$]*$/.test(key);
  if (names === "") return plain ? key : JSON.stringify(key);
  return plain ? `${names}.${key}` : `${names}[${JSON.stringify(key)}]`;
}

/** The elements of an array; undefined where its memory is gone, as that of a frame that was kept may be. */
function elementsOf(array: NdArray): TypedArray | undefined {
  try {
    return contiguous(array);
  } catch (error) {
    if (!isBeamfoldError(error, "ArrayError")) throw error;
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isPassedOver(value: unknown): boolean {
  return typeof value === "function" || typeof value === "symbol" || value instanceof H5Group ||
    value instanceof H5Dataset || value instanceof H5Attributes || value instanceof Promise ||
    value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef;
}

/** What an object is, for objects of different kinds. */
function kindOf(value: object): string {
  if (Array.isArray(value)) return "a list";
  const name = value.constructor?.name;
  return name === undefined || name === "Object" ? "an object" : `a ${name}`;
}

/** Whether an object is a result as reducers get it. */
function isResult(value: object): boolean {
  return ["eventNumber", "worker", "parametersHash", "payload"].every((key) => Object.hasOwn(value, key));
}

function mapOf(set: ReadonlySet<unknown>): Map<unknown, unknown> {
  return new Map(Array.from(set, (value) => [value, isObject(value) ? undefined : value]));
}
