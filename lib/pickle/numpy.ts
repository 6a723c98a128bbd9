/**
 * numpy's arrays, scalars and dtypes in pickles.
 *
 * @module
 */

import { type ElementType, elementType, type NdArray, type TypedArray } from "../array/dtypes.ts";
import { fromBytes, view } from "../array/ndarray.ts";
import { bytesOf } from "./bytes.ts";
import { Internal, kind, MOST_ELEMENTS, type Reading } from "./reading.ts";
import { exact } from "./text.ts";

/** The most axes that numpy 1 allows. */
const MOST_AXES = 32;

/** The dtypes that can be read, by the names that numpy pickles. */
const elementTypes: ReadonlyMap<unknown, ElementType> = new Map(
  ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"].map((name) => [name, elementType(name)]),
);

/** Names of dtypes that cannot be read. */
const foreign: Readonly<Record<string, string>> = {
  O: "object",
  U: "text",
  S: "byte text",
  V: "void",
  M: "datetime64",
  m: "timedelta64",
  T: "text of any length",
  f2: "float16",
  f16: "float128",
  c8: "complex64",
  c16: "complex128",
  c32: "complex256",
};

/** A `numpy.dtype`: made with a name, then given its byte order and fields. */
export class Dtype extends Internal {
  override readonly label = "numpy.dtype";
  private readonly name: string;
  private order = "<";
  private problem: string | undefined;
  constructor(name: string) {
    super();
    this.name = name;
  }

  /** Sets what numpy pickles besides the name: `(version, order, subarray, names, fields, itemsize, alignment, …)`. */
  build(state: unknown, reading: Reading): void {
    if (!Array.isArray(state) || state.length < 5 || !["<", ">", "|", "="].includes(state[1])) {
      throw reading.error(`numpy.dtype has the state ${kind(state)}`, "numpy.dtype");
    }
    this.order = state[1];
    if (state[3] !== null) {
      const names = Array.isArray(state[3]) ? state[3].filter((name) => typeof name === "string").join(", ") : "";
      this.problem = `the structured dtype with the fields ${names.slice(0, 200)}`;
    } else if (state[2] !== null) this.problem = "a dtype whose elements are arrays";
  }

  /** How to read the elements, and whether their bytes are swapped. */
  elements(reading: Reading, global: string): { element: ElementType; swapped: boolean } {
    const element = this.problem === undefined ? elementTypes.get(this.name) : undefined;
    if (element !== undefined) return { element, swapped: this.order === ">" && element.itemsize > 1 };
    const long = foreign[this.name] ?? foreign[this.name.charAt(0)];
    const problem = this.problem ?? `the dtype ${long === undefined ? this.name : `${long} (${this.name})`}`;
    throw reading.error(`${problem} cannot be read: send numbers or booleans`, global);
  }
}

/** `numpy.dtype(name, align, copy)`. */
export function dtype(args: readonly unknown[], reading: Reading): Dtype {
  const [name] = args;
  if (args.length > 3 || typeof name !== "string" || name.length > 20) {
    throw reading.error(`numpy.dtype takes a name, not ${kind(name)}`, "numpy.dtype");
  }
  return new Dtype(name);
}

/** An array that was made, and gets its elements later. */
export class PendingArray extends Internal {
  override readonly label = "a numpy array without elements";
  /** The array once it is there. */
  array: NdArray | undefined;
}

const RECONSTRUCT = "numpy.core.multiarray._reconstruct";

/** `numpy.core.multiarray._reconstruct(numpy.ndarray, (0,), b"b")`: an array still to be filled. */
export function reconstruct(args: readonly unknown[], reading: Reading): PendingArray {
  if (args.length !== 3 || !(args[0] instanceof Internal) || args[0].label !== "numpy.ndarray") {
    throw reading.error(`${RECONSTRUCT} is read for numpy.ndarray only, not for ${kind(args[0])}`, RECONSTRUCT);
  }
  return new PendingArray();
}

/** Fills an array: `(version, shape, dtype, whether in Fortran order, bytes)`. */
export function fill(pending: PendingArray, state: unknown, reading: Reading): NdArray {
  if (!Array.isArray(state) || state.length !== 5 || state[0] !== 1) {
    throw reading.error(`a numpy array has the state ${kind(state)}`, RECONSTRUCT);
  }
  const [, shape, type, fortran, data] = state;
  return pending.array = arrayOf(type, shape, fortran === true, data, reading, RECONSTRUCT);
}

const FROM_BUFFER = "numpy.core.numeric._frombuffer";

/** `numpy.core.numeric._frombuffer(bytes, dtype, shape, order[, axes])`: how protocol 5 writes arrays. */
export function fromBuffer(args: readonly unknown[], reading: Reading): NdArray {
  const [data, type, shape, order, axes] = args;
  if (args.length < 4 || args.length > 5 || !["C", "F", "K"].includes(order as string)) {
    throw reading.error(`${FROM_BUFFER} takes bytes, a dtype, a shape and an order`, FROM_BUFFER);
  }
  const array = arrayOf(type, shape, order === "F", data, reading, FROM_BUFFER);
  if (order !== "K") return array;
  const whole = Array.isArray(axes) && axes.length === array.dimension &&
    array.shape.every((_, axis) => axes.includes(axis));
  if (!whole) throw reading.error(`${FROM_BUFFER} has the axes ${kind(axes)}`, FROM_BUFFER);
  return view(
    array.data,
    axes.map((axis) => array.shape[axis] as number),
    axes.map((axis) => array.stride[axis] as number),
    array.offset,
  );
}

const SCALAR = "numpy.core.multiarray.scalar";

/** `numpy.core.multiarray.scalar(dtype, bytes)`: a number, a BigInt beyond 53 bits, or a boolean. */
export function scalar(args: readonly unknown[], reading: Reading): number | bigint | boolean {
  const { data } = arrayOf(args[0], [], false, args[1], reading, SCALAR);
  const value = data[0] as number | bigint;
  if ((args[0] as Dtype).elements(reading, SCALAR).element.dtype === "bool") return value !== 0;
  return typeof value === "bigint" ? exact(value) : value;
}

function arrayOf(
  type: unknown,
  shape: unknown,
  fortran: boolean,
  data: unknown,
  reading: Reading,
  global: string,
): NdArray {
  if (!(type instanceof Dtype)) throw reading.error(`a numpy array has ${kind(type)} as its dtype`, global);
  const { element, swapped } = type.elements(reading, global);
  const bytes = bytesOf(reading, data);
  if (bytes === undefined) throw reading.error(`a numpy array has ${kind(data)} as its elements`, global);
  if (!Array.isArray(shape) || shape.length > MOST_AXES) {
    throw reading.error(`a numpy array has ${kind(shape)} as its shape`, global);
  }
  // `all` leaves out empty axes: a shape of 0 × 10¹² has no elements, but loops over it would not end.
  let size = 1;
  let all = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const extent = shape[axis];
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw reading.error(`a numpy array has the extent ${kind(extent)}`, global);
    }
    size *= extent;
    all *= extent || 1;
  }
  if (bytes.length !== size * element.itemsize || (size === 0 && all > MOST_ELEMENTS)) {
    throw reading.error(
      `a numpy array of ${element.dtype} and shape [${shape.join(", ")}] has ${bytes.length} bytes`,
      global,
    );
  }
  const extents = shape.slice() as number[];
  let elements: TypedArray;
  if (swapped) {
    reading.charge(bytes.length);
    elements = fromBytes(bytes, `>${element.dtype}`, [size]).data;
  } else if (bytes.byteOffset % element.itemsize === 0) {
    elements = new element.array(bytes.buffer, bytes.byteOffset, size);
  } else {
    const own = reading.allocate(bytes.length);
    own.set(bytes);
    elements = new element.array(own.buffer, own.byteOffset, size);
  }
  return fortran ? view(elements, extents, fortranStrides(extents)) : view(elements, extents);
}

function fortranStrides(shape: readonly number[]): number[] {
  let step = 1;
  return shape.map((extent) => {
    const stride = step;
    step *= extent;
    return stride;
  });
}
