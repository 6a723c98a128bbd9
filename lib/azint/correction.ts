/**
 * What the intensity in a pixel is divided by: the solid angle it covers and the polarization of the beam.
 *
 * @module
 */

import { cube } from "./cube.ts";
import { type Grid, rotateExactly, type Rotation, type Setup } from "./geometry.ts";

const { fround, sqrt } = Math;

/** Which corrections apply. */
export interface Corrections {
  /** Whether pixels at a slant count for the part of the sphere that they cover. */
  readonly solidAngle: boolean;
  /** The factor P, 1 for a beam polarized along axis 2; undefined for no correction. */
  readonly polarization: number | undefined;
}

/**
 * The correction of a pixel, as azint 1.2.5 has it: (dist / √(dist² + p1² + p2²))³ with the centre before rotation,
 * times ½(1 + cos²2θ − P·cos(2φ)·(1 − cos²2θ)) with the rotated one.
 */
export function correctionOf(
  setup: Setup,
  { centre1, centre2, dist }: Grid,
  rotation: Rotation,
  { solidAngle, polarization }: Corrections,
): (row: number, column: number) => number {
  const at = new Float64Array(3);
  const squared = fround(setup.dist * setup.dist);
  return (row, column) => {
    const p1 = centre1[row] as number;
    const p2 = centre2[column] as number;
    let solid = 1;
    if (solidAngle) {
      const far = fround(sqrt(fround(fround(squared + fround(p1 * p1)) + fround(p2 * p2))));
      solid = cube(fround(dist / far));
    }
    if (polarization === undefined) return solid;
    rotateExactly(rotation, p1, p2, dist, at);
    const y = (at[0] as number) ** 2;
    const x = (at[1] as number) ** 2;
    const z = (at[2] as number) ** 2;
    // cos²2θ = z / (x + y + z) and cos 2φ = (x − y) / (x + y), with φ from axis 2.
    const factor = (1 + (z - polarization * (x - y)) / (x + y + z)) / 2;
    return fround(solid * fround(factor));
  };
}
