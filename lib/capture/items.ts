/**
 * Items from wherever they come: event captures, plain or pickled, raw dumps, and sources of one's own.
 *
 * @module
 */

import type { Cut } from "./damage.ts";
import type { Placed } from "./elements.ts";
import type { RawItem } from "./item.ts";

/** An item with the place where it stands. */
export type PlacedItem<Frame> = Placed<RawItem<Frame>>;

/** Items in the order of their event numbers, one after the other. */
export interface Items<Frame = Uint8Array> {
  /** The file they come from, or the name of what gives them. */
  readonly path: string;
  /** What places are counted in: bytes of the (decompressed) file, or items. */
  readonly unit: "byte" | "item";
  /** Where the next item begins. */
  readonly offset: number;
  /** How much of the file is read, in bytes; both are 0 where there is no file. */
  readonly progress: { readonly bytes: number; readonly size: number };
  /** Set at the end when the last item is not whole. */
  readonly cut: Cut | undefined;
  /** What was passed over, and what else is worth knowing; complete at the end. */
  readonly notes: readonly string[];
  /** The event number of the next item, which stays the next; undefined at the end. */
  peek(): number | undefined | Promise<number | undefined>;
  /**
   * The next item, undefined at the end; a promise only where it was not yet in memory.
   *
   * @throws CaptureError where there is none and it is not the end.
   */
  next(): PlacedItem<Frame> | undefined | Promise<PlacedItem<Frame> | undefined>;
  /** Ends the reading. May be called more than once. */
  close(): void | Promise<void>;
}
