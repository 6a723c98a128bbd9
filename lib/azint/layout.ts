/**
 * Which share of each pixel counts in which bins, laid out for speed: nearly every pixel lies in one bin or in two
 * neighbours, and takes a bin and two weights; the few others are lists of their own.
 *
 * @module
 */

import type { StripRoom } from "../array/packed.ts";
import type { Rest } from "./rest.ts";

/** The sparse matrix of an integration. */
export interface Layout {
  /** Where `first` and `weights` are, with room for the kernel to work in. It never grows. */
  readonly room: Room;
  /** The number of pixels. */
  readonly pixels: number;
  /** The number of bins. Bins `bins` and `bins + 1` hold what counts nowhere. */
  readonly bins: number;
  /** Points in a pixel that are told apart: splitting². */
  readonly points: number;
  /** The first bin of each pixel, `bins` for one that has none or is in `rest`. */
  readonly first: Uint16Array | Uint32Array;
  /** Weights of each pixel in its first bin and in the next one: [w0, w1, w0, w1, …], with corrections. */
  readonly weights: Float32Array;
  /** Points of each pixel in its first bin and in the next one. */
  readonly hits: Uint8Array | Uint32Array;
  /** Pixels in other bins than two neighbours. */
  readonly rest: Rest;
  /** Points in each bin, of all pixels. */
  readonly total: Float64Array;
}

/** Memory that the kernel shares: the matrix, a strip of an image, and sums. Positions are in bytes. */
export interface Room extends StripRoom {
  readonly buffer: ArrayBuffer;
  /** `first`, a number of 2 bytes a pixel, or of 4 where there are many bins. */
  readonly first: number;
  /** `weights`, two float32 a pixel. */
  readonly weights: number;
  /** Twice two copies of the sums of all bins, each of two float64, for signals and for variances. */
  readonly sums: number;
  /** Bytes of one copy. */
  readonly copy: number;
}

/** Bytes of an image that are taken at a time: few enough to stay in the processor's caches. */
export const STRIP = 65536;
/** From as many bins on, `first` takes 4 bytes. */
const WIDE = 65534;

/** Makes room for a matrix. */
export function roomFor(pixels: number, bins: number): Room {
  let end = 0;
  const take = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / 64) * 64;
    return start;
  };
  const wide = bins >= WIDE;
  const copy = 16 * (bins + 2);
  const first = take((wide ? 4 : 2) * pixels);
  const weights = take(8 * pixels);
  const strip = take(STRIP);
  const workBytes = 3 * STRIP;
  const work = take(workBytes);
  const sums = take(wide ? 0 : 4 * copy);
  const pages = Math.ceil(end / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const places = { first, weights, strip, stripBytes: STRIP, work, workBytes, sums, copy };
  return { memory, buffer: memory.buffer as ArrayBuffer, ...places };
}

/** The arrays of a matrix in its room. */
export function arraysIn({ buffer, first, weights }: Room, pixels: number, bins: number) {
  return {
    first: bins >= WIDE ? new Uint32Array(buffer, first, pixels) : new Uint16Array(buffer, first, pixels),
    weights: new Float32Array(buffer, weights, 2 * pixels),
  };
}

/** Adds the points of some pixels up in each bin. */
export function addPoints({ first, hits, rest }: Pick<Layout, "first" | "hits" | "rest">, total: Float64Array): void {
  for (let i = 0; i < first.length; i++) {
    const here = hits[2 * i] as number;
    if (here === 0) continue;
    const bin = first[i] as number;
    total[bin]! += here;
    total[bin + 1]! += hits[2 * i + 1] as number;
  }
  for (let i = 0; i < rest.bin.length; i++) total[rest.bin[i] as number]! += rest.hits[i] as number;
}

/** Takes the points of a pixel out of the points in each bin. */
export function removePixel({ first, hits, rest }: Layout, pixel: number, total: Float64Array): void {
  const bin = first[pixel] as number;
  total[bin]! -= hits[2 * pixel] as number;
  total[bin + 1]! -= hits[2 * pixel + 1] as number;
  const at = placeOf(rest.pixel, pixel);
  if (at < 0) return;
  for (let i = rest.start[at] as number; i < (rest.start[at + 1] as number); i++) {
    total[rest.bin[i] as number]! -= rest.hits[i] as number;
  }
}

/** Where a number is in an ascending list, or -1. */
export function placeOf(list: Uint32Array, value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return list[low] === value ? low : -1;
}
