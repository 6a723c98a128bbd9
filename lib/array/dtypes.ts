/**
 * numpy's dtype names and the typed arrays that hold them here.
 *
 * @module
 */

import { ArrayError } from "../errors.ts";

/** The typed arrays that an array can stand on. 64-bit integers are BigInt arrays. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** numpy's name of an element type that can be read and written. */
export type DType =
  | "bool"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float32"
  | "float64";

type Constructor = {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
};

const constructors: Readonly<Record<DType, Constructor>> = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

const kinds: Readonly<Record<string, string>> = { i: "int", u: "uint", f: "float" };

/** A dtype with its byte order resolved. */
export interface ElementType {
  /** The name in native byte order. */
  readonly dtype: DType;
  /** Bytes an element. */
  readonly itemsize: number;
  /** Whether the bytes must be swapped to be native. */
  readonly swapped: boolean;
  /** The typed array for it. */
  readonly array: Constructor;
}

/**
 * Reads a dtype name as numpy writes it: `uint16`, `<u2`, `>f8`, `|b1`.
 *
 * @throws ArrayError for a dtype that has no typed array, such as `complex64` or `float16`.
 */
export function elementType(name: string): ElementType {
  const short = /^([<>|=]?)(?:(b)1|([iuf])([1248]))$/.exec(name);
  const order = short?.[1] ?? /^[<>|=]/.exec(name)?.[0] ?? "";
  const full = short === null
    ? name.slice(order.length)
    : short[2] === "b"
    ? "bool"
    : `${kinds[short[3] as string]}${8 * Number(short[4])}`;
  if (!isDType(full)) {
    throw new ArrayError(`dtype "${name}" cannot be read: expected one of ${Object.keys(constructors).join(", ")}`);
  }
  const array = constructors[full];
  const itemsize = array.BYTES_PER_ELEMENT;
  return { dtype: full, itemsize, swapped: order === ">" && itemsize > 1, array };
}

/** Whether a name is a dtype that arrays and HDF5 datasets can have here. */
export function isDType(name: string): name is DType {
  return Object.hasOwn(constructors, name);
}

/** numpy's name for the elements of a typed array. */
export function dtypeOf(array: TypedArray): Exclude<DType, "bool"> {
  const name = array[Symbol.toStringTag].replace(/Array$/, "").replace(/^Big/, "").toLowerCase();
  return name.replace("clamped", "") as Exclude<DType, "bool">;
}

/** Whether a value is one of the typed arrays (a DataView is not). */
export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** A typed array of zeros. */
export function zeros(dtype: DType, length: number): TypedArray {
  return new constructors[dtype](length);
}

/** The element type of a typed array: BigInt for 64-bit integers, else number. */
export type ElementOf<Data extends TypedArray> = Data extends BigInt64Array | BigUint64Array ? bigint : number;

/**
 * An n-dimensional array: npm `ndarray` over a typed array. Its methods are those of that package; views share `data`.
 * Elements of 64-bit integer arrays are BigInts.
 */
export interface NdArray<Data extends TypedArray = TypedArray> {
  /** The elements of this array and perhaps of others. */
  readonly data: Data;
  /** The number of elements on each axis, slowest first. */
  readonly shape: readonly number[];
  /** How far apart in `data` neighbours on each axis are. */
  readonly stride: readonly number[];
  /** Where in `data` the first element is. */
  readonly offset: number;
  /** The number of elements. */
  readonly size: number;
  /** The number of axes. */
  readonly dimension: number;
  /** The element at an index for each axis. */
  get(...index: number[]): ElementOf<Data>;
  /** Sets an element: an index for each axis, then the value. */
  set(...indexAndValue: [...index: number[], value: ElementOf<Data>]): ElementOf<Data>;
  /** Where in `data` the element at an index for each axis is. */
  index(...index: number[]): number;
  /** A view without the axes for which an index is given; `null` keeps an axis. */
  pick(...index: (number | null)[]): NdArray<Data>;
  /** A view from an index on each axis on. */
  lo(...start: (number | null)[]): NdArray<Data>;
  /** A view up to an extent on each axis. */
  hi(...extent: (number | null)[]): NdArray<Data>;
  /** A view of every n-th element on each axis; negative steps turn it round. */
  step(...step: (number | null)[]): NdArray<Data>;
  /** A view with the axes in another order. */
  transpose(...axes: number[]): NdArray<Data>;
}
