/**
 * Frames for the tests of bitshuffle and LZ4.
 *
 * @module
 */

import fc from "fast-check";
import { compressBslz4, type CompressOptions } from "../../lib/bslz4/compress.ts";
import {
  decompressBslz4,
  decompressStrips,
  type FrameLayout,
  StripDecoder,
  type Take,
} from "../../lib/bslz4/decompress.ts";
import { decompressBslz4Plain } from "../../lib/bslz4/plain.ts";
import { CompressionError } from "../../lib/errors.ts";

/** Bytes of elements, and how they are compressed. */
export interface Sample {
  readonly raw: Uint8Array<ArrayBuffer>;
  readonly options: CompressOptions;
}

export const ITEMSIZES = [1, 2, 4, 8] as const;

/** mulberry32: numbers in [0, 1), the same on every run. */
export function generator(seed: number): () => number {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

/** Kinds of contents, by what they are for the decoder. */
export const CONTENTS = ["zeros", "noise", "counts", "gaps", "cycle", "words", "saturated"] as const;

/** Bytes of elements with some contents. */
export function bytesOf(
  contents: (typeof CONTENTS)[number],
  count: number,
  itemsize: number,
  seed = 1,
): Uint8Array<ArrayBuffer> {
  const random = generator(seed);
  const period = 1 + Math.floor(40 * random());
  const word = Uint8Array.from({ length: 23 }, () => 256 * random());
  const gapless = (i: number): number => i % itemsize === 0 && random() < 0.2 ? 1 + 5 * random() : 0;
  const byte: Record<(typeof CONTENTS)[number], (i: number) => number> = {
    zeros: () => 0,
    noise: () => 256 * random(),
    counts: gapless,
    gaps: (i) => Math.floor(i / itemsize) % 200 < 20 ? 255 : gapless(i),
    cycle: (i) => i % period,
    words: (i) => random() < 0.01 ? 256 * random() : word[i % word.length] as number,
    saturated: () => 255,
  };
  return Uint8Array.from({ length: count * itemsize }, (_, i) => byte[contents](i));
}

/** Any contents, element size, number of elements and block size, with and without a header. */
export function samples(most = 5000): fc.Arbitrary<Sample> {
  return fc.record({
    contents: fc.constantFrom(...CONTENTS),
    count: fc.oneof(fc.nat(40), fc.nat(most)),
    itemsize: fc.constantFrom(...ITEMSIZES),
    seed: fc.nat(),
    block: fc.option(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 700 })), { nil: undefined }),
    header: fc.boolean(),
  }).map(({ contents, count, itemsize, seed, block, header }) => ({
    raw: bytesOf(contents, count, itemsize, seed),
    options: block !== undefined ? { itemsize, header: true, blockSize: 8 * itemsize * block } : { itemsize, header },
  }));
}

export function compressed({ raw, options }: Sample): { frame: Uint8Array<ArrayBuffer>; layout: FrameLayout } {
  return { frame: compressBslz4(raw, options), layout: { itemsize: options.itemsize, size: raw.length } };
}

/** Whether bytes are the same; quicker than a deep comparison. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

type Decompress = (frame: Uint8Array, layout: FrameLayout) => Uint8Array;

/** Strips put together again. */
function gathered({ size }: FrameLayout, strips: (take: Take) => void): Uint8Array {
  const out = new Uint8Array(size >= 0 && size < 2 ** 28 ? size : 0);
  let next = 0;
  strips((strip, offset) => {
    if (offset !== next || strip.byteOffset % 64 !== 0) throw new Error(`strip at ${offset}, expected ${next}`);
    out.set(strip, offset);
    next += strip.length;
  });
  if (next !== size) throw new Error(`strips of ${next} bytes, expected ${size}`);
  return out;
}

/** A decoder in the middle of a memory, with guards around its room. */
export function guardedDecoder(stripBytes: number): { decoder: StripDecoder; check: () => void } {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64 });
  const bytes = new Uint8Array(memory.buffer).fill(0xa5);
  const work = 64 + 128;
  const workBytes = 3 * stripBytes;
  const strip = work + workBytes + 64;
  const end = strip + stripBytes;
  const guards = [[0, work], [strip - 64, strip], [end, end + 256]] as const;
  return {
    decoder: new StripDecoder({ memory, strip, stripBytes, work, workBytes }),
    check: () => {
      for (const [from, to] of guards) {
        if (bytes.subarray(from, to).some((byte) => byte !== 0xa5)) {
          throw new Error(`written outside, in ${from}…${to}`);
        }
      }
    },
  };
}

/** Frames that have no place in the room are decompressed elsewhere. */
function inRoom({ decoder, check }: ReturnType<typeof guardedDecoder>): Decompress {
  return (frame, layout) => {
    try {
      return gathered(layout, (take) => {
        if (!decoder.strips(frame, layout, take)) take(decompressBslz4(frame, layout), 0);
      });
    } finally {
      check();
    }
  };
}

/** Every way to decompress, which have to agree. */
export function implementations(): Record<string, Decompress> {
  return {
    decompressBslz4,
    strips: (frame, layout) => gathered(layout, (take) => decompressStrips(frame, layout, take)),
    "strips in a room": inRoom(guardedDecoder(65536)),
    "strips in a small room": inRoom(guardedDecoder(8192)),
    plain: decompressBslz4Plain,
  };
}

/** What a way to decompress makes of a frame: bytes, or an error whose offset is within the frame. */
export function outcomeOf(decompress: Decompress, frame: Uint8Array, layout: FrameLayout): Uint8Array | string {
  try {
    return decompress(frame, layout);
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    if (!(error.offset >= 0 && error.offset <= frame.length)) {
      throw new Error(`offset ${error.offset}`, { cause: error });
    }
    return error.message;
  }
}
