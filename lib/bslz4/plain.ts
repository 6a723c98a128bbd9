/**
 * Bitshuffle and LZ4 in plain TypeScript: what the kernel does, written down simply. Tests hold the two against each
 * other, errors included.
 *
 * @module
 */

import { checkSizes, failure, Fault, type FaultCode, type FrameLayout, partsOf } from "./layout.ts";

/**
 * Decompresses a frame, as `decompressBslz4` of `decompress.ts` does.
 *
 * @throws CompressionError when the frame is damaged, cut, or of another size.
 */
export function decompressBslz4Plain(frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
  const { itemsize, size } = layout;
  const { start, elements, blocks, last, tail } = partsOf(frame, layout);
  const out = new Uint8Array(size);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let from = start;
  let to = 0;
  for (let block = 0; block <= blocks; block++) {
    const count = block < blocks ? elements : last;
    if (count === 0) break;
    const left = frame.length - from;
    if (left < 4) throw failure(frame, layout, Fault.lengthCut, from, left);
    const length = view.getUint32(from);
    if (length > left - 4) throw failure(frame, layout, Fault.blockCut, from, length);
    const rows = new Uint8Array(count * itemsize);
    decodeBlock(frame, layout, from + 4, from + 4 + length, rows);
    untranspose(rows, out.subarray(to), count, itemsize);
    from += 4 + length;
    to += rows.length;
  }
  if (frame.length - from !== tail) throw failure(frame, layout, Fault.rest, from, tail);
  out.set(frame.subarray(from), to);
  return out;
}

/**
 * Decompresses a frame that is one LZ4 block, as `decompressLz4` of `decompress.ts` does.
 *
 * @throws CompressionError when the frame is damaged, cut, or of another size.
 */
export function decompressLz4Plain(frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
  checkSizes(frame, layout);
  const out = new Uint8Array(layout.size);
  decodeBlock(frame, layout, 0, frame.length, out);
  return out;
}

/** Decodes the LZ4 block in [from, end) of a frame, which has to fill `out`. */
function decodeBlock(frame: Uint8Array, layout: FrameLayout, from: number, end: number, out: Uint8Array): void {
  const fail = (fault: FaultCode, offset: number, found = 0) => failure(frame, layout, fault, offset, found);
  const byte = (): number => {
    if (from >= end) throw fail(Fault.sequenceCut, from);
    return frame[from++] as number;
  };
  /** A length of four bits, continued in bytes when all of these are set. */
  const lengthOf = (bits: number, least: number, over: FaultCode): number => {
    let length = bits + least;
    if (bits < 15) return length;
    let more: number;
    do {
      more = byte();
      length += more;
      if (length > out.length) throw fail(over, from - 1, length);
    } while (more === 255);
    return length;
  };

  for (let to = 0;;) {
    const token = byte();
    const literals = lengthOf(token >> 4, 0, Fault.literalsOver);
    if (literals > end - from) throw fail(Fault.literalsCut, from, literals);
    if (literals > out.length - to) throw fail(Fault.literalsOver, from, literals);
    out.set(frame.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === end) {
      if (to < out.length) throw fail(Fault.blockShort, from, to);
      return;
    }
    if (end - from < 2) throw fail(Fault.sequenceCut, from);
    const distance = (frame[from] as number) | (frame[from + 1] as number) << 8;
    if (distance === 0 || distance > to) throw fail(Fault.distance, from, distance);
    from += 2;
    const length = lengthOf(token & 15, 4, Fault.matchOver);
    if (length > out.length - to) throw fail(Fault.matchOver, from, length);
    for (let i = 0; i < length; i++, to++) out[to] = out[to - distance] as number;
  }
}

/** Byte row 8j + b has bit b of byte j of all elements: its byte i those of elements 8i … 8i + 7, lowest bit first. */
function untranspose(rows: Uint8Array, out: Uint8Array, elements: number, itemsize: number): void {
  const row = elements / 8;
  for (let j = 0; j < itemsize; j++) {
    for (let i = 0; i < row; i++) {
      const at = 8 * j * row + i;
      const byte = (b: number): number => rows[at + b * row] as number;
      let low = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
      let high = byte(4) | byte(5) << 8 | byte(6) << 16 | byte(7) << 24;
      if ((low | high) === 0) continue;
      [low, high] = transpose8x8(low, high);
      for (let m = 0; m < 4; m++) {
        out[(8 * i + m) * itemsize + j] = low >>> 8 * m;
        out[(8 * i + 4 + m) * itemsize + j] = high >>> 8 * m;
      }
    }
  }
}

/** Transposes 8×8 bits, rows in the bytes of two numbers (Hacker's Delight 7-3). */
export function transpose8x8(low: number, high: number): [low: number, high: number] {
  let t = (low ^ low >>> 7) & 0x00aa00aa;
  low ^= t ^ t << 7;
  t = (high ^ high >>> 7) & 0x00aa00aa;
  high ^= t ^ t << 7;
  t = (low ^ low >>> 14) & 0x0000cccc;
  low ^= t ^ t << 14;
  t = (high ^ high >>> 14) & 0x0000cccc;
  high ^= t ^ t << 14;
  t = (low >>> 4 ^ high) & 0x0f0f0f0f;
  return [low ^ t << 4, high ^ t];
}
