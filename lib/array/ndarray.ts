/**
 * Arrays: npm `ndarray` over typed arrays, made from bytes, copied, and turned into nested lists.
 *
 * @module
 */

import { ArrayError } from "../errors.ts";
import { checkAttached } from "./detached.ts";
import { dtypeOf, elementType, type NdArray, type TypedArray, zeros } from "./dtypes.ts";
import { ndarray } from "./package.ts";
import { printsAs } from "./print.ts";

/** A view of `data`, in C order unless strides are given. */
export function view<Data extends TypedArray>(
  data: Data,
  shape: readonly number[] = [data.length],
  stride?: readonly number[],
  offset?: number,
): NdArray<Data> {
  return printsAs(ndarray(data as never, shape as number[], stride as number[], offset) as unknown as NdArray<Data>);
}

/** Whether a value is an npm `ndarray`, whichever copy of that package made it. */
export function isNdArray(value: unknown): value is NdArray {
  return typeof value === "object" && value !== null && "data" in value && "shape" in value && "stride" in value &&
    "offset" in value && "dimension" in value && "pick" in value;
}

/** The number of elements that a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/**
 * An array over bytes, in C order: a view where the bytes are aligned and in native order, else a copy.
 *
 * @throws ArrayError when the number of bytes is not that of the shape, the dtype has no typed array, or the bytes are gone.
 */
export function fromBytes(bytes: Uint8Array, dtype: string, shape: readonly number[]): NdArray {
  const type = elementType(dtype);
  const length = sizeOf(shape);
  checkAttached(bytes);
  if (bytes.length !== length * type.itemsize) {
    throw new ArrayError(
      `${type.dtype} of shape [${shape.join(", ")}] takes ${length * type.itemsize} bytes, found ${bytes.length}`,
    );
  }
  const aligned = bytes.byteOffset % type.itemsize === 0 && !type.swapped;
  const own = aligned ? bytes : Uint8Array.prototype.slice.call(bytes);
  if (type.swapped) swap(own, type.itemsize);
  return view(new type.array(own.buffer, own.byteOffset, length), shape);
}

function swap(bytes: Uint8Array, itemsize: number): void {
  for (let start = 0; start < bytes.length; start += itemsize) bytes.subarray(start, start + itemsize).reverse();
}

/**
 * The elements in C order: the data itself where the array is one contiguous piece of it, else a copy.
 *
 * @throws ArrayError when the array's memory is gone.
 */
export function contiguous<Data extends TypedArray>(array: NdArray<Data>): Data {
  const size = sizeOf(array.shape);
  const { data } = array;
  checkAttached(data);
  if (isContiguous(array)) return data.subarray(array.offset, array.offset + size) as Data;
  const out = zeros(dtypeOf(data), size) as Data;
  const source: { readonly [index: number]: number | bigint } = data;
  const target: { [index: number]: number | bigint } = out;
  const runs = new Runs(array);
  let next = 0;
  while (runs.next()) {
    const { start, step, count } = runs;
    for (let i = 0, at = start; i < count; i++, at += step) target[next++] = source[at] as number | bigint;
  }
  return out;
}

/** A copy with data of its own, which holds no more than its elements. */
export function copyArray<Data extends TypedArray>(array: NdArray<Data>): NdArray<Data> {
  const elements = contiguous(array);
  if (elements.buffer !== array.data.buffer) return view(elements, array.shape);
  // A Buffer's own `slice` shares; `set` never does.
  const own = zeros(dtypeOf(elements), elements.length) as Data;
  own.set(elements as never);
  return view(own, array.shape);
}

function isContiguous(array: NdArray): boolean {
  let step = 1;
  for (let axis = array.shape.length - 1; axis >= 0; axis--) {
    const extent = array.shape[axis] as number;
    if (extent !== 1 && array.stride[axis] !== step) return false;
    step *= extent;
  }
  return true;
}

/**
 * The elements in C order as runs along the last axis. A loop over them costs a step a row, not one an element, and needs
 * no function that closes over the data, which V8 would keep.
 */
export class Runs {
  /** Where the run begins, as an index of `array.data`. */
  start: number;
  /** From one element of the run to the next. */
  readonly step: number;
  /** The elements of the run. */
  readonly count: number;
  readonly #array: NdArray;
  /** Where the run is along the axes but the last; undefined before the first run. */
  #index: number[] | undefined;
  #left: number;

  constructor(array: NdArray) {
    const { shape, stride, offset } = array;
    const size = sizeOf(shape);
    const isOne = isContiguous(array);
    this.start = offset;
    this.step = isOne ? 1 : stride.at(-1) as number;
    this.count = isOne ? size : shape.at(-1) as number;
    this.#array = array;
    this.#left = size === 0 ? 0 : size / this.count;
  }

  /** Goes to the next run, at first to the first one; false when there is none. */
  next(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    if (this.#index === undefined) this.#index = new Array<number>(Math.max(0, this.#array.shape.length - 1)).fill(0);
    else this.#toNextRow(this.#index);
    return true;
  }

  #toNextRow(index: number[]): void {
    const { shape, stride } = this.#array;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1;
      const isInside = next < (shape[axis] as number);
      this.start += (isInside ? 1 : 1 - next) * (stride[axis] as number);
      index[axis] = isInside ? next : 0;
      if (isInside) return;
    }
  }
}

/** Numbers nested as deep as the array has axes; a number alone for a 0-dimensional array. */
export type Nested = number | bigint | Nested[];

/**
 * The elements as nested lists, as numpy's `tolist` gives them.
 *
 * @param array An array of any shape.
 * @returns A list of lists (of …) of numbers, or of BigInts for 64-bit integers; one number for a 0-dimensional array.
 *
 * @example
 * ```ts
 * import { slice, stins, openCapture, toNested } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(toNested(slice(packet.data, ":2, :3")));
 * ```
 */
export function toNested(array: NdArray): Nested {
  const elements = contiguous(array);
  const { shape } = array;
  const nest = (axis: number, start: number, size: number): Nested => {
    if (axis === shape.length) return elements[start] as number | bigint;
    const inner = size / ((shape[axis] as number) || 1);
    return Array.from({ length: shape[axis] as number }, (_, i) => nest(axis + 1, start + i * inner, inner));
  };
  return nest(0, 0, elements.length);
}
