/**
 * The bins of a pixel's points, one by one.
 *
 * @module
 */

import { binOf, edgesBelow, type Thresholds } from "./edges.ts";
import { azimuthOf, rotated, twoTheta } from "./geometry.ts";
import type { Plan } from "./plan.ts";
import { MIXED } from "./sectors.ts";

/**
 * Finds the bins of the points of a pixel, in `seen` and `counts`; gives how many bins there are.
 *
 * @param sector The azimuthal bin, {@linkcode MIXED} if each point has its own; 0 without a cake.
 */
type Find = (row: number, column: number, sector: number, seen: Int32Array, counts: Int32Array) => number;

/**
 * Most points are far enough from all edges for a comparison of tan²(2θ) in float64 to tell their bin; it begins at the
 * bin of the point before. The others are computed in float32.
 */
export function finder(plan: Plan, { low, high, falling }: Thresholds): Find {
  const { grid, rotation, scale, splitting, radial, azimuth } = plan;
  const { sub1, sub2, dist } = grid;
  const edges = radial.single;
  const turned = !rotation.none;
  let below = 0;

  return (row, column, sector, seen, counts) => {
    let found = 0;
    let last = -1;
    const end1 = (row + 1) * splitting;
    const end2 = (column + 1) * splitting;
    for (let k = row * splitting; k < end1; k++) {
      for (let l = column * splitting; l < end2; l++) {
        const p1 = sub1[k] as number;
        const p2 = sub2[l] as number;
        const y = turned ? rotated(rotation, 1, p1, p2, dist) : p1;
        const x = turned ? rotated(rotation, 2, p1, p2, dist) : p2;
        const z = turned ? rotated(rotation, 3, p1, p2, dist) : dist;
        let bin: number;
        const t = z > 0 ? (y * y + x * x) / (z * z) : -1;
        while (t > (high[below + 1] as number)) below++;
        while (t < (low[below] as number)) below--;
        if (t >= 0 && t < (low[below + 1] as number) && t > (high[below] as number)) {
          bin = (falling ? edges.length - below : below) - 1;
        } else {
          bin = edgesBelow(edges, scale.value(twoTheta(y, x, z))) - 1;
        }
        if (bin < 0 || bin >= radial.bins) continue;
        if (azimuth !== undefined) {
          const part = sector === MIXED ? binOf(azimuth.single, azimuthOf(y, x)) : sector;
          if (part < 0) continue;
          bin += part * radial.bins;
        }
        if (last >= 0 && seen[last] === bin) {
          counts[last]! += 1;
          continue;
        }
        last = 0;
        while (last < found && seen[last] !== bin) last++;
        if (last === found) {
          seen[found] = bin;
          counts[found++] = 0;
        }
        counts[last]! += 1;
      }
    }
    return found;
  };
}
