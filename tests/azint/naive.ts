/**
 * Azimuthal integration as one would write it down: a loop over pixels, points, and all edges.
 *
 * @module
 */

import type { NdArray } from "beamfold";
import type { Poni } from "../../lib/azint/poni.ts";
import { azimuthOf, gridOf, rotate, rotationOf, twoTheta } from "../../lib/azint/geometry.ts";
import { type RadialUnit, scaleOf } from "../../lib/azint/units.ts";

/** What is summed over a bin. */
export interface NaiveSums {
  readonly signal: number[];
  /** Σ weight² · I. */
  readonly variance: number[];
  readonly norm: number[];
}

/** Sums of an image over radial bins or over azimuthal × radial bins. */
export function naiveSums(
  poni: Poni,
  image: NdArray,
  options: {
    readonly unit: RadialUnit;
    readonly splitting: number;
    readonly radial: readonly number[];
    readonly azimuth?: readonly number[];
    readonly leaveOut?: (y: number, x: number) => boolean;
    /** What a pixel is divided by; 1 when left out. */
    readonly divisor?: (y: number, x: number) => number;
  },
): NaiveSums {
  const { unit, splitting, azimuth, leaveOut, divisor } = options;
  const radial = options.radial.map(Math.fround);
  const setup = {
    ...poni,
    shape: image.shape as [number, number],
    pixelSize: poni.detector?.pixelSize as [number, number],
  };
  const grid = gridOf(setup, splitting);
  const rotation = rotationOf(setup);
  const scale = scaleOf(unit, poni.wavelength ?? NaN, poni.dist / (Math.cos(poni.rot1) * Math.cos(poni.rot2)));
  const bins = (radial.length - 1) * (azimuth === undefined ? 1 : azimuth.length - 1);
  const signal = new Array<number>(bins).fill(0);
  const variance = new Array<number>(bins).fill(0);
  const norm = new Array<number>(bins).fill(0);
  const at = new Float32Array(3);
  const inside = (value: number, edges: readonly number[]): number =>
    edges.slice(1).findIndex((high, i) => value > (edges[i] as number) && value <= high);

  for (let y = 0; y < setup.shape[0]; y++) {
    for (let x = 0; x < setup.shape[1]; x++) {
      if (leaveOut?.(y, x)) continue;
      const parts = new Map<number, number>();
      for (let k = 0; k < splitting; k++) {
        for (let l = 0; l < splitting; l++) {
          const p1 = grid.sub1[y * splitting + k] as number;
          const p2 = grid.sub2[x * splitting + l] as number;
          rotate(rotation, p1, p2, grid.dist, at);
          const [a, b, c] = [at[0] as number, at[1] as number, at[2] as number];
          const bin = inside(scale.value(twoTheta(a, b, c)), radial);
          const sector = azimuth === undefined ? 0 : inside(azimuthOf(a, b), azimuth.map(Math.fround));
          if (bin < 0 || sector < 0) continue;
          const place = sector * (radial.length - 1) + bin;
          parts.set(place, (parts.get(place) ?? 0) + 1 / splitting ** 2);
        }
      }
      for (const [place, part] of parts) {
        const weight = part / (divisor?.(y, x) ?? 1);
        norm[place]! += part;
        signal[place]! += weight * Number(image.get(y, x));
        variance[place]! += weight ** 2 * Number(image.get(y, x));
      }
    }
  }
  return { signal, variance, norm };
}
