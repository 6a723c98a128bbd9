/**
 * What `verify` tells.
 *
 * @module
 */

/** Something that differs between a replay and one of the variants that `verify` ran of it. */
export interface Difference {
  /** In words, what was other in that variant, such as `"5 workers"` or `"results in another order (seed 1)"`. */
  readonly variant: string;
  /** What differs: what is in an HDF5 file, the reducer's own data, a count of the outcome, or that the variant fails. */
  readonly kind: "file" | "group" | "dataset" | "attribute" | "field" | "count" | "error";
  /** The file of the replay; undefined for what is in no file. */
  readonly file: string | undefined;
  /**
   * The path in the file (`entry/data/I`, an attribute as `entry/data@units`), or the reducer's field (`evolution`,
   * `points[].x` where lists hold objects), or the count (`events`), or the class and method that fail.
   */
  readonly path: string;
  /** The first element that differs: an index for each axis or nested list, the key of a Map; empty for a single value. */
  readonly index: readonly (number | string)[];
  /** What is there in the replay; a text for what is no number, text or boolean. */
  readonly expected: DifferenceValue;
  /** What is there in the variant. */
  readonly found: DifferenceValue;
  /** How many elements differ. */
  readonly count: number;
  /** Of how many. */
  readonly size: number;
  /** All of that in a sentence. */
  readonly message: string;
}

/** A value that differs. Whole numbers beyond 2^53 are texts. */
export type DifferenceValue = number | string | boolean | null | undefined;

/** What `verify` found. */
export interface Verification {
  /**
   * Whether every variant was compared: `"complete"`, or `"aborted"`, or `"other events"` for an input that gave other
   * events when it was read again.
   */
  readonly status: "complete" | "aborted" | "other events";
  /** The variants that were run, in words. */
  readonly variants: readonly string[];
  /** What differs, by variant. When the status is complete, none means: all variants give the same. */
  readonly differences: readonly Difference[];
  /** What is no failure: differences by rounding only, what differs from run to run by itself, what cannot be read. */
  readonly notes: readonly string[];
  /** All of that in a paragraph, with the way out. */
  readonly summary: string;
}
