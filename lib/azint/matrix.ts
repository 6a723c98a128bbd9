/**
 * Builds the matrix of an integration: splitting² points in each pixel, and the bin that each falls into.
 *
 * @module
 */

import { bandBuilder } from "./band_builder.ts";
import { type Band, type Bands, bandsAlone, bandsOf, type Entries } from "./bands.ts";
import { addPoints, arraysIn, type Layout, roomFor } from "./layout.ts";
import type { Plan } from "./plan.ts";
import { joined, type Rest } from "./rest.ts";

export type { Plan } from "./plan.ts";

/** Rows between two reports on the progress. */
const REPORT_EVERY = 64;

/**
 * Builds the matrix of a plan, alone or together with others who do the same with the same plan at some time. Points
 * that fall into no bin count nowhere.
 *
 * Nobody waits for anybody: a band that somebody else has begun, and that is not there when all others are, is built
 * here as well. So it does not matter how fast the others are, and whether they live.
 *
 * @param bands What connects it with the others.
 */
export function buildMatrix(plan: Plan, bands: Bands = bandsAlone()): Layout {
  const { grid, splitting, radial, azimuth, progress } = plan;
  const rows = grid.centre1.length;
  const columns = grid.centre2.length;
  const pixels = rows * columns;
  const bins = radial.bins * (azimuth?.bins ?? 1);
  const points = splitting * splitting;
  const room = roomFor(pixels, bins);
  const { first, weights } = arraysIn(room, pixels, bins);
  const hits = points < 256 ? new Uint8Array(2 * pixels) : new Uint32Array(2 * pixels);
  const total = new Float64Array(bins + 2);
  const buildBand = bandBuilder(plan, { first, weights, hits, total });

  const all = bandsOf(rows);
  const rests = new Map<number, Rest>();
  const entriesOf = ({ from, to }: Band, rest: Rest): Entries => ({
    first: first.subarray(from * columns, to * columns),
    weights: weights.subarray(2 * from * columns, 2 * to * columns),
    hits: hits.subarray(2 * from * columns, 2 * to * columns),
    rest,
  });
  const unpublished: number[] = [];
  const build = (number: number): void => {
    rests.set(number, buildBand(all[number] as Band));
    unpublished.push(number);
    // Until somebody else comes, it would take time and memory for nothing.
    if (!bands.joint) return;
    for (const made of unpublished.splice(0)) {
      bands.publish(made, entriesOf(all[made] as Band, rests.get(made) as Rest));
    }
  };
  const take = (number: number): boolean => {
    const found = bands.published(number);
    if (found === undefined) return false;
    const entries = entriesOf(all[number] as Band, found.rest);
    entries.first.set(found.first);
    entries.weights.set(found.weights);
    entries.hits.set(found.hits);
    addPoints(entries, total);
    rests.set(number, found.rest);
    return true;
  };

  let due = 0;
  for (let number; (number = bands.claim()) < all.length;) {
    const { from } = all[number] as Band;
    if (progress !== undefined && from >= due) {
      progress(from / rows);
      due = from - from % REPORT_EVERY + REPORT_EVERY;
    }
    build(number);
  }
  const missing = [...all.keys()].filter((number) => !rests.has(number) && !take(number));
  // Those who have begun these may have published them while the others were taken.
  for (const number of missing) if (!take(number)) build(number);
  progress?.(1);
  return {
    room,
    pixels,
    bins,
    points,
    first,
    weights,
    hits,
    rest: joined([...all.keys()].map((number) => rests.get(number) as Rest)),
    total,
  };
}
