/**
 * What the WASM kernel (`assembly/`) does with a matrix while it is built, in the memory in which it stands.
 *
 * @module
 */

import { instanceIn } from "../wasm.ts";
import { KERNEL } from "./kernel.ts";
import { arraysIn, type Extent, type Room } from "./layout.ts";

/** What `assembly/` exports. */
interface Exports {
  fill(
    places: number,
    divisors: number,
    sectors: number,
    count: number,
    points: number,
    radial: number,
    none: number,
    falling: boolean,
    wide: boolean,
    dense: boolean,
    first: number,
    weights: number,
    hits: number,
    total: number,
    left: number,
  ): number;
  addPoints(count: number, wide: boolean, dense: boolean, first: number, hits: number, total: number): void;
}

/** What is known of the pixels of a row. */
export interface RowFacts {
  /** Two numbers a pixel, as `rows.ts` tells. */
  readonly places: Int32Array;
  /** What intensities are divided by. */
  readonly divisors: Float64Array;
  /** Of each pixel, as `sectors.ts` tells; undefined without sectors and masks. */
  readonly sectors: Int32Array | undefined;
}

/** Fills a matrix in. */
export interface Filler {
  /**
   * Fills in the pixels of a row whose points are in one bin, or in two neighbours; gives the columns of those that take
   * a closer look, which the next row overwrites.
   */
  fill(row: number, facts: RowFacts): Int32Array;
  /** Counts the points of pixels that somebody else has filled in, `to` not included. */
  count(from: number, to: number): void;
  /** The points in each bin of what was filled in and counted; the desk is free afterwards. */
  take(): Float64Array<ArrayBuffer>;
}

/** Pixels that are filled in at a time: their places have room where strips of images come later. */
const MOST = 8192;

/** Fills in the matrix in a room, at its desk. */
export function fillerIn(room: Room, extent: Extent, columns: number, radial: number, falling: boolean): Filler {
  const { buffer } = room;
  const { bins, points } = extent;
  const { first, hits } = arraysIn(room, extent);
  const wide = first instanceof Uint32Array;
  const dense = hits instanceof Uint32Array;
  const kernel = instanceIn(room.memory, KERNEL) as unknown as Exports;
  const total = new Float64Array(buffer, room.sums, bins + 2);
  const at = { places: room.strip, divisors: room.work, sectors: room.work + 8 * MOST, left: room.work + 12 * MOST };
  const placesAt = new Int32Array(buffer, at.places, 2 * MOST);
  const divisorsAt = new Float64Array(buffer, at.divisors, MOST);
  const sectorsAt = new Int32Array(buffer, at.sectors, MOST);
  const left = new Int32Array(buffer, at.left, MOST);
  const looks = new Int32Array(columns);

  return {
    fill(row, { places, divisors, sectors }) {
      let found = 0;
      for (let from = 0; from < columns; from += MOST) {
        const to = Math.min(from + MOST, columns);
        placesAt.set(places.subarray(2 * from, 2 * to));
        divisorsAt.set(divisors.subarray(from, to));
        if (sectors !== undefined) sectorsAt.set(sectors.subarray(from, to));
        const pixel = row * columns + from;
        const count = kernel.fill(
          at.places,
          at.divisors,
          sectors === undefined ? 0 : at.sectors,
          to - from,
          points,
          radial,
          bins,
          falling,
          wide,
          dense,
          room.first + (wide ? 4 : 2) * pixel,
          room.weights + 8 * pixel,
          room.hits + (dense ? 8 : 2) * pixel,
          room.sums,
          at.left,
        );
        for (let i = 0; i < count; i++) looks[found++] = from + (left[i] as number);
      }
      return looks.subarray(0, found);
    },
    count(from, to) {
      const [firstAt, hitsAt] = [room.first + (wide ? 4 : 2) * from, room.hits + (dense ? 8 : 2) * from];
      kernel.addPoints(to - from, wide, dense, firstAt, hitsAt, room.sums);
    },
    take() {
      const taken = Float64Array.from(total);
      total.fill(0);
      return taken;
    },
  };
}
