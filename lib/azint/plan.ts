/**
 * What the matrix of an integration follows from.
 *
 * @module
 */

import { joinedBytes } from "../bytes.ts";
import type { Corrections } from "./correction.ts";
import type { Edges } from "./edges.ts";
import type { Grid, Rotation, Setup } from "./geometry.ts";
import type { RadialUnit, Scale } from "./units.ts";

/** What a matrix is built of. */
export interface Plan {
  readonly setup: Setup;
  readonly grid: Grid;
  readonly rotation: Rotation;
  readonly scale: Scale;
  /** What the scale was made for. */
  readonly unit: RadialUnit;
  readonly wavelength: number;
  readonly splitting: number;
  readonly radial: Edges;
  readonly azimuth: Edges | undefined;
  readonly corrections: Corrections;
  /** A value for each pixel, other than 0 where it is excluded. */
  readonly mask: Uint8Array | undefined;
  /** Told the part that is done, 0 … 1. */
  readonly progress: ((done: number) => void) | undefined;
}

/** Everything that a matrix follows from, as bytes: two plans with the same bytes are the same. */
export function identityOf(plan: Plan): Uint8Array<ArrayBuffer> {
  const { setup, unit, wavelength, splitting, radial, azimuth, corrections, mask } = plan;
  const numbers = [setup, unit, wavelength, splitting, corrections, radial.bins, azimuth?.bins ?? null];
  const parts = [new TextEncoder().encode(JSON.stringify(numbers)), bytesOf(radial.exact)];
  if (azimuth !== undefined) parts.push(bytesOf(azimuth.exact));
  if (mask !== undefined) parts.push(mask);
  return joinedBytes(parts);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
