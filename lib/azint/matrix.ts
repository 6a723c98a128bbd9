/**
 * Builds the matrix of an integration: splitting² points in each pixel, and the bin that each falls into.
 *
 * @module
 */

import { bandBuilder } from "./band_builder.ts";
import { type Band, bandsOf, type Site, siteAlone } from "./bands.ts";
import { arraysIn, type Extent, type Layout } from "./layout.ts";
import type { Plan } from "./plan.ts";
import { joined, type Rest } from "./rest.ts";

export type { Plan } from "./plan.ts";

/** Rows between two reports on the progress. */
const REPORT_EVERY = 64;

/** How large the matrix of a plan is. */
export function extentOf({ grid, splitting, radial, azimuth }: Plan): Extent {
  return {
    pixels: grid.centre1.length * grid.centre2.length,
    bins: radial.bins * (azimuth?.bins ?? 1),
    points: splitting * splitting,
  };
}

/**
 * Builds the matrix of a plan, alone or together with others who do the same with the same plan at some time. Points
 * that fall into no bin count nowhere.
 *
 * Nobody waits for anybody: a band that somebody else has begun, and that does not stand when all others do, is built
 * here as well, which changes nothing in what stands of it. So it does not matter how fast the others are, and whether
 * they live.
 *
 * @param site Where it is built, and what connects it with the others.
 */
export function buildMatrix(plan: Plan, site: Site = siteAlone(extentOf(plan))): Layout {
  const { grid, progress } = plan;
  const rows = grid.centre1.length;
  const extent = extentOf(plan);
  const { room } = site;
  const builder = bandBuilder(plan, room, extent);

  const all = bandsOf(rows);
  const rests = new Map<number, Rest>();
  const build = (number: number): void => {
    const rest = builder.build(all[number] as Band);
    rests.set(number, rest);
    site.publish(number, rest);
  };
  const take = (number: number): boolean => {
    const rest = site.published(number);
    if (rest === undefined) return false;
    builder.count(all[number] as Band, rest);
    rests.set(number, rest);
    return true;
  };

  let due = 0;
  for (let number; (number = site.claim()) < all.length;) {
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
  const rest = joined([...all.keys()].map((number) => rests.get(number) as Rest));
  return { room, ...extent, ...arraysIn(room, extent), rest, total: builder.takeTotal() };
}
