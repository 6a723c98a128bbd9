/**
 * Builds the matrix of an integration: splitting² points in each pixel, and the bin that each falls into.
 *
 * @module
 */

import { correctionOf } from "./correction.ts";
import { thresholdsOf } from "./edges.ts";
import { arraysIn, type Layout, RestBuilder, roomFor } from "./layout.ts";
import type { Plan } from "./plan.ts";
import { finder } from "./points.ts";
import { rowsOf } from "./rows.ts";
import { MIXED, OUTSIDE, sectorFinder } from "./sectors.ts";

export type { Plan } from "./plan.ts";

const { fround } = Math;

/** Rows between two reports on the progress. */
const REPORT_EVERY = 64;

/**
 * Builds the matrix of a plan. Points that fall into no bin count nowhere.
 *
 * The kernel tells where the points of most pixels lie; pixels with points too close to an edge, in more bins than two
 * or in two sectors are looked at point by point.
 */
export function buildMatrix(plan: Plan): Layout {
  const { setup, grid, rotation, scale, splitting, radial, azimuth, mask, progress } = plan;
  const rows = grid.centre1.length;
  const columns = grid.centre2.length;
  const pixels = rows * columns;
  const bins = radial.bins * (azimuth?.bins ?? 1);
  const points = splitting * splitting;
  const room = roomFor(pixels, bins);
  const { first, weights } = arraysIn(room, pixels, bins);
  first.fill(bins);
  const hits = points < 256 ? new Uint8Array(2 * pixels) : new Uint32Array(2 * pixels);
  const total = new Float64Array(bins + 2);
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

  for (let row = 0, pixel = 0; row < rows; row++) {
    if (progress !== undefined && row % REPORT_EVERY === 0) progress(row / rows);
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
  progress?.(1);
  return { room, pixels, bins, points, first, weights, hits, rest: rest.finish(), total };
}
