/**
 * Arrays of every dtype, shape and stride, and what is in them, found without the code under test.
 *
 * @module
 */

import type { NdArray, Nested, TypedArray } from "beamfold";
import fc from "fast-check";
import { view } from "../../lib/array/ndarray.ts";

/** Every dtype that has a typed array of its own, with its extreme values. */
export const extremes = {
  int8: Int8Array.of(-128, 0, 127),
  uint8: Uint8Array.of(0, 1, 255),
  int16: Int16Array.of(-32768, 258, 32767),
  uint16: Uint16Array.of(0, 258, 65535),
  int32: Int32Array.of(-(2 ** 31), 16909060, 2 ** 31 - 1),
  uint32: Uint32Array.of(0, 16909060, 2 ** 32 - 1),
  int64: BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n, 2n ** 63n - 1n),
  uint64: BigUint64Array.of(0n, 2n ** 53n + 1n, 2n ** 64n - 1n),
  float32: Float32Array.of(-Infinity, -0, 1.5, NaN, 2 ** -149),
  float64: Float64Array.of(Infinity, -0, 0.1, NaN, 2 ** -1074, 2 ** 1023),
} as const;

/** 0, 1, 2, … in C order. */
export function counting(...shape: number[]): NdArray<Int32Array> {
  return view(Int32Array.from({ length: product(shape) }, (_, i) => i), shape);
}

/** The elements as nested lists, one `get` at a time. */
export function nestedOf(array: NdArray, ...index: number[]): Nested {
  if (index.length === array.shape.length) return array.get(...index);
  return Array.from({ length: array.shape[index.length] ?? 0 }, (_, i) => nestedOf(array, ...index, i));
}

/** The elements in C order. */
export function elementsOf(array: NdArray): (number | bigint)[] {
  const flat = (nested: Nested): (number | bigint)[] => Array.isArray(nested) ? nested.flatMap(flat) : [nested];
  return flat(nestedOf(array));
}

/** Integers of up to 32 bits: their sums are exact. */
export const smallIntegers = [
  (length: number) => fc.int8Array(exactly(length)),
  (length: number) => fc.uint8Array(exactly(length)),
  (length: number) => fc.int16Array(exactly(length)),
  (length: number) => fc.uint16Array(exactly(length)),
  (length: number) => fc.int32Array(exactly(length)),
  (length: number) => fc.uint32Array(exactly(length)),
];

/** 64-bit integers. */
export const bigIntegers = [
  (length: number) => fc.bigInt64Array(exactly(length)),
  (length: number) => fc.bigUint64Array(exactly(length)),
];

const HIGH = Math.fround(1e30);

/** Floats whose sums do not overflow. */
export const tameFloats = [
  (length: number) => fc.float32Array({ ...exactly(length), min: -HIGH, max: HIGH, noNaN: true }),
  (length: number) => fc.float64Array({ ...exactly(length), min: -HIGH, max: HIGH, noNaN: true }),
];

/** Floats with NaN and infinities among them. */
export const wildFloats = [
  (length: number) => fc.float32Array(exactly(length)),
  (length: number) => fc.float64Array(exactly(length)),
];

/** Ways to make so many elements. */
export type Elements = readonly ((length: number) => fc.Arbitrary<TypedArray>)[];

/** Every dtype, with every value that it can hold. */
export const everyDtype: Elements = [...smallIntegers, ...bigIntegers, ...wildFloats];

/** Arrays of no to four axes: empty ones, with gaps, turned round, transposed, and beginning anywhere in their data. */
export function arrays(elements: Elements = everyDtype, minExtent = 0): fc.Arbitrary<NdArray> {
  const axis = fc.record({ extent: fc.integer({ min: minExtent, max: 3 }), step: fc.constantFrom(1, 1, -1, 2, -2) });
  return fc.tuple(fc.array(axis, { maxLength: 4 }), fc.nat(2), fc.constantFrom(...elements)).chain(
    ([axes, before, make]) => {
      const extents = axes.map(({ extent, step }) => extent * Math.abs(step));
      const order = fc.shuffledSubarray(axes.map((_, i) => i), { minLength: axes.length });
      return fc.tuple(make(before + product(extents)), order).map(([data, order]) => {
        let offset = before;
        const strides = axes.map(({ extent, step }, i) => {
          const stride = product(extents.slice(i + 1));
          if (step < 0 && extent > 0) offset += (extent - 1) * -step * stride;
          return step * stride;
        });
        return view(data, order.map((i) => axes[i]?.extent ?? 0), order.map((i) => strides[i] ?? 0), offset);
      });
    },
  );
}

function product(extents: readonly number[]): number {
  return extents.reduce((total, extent) => total * extent, 1);
}

function exactly(length: number): { minLength: number; maxLength: number } {
  return { minLength: length, maxLength: length };
}
