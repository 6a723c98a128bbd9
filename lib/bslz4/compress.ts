/**
 * Frames compressed as detectors do, with bitshuffle and LZ4: for tests and for captures that are made.
 *
 * @module
 */

import { joinedBytes } from "../bytes.ts";
import { OptionError } from "../errors.ts";
import { defaultElements, HEADER, MAX_SIZE } from "./layout.ts";
import { transpose8x8 } from "./plain.ts";

/** How to compress a frame. */
export interface CompressOptions {
  /** Bytes an element: 1, 2, 4 or 8. */
  readonly itemsize: number;
  /** Whether the frame begins with its uncompressed size and its block size; it does not when left out. */
  readonly header?: boolean;
  /** Bytes of a block, a multiple of 8 elements; only with a header, which says so. About 8 KiB when left out. */
  readonly blockSize?: number;
}

/**
 * Compresses bytes with bitshuffle and LZ4, so that `decompressBslz4` and Python's `bitshuffle.decompress_lz4` read
 * them.
 *
 * @param bytes What to compress: a whole number of elements.
 * @param options The element size, and whether there is a header.
 * @returns The frame.
 * @throws OptionError when the options do not fit each other or the bytes.
 */
export function compressBslz4(bytes: Uint8Array, options: CompressOptions): Uint8Array<ArrayBuffer> {
  const { itemsize, header = false } = options;
  const blockSize = options.blockSize ?? defaultElements(itemsize) * itemsize;
  check(bytes, options, blockSize);
  const parts: Uint8Array[] = [];
  if (header) {
    const head = new DataView(new ArrayBuffer(HEADER));
    head.setBigUint64(0, BigInt(bytes.length));
    head.setUint32(8, blockSize);
    parts.push(new Uint8Array(head.buffer));
  }
  const tail = bytes.length - bytes.length % (8 * itemsize);
  for (let start = 0; start < tail; start += blockSize) {
    const block = compressLz4(transpose(bytes.subarray(start, Math.min(start + blockSize, tail)), itemsize));
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, block.length);
    parts.push(new Uint8Array(length.buffer), block);
  }
  parts.push(bytes.subarray(tail));
  return joinedBytes(parts);
}

function check(bytes: Uint8Array, { itemsize, header, blockSize }: CompressOptions, chosen: number): void {
  const fail = (why: string) => new OptionError(`cannot compress ${bytes.length} bytes: ${why}`);
  if (![1, 2, 4, 8].includes(itemsize)) throw fail(`"itemsize" is ${itemsize}, expected 1, 2, 4 or 8`);
  if (bytes.length > MAX_SIZE) throw fail(`a frame has at most ${MAX_SIZE}`);
  if (bytes.length % itemsize !== 0) throw fail(`that is no whole number of elements of ${itemsize} bytes`);
  if (blockSize === undefined) return;
  if (!header) throw fail('"blockSize" is known to readers only with "header: true"');
  if (!Number.isSafeInteger(chosen) || chosen <= 0 || chosen > MAX_SIZE || chosen % (8 * itemsize) !== 0) {
    throw fail(`"blockSize" is ${chosen}, expected a multiple of ${8 * itemsize}`);
  }
}

/** Elements to bit rows. */
function transpose(bytes: Uint8Array, itemsize: number): Uint8Array {
  const rows = new Uint8Array(bytes.length);
  const row = bytes.length / itemsize / 8;
  for (let j = 0; j < itemsize; j++) {
    for (let i = 0; i < row; i++) {
      const byte = (m: number): number => bytes[(8 * i + m) * itemsize + j] as number;
      const [low, high] = transpose8x8(
        byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24,
        byte(4) | byte(5) << 8 | byte(6) << 16 | byte(7) << 24,
      );
      const at = 8 * j * row + i;
      for (let b = 0; b < 4; b++) {
        rows[at + b * row] = low >>> 8 * b;
        rows[at + (4 + b) * row] = high >>> 8 * b;
      }
    }
  }
  return rows;
}

/** Bytes at the end of a block that are always literal, and bytes before the end within which no match begins. */
const LAST_LITERALS = 5;
const LAST_MATCH = 12;
const MAX_DISTANCE = 65535;

/**
 * Compresses bytes to one LZ4 block: `lz4<` of DECTRIS. Matches are found in a table of the last place of each hash.
 *
 * @param bytes What to compress.
 * @returns The block.
 */
export function compressLz4(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bits = bytes.length > 65536 ? 16 : 12;
  const places = new Int32Array(1 << bits).fill(-1);
  const out = new Uint8Array(bytes.length + Math.ceil(bytes.length / 255) + 16);
  let to = 0;
  const put = (literals: Uint8Array, match: number): void => {
    const more = match - 4;
    out[to++] = Math.min(literals.length, 15) << 4 | Math.min(Math.max(more, 0), 15);
    if (literals.length >= 15) to = putLength(out, to, literals.length - 15);
    out.set(literals, to);
    to += literals.length;
  };
  let anchor = 0;
  for (let at = 0; at < bytes.length - LAST_MATCH;) {
    const four = view.getInt32(at, true);
    const hash = Math.imul(four, 0x9e3779b1) >>> 32 - bits;
    const place = places[hash] as number;
    places[hash] = at;
    if (place < 0 || at - place > MAX_DISTANCE || view.getInt32(place, true) !== four) {
      at++;
      continue;
    }
    let length = 4;
    while (at + length < bytes.length - LAST_LITERALS && bytes[place + length] === bytes[at + length]) length++;
    put(bytes.subarray(anchor, at), length);
    out[to++] = at - place & 255;
    out[to++] = at - place >>> 8;
    if (length >= 19) to = putLength(out, to, length - 19);
    at += length;
    anchor = at;
  }
  put(bytes.subarray(anchor), 0);
  return out.slice(0, to);
}

/** What four bits do not hold of a length, in bytes of which only the last one is not 255. */
function putLength(out: Uint8Array, to: number, length: number): number {
  for (; length >= 255; length -= 255) out[to++] = 255;
  out[to++] = length;
  return to;
}
