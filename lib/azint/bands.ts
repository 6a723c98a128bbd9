/**
 * Bands of rows, in which a matrix is built: no row depends on another.
 *
 * @module
 */

import type { Layout } from "./layout.ts";
import type { Rest } from "./rest.ts";

/** Rows of a detector, `to` not included. */
export interface Band {
  readonly from: number;
  readonly to: number;
}

/** What a matrix has for some of its pixels. */
export interface Entries extends Pick<Layout, "first" | "weights" | "hits"> {
  readonly rest: Rest;
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

/** The bands of one matrix, which several may build, each some of them. */
export interface Bands {
  /** The number of a band that nobody has begun; not below the number of bands when there is none left. */
  claim(): number;
  /** Whether anybody else builds this matrix. */
  readonly joint: boolean;
  /** Gives the others a band, if there is room for it. */
  publish(band: number, entries: Entries): void;
  /** A band that somebody published, if so: in memory that is not only this thread's. */
  published(band: number): Entries | undefined;
}

/** Bands that only one builds. */
export function bandsAlone(): Bands {
  let next = 0;
  return { claim: () => next++, joint: false, publish() {}, published: () => undefined };
}
