/**
 * From JavaScript values to elements of HDF5 datasets and attributes, and back.
 *
 * @module
 */

import { checkAttached } from "../array/detached.ts";
import { dtypeOf, elementType, isDType, isTypedArray, type NdArray, type TypedArray } from "../array/dtypes.ts";
import { contiguous, isNdArray, sizeOf, view } from "../array/ndarray.ts";
import { ArrayError } from "../errors.ts";
import type { Metadata } from "./library.ts";

/** What can be written to a dataset or attribute. */
export type WritableValue =
  | number
  | bigint
  | boolean
  | string
  | TypedArray
  | NdArray
  | readonly WritableValue[];

/** What is read from a dataset or attribute; compound elements are lists of their members. */
export type H5Value = number | bigint | boolean | string | null | NdArray | readonly H5Value[];

/** Elements ready to be written. */
export interface Elements {
  /** numpy's name, `"str"` for texts of any length, `"S<n>"` for texts of at most n bytes. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: TypedArray | string[];
}

/** The letters by which h5wasm knows the element types. It ignores the number in numpy's short names. */
const letters: Readonly<Record<string, string>> = {
  bool: "<b",
  int8: "<b",
  uint8: "<B",
  int16: "<h",
  uint16: "<H",
  int32: "<i",
  uint32: "<I",
  int64: "<q",
  uint64: "<Q",
  float32: "<f",
  float64: "<d",
};

/** The type as h5wasm wants it. */
export function h5wasmType(dtype: string): string {
  return dtype === "str" ? "S" : letters[dtype] ?? dtype;
}

/** Bytes an element; 0 for texts of any length and for types that are not held in arrays. */
export function itemsizeOf(dtype: string): number {
  return fixedLength(dtype) ?? (isDType(dtype) ? elementType(dtype).itemsize : 0);
}

/** n of `"S<n>"`. */
export function fixedLength(dtype: string): number | undefined {
  const match = /^S([1-9]\d*)$/.exec(dtype);
  return match === null ? undefined : Number(match[1]);
}

/** The dtype a user names, checked: numpy's names, `"str"`, or `"S<n>"`. */
export function checkedDtype(dtype: string): string {
  return isText(dtype) ? dtype : elementType(dtype).dtype;
}

/**
 * The elements of a value: whole numbers become int64, other numbers float64, booleans int8 (HDF5's boolean is an
 * enumeration, which cannot be created here), texts variable-length UTF-8. A dtype that is given decides instead.
 *
 * @throws ArrayError when lists are ragged or mixed, or a value does not fit the dtype.
 */
export function elementsOf(value: WritableValue, dtype?: string): Elements {
  if (isNdArray(value)) return typed(contiguous(value), value.shape, dtype);
  if (isTypedArray(value)) {
    checkAttached(value);
    return typed(value, [value.length], dtype);
  }
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const flat = flatten(value, shape);
  const natural = dtype ?? naturalDtype(flat);
  if (isText(natural)) {
    const odd = flat.find((element) => typeof element !== "string");
    if (odd !== undefined) throw new ArrayError(`expected a text, found ${Deno.inspect(odd)}`);
    const cut = (flat as string[]).find((text) => text.includes("\0"));
    if (cut !== undefined) throw new ArrayError(`${JSON.stringify(cut)} holds a NUL, at which HDF5 would cut it off`);
    return { dtype: natural, shape, data: flat as string[] };
  }
  return { dtype: natural, shape, data: cast(flat as (number | bigint | boolean)[], natural) };
}

function typed(data: TypedArray, shape: readonly number[], dtype: string | undefined): Elements {
  const natural = dtypeOf(data);
  if (dtype === undefined || dtype === natural) return { dtype: natural, shape, data };
  return { dtype, shape, data: cast(data, dtype) };
}

function flatten(value: WritableValue, shape: readonly number[], axis = 0): unknown[] {
  if (axis === shape.length) {
    if (Array.isArray(value)) throw new ArrayError("lists of different depth do not make an array");
    return [value];
  }
  if (!Array.isArray(value) || value.length !== shape[axis]) {
    throw new ArrayError(
      `lists of different length do not make an array: expected ${shape[axis]} elements on axis ${axis}`,
    );
  }
  // Holes are visited as well: leaving them out would shift what is behind them.
  return Array.from(value as readonly WritableValue[]).flatMap((element, i) => {
    if (element === undefined) throw new ArrayError(`element ${i} is missing: give every element, or NaN`);
    return flatten(element, shape, axis + 1);
  });
}

function naturalDtype(flat: readonly unknown[]): string {
  const every = (test: (element: unknown) => boolean): boolean => flat.length > 0 && flat.every(test);
  if (every((element) => typeof element === "string")) return "str";
  if (every((element) => typeof element === "boolean")) return "int8";
  if (every((element) => Number.isSafeInteger(element) || typeof element === "bigint")) {
    return flat.some((element) => typeof element === "bigint" && element > MAX_INT64) ? "uint64" : "int64";
  }
  const odd = flat.find((element) => typeof element !== "number" && typeof element !== "bigint");
  if (odd !== undefined) {
    throw new ArrayError(`${Deno.inspect(odd)} cannot be stored: expected numbers, or booleans, or texts`);
  }
  return "float64";
}

const MAX_INT64 = 2n ** 63n - 1n;

/** Least and greatest value of the integer types. */
const bounds: Readonly<Record<string, readonly [number | bigint, number | bigint]>> = {
  bool: [0, 1],
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2n ** 63n), MAX_INT64],
  uint64: [0n, 2n ** 64n - 1n],
};

/**
 * Values as elements of a dtype.
 *
 * @throws ArrayError for a value that an integer type cannot hold; nothing wraps round and no fraction is dropped.
 */
export function cast(values: ArrayLike<number | bigint | boolean>, dtype: string): TypedArray {
  const type = elementType(dtype);
  const out = new type.array(values.length);
  const target: { [index: number]: number | bigint } = out;
  const range = bounds[type.dtype];
  const big = type.dtype === "int64" || type.dtype === "uint64";
  for (let i = 0; i < values.length; i++) {
    const given = values[i] as number | bigint | boolean;
    const value = typeof given === "boolean" ? Number(given) : given;
    if (typeof value !== "number" && typeof value !== "bigint") {
      throw new ArrayError(`expected a number, found ${Deno.inspect(value)}`);
    }
    if (range !== undefined) {
      const whole = typeof value === "bigint" || Number.isInteger(value);
      if (!whole || value < range[0] || value > range[1]) {
        throw new ArrayError(
          `${value} cannot be stored as ${type.dtype}: expected a whole number from ${range[0]} to ${range[1]}`,
        );
      }
      target[i] = big ? BigInt(value) : Number(value);
    } else target[i] = Number(value);
  }
  return out;
}

/**
 * What makes elements of a dtype from numbers, one by one; it gives undefined for a number that {@linkcode cast} has to
 * look at: one that does not fit, or is for texts.
 */
export function elementFrom(dtype: string): (value: number) => number | bigint | undefined {
  if (!isDType(dtype)) return () => undefined;
  const range = bounds[dtype];
  if (range === undefined) return (value) => value;
  const [least, most] = [Number(range[0]), Number(range[1])];
  if (typeof range[0] === "bigint") {
    return (value) => Number.isSafeInteger(value) && value >= least ? BigInt(value) : undefined;
  }
  return (value) => Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

/** The bytes of elements in the file's layout; texts of fixed length are filled up with zeros. */
export function bytesOf({ dtype, data }: Elements): Uint8Array {
  if (!Array.isArray(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const length = fixedLength(dtype) ?? 0;
  const bytes = new Uint8Array(length * data.length);
  for (const [i, text] of data.entries()) {
    const encoded = new TextEncoder().encode(text);
    if (encoded.length > length) {
      throw new ArrayError(
        `${JSON.stringify(text)} takes ${encoded.length} bytes, more than the ${length} of ${dtype}`,
      );
    }
    bytes.set(encoded, i * length);
  }
  return bytes;
}

/** HDF5's type classes, as far as they are told apart here. */
const TypeClass = { integer: 0, float: 1, string: 3, compound: 6, enumeration: 8 } as const;

/** The element type of what is in a file: numpy's name, `"str"`, `"S<n>"`, `"bool"`, or a description in words. */
export function dtypeIn(metadata: Metadata): string {
  const bits = 8 * metadata.size;
  switch (metadata.type) {
    case TypeClass.integer:
      return `${metadata.signed ? "int" : "uint"}${bits}`;
    case TypeClass.float:
      return `float${bits}`;
    case TypeClass.string:
      return metadata.vlen ? "str" : `S${metadata.size}`;
    case TypeClass.enumeration:
      return isBoolean(metadata) ? "bool" : `enum of ${Object.keys(metadata.enum_type?.members ?? {}).join(", ")}`;
    case TypeClass.compound:
      return `compound (${
        metadata.compound_type?.members.map((member) => `${member.name}: ${dtypeIn(member)}`).join(", ") ?? ""
      })`;
    default:
      return `HDF5 type class ${metadata.type}`;
  }
}

function isBoolean(metadata: Metadata): boolean {
  const members = metadata.enum_type?.members ?? {};
  return Object.keys(members).length === 2 && members["FALSE"] === 0 && members["TRUE"] === 1;
}

/** The extents as a file has them; undefined stands for the null dataspace, `null` in `maxShape` for unlimited. */
export function extents(metadata: Metadata): { shape: number[] | undefined; maxShape: (number | null)[] | undefined } {
  return {
    shape: metadata.shape?.map(Number),
    maxShape: metadata.maxshape?.map((extent) => Number(extent) >= 2 ** 63 ? null : Number(extent)),
  };
}

/** What h5wasm read, in the form of {@linkcode H5Value}. Whole numbers of 64 bits stay exact: BigInt above 2^53. */
export function valueFrom(read: unknown, metadata: Metadata, shape: readonly number[]): H5Value {
  if (read === null || read === undefined) return null;
  const dtype = dtypeIn(metadata);
  if (shape.length === 0) return dtype === "bool" ? Boolean(read) : scalarFrom(read);
  if (isTypedArray(read) && sizeOf(shape) === read.length) return view(read, shape);
  const values = scalarFrom(read);
  return Array.isArray(values) && metadata.type === TypeClass.string ? nest(values, shape) : values;
}

/** A flat list as lists in the given shape. */
function nest(flat: readonly H5Value[], shape: readonly number[]): readonly H5Value[] {
  const [extent = 0, ...rest] = shape;
  if (rest.length === 0) return flat;
  const size = sizeOf(rest);
  return Array.from({ length: extent }, (_, i) => nest(flat.slice(i * size, (i + 1) * size), rest));
}

function scalarFrom(read: unknown): H5Value {
  if (typeof read === "bigint") return Number.isSafeInteger(Number(read)) ? Number(read) : read;
  if (typeof read === "number" || typeof read === "string" || typeof read === "boolean") return read;
  if (Array.isArray(read)) return read.map(scalarFrom);
  if (isTypedArray(read)) return view(read);
  return read === null || read === undefined ? null : String(read);
}

/** Whether elements are texts. */
export function isText(dtype: string): boolean {
  return dtype === "str" || fixedLength(dtype) !== undefined;
}

/** Whether elements of this dtype can be held in a typed array. */
export function isNumeric(dtype: string): boolean {
  return isDType(dtype);
}
