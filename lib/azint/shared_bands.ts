/**
 * Bands of matrices in memory that threads share (`commons.ts`), where they find those that others built.
 *
 * At its beginning is a table of the matrices that are there: for each a key, how many bands were begun, how many
 * threads build it, and where each band is. The bands follow, in the order in which they were published. Nothing in the
 * memory is changed or taken away once it is there; the memory goes as a whole. A band is noted in the table when all of
 * it is written, so a thread may end at any time.
 *
 * @module
 */

import { type Bands, type Entries, MOST_BANDS } from "./bands.ts";

/** Matrices that the table has room for. */
export const MATRICES = 16;
/** Numbers of 64 bits in a key. */
const KEY_PARTS = 4;
/** Where the table has what of a matrix, in numbers of 32 bits. */
const CLAIMED = 2 * KEY_PARTS;
const BUILDERS = CLAIMED + 1;
const PLACES = CLAIMED + 2;
const ENTRY = PLACES + MOST_BANDS;

/** Places are counted in blocks of so many bytes, for which 32 bits are enough. None begins at 0. */
const BLOCK = 64;
/** The first block has the number of those that bands take; the table comes next. */
const FIRST = Math.ceil((BLOCK + 4 * MATRICES * ENTRY) / BLOCK);

/**
 * The bands of a matrix, as threads share them.
 *
 * @param buffer The memory, zeros at first.
 * @param key The SHA-256 of what the matrix follows from, in hexadecimal digits.
 * @returns Undefined where the table has no room for it.
 */
export function sharedBands(buffer: SharedArrayBuffer, key: string): Bands | undefined {
  const table = entryOf(buffer, key);
  if (table === undefined) return undefined;
  Atomics.add(table, BUILDERS, 1);
  let full = false;
  return {
    claim: () => Atomics.add(table, CLAIMED, 1),
    get joint() {
      return Atomics.load(table, BUILDERS) > 1;
    },
    publish(band, entries) {
      if (full || Atomics.load(table, PLACES + band) !== 0) return;
      const block = written(buffer, entries);
      if (block === undefined) full = true;
      else Atomics.store(table, PLACES + band, block);
    },
    published(band) {
      const block = Atomics.load(table, PLACES + band);
      return block === 0 ? undefined : readAt(buffer, block);
    },
  };
}

/** The part of the table that a matrix has, from now on if nobody came with it before. */
function entryOf(buffer: SharedArrayBuffer, key: string): Int32Array<SharedArrayBuffer> | undefined {
  const parts = key.match(/.{16}/g)?.map((digits) => BigInt.asIntN(64, BigInt(`0x${digits}`))) ?? [];
  for (let i = 0; i < MATRICES; i++) {
    const at = BLOCK + 4 * ENTRY * i;
    const cells = new BigInt64Array(buffer, at, KEY_PARTS);
    // All who come with a key write all of it, so that nobody has to wait for it to be complete.
    const same = parts.every((part, k) => [0n, part].includes(Atomics.compareExchange(cells, k, 0n, part)));
    if (same) return new Int32Array(buffer, at, ENTRY);
  }
  return undefined;
}

/** What a band begins with: its pixels, bytes of an element of `first` and of `hits`, pixels and entries of `rest`. */
type Sizes = readonly [length: number, firstBytes: number, hitsBytes: number, pixels: number, entries: number];

/** Writes a band to a place of its own; undefined where there is none. */
function written(buffer: SharedArrayBuffer, { first, weights, hits, rest }: Entries): number | undefined {
  const sizes: Sizes = [
    first.length,
    first.BYTES_PER_ELEMENT,
    hits.BYTES_PER_ELEMENT,
    rest.pixel.length,
    rest.bin.length,
  ];
  const { pixel, start, bin, weight } = rest;
  const arrays = [Uint32Array.from(sizes), first, weights, hits, pixel, start, bin, weight, rest.hits];
  const bytes = arrays.reduce((sum, { byteLength }) => sum + aligned(byteLength), 0);
  const block = allocated(buffer, Math.ceil(bytes / BLOCK));
  if (block === undefined) return undefined;
  let at = block * BLOCK;
  for (const array of arrays) {
    new Uint8Array(buffer, at, array.byteLength).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    at += aligned(array.byteLength);
  }
  return block;
}

/** A band as it was written. */
function readAt(buffer: SharedArrayBuffer, block: number): Entries {
  let at = block * BLOCK;
  const next = <T>(
    type: { new (buffer: SharedArrayBuffer, at: number, length: number): T; BYTES_PER_ELEMENT: number },
    length: number,
  ): T => {
    const array = new type(buffer, at, length);
    at += aligned(length * type.BYTES_PER_ELEMENT);
    return array;
  };
  const [length, firstBytes, hitsBytes, pixels, entries] = next(Uint32Array, 5) as unknown as Sizes;
  return {
    first: firstBytes === 2 ? next(Uint16Array, length) : next(Uint32Array, length),
    weights: next(Float32Array, 2 * length),
    hits: hitsBytes === 1 ? next(Uint8Array, 2 * length) : next(Uint32Array, 2 * length),
    rest: {
      pixel: next(Uint32Array, pixels),
      start: next(Uint32Array, pixels + 1),
      bin: next(Uint32Array, entries),
      weight: next(Float32Array, entries),
      hits: next(Uint32Array, entries),
    },
  };
}

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** Takes some blocks; undefined where there are not so many. */
function allocated(buffer: SharedArrayBuffer, count: number): number | undefined {
  const block = FIRST + Atomics.add(new Int32Array(buffer, 0, 1), 0, count);
  const end = (block + count) * BLOCK;
  try {
    if (buffer.byteLength < end) buffer.grow(end);
  } catch {
    // It cannot be as large as that, or another thread has just made it larger.
  }
  return buffer.byteLength < end ? undefined : block;
}
