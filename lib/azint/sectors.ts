/**
 * The azimuthal bins of whole pixels.
 *
 * @module
 */

import { type Edges, edgesBelow } from "./edges.ts";
import { azimuthOf, rotateExactly } from "./geometry.ts";
import type { Plan } from "./plan.ts";

/** Degrees within which float32 may put a point on the other side of an azimuth. */
const NEAR_AZIMUTH = 2e-4;

/** The points of a pixel may be in several bins. */
export const MIXED = -2;
/** A pixel is in none. */
export const OUTSIDE = -1;

/**
 * Tells the azimuthal bin of a whole pixel from its centre: none of its points is further from that than half its
 * diagonal. Close to the edge of a sector, each point counts by itself.
 */
export function sectorFinder(
  { grid, rotation, setup }: Plan,
  { single, exact }: Edges,
): (row: number, column: number) => number {
  const { centre1, centre2, dist } = grid;
  const at = new Float64Array(3);
  const half = Math.hypot(...setup.pixelSize) / 2;
  return (row: number, column: number): number => {
    rotateExactly(rotation, centre1[row] as number, centre2[column] as number, dist, at);
    const [y, x] = [at[0] as number, at[1] as number];
    const ratio = half / Math.sqrt(y * y + x * x);
    if (!(ratio < 0.5)) return MIXED;
    // asin(ratio) < 1.1 ratio, in degrees.
    const margin = ratio * 1.1 * (180 / Math.PI) + NEAR_AZIMUTH;
    const angle = azimuthOf(y, x);
    if (angle < margin || angle > 360 - margin) return MIXED;
    const below = edgesBelow(single, angle);
    if (angle - (exact[below - 1] ?? -Infinity) < margin || (exact[below] ?? Infinity) - angle < margin) return MIXED;
    return below === single.length ? OUTSIDE : below - 1;
  };
}
