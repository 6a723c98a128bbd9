/**
 * Arrays whose elements are unpacked when they are first looked at, such as images that a detector compressed.
 *
 * @module
 */

import { defineLazy } from "../lazy.ts";
import { type DType, type NdArray, type TypedArray, zeros } from "./dtypes.ts";
import { view } from "./ndarray.ts";

/** Elements that are packed. */
export interface Packed {
  readonly dtype: DType;
  /** All elements, in C order. */
  unpack(): TypedArray;
  /**
   * Visits the elements in C order, strip by strip, without taking memory for all of them.
   *
   * @param visit Told of elements, which the next strip overwrites, and of the number of the first one.
   */
  strips(visit: Visit): void;
  /**
   * Visits the elements as {@linkcode Packed.strips} does, in somebody's WASM memory.
   *
   * @returns Whether there is room enough; nothing was visited when there is not.
   */
  stripsIn(room: StripRoom, visit: Visit): boolean;
}

/** Told of some elements of an array, and of the number of the first one. */
export type Visit = (elements: TypedArray, from: number) => void;

/** Room for strips in a WASM memory; positions and sizes are in bytes. */
export interface StripRoom {
  readonly memory: WebAssembly.Memory;
  /** Where strips come out: 64 bytes or more, aligned to 64. */
  readonly strip: number;
  readonly stripBytes: number;
  /** Where an unpacker may work; not 0. */
  readonly work: number;
  readonly workBytes: number;
}

const key = Symbol("packed");

interface WithKey {
  [key]?: () => Packed | undefined;
}

/** An array of elements that are packed. */
export function packedArray(packed: Packed, shape: readonly number[]): NdArray {
  const array = view(zeros(packed.dtype, 0), shape);
  let elements: TypedArray | undefined;
  let passed = false;
  defineLazy(array, "data", () => elements = packed.unpack(), true);
  Object.defineProperty(array, key, {
    value: () => {
      if (elements !== undefined || passed) return undefined;
      passed = true;
      return packed;
    },
  });
  return array;
}

/**
 * The elements of an array that are packed still, for somebody who passes over them once. Who comes second gets
 * nothing: it is quicker to unpack them then, and to keep them.
 */
export function packedOf(array: NdArray): Packed | undefined {
  return (array as WithKey)[key]?.();
}
