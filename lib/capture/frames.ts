/**
 * What becomes of the frames of a file: they are kept, left where they are, or only measured.
 *
 * @module
 */

import type { ByteSource } from "./bytes.ts";
import { type FramePool, FreshFrames } from "./frame_pool.ts";
import type { AnyFrame } from "./unread.ts";

/** What becomes of the frames: kept, left where they are, or only measured. */
export interface FrameKind<Frame> {
  /** A frame that lies in `bytes`. */
  small(bytes: Uint8Array, start: number, end: number): Frame;
  /**
   * A large frame that begins with `head` and goes on in `source`; undefined when the source ends before it does.
   * `head` may be longer than the frame. A promise only where the bytes are not at hand.
   */
  large(
    head: Uint8Array,
    source: ByteSource,
    length: number,
  ): Frame | undefined | Promise<Frame | undefined>;
}

/** Frames as bytes. */
export function wholeFrames(): FrameKind<Uint8Array> {
  return framesFrom(new FreshFrames());
}

/** Frames as bytes, large ones in memory from a pool. */
export function framesFrom(pool: FramePool): FrameKind<Uint8Array> {
  return {
    // What `subarray` does, several times as fast.
    small: (bytes, start, end) => new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start),
    large(head, source, length) {
      const fits = source.remaining === undefined || head.length + source.remaining >= length;
      return fits ? new Filling(pool, head, length, source).read() : undefined;
    },
  };
}

/** Frames as bytes, until the large ones are left where they are, in files that others can read. */
export class LeavableFrames implements FrameKind<AnyFrame> {
  readonly small: FrameKind<Uint8Array>["small"];
  readonly #read: FrameKind<Uint8Array>["large"];
  #large: FrameKind<AnyFrame>["large"];

  /** @param pool Where large frames get memory from that are read. */
  constructor(pool: FramePool) {
    const { small, large } = framesFrom(pool);
    this.small = small;
    this.#read = large;
    this.#large = large;
  }

  /** Leaves large frames where they are, from now on. */
  leave(): void {
    this.#large = (head, source, length) => {
      const { file } = source;
      if (file === undefined || head.length >= length) return this.#read(head, source, length);
      const offset = source.position - head.length;
      const rest = length - head.length;
      const frame = (passed: number) => passed === rest ? { file, offset, length } : undefined;
      const passed = source.skip(rest);
      return typeof passed === "number" ? frame(passed) : passed.then(frame);
    };
  }

  large(
    head: Uint8Array,
    source: ByteSource,
    length: number,
  ): AnyFrame | undefined | Promise<AnyFrame | undefined> {
    return this.#large(head, source, length);
  }
}

/** The most bytes that are read at a time, or taken for a frame of which the file may have less. */
const MOST = 64 << 20;

/** A large frame on its way into memory. */
class Filling {
  readonly #pool: FramePool;
  readonly #source: ByteSource;
  readonly #length: number;
  #frame: Uint8Array;
  #filled: number;

  constructor(pool: FramePool, head: Uint8Array, length: number, source: ByteSource) {
    this.#pool = pool;
    this.#source = source;
    this.#length = length;
    // The end of a gzip file is not known beforehand, so that a length that lies must not be allocated at once.
    this.#frame = pool.take(source.remaining === undefined ? Math.min(length, MOST) : length);
    this.#filled = Math.min(head.length, length);
    this.#frame.set(head.subarray(0, this.#filled));
  }

  /** The whole frame; undefined where the source ends before it does. */
  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    while (this.#filled < this.#length) {
      const count = this.#step();
      if (typeof count !== "number") return this.#readLater(count);
      if (count === 0) return undefined;
      this.#filled += count;
    }
    return this.#frame;
  }

  async #readLater(step: Promise<number>): Promise<Uint8Array | undefined> {
    for (let count = await step; count > 0; count = await this.#step()) {
      this.#filled += count;
      if (this.#filled === this.#length) return this.#frame;
    }
    return undefined;
  }

  #step(): number | Promise<number> {
    if (this.#filled === this.#frame.length) {
      const larger = this.#pool.take(Math.min(this.#length, 2 * this.#frame.length));
      larger.set(this.#frame);
      this.#frame = larger;
    }
    return this.#source.read(this.#frame.subarray(this.#filled, Math.min(this.#frame.length, this.#filled + MOST)));
  }
}

/** Frames as their lengths: large ones are passed over without being read, where the file allows it. */
export const frameLengths: FrameKind<number> = {
  small: (_bytes, start, end) => end - start,
  async large(head, source, length) {
    const rest = Math.max(0, length - head.length);
    return await source.skip(rest) === rest ? length : undefined;
  },
};
