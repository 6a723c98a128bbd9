/**
 * Large buffers that nobody has any more, given back early.
 *
 * @module
 */

/** Bytes of new buffers after which the garbage collector is asked for those that nobody has any more. */
const COLLECT_EVERY = 16 << 20;

/** Collects what is young: half a millisecond at most, as nearly nothing survives. */
type Collect = () => void;

/**
 * Asks the garbage collector for large buffers. By itself it gives them back late: it sees a few small objects, not the
 * megabytes behind them, and at some time lets 300 MB pile up. So it is told to, where it listens:
 * `deno run --v8-flags=--expose-gc`, as the tasks have it.
 */
export class Collector {
  readonly #collect: Collect | undefined;
  #bytes = 0;

  /** @param collect How to collect; undefined where that is left to the garbage collector. */
  constructor(collect: Collect | undefined = exposed()) {
    this.#collect = collect;
  }

  /** Another so many bytes are about to be taken. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= COLLECT_EVERY || this.#collect === undefined) return;
    this.#collect();
    this.#bytes = bytes;
  }
}

function exposed(): Collect | undefined {
  const { gc } = globalThis as { gc?: (options: { type: "minor" }) => void };
  return gc === undefined ? undefined : () => gc({ type: "minor" });
}
