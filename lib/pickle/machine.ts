/**
 * The state of an interpreter of pickles.
 *
 * @module
 */

import { kind, Reading } from "./reading.ts";

/** The stack, the marks on it, and what was remembered. `unpickle.ts` and `rare.ts` execute opcodes on it. */
export class Machine {
  readonly bytes: Uint8Array;
  readonly reading: Reading;
  /** The values; those from `top` on are leftovers. */
  readonly stack: unknown[] = [];
  top = 0;
  /** Where the values behind the last MARK start, and the same for the marks before it. */
  fence = 0;
  readonly fences: number[] = [];
  readonly memo: unknown[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.reading = new Reading(bytes.length);
  }

  /** Takes the last mark away, and gives where the values behind it start. */
  mark(): number {
    const from = this.fence;
    const before = this.fences.pop();
    if (before === undefined) throw this.reading.error("there is no MARK");
    this.fence = before;
    return from;
  }

  /** Checks that there are values behind the last mark. */
  need(count: number): void {
    if (this.top - this.fence < count) throw this.reading.error(`there are fewer than ${count} values to take`);
  }

  /** Remembers the last value. */
  put(index: number): void {
    this.need(1);
    if (index > this.bytes.length) throw this.reading.error(`there cannot be ${index} values to remember`);
    this.memo[index] = this.stack[this.top - 1];
  }

  /** A value that was remembered. */
  get(index: number): unknown {
    const value = index < this.memo.length ? this.memo[index] : undefined;
    if (value === undefined) throw this.reading.error(`nothing was remembered as ${index}`);
    return value;
  }

  /** A value that can be appended to. */
  list(value: unknown): unknown[] {
    if (!Array.isArray(value)) throw this.reading.error(`${kind(value)} cannot be appended to`);
    return value;
  }
}
