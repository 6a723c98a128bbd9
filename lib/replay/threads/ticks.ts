/**
 * Ticks that workers in several threads share.
 *
 * @module
 */

import type { TickClock } from "../mapper.ts";

/** The bytes that shared ticks take. */
export const TICK_BYTES = 8;

/** Milliseconds since 1970, of which all threads have the same. */
const now = (): number => performance.timeOrigin + performance.now();

/** A tick clock in memory that threads share: milliseconds of the last tick. */
export function sharedTicks(buffer: SharedArrayBuffer): TickClock {
  const last = new BigInt64Array(buffer);
  return {
    take(interval) {
      const time = BigInt(Math.floor(now()));
      const before = Atomics.load(last, 0);
      if (before !== 0n && Number(time - before) < 1000 * interval) return false;
      // Another worker may have been quicker; the tick is its then.
      return Atomics.compareExchange(last, 0, before, time) === before;
    },
  };
}
