/**
 * A search for whole items behind one that seems to be cut.
 *
 * @module
 */

import { CaptureError } from "../errors.ts";
import { openBytesAt } from "./bytes.ts";
import { frameLengths, ItemSequence, type PlacedItem } from "./sequence.ts";

const WINDOW = 256 << 10;
/** How a capture item begins: tag 42877 and an array of 2 or 3. */
const MARK = [0xd9, 0xa7, 0x7d] as const;
const MARK_LENGTH = MARK.length + 1;
/** The self-described tag that may stand before the mark. */
const PREFIX_LENGTH = 3;
/** Places tried; more than a few come from frames that happen to hold the mark. */
const MAX_CANDIDATES = 4;

/**
 * Looks for a whole item behind the one at `offset`. If there is one, the file was not cut: a length in the item at
 * `offset` is wrong, and taking that for a cut would lose everything behind it.
 */
export async function itemBehind(path: string, offset: number): Promise<PlacedItem<number> | undefined> {
  for (const candidate of await marksBehind(path, offset)) {
    const items = new ItemSequence(await openBytesAt(path, candidate), frameLengths, candidate);
    try {
      const item = await items.next();
      if (item !== undefined) return item;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
    } finally {
      items.close();
    }
  }
  return undefined;
}

async function marksBehind(path: string, offset: number): Promise<number[]> {
  const marks: number[] = [];
  const source = await openBytesAt(path, offset);
  try {
    const window = new Uint8Array(WINDOW);
    let held = 0;
    let base = offset;
    for (;;) {
      const count = await source.read(window.subarray(held));
      if (count === 0) return marks;
      const end = held + count;
      const bytes = window.subarray(0, end);
      for (let i = bytes.indexOf(MARK[0]); i >= 0 && i + MARK_LENGTH <= end; i = bytes.indexOf(MARK[0], i + 1)) {
        // The item at `offset` begins with a mark itself.
        if (base + i > offset + PREFIX_LENGTH && isMark(bytes, i)) marks.push(base + i);
        if (marks.length === MAX_CANDIDATES) return marks;
      }
      held = Math.min(MARK_LENGTH - 1, end);
      window.copyWithin(0, end - held, end);
      base += end - held;
    }
  } finally {
    source.close();
  }
}

function isMark(bytes: Uint8Array, at: number): boolean {
  const array = bytes[at + MARK.length];
  return MARK.every((byte, i) => bytes[at + i] === byte) && (array === 0x82 || array === 0x83);
}
