/**
 * Images into bins by the WASM kernel (`assembly/`), in the memory in which the matrix is.
 *
 * @module
 */

import type { Values } from "./images.ts";
import { instanceIn } from "../wasm.ts";
import { KERNEL } from "./kernel.ts";
import type { Layout } from "./layout.ts";
import { Accumulator, type Sums } from "./plain.ts";

/** What `assembly/` exports. */
interface Exports {
  add: Add;
  addSquares: Add;
}

type Add = (
  kind: number,
  image: number,
  count: number,
  first: number,
  weights: number,
  sums: number,
  copy: number,
) => void;

const KINDS: readonly unknown[] = [
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float64Array,
];
/** Copies of the sums that take pixels in turn. */
const COPIES = 2;

/** Adds images up, as {@linkcode Accumulator} does, which takes the pixels in other bins than two neighbours. */
export class FastAccumulator {
  readonly #layout: Layout;
  readonly #variance: boolean;
  readonly #exports: Exports;
  readonly #plain: Accumulator;

  constructor(layout: Layout, variance: boolean) {
    this.#layout = layout;
    this.#variance = variance;
    this.#exports = instanceIn(layout.room.memory, KERNEL) as unknown as Exports;
    this.#plain = new Accumulator(layout, variance);
  }

  /** Takes the pixels from number `from` on, in order, which lie in the strip of the room. They are finite. */
  add(values: Values, from: number): void {
    const { first, weights, strip, sums, copy } = this.#layout.room;
    // Nothing is made here for each strip: garbage has the garbage collector look at frames too early.
    const kind = KINDS.indexOf(values.constructor);
    const bins = first + 2 * from;
    const shares = weights + 8 * from;
    this.#exports.add(kind, strip, values.length, bins, shares, sums, copy);
    if (this.#variance) {
      this.#exports.addSquares(kind, strip, values.length, bins, shares, sums + COPIES * copy, copy);
    }
    this.#plain.addRest(values, from);
  }

  /** Takes one pixel that may not be finite. */
  addOne(value: number, pixel: number): void {
    this.#plain.addOne(value, pixel);
  }

  /** The sums, and a fresh start. */
  take(): Sums {
    const { signal, variance } = this.#plain.take();
    this.#collect(signal, 0);
    if (variance !== undefined) this.#collect(variance, COPIES);
    return { signal, variance };
  }

  /** Adds the kernel's sums to others, and makes them 0. */
  #collect(to: Float64Array, skipped: number): void {
    const { buffer, sums, copy } = this.#layout.room;
    for (let i = 0; i < COPIES; i++) {
      const pairs = new Float64Array(buffer, sums + (skipped + i) * copy, copy / 8);
      for (let bin = 0; bin < to.length; bin++) {
        to[bin]! += (pairs[2 * bin] as number) + (bin > 0 ? pairs[2 * bin - 1] as number : 0);
      }
      pairs.fill(0);
    }
  }
}

/** What adds images up for a matrix: the kernel, unless there are too many bins for it. */
export function accumulatorFor(layout: Layout, variance: boolean): FastAccumulator | Accumulator {
  return layout.first instanceof Uint16Array
    ? new FastAccumulator(layout, variance)
    : new Accumulator(layout, variance);
}
