/**
 * The scattering angles that a detector sees.
 *
 * @module
 */

import { type Grid, rotateExactly, type Rotation } from "./geometry.ts";

const { atan, atan2, max, min, sqrt } = Math;

/**
 * The least and the greatest 2θ of the centres of pixels, in radians: float64 but for the centres, as in azint.
 *
 * @param accept Which angles count.
 * @returns `[Infinity, -Infinity]` where none does.
 */
export function rangeOf(grid: Grid, rotation: Rotation, accept: (twoTheta: number) => boolean): [number, number] {
  const { centre1, centre2, dist } = grid;
  const at = new Float64Array(3);
  const beam = accept(0);
  // Angles below 90° are compared by their tan², the others are computed.
  let nearest = Infinity;
  let farthest = -Infinity;
  let least = Infinity;
  let greatest = -Infinity;
  for (const p1 of centre1) {
    for (const p2 of centre2) {
      rotateExactly(rotation, p1, p2, dist, at);
      const y = at[0] as number;
      const x = at[1] as number;
      const z = at[2] as number;
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
