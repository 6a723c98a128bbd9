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
  /** Memory to read bytes into, in which small frames lie. */
  chunk(size: number): Uint8Array<ArrayBuffer>;
  /** A frame that lies in `bytes`. */
  small(bytes: Uint8Array, start: number, end: number): Frame;
  /**
   * Begins to take a large frame that begins with `head` and goes on in `source`, from which nothing else is read before
   * it has arrived. `head` may be longer than the frame.
   */
  large(head: Uint8Array, source: ByteSource, length: number): Arrival<Frame>;
}

/** A large frame that is to arrive. */
export interface Arrival<Frame> {
  /**
   * Waits for the frame, which is undefined when the source ends before it does. A promise only where the bytes are not
   * at hand.
   */
  frame(): Frame | undefined | Promise<Frame | undefined>;
}

const never: Arrival<never> = { frame: () => undefined };

/** Frames as bytes, of a file that is read by itself: what came before a large frame is taken for done. */
export function wholeFrames(): FrameKind<Uint8Array> {
  const pool = new FreshFrames();
  const { chunk, small, large } = framesFrom(pool);
  return {
    chunk(size) {
      pool.betweenEvents();
      return chunk(size);
    },
    small,
    large(head, source, length) {
      pool.betweenEvents();
      return large(head, source, length);
    },
  };
}

/** Frames as bytes, in memory from a pool. */
export function framesFrom(pool: FramePool): FrameKind<Uint8Array> {
  return {
    chunk: (size) => pool.chunk(size),
    // What `subarray` does, several times as fast.
    small: (bytes, start, end) => new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start),
    large(head, source, length) {
      const fits = source.remaining === undefined || head.length + source.remaining >= length;
      if (!fits) return never;
      return new Filling(pool, head, length, source);
    },
  };
}

/** Frames as bytes, until the large ones are left where they are, in files that others can read. */
export class LeavableFrames implements FrameKind<AnyFrame> {
  readonly chunk: FrameKind<Uint8Array>["chunk"];
  readonly small: FrameKind<Uint8Array>["small"];
  readonly #read: FrameKind<Uint8Array>["large"];
  #large: FrameKind<AnyFrame>["large"];

  /** @param pool Where frames get memory from that are read. */
  constructor(pool: FramePool) {
    const { chunk, small, large } = framesFrom(pool);
    this.chunk = chunk;
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
      return {
        frame() {
          const passed = source.skip(rest);
          return typeof passed === "number" ? frame(passed) : passed.then(frame);
        },
      };
    };
  }

  large(head: Uint8Array, source: ByteSource, length: number): Arrival<AnyFrame> {
    return this.#large(head, source, length);
  }
}

/** The most bytes that are read at a time, or taken for a frame of which the file may have less. */
const MOST = 64 << 20;

/**
 * A large frame on its way into memory.
 *
 * It is no function that closes over the frame: V8 keeps a function at the place that calls it until another one is
 * called there, or longer, and so long that it takes the frame for old, which it gives back much later.
 */
class Filling implements Arrival<Uint8Array> {
  readonly #pool: FramePool;
  readonly #source: ByteSource;
  readonly #length: number;
  #frame: Uint8Array;
  #filled: number;
  /** What is read next. */
  #part: Uint8Array;

  constructor(pool: FramePool, head: Uint8Array, length: number, source: ByteSource) {
    this.#pool = pool;
    this.#source = source;
    this.#length = length;
    // The end of a gzip file is not known beforehand, so that a length that lies must not be allocated at once.
    this.#frame = pool.take(source.remaining === undefined ? Math.min(length, MOST) : length);
    this.#filled = Math.min(head.length, length);
    this.#frame.set(head.subarray(0, this.#filled));
    this.#part = this.#nextPart();
    if (this.#part.length > 0) source.begin?.(this.#part);
  }

  /** The whole frame; undefined where the source ends before it does. */
  frame(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    while (this.#filled < this.#length) {
      const count = this.#source.read(this.#part);
      if (typeof count !== "number") return this.#readLater(count);
      if (!this.#goOn(count)) return undefined;
    }
    return this.#frame;
  }

  async #readLater(step: Promise<number>): Promise<Uint8Array | undefined> {
    while (this.#goOn(await step)) {
      if (this.#filled === this.#length) return this.#frame;
      step = Promise.resolve(this.#source.read(this.#part));
    }
    return undefined;
  }

  /** Goes on behind bytes that were read; false where there were none. */
  #goOn(count: number): boolean {
    this.#filled += count;
    this.#part = this.#nextPart();
    return count > 0;
  }

  #nextPart(): Uint8Array {
    if (this.#filled === this.#frame.length && this.#filled < this.#length) {
      const larger = this.#pool.take(Math.min(this.#length, 2 * this.#frame.length));
      larger.set(this.#frame);
      this.#frame = larger;
    }
    return this.#frame.subarray(this.#filled, Math.min(this.#frame.length, this.#filled + MOST));
  }
}

/** Frames as their lengths: large ones are passed over without being read, where the file allows it. */
export function frameLengths(): FrameKind<number> {
  return {
    chunk: wholeFrames().chunk,
    small: (_bytes, start, end) => end - start,
    large(head, source, length) {
      const rest = Math.max(0, length - head.length);
      return { frame: async () => await source.skip(rest) === rest ? length : undefined };
    },
  };
}
