/**
 * Matrices in memory that threads share (`commons.ts`): each thread finds the bands that others built where it would
 * have built them itself.
 *
 * At the beginning of the memory is a table of the matrices that are there: for each what it follows from, where it
 * stands, how many bands were begun, and where each band has its pixels in other bins than two neighbours. What the
 * table names follows, with the desks at which threads integrate, as it came. Nothing in the memory is taken away once
 * it is there, and nothing changes but desks; the memory goes as a whole. Whatever the table names is written before, so
 * a thread may end at any time.
 *
 * @module
 */

import { sameBytes } from "../bytes.ts";
import { MOST_BANDS, type Site } from "./bands.ts";
import { type Extent, roomIn, sizesOf } from "./layout.ts";
import type { Rest } from "./rest.ts";

/** Matrices that the table has room for. */
export const MATRICES = 16;
/** Where the table has what of a matrix, in numbers of 32 bits. */
const IDENTITY = 0;
const MATRIX = 1;
const CLAIMED = 2;
const RESTS = 3;
const ENTRY = RESTS + MOST_BANDS;

/** Places are counted in blocks of so many bytes, for which 32 bits are enough. None begins at 0. */
const BLOCK = 64;
/** The first block has the number of those that are taken; the table comes next. */
const FIRST = Math.ceil((BLOCK + 4 * MATRICES * ENTRY) / BLOCK);

/**
 * The site of a matrix that threads build and use together.
 *
 * @param memory The memory, zeros at first. It never grows.
 * @param identity What the matrix follows from.
 * @returns Undefined where there is no room for it.
 */
export function sharedSite(memory: WebAssembly.Memory, identity: Uint8Array, extent: Extent): Site | undefined {
  const { buffer } = memory;
  const table = entryOf(buffer, identity);
  if (table === undefined) return undefined;
  const sizes = sizesOf(extent);
  const matrix = foundOrTaken(buffer, table, sizes.matrix);
  const desk = matrix && taken(buffer, sizes.desk);
  if (matrix === undefined || desk === undefined) return undefined;
  let full = false;
  return {
    room: roomIn(memory, extent, matrix * BLOCK, desk * BLOCK),
    claim: () => Atomics.add(table, CLAIMED, 1),
    publish(band, rest) {
      if (full || Atomics.load(table, RESTS + band) !== 0) return;
      const block = written(buffer, rest);
      if (block === undefined) full = true;
      else Atomics.store(table, RESTS + band, block);
    },
    published(band) {
      const block = Atomics.load(table, RESTS + band);
      return block === 0 ? undefined : readAt(buffer, block);
    },
  };
}

/** The part of the table that a matrix has, from now on if nobody came with it before. */
function entryOf(buffer: ArrayBufferLike, identity: Uint8Array): Int32Array | undefined {
  let mine = 0;
  for (let i = 0; i < MATRICES; i++) {
    const entry = new Int32Array(buffer, BLOCK + 4 * ENTRY * i, ENTRY);
    if (Atomics.load(entry, IDENTITY) === 0) {
      mine ||= writtenIdentity(buffer, identity) ?? 0;
      if (mine === 0) return undefined;
      Atomics.compareExchange(entry, IDENTITY, 0, mine);
    }
    if (sameBytes(identityAt(buffer, Atomics.load(entry, IDENTITY)), identity)) return entry;
  }
  return undefined;
}

/** Writes what a matrix follows from to a place of its own; undefined where there is none. */
function writtenIdentity(buffer: ArrayBufferLike, identity: Uint8Array): number | undefined {
  const block = taken(buffer, 4 + identity.length);
  if (block === undefined) return undefined;
  new Uint32Array(buffer, block * BLOCK, 1)[0] = identity.length;
  new Uint8Array(buffer, block * BLOCK + 4, identity.length).set(identity);
  return block;
}

/** What a matrix follows from, as it was written. */
function identityAt(buffer: ArrayBufferLike, block: number): Uint8Array {
  const [length] = new Uint32Array(buffer, block * BLOCK, 1);
  return new Uint8Array(buffer, block * BLOCK + 4, length);
}

/** Where a matrix stands: it gets a place from the first one who comes with it. */
function foundOrTaken(buffer: ArrayBufferLike, table: Int32Array, bytes: number): number | undefined {
  const found = Atomics.load(table, MATRIX);
  if (found !== 0) return found;
  const mine = taken(buffer, bytes);
  if (mine === undefined) return undefined;
  const other = Atomics.compareExchange(table, MATRIX, 0, mine);
  if (other === 0) return mine;
  giveBack(buffer, mine, bytes);
  return other;
}

/** Writes the pixels of a band to a place of their own; undefined where there is none. */
function written(buffer: ArrayBufferLike, { pixel, start, bin, weight, hits }: Rest): number | undefined {
  const arrays = [Uint32Array.of(pixel.length, bin.length), pixel, start, bin, weight, hits];
  const block = taken(buffer, arrays.reduce((bytes, { byteLength }) => bytes + byteLength, 0));
  if (block === undefined) return undefined;
  let at = block * BLOCK;
  for (const array of arrays) {
    new Uint8Array(buffer, at, array.byteLength).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    at += array.byteLength;
  }
  return block;
}

/** The pixels of a band as they were written. */
function readAt(buffer: ArrayBufferLike, block: number): Rest {
  let at = block * BLOCK;
  const next = <T>(type: new (buffer: ArrayBufferLike, at: number, length: number) => T, length: number): T => {
    const array = new type(buffer, at, length);
    at += 4 * length;
    return array;
  };
  const [pixels, entries] = next(Uint32Array, 2) as unknown as readonly [number, number];
  return {
    pixel: next(Uint32Array, pixels),
    start: next(Uint32Array, pixels + 1),
    bin: next(Uint32Array, entries),
    weight: next(Float32Array, entries),
    hits: next(Uint32Array, entries),
  };
}

/** Takes the blocks that so many bytes need; undefined where there are not so many. */
function taken(buffer: ArrayBufferLike, bytes: number): number | undefined {
  const counter = new Int32Array(buffer, 0, 1);
  const count = Math.ceil(bytes / BLOCK);
  for (;;) {
    const before = Atomics.load(counter, 0);
    if ((FIRST + before + count) * BLOCK > buffer.byteLength) return undefined;
    if (Atomics.compareExchange(counter, 0, before, before + count) === before) return FIRST + before;
  }
}

/** Gives blocks back, unless others were taken after them. */
function giveBack(buffer: ArrayBufferLike, block: number, bytes: number): void {
  const before = block - FIRST;
  Atomics.compareExchange(new Int32Array(buffer, 0, 1), 0, before + Math.ceil(bytes / BLOCK), before);
}
