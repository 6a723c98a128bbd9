/**
 * Plans of matrices, made of numbers that can be sent to a thread, and how matrices are compared.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Site } from "../../lib/azint/bands.ts";
import { newCommons } from "../../lib/azint/commons.ts";
import { edgesOf } from "../../lib/azint/edges.ts";
import { gridOf, rotationOf } from "../../lib/azint/geometry.ts";
import type { Layout } from "../../lib/azint/layout.ts";
import { extentOf } from "../../lib/azint/matrix.ts";
import type { Plan } from "../../lib/azint/plan.ts";
import { sharedSite } from "../../lib/azint/shared_site.ts";
import { linspace, scaleOf } from "../../lib/azint/units.ts";

/** What a plan is made of. */
export interface Outline {
  readonly shape: readonly [rows: number, columns: number];
  readonly splitting: number;
  readonly bins: number;
  readonly azimuthBins?: number;
  /** Whether each seventh pixel is left out. */
  readonly masked?: boolean;
}

/** Detectors with pixels in one bin, in two, in more and in none: few rows and many, narrow numbers and wide ones. */
export const OUTLINES: readonly Outline[] = [
  { shape: [200, 30], splitting: 1, bins: 12 },
  { shape: [201, 31], splitting: 4, bins: 90, masked: true },
  { shape: [150, 40], splitting: 4, bins: 50, azimuthBins: 7 },
  { shape: [97, 33], splitting: 2, bins: 20, azimuthBins: 36, masked: true },
  { shape: [70, 21], splitting: 16, bins: 8 },
  { shape: [67, 11], splitting: 1, bins: 70_000 },
  { shape: [1, 50], splitting: 4, bins: 5 },
  { shape: [3, 50], splitting: 3, bins: 5, azimuthBins: 3 },
];

/** The plan of an outline. */
export function planOf(
  { shape, splitting, bins, azimuthBins, masked }: Outline,
  progress?: (done: number) => void,
): Plan {
  const [rows, columns] = shape;
  const setup = {
    shape,
    pixelSize: [1e-3, 2e-3] as const,
    dist: 0.05,
    poni1: rows * 0.6e-3,
    poni2: columns * 1.1e-3,
    rot1: 0.1,
    rot2: 0.2,
    rot3: 0,
  };
  return {
    setup,
    grid: gridOf(setup, splitting),
    rotation: rotationOf(setup),
    scale: scaleOf("2th", NaN, NaN),
    unit: "2th",
    wavelength: NaN,
    splitting,
    radial: edgesOf(linspace(2, 70, bins)),
    azimuth: azimuthBins === undefined ? undefined : edgesOf(linspace(0, 300, azimuthBins)),
    corrections: { solidAngle: true, polarization: 0.9 },
    mask: masked ? Uint8Array.from({ length: rows * columns }, (_, i) => i % 7 === 3 ? 1 : 0) : undefined,
    progress,
  };
}

/** What a matrix consists of, as bytes: in these -0 is not 0, and NaN is NaN. */
export function partsOf({ first, weights, hits, total, rest }: Layout): Record<string, Uint8Array> {
  const arrays = {
    first,
    weights,
    hits,
    total,
    ...Object.fromEntries(Object.entries(rest).map(([k, v]) => [`rest.${k}`, v])),
  };
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { buffer, byteOffset, byteLength }]) => [
      name,
      new Uint8Array(buffer, byteOffset, byteLength).slice(),
    ]),
  );
}

/** Fails where matrices differ in a bit. */
export function assertSameMatrix(
  found: Record<string, Uint8Array>,
  expected: Record<string, Uint8Array>,
  what: string,
) {
  assert.deepEqual(Object.keys(found), Object.keys(expected), what);
  for (const [name, bytes] of Object.entries(expected)) {
    const other = found[name] as Uint8Array;
    assert.equal(other.length, bytes.length, `${what}: ${name}`);
    const at = bytes.findIndex((byte, i) => byte !== other[i]);
    assert.equal(at, -1, `${what}: byte ${at} of ${name}`);
  }
}

/** What stands for everything that a matrix follows from. */
export const identityOf = (number: number): Uint8Array => Uint8Array.from({ length: 64 }, (_, i) => number >> i % 8);

/** Memory for matrices. */
export function memory(): WebAssembly.Memory {
  const memory = newCommons();
  assert.ok(memory !== undefined);
  return memory;
}

/** The site of a matrix in such memory, which has room for it. */
export function siteIn(memory: WebAssembly.Memory, outline: Outline, identity = identityOf(0xa7)): Site {
  const site = sharedSite(memory, identity, extentOf(planOf(outline)));
  assert.ok(site !== undefined);
  return site;
}

/** Bytes of a memory that were taken, by blocks of 64. */
export function takenIn({ buffer }: WebAssembly.Memory): number {
  return 64 * (new Int32Array(buffer)[0] as number);
}
