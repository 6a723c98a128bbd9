/**
 * What the intensity in a pixel is divided by: the solid angle it covers and the polarization of the beam.
 *
 * @module
 */

import { type Grid, rotateExactly, type Rotation } from "./geometry.ts";
import type { Rows } from "./rows.ts";

const { fround } = Math;

/** Which corrections apply. */
export interface Corrections {
  /** Whether pixels at a slant count for the part of the sphere that they cover. */
  readonly solidAngle: boolean;
  /** The factor P, 1 for a beam polarized along axis 2; undefined for no correction. */
  readonly polarization: number | undefined;
}

/**
 * The corrections of the pixels of a row, as azint 1.2.5 has them: (dist / √(dist² + p1² + p2²))³ with the centre before
 * rotation, times ½(1 + cos²2θ − P·cos(2φ)·(1 − cos²2θ)) with the rotated one.
 *
 * @param rows Knows the solid angles.
 * @returns A function whose result is overwritten by the next row.
 */
export function correctionOf(
  { centre1, centre2, dist }: Grid,
  rotation: Rotation,
  { solidAngle, polarization }: Corrections,
  rows: Rows,
): (row: number) => Float64Array {
  const ones = new Float64Array(centre2.length).fill(1);
  const at = new Float64Array(3);
  const product = new Float64Array(centre2.length);
  return (row) => {
    const solid = solidAngle ? rows.solidAngles(row) : ones;
    if (polarization === undefined) return solid;
    const p1 = centre1[row] as number;
    for (let column = 0; column < centre2.length; column++) {
      rotateExactly(rotation, p1, centre2[column] as number, dist, at);
      const y = (at[0] as number) ** 2;
      const x = (at[1] as number) ** 2;
      const z = (at[2] as number) ** 2;
      // cos²2θ = z / (x + y + z) and cos 2φ = (x − y) / (x + y), with φ from axis 2.
      const factor = (1 + (z - polarization * (x - y)) / (x + y + z)) / 2;
      product[column] = fround((solid[column] as number) * fround(factor));
    }
    return product;
  };
}
