/**
 * Builds bands of a matrix.
 *
 * @module
 */

import type { Band } from "./bands.ts";
import { correctionOf } from "./correction.ts";
import { thresholdsOf } from "./edges.ts";
import type { Layout } from "./layout.ts";
import type { Plan } from "./plan.ts";
import { finder } from "./points.ts";
import { type Rest, RestBuilder } from "./rest.ts";
import { rowsOf } from "./rows.ts";
import { MIXED, OUTSIDE, sectorFinder } from "./sectors.ts";

const { fround } = Math;

/**
 * Makes ready for the bands of a matrix.
 *
 * The kernel tells where the points of most pixels lie; pixels with points too close to an edge, in more bins than two
 * or in two sectors are looked at point by point.
 *
 * @param arrays Those of the whole matrix, where entries are written, and points in each bin are added up.
 * @returns Builds a band that was not built before; gives its pixels in other bins than two neighbours.
 */
export function bandBuilder(
  plan: Plan,
  { first, weights, hits, total }: Pick<Layout, "first" | "weights" | "hits" | "total">,
): (band: Band) => Rest {
  const { setup, grid, rotation, scale, splitting, radial, azimuth, mask } = plan;
  const columns = grid.centre2.length;
  const none = radial.bins * (azimuth?.bins ?? 1);
  const points = splitting * splitting;
  const rest = new RestBuilder();
  const thresholds = thresholdsOf(radial, scale);
  const { falling } = thresholds;
  const kernel = rowsOf(setup, grid, rotation, splitting, thresholds);
  const correction = correctionOf(grid, rotation, plan.corrections, kernel);
  const find = finder(plan, thresholds);
  const sectorOf = azimuth === undefined ? undefined : sectorFinder(plan, azimuth);
  // The bins of the pixel at hand, and how many of its points are in each.
  const seen = new Int32Array(points);
  const counts = new Int32Array(points);
  const shares = Float32Array.from({ length: points + 1 }, (_, count) => count / points);
  const isBin = (bin: number): boolean => bin >= 0 && bin < radial.bins;

  return ({ from, to }) => {
    first.fill(none, from * columns, to * columns);
    for (let row = from, pixel = from * columns; row < to; row++) {
      const divisors = correction(row);
      const places = kernel.locate(row);
      for (let column = 0; column < columns; column++, pixel++) {
        if (mask !== undefined && mask[pixel] !== 0) continue;
        const sector = sectorOf === undefined ? 0 : sectorOf(row, column);
        if (sector === OUTSIDE) continue;
        const divisor = divisors[column] as number;
        const below = places[2 * column] as number;
        // Most pixels have points in one bin, `here`, and perhaps in the next one, `beside`.
        let bin: number;
        let here: number;
        let beside: number;

        if (below >= 0 && sector !== MIXED) {
          const beyond = places[2 * column + 1] as number;
          bin = falling ? radial.bins - below - 1 : below - 1;
          here = falling ? beyond : points - beyond;
          beside = isBin(bin + 1) ? points - here : 0;
          if (!isBin(bin)) here = 0;
          bin += sector * radial.bins;
          if (here === 0) [bin, here, beside] = [bin + 1, beside, 0];
        } else {
          const found = find(row, column, sector, seen, counts);
          const a = seen[0] as number;
          const b = seen[1] as number;
          if (found > 2 || found === 2 && a - b !== 1 && b - a !== 1) {
            rest.begin(pixel);
            for (let i = 0; i < found; i++) {
              const count = counts[i] as number;
              rest.add(seen[i] as number, count, fround((shares[count] as number) / divisor));
              total[seen[i] as number]! += count;
            }
            continue;
          }
          bin = a;
          here = found > 0 ? counts[0] as number : 0;
          beside = found > 1 ? counts[1] as number : 0;
          if (found > 1 && b < a) [bin, here, beside] = [b, beside, here];
        }

        if (here === 0) continue;
        first[pixel] = bin;
        hits[2 * pixel] = here;
        weights[2 * pixel] = fround((shares[here] as number) / divisor);
        total[bin]! += here;
        if (beside === 0) continue;
        hits[2 * pixel + 1] = beside;
        weights[2 * pixel + 1] = fround((shares[beside] as number) / divisor);
        total[bin + 1]! += beside;
      }
    }
    return rest.take();
  };
}
