/**
 * A search for places in a file at which something may begin.
 *
 * @module
 */

import { openBytesAt } from "./bytes.ts";

const WINDOW = 256 << 10;

/** What a place looks like. */
export interface Mark {
  /** How many bytes of it are looked at. */
  readonly length: number;
  /** Whether something may begin at `at`, where so many bytes are there. */
  isAt(bytes: Uint8Array, at: number): boolean;
}

/** The first `most` places from byte `from` of the (decompressed) file on. */
export async function marksFrom(path: string, from: number, mark: Mark, most: number): Promise<number[]> {
  const marks: number[] = [];
  const source = await openBytesAt(path, from);
  try {
    const window = new Uint8Array(WINDOW);
    let held = 0;
    let base = from;
    for (;;) {
      const count = await source.read(window.subarray(held));
      if (count === 0) return marks;
      const end = held + count;
      const bytes = window.subarray(0, end);
      for (let i = 0; i + mark.length <= end; i++) {
        if (mark.isAt(bytes, i)) marks.push(base + i);
        if (marks.length === most) return marks;
      }
      held = Math.min(mark.length - 1, end);
      window.copyWithin(0, end - held, end);
      base += end - held;
    }
  } finally {
    source.close();
  }
}
