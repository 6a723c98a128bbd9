/**
 * Images into bins, in plain TypeScript.
 *
 * @module
 */

import type { Values } from "./images.ts";
import { type Layout, placeOf } from "./layout.ts";

/** So many sums would not stay in the processor's caches twice, and neighbours seldom meet. */
const MANY = 2 ** 14;

/** What an image adds up to in each bin. */
export interface Sums {
  /** Σ weight · I. */
  readonly signal: Float64Array;
  /** Σ weight² · I, where errors are asked for. */
  readonly variance: Float64Array | undefined;
}

/** Adds images up. Bins `bins` and `bins + 1` of its arrays hold what counts nowhere. */
export class Accumulator {
  readonly #layout: Layout;
  // Each of two pixels that follow one another adds to sums of its own, so that it need not wait for the other.
  readonly #sums: readonly [Float64Array, Float64Array];
  readonly #squares: readonly [Float64Array, Float64Array] | undefined;
  #rest = 0;

  constructor(layout: Layout, variance: boolean) {
    this.#layout = layout;
    const pair = (): [Float64Array, Float64Array] => {
      const sums = new Float64Array(layout.bins + 2);
      return [sums, layout.bins < MANY ? new Float64Array(layout.bins + 2) : sums];
    };
    this.#sums = pair();
    this.#squares = variance ? pair() : undefined;
  }

  /** Takes the pixels from number `from` on, in order. They are finite. */
  add(values: Values, from: number): void {
    const { first, weights } = this.#layout;
    if (this.#squares === undefined) addSignal(values, from, first, weights, ...this.#sums);
    else addBoth(values, from, first, weights, ...this.#sums, ...this.#squares);
    this.addRest(values, from);
  }

  /** Takes one pixel that may not be finite: it must not reach bins in which its weight is 0. */
  addOne(value: number, pixel: number): void {
    const { first, weights, rest } = this.#layout;
    for (let i = 0; i < 2; i++) {
      const weight = weights[2 * pixel + i] as number;
      if (weight !== 0) this.#put((first[pixel] as number) + i, weight, value);
    }
    const at = placeOf(rest.pixel, pixel);
    if (at < 0) return;
    for (let i = rest.start[at] as number; i < (rest.start[at + 1] as number); i++) {
      this.#put(rest.bin[i] as number, rest.weight[i] as number, value);
    }
  }

  /** Takes what is not in `first` and `weights` of the pixels from number `from` on, in order. */
  addRest(values: Values, from: number): void {
    const { pixel, start, bin, weight } = this.#layout.rest;
    const end = from + values.length;
    for (; this.#rest < pixel.length && (pixel[this.#rest] as number) < end; this.#rest++) {
      const value = values[(pixel[this.#rest] as number) - from] as number;
      if (value === 0) continue;
      const last = start[this.#rest + 1] as number;
      for (let i = start[this.#rest] as number; i < last; i++) this.#put(bin[i] as number, weight[i] as number, value);
    }
  }

  #put(bin: number, weight: number, value: number): void {
    this.#sums[0][bin]! += weight * value;
    if (this.#squares !== undefined) this.#squares[0][bin]! += weight * weight * value;
  }

  /** The sums, and a fresh start. */
  take(): Sums {
    const { bins } = this.#layout;
    const signal = combined(this.#sums, bins);
    const variance = this.#squares === undefined ? undefined : combined(this.#squares, bins);
    this.#rest = 0;
    return { signal, variance };
  }
}

function combined([a, b]: readonly [Float64Array, Float64Array], bins: number): Float64Array {
  const sum = new Float64Array(bins);
  for (let i = 0; i < bins; i++) sum[i] = a === b ? a[i] as number : (a[i] as number) + (b[i] as number);
  a.fill(0);
  b.fill(0);
  return sum;
}

function addSignal(
  values: Values,
  from: number,
  first: Uint16Array | Uint32Array,
  weights: Float32Array,
  even: Float64Array,
  odd: Float64Array,
): void {
  const count = values.length;
  for (let i = 0; i < count; i++) {
    let value = values[i] as number;
    if (value !== 0) {
      const bin = first[from + i] as number;
      const at = 2 * (from + i);
      even[bin]! += (weights[at] as number) * value;
      even[bin + 1]! += (weights[at + 1] as number) * value;
    }
    if (++i === count) break;
    value = values[i] as number;
    if (value === 0) continue;
    const bin = first[from + i] as number;
    const at = 2 * (from + i);
    odd[bin]! += (weights[at] as number) * value;
    odd[bin + 1]! += (weights[at + 1] as number) * value;
  }
}

function addBoth(
  values: Values,
  from: number,
  first: Uint16Array | Uint32Array,
  weights: Float32Array,
  even: Float64Array,
  odd: Float64Array,
  evenSquares: Float64Array,
  oddSquares: Float64Array,
): void {
  const count = values.length;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (value === 0) continue;
    const sums = i & 1 ? odd : even;
    const squares = i & 1 ? oddSquares : evenSquares;
    const bin = first[from + i] as number;
    const w0 = weights[2 * (from + i)] as number;
    const w1 = weights[2 * (from + i) + 1] as number;
    sums[bin]! += w0 * value;
    sums[bin + 1]! += w1 * value;
    squares[bin]! += w0 * w0 * value;
    squares[bin + 1]! += w1 * w1 * value;
  }
}
