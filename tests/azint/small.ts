/**
 * Small detectors and images, and how numbers are compared.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { NdArray } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { Detector } from "../../lib/azint/detector.ts";
import { Poni } from "../../lib/azint/poni.ts";

/** Rows and columns. */
export type Shape = [rows: number, columns: number];

/** A detector with pixels of 1 mm, 30 mm away from the sample, in the beam. */
export function poniOf(shape: Shape, rotations: { rot1?: number; rot2?: number; rot3?: number } = {}): Poni {
  const [rows, columns] = shape;
  const detector = new Detector({ shape, pixelSize: 1e-3 });
  return new Poni({ detector, dist: 0.03, poni1: rows / 2e3, poni2: columns / 2e3, wavelength: 1e-10, ...rotations });
}

/** An image of the values at its places. */
export function imageOf(shape: Shape, value: (y: number, x: number) => number): NdArray<Int32Array> {
  const [rows, columns] = shape;
  const data = Int32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns));
  return view(data, shape);
}

/** An image of whole numbers below 97, without a pattern. */
export const someImage = (shape: Shape): NdArray<Int32Array> =>
  imageOf(shape, (y, x) => (x * x + 3 * y * y + x * y) % 97);

/** Fails where two lists of numbers differ by more than a part of the number, or of 1. */
export function assertClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  tolerance = 1e-6,
): void {
  assert.equal(found.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [found[i] as number, expected[i] as number];
    assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${what}, bin ${i}: found ${a}, expected ${b}`);
  }
}

/** The sum of some numbers. */
export const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);
