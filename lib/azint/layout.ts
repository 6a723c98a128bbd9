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
  /** Where `first`, `weights` and `hits` are, with room for the kernel to work in. It never grows. */
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

/** How large a matrix is. */
export type Extent = Pick<Layout, "pixels" | "bins" | "points">;

/** Memory that the kernel shares: the matrix, a strip of an image, and sums. Positions are in bytes. */
export interface Room extends StripRoom {
  readonly buffer: ArrayBufferLike;
  /** `first`, a number of 2 bytes a pixel, or of 4 where there are many bins. */
  readonly first: number;
  /** `weights`, two float32 a pixel. */
  readonly weights: number;
  /** `hits`, two numbers of a byte a pixel, or of 4 where there are many points. */
  readonly hits: number;
  /**
   * Twice two copies of the sums of all bins, each of two float64, for signals and for variances; while a matrix is
   * built, and where the kernel adds no images, a float64 a bin.
   */
  readonly sums: number;
  /** Bytes of one copy. */
  readonly copy: number;
}

/** Bytes of an image that are taken at a time: few enough to stay in the processor's caches. */
export const STRIP = 131072;
/** From as many bins on, `first` takes 4 bytes. */
const WIDE = 65534;
/** From as many points a pixel on, `hits` takes 4 bytes. */
const DENSE = 256;

/** Bytes of what a room is made of: the matrix, which threads may share, and the desk, where one of them works. */
function partsOf({ pixels, bins, points }: Extent) {
  const wide = bins >= WIDE;
  const matrix = { first: (wide ? 4 : 2) * pixels, weights: 8 * pixels, hits: (points < DENSE ? 2 : 8) * pixels };
  const copy = 16 * (bins + 2);
  const desk = { strip: STRIP, work: 3 * STRIP, sums: wide ? 8 * (bins + 2) : 4 * copy };
  return { matrix, desk, copy };
}

/** Puts parts one after the other, each at a multiple of 64 bytes. */
function placed<Part extends string>(sizes: Readonly<Record<Part, number>>, start: number) {
  let end = start;
  const places = {} as Record<Part, number>;
  for (const part of Object.keys(sizes) as Part[]) {
    places[part] = end;
    end = Math.ceil((end + sizes[part]) / 64) * 64;
  }
  return { places, end };
}

/** Bytes that a matrix and a desk take, multiples of 64. */
export function sizesOf(extent: Extent): { readonly matrix: number; readonly desk: number } {
  const { matrix, desk } = partsOf(extent);
  return { matrix: placed(matrix, 0).end, desk: placed(desk, 0).end };
}

/** Room in a memory that has zeros for a matrix from byte `matrix` on, and for a desk, each a multiple of 64. */
export function roomIn(memory: WebAssembly.Memory, extent: Extent, matrix: number, desk: number): Room {
  const parts = partsOf(extent);
  return {
    memory,
    buffer: memory.buffer,
    ...placed(parts.matrix, matrix).places,
    ...placed(parts.desk, desk).places,
    stripBytes: parts.desk.strip,
    workBytes: parts.desk.work,
    copy: parts.copy,
  };
}

/** Room in a memory of its own. */
export function roomFor(extent: Extent): Room {
  const { matrix, desk } = sizesOf(extent);
  const pages = Math.ceil((matrix + desk) / 65536);
  return roomIn(new WebAssembly.Memory({ initial: pages, maximum: pages }), extent, 0, matrix);
}

/** The arrays of a matrix in its room. */
export function arraysIn({ buffer, first, weights, hits }: Room, { pixels, bins, points }: Extent) {
  return {
    first: bins >= WIDE ? new Uint32Array(buffer, first, pixels) : new Uint16Array(buffer, first, pixels),
    weights: new Float32Array(buffer, weights, 2 * pixels),
    hits: points < DENSE ? new Uint8Array(buffer, hits, 2 * pixels) : new Uint32Array(buffer, hits, 2 * pixels),
  };
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
