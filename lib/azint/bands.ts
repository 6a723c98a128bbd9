/**
 * Bands of rows, in which a matrix is built: no row depends on another.
 *
 * @module
 */

import { type Extent, type Room, roomFor } from "./layout.ts";
import type { Rest } from "./rest.ts";

/** Rows of a detector, `to` not included. */
export interface Band {
  readonly from: number;
  readonly to: number;
}

/** Rows of a band: few enough that the last bands are soon done. */
const ROWS = 32;
/** How many bands there are at most. */
export const MOST_BANDS = 512;

/** The bands of so many rows. */
export function bandsOf(rows: number): Band[] {
  const height = Math.max(ROWS, Math.ceil(rows / MOST_BANDS));
  const bands: Band[] = [];
  for (let from = 0; from < rows; from += height) bands.push({ from, to: Math.min(from + height, rows) });
  return bands;
}

/** Where one matrix is built, by one thread or by several, each some of its bands. */
export interface Site {
  /** Where it stands: its arrays are the same for all who build it. */
  readonly room: Room;
  /** The number of a band that nobody has begun; not below the number of bands when there is none left. */
  claim(): number;
  /** Tells the others that a band stands, and its pixels in other bins than two neighbours, if there is room for them. */
  publish(band: number, rest: Rest): void;
  /** What somebody published of a band, if so: in memory that is not only this thread's. */
  published(band: number): Rest | undefined;
}

/** A site on which only one builds. */
export function siteAlone(extent: Extent): Site {
  let next = 0;
  return { room: roomFor(extent), claim: () => next++, publish() {}, published: () => undefined };
}
