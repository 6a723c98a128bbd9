/**
 * Where the parts of a bitshuffle-LZ4 frame are, and what is wrong with frames that cannot be decompressed.
 *
 * @module
 */

import { CompressionError } from "../errors.ts";

/** How a frame is compressed: bitshuffle over elements of some bytes, then LZ4. */
export interface FrameLayout {
  /** Bytes an element: 1, 2, 4 or 8. */
  readonly itemsize: number;
  /** The bytes that come out, a multiple of `itemsize`. */
  readonly size: number;
}

/** The bytes of the header that a frame may have: its uncompressed size (u64) and its block size (u32), big-endian. */
export const HEADER = 12;

/** The most bytes that a frame may have, compressed or not. */
export const MAX_SIZE = 2 ** 31 - 1;

/** How a frame is divided. */
export interface Parts {
  /** Where the first block begins. */
  readonly start: number;
  /** Elements of each block but the last one: a multiple of 8. */
  readonly elements: number;
  /** The number of these blocks. */
  readonly blocks: number;
  /** Elements of one more, smaller block: a multiple of 8; 0 when there is none. */
  readonly last: number;
  /** The bytes at the end of the frame that are not compressed: fewer than 8 elements. */
  readonly tail: number;
}

/** Elements of a block where a frame does not say: 8 KiB of them. (Bitshuffle's lower bound of 128 is below that.) */
export function defaultElements(itemsize: number): number {
  return 8192 / itemsize;
}

/**
 * Finds the parts of a frame.
 *
 * @throws CompressionError when the frame cannot be one of that layout, or is too large.
 */
export function partsOf(frame: Uint8Array, layout: FrameLayout): Parts {
  const { itemsize, size } = layout;
  if (itemsize !== 1 && itemsize !== 2 && itemsize !== 4 && itemsize !== 8) {
    throw refusal(frame, layout, 0, `elements of ${itemsize} bytes are not read, expected 1, 2, 4 or 8`);
  }
  checkSizes(frame, layout);
  if (size % itemsize !== 0) {
    throw refusal(frame, layout, 0, `that is no whole number of elements of ${itemsize} bytes`);
  }
  const count = size / itemsize;
  const { start, elements } = blocksOf(frame, layout);
  const blocks = Math.floor(count / elements);
  const tail = count % 8;
  return { start, elements, blocks, last: count - tail - blocks * elements, tail: tail * itemsize };
}

/** Where blocks end that begin at `from`, as their lengths say; at most at the end of the frame. */
export function blocksEnd(frame: Uint8Array, from: number, count: number): number {
  let at = from;
  for (let block = 0; block < count && at < frame.length; block++) at += 4 + lengthAt(frame, at);
  return Math.min(at, frame.length);
}

/** The length of a block, big-endian; bytes that are missing count as 0. */
function lengthAt(frame: Uint8Array, at: number): number {
  const upper = (frame[at] ?? 0) << 8 | (frame[at + 1] ?? 0);
  const lower = (frame[at + 2] ?? 0) << 8 | (frame[at + 3] ?? 0);
  return (upper << 16 | lower) >>> 0;
}

/**
 * Checks that the blocks of a frame are all there, without a look into them.
 *
 * @throws CompressionError when the frame is cut, has bytes left, or cannot be one of that layout.
 */
export function checkBlocks(frame: Uint8Array, layout: FrameLayout): void {
  const { start, blocks, last, tail } = partsOf(frame, layout);
  let at = start;
  for (let block = 0; block < blocks + Math.sign(last); block++) {
    const left = frame.length - at;
    if (left < 4) throw failure(frame, layout, Fault.lengthCut, at, left);
    const length = lengthAt(frame, at);
    if (length > left - 4) throw failure(frame, layout, Fault.blockCut, at, length);
    at += 4 + length;
  }
  if (frame.length - at !== tail) throw failure(frame, layout, Fault.rest, at, tail);
}

/** Refuses sizes for which no memory should be taken: nothing that LZ4 makes is expanded more than 255 times. */
export function checkSizes(frame: Uint8Array, layout: FrameLayout): void {
  const { size } = layout;
  if (!Number.isSafeInteger(size) || size < 0 || size > MAX_SIZE || frame.length > MAX_SIZE) {
    throw refusal(frame, layout, 0, `frames have from 0 to ${MAX_SIZE} bytes, compressed or not`);
  }
  if (size > 255 * frame.length) {
    throw refusal(frame, layout, frame.length, `they hold no more than ${255 * frame.length}; the frame is cut`);
  }
}

/** Where blocks begin and how large they are: a frame with a header begins with its uncompressed size. */
function blocksOf(frame: Uint8Array, layout: FrameLayout): { start: number; elements: number } {
  const { itemsize, size } = layout;
  const none = { start: 0, elements: defaultElements(itemsize) };
  // A frame without blocks is as long as what is in it, or begins with a header.
  if (size < 8 * itemsize && frame.length === size) return none;
  if (frame.length < 8) return none;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const said = view.getBigUint64(0);
  if (said !== BigInt(size)) {
    // No block has a length of 0, so that this is a header, of a frame of another size.
    if (size < 8 * itemsize || view.getUint32(0) !== 0) return none;
    throw refusal(frame, layout, 0, `its header says ${said}`);
  }
  if (frame.length < HEADER) throw refusal(frame, layout, frame.length, `its header is cut, it takes ${HEADER} bytes`);
  const bytes = view.getUint32(8);
  if (bytes % (8 * itemsize) !== 0) {
    throw refusal(frame, layout, 8, `its header says ${bytes} bytes a block, no multiple of ${8 * itemsize}`);
  }
  return { start: HEADER, elements: bytes === 0 ? none.elements : bytes / itemsize };
}

/** What is wrong with a frame: the numbers are those in `assembly/`. */
export const Fault = {
  lengthCut: 1,
  blockCut: 2,
  sequenceCut: 3,
  literalsCut: 4,
  literalsOver: 5,
  blockShort: 6,
  distance: 7,
  matchOver: 8,
  rest: 9,
} as const;

/** One of the numbers. */
export type FaultCode = (typeof Fault)[keyof typeof Fault];

const faults: Readonly<Record<FaultCode, (found: number, left: number) => string>> = {
  [Fault.lengthCut]: (_, left) => `the length of a block takes 4 bytes, and ${left} are left`,
  [Fault.blockCut]: (found, left) => `a block takes ${found} bytes behind its length, and ${left - 4} are left`,
  [Fault.sequenceCut]: () => "an LZ4 block ends within a sequence",
  [Fault.literalsCut]: (found) => `an LZ4 sequence has ${found} literal bytes, and its block ends before them`,
  [Fault.literalsOver]: (found) => `an LZ4 sequence gives ${found} literal bytes, more than its block still takes`,
  [Fault.blockShort]: (found) => `an LZ4 block gives ${found} bytes, fewer than it must`,
  [Fault.distance]: (found) => `an LZ4 sequence points ${found} bytes back, to nothing in its block`,
  [Fault.matchOver]: (found) => `an LZ4 sequence repeats ${found} bytes, more than its block still takes`,
  [Fault.rest]: (found, left) => `${left} bytes are left behind the blocks, expected ${found}`,
};

/**
 * The error for a frame that is damaged.
 *
 * @param offset Where in the frame.
 * @param found The number that is wrong.
 */
export function failure(
  frame: Uint8Array,
  layout: FrameLayout,
  fault: FaultCode,
  offset: number,
  found: number,
): CompressionError {
  return refusal(frame, layout, offset, faults[fault](found, frame.length - offset));
}

/** The error for a frame that cannot be decompressed. */
export function refusal(
  frame: Uint8Array,
  layout: FrameLayout,
  offset: number,
  why: string,
  cause?: unknown,
): CompressionError {
  return new CompressionError(
    `cannot decompress ${frame.length} bytes to ${layout.size} bytes: at byte ${offset}, ${why}: ` +
      `check that the frame is whole, and has that shape and dtype`,
    { offset, cause },
  );
}
