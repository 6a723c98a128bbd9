/**
 * Builds bands of a matrix.
 *
 * @module
 */

import type { Band } from "./bands.ts";
import { correctionOf } from "./correction.ts";
import { thresholdsOf } from "./edges.ts";
import { type Filler, fillerIn } from "./filler.ts";
import { arraysIn, type Extent, type Room } from "./layout.ts";
import type { Plan } from "./plan.ts";
import { finder } from "./points.ts";
import { type Rest, RestBuilder } from "./rest.ts";
import { rowsOf } from "./rows.ts";
import { OUTSIDE, sectorFinder } from "./sectors.ts";

const { fround } = Math;

/** Builds bands, and adds points up. */
export interface BandBuilder {
  /** Builds a band; gives its pixels in other bins than two neighbours. */
  build(band: Band): Rest;
  /** Counts the points of a band that somebody else has built. */
  count(band: Band, rest: Rest): void;
  /** The points in each bin of all that was built and counted; called at the end. */
  takeTotal(): Float64Array<ArrayBuffer>;
}

/**
 * Makes ready for the bands of a matrix.
 *
 * The kernel tells where the points of most pixels lie, and fills these in; pixels with points too close to an edge, in
 * more bins than two or in two sectors are looked at point by point. Each entry is written once, so that a band that
 * somebody built and uses can be built again.
 *
 * @param room Where the matrix stands, zeros at first.
 */
export function bandBuilder(plan: Plan, room: Room, extent: Extent): BandBuilder {
  const { setup, grid, rotation, scale, splitting, radial, corrections } = plan;
  const columns = grid.centre2.length;
  const thresholds = thresholdsOf(radial, scale);
  const kernel = rowsOf(setup, grid, rotation, splitting, thresholds);
  const correction = correctionOf(grid, rotation, corrections, kernel);
  const sectorsOf = rowSectors(plan);
  const filler: Filler = fillerIn(room, extent, columns, radial.bins, thresholds.falling);
  const rest = new RestBuilder();
  const total = new Float64Array(extent.bins + 2);
  const look = closerLook(plan, { ...arraysIn(room, extent), total }, extent, finder(plan, thresholds), rest);

  return {
    build({ from, to }) {
      for (let row = from; row < to; row++) {
        const divisors = correction(row);
        const sectors = sectorsOf?.(row);
        const left = filler.fill(row, { places: kernel.locate(row), divisors, sectors });
        for (let i = 0; i < left.length; i++) {
          const column = left[i] as number;
          look(row, column, sectors === undefined ? 0 : sectors[column] as number, divisors[column] as number);
        }
      }
      return rest.take();
    },
    count({ from, to }, { bin, hits }) {
      filler.count(from * columns, to * columns);
      for (let i = 0; i < bin.length; i++) total[bin[i] as number]! += hits[i] as number;
    },
    takeTotal() {
      const all = filler.take();
      for (let bin = 0; bin < all.length; bin++) all[bin]! += total[bin] as number;
      return all;
    },
  };
}

/** The sectors of the pixels of a row, `OUTSIDE` also for those that are masked; undefined where all are in one. */
function rowSectors(plan: Plan): ((row: number) => Int32Array) | undefined {
  const { grid, azimuth, mask } = plan;
  if (azimuth === undefined && mask === undefined) return undefined;
  const sectors = new Int32Array(grid.centre2.length);
  const sectorOf = azimuth === undefined ? () => 0 : sectorFinder(plan, azimuth);
  return (row) => {
    for (let column = 0, pixel = row * sectors.length; column < sectors.length; column++, pixel++) {
      sectors[column] = mask !== undefined && mask[pixel] !== 0 ? OUTSIDE : sectorOf(row, column);
    }
    return sectors;
  };
}

/** Looks at the points of a pixel, and writes what it finds into the matrix or the rest. */
function closerLook(
  { splitting, grid }: Plan,
  { first, weights, hits, total }: ReturnType<typeof arraysIn> & { readonly total: Float64Array },
  { bins, points }: Extent,
  find: ReturnType<typeof finder>,
  rest: RestBuilder,
): (row: number, column: number, sector: number, divisor: number) => void {
  const columns = grid.centre2.length;
  // The bins of the pixel at hand, and how many of its points are in each.
  const seen = new Int32Array(splitting * splitting);
  const counts = new Int32Array(splitting * splitting);
  const weightOf = (count: number, divisor: number): number => fround(fround(count / points) / divisor);

  return (row, column, sector, divisor) => {
    const pixel = row * columns + column;
    const found = find(row, column, sector, seen, counts);
    const [a, b] = [seen[0] as number, seen[1] as number];
    if (found === 0) {
      first[pixel] = bins;
      return;
    }
    if (found > 2 || found === 2 && a - b !== 1 && b - a !== 1) {
      first[pixel] = bins;
      rest.begin(pixel);
      for (let i = 0; i < found; i++) {
        const [bin, count] = [seen[i] as number, counts[i] as number];
        rest.add(bin, count, weightOf(count, divisor));
        total[bin]! += count;
      }
      return;
    }
    const bin = found === 2 && b < a ? b : a;
    first[pixel] = bin;
    for (let i = 0; i < found; i++) {
      const entry = 2 * pixel + (seen[i] as number) - bin;
      const count = counts[i] as number;
      hits[entry] = count;
      weights[entry] = weightOf(count, divisor);
      total[seen[i] as number]! += count;
    }
  };
}
