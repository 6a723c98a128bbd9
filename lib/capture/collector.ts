/**
 * Large buffers that nobody has any more, given back early.
 *
 * @module
 */

import { keepFreedMemory } from "../freed_memory.ts";

/** Bytes of new buffers after which the garbage collector is asked for those that nobody has any more. */
export const COLLECT_EVERY = 4 << 20;

/** Collects what is young: a tenth of a millisecond, as nearly nothing survives. */
type Collect = () => void;

/**
 * Asks the garbage collector for large buffers. By itself it gives them back late: it sees a few small objects, not the
 * megabytes behind them, and at some time lets 300 MB pile up. So it is told to, where it listens:
 * `deno run --v8-flags=--expose-gc`, as the tasks have it.
 *
 * As little survives a collection, V8 takes the heap for a small one, and soon looks through all of it whenever there
 * are 48 MB, which two large frames are; and those that are in use then, it takes for old. It leaves off with
 * `--initial-old-space-size=128`, a third of what it begins with by itself. What it has collected it frees in another
 * thread, where the next frame may be taken before; with `--no-concurrent-array-buffer-sweeping` the memory is free at
 * once.
 */
export class Collector {
  readonly #collect: Collect | undefined;
  #bytes = 0;

  /** @param collect How to collect; undefined where that is left to the garbage collector. */
  constructor(collect: Collect | undefined = exposed()) {
    this.#collect = collect;
  }

  /** So many bytes are taken. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Whether it is time to collect. */
  get isDue(): boolean {
    return this.#bytes >= COLLECT_EVERY;
  }

  /**
   * Collects, if it is time to. To be called between two events, when nobody has the buffers of the one before any more:
   * V8 takes for old what lives through two collections, and looks for it again much later.
   */
  betweenEvents(): void {
    if (!this.isDue) return;
    this.#bytes = 0;
    keepFreedMemory();
    this.#collect?.();
  }
}

function exposed(): Collect | undefined {
  const { gc } = globalThis as { gc?: (options: { type: "minor" }) => void };
  return gc === undefined ? undefined : () => gc({ type: "minor" });
}
