/**
 * The scattering angles that a detector sees.
 *
 * @module
 */

import type { Grid, Rotation } from "./geometry.ts";

const { atan, atan2, max, min, sqrt } = Math;

/**
 * The least and the greatest 2θ of the centres of pixels, in radians: float64 but for the centres, as in azint.
 *
 * @param accept Which angles count.
 * @returns `[Infinity, -Infinity]` where none does.
 */
export function rangeOf(grid: Grid, rotation: Rotation, accept: (twoTheta: number) => boolean): [number, number] {
  const { centre1, centre2, dist } = grid;
  // As `rotateExactly` has it, step by step; what is the same for all pixels of a column is computed once.
  const [c1, s1, c2, s2, c3, s3] = rotation.exact as unknown as [number, number, number, number, number, number];
  const column2 = Float64Array.from(centre2, (p2) => c1 * p2 + s1 * dist);
  const column3 = Float64Array.from(centre2, (p2) => c1 * dist - s1 * p2);
  const beam = accept(0);
  // Angles below 90° are compared by their tan², the others are computed.
  let nearest = Infinity;
  let farthest = -Infinity;
  let least = Infinity;
  let greatest = -Infinity;
  for (const p1 of centre1) {
    const row1 = c2 * p1;
    const row3 = s2 * p1;
    for (let column = 0; column < column2.length; column++) {
      const b = column2[column] as number;
      const c = column3[column] as number;
      const a = row1 - s2 * c;
      const z = row3 + c2 * c;
      const y = c3 * a - s3 * b;
      const x = s3 * a + c3 * b;
      const squared = y * y + x * x;
      if (z > 0) {
        const t = squared / (z * z);
        if (t === 0 && !beam) continue;
        if (t < nearest) nearest = t;
        if (t > farthest) farthest = t;
        continue;
      }
      const angle = atan2(sqrt(squared), z);
      if (!accept(angle)) continue;
      least = min(least, angle);
      greatest = max(greatest, angle);
    }
  }
  if (nearest > farthest) return [least, greatest];
  return [min(least, atan(sqrt(nearest))), max(greatest, atan(sqrt(farthest)))];
}
