/**
 * Where frames get their memory from.
 *
 * @module
 */

import { Collector } from "./collector.ts";

/** Gives memory for frames: large ones get a buffer of their own, small ones lie in chunks. */
export interface FramePool {
  /** A chunk for small frames. It is never taken back. */
  chunk(size: number): Uint8Array<ArrayBuffer>;
  /** Whether large frames of events that are done are of use to it. */
  readonly takesBack: boolean;
  /** A buffer for a large frame, of exactly `size` bytes, which all have to be written: they may hold an older frame. */
  take(size: number): Uint8Array<ArrayBuffer>;
  /** Takes back the frame of an event that is done. Frames that this pool has not given are left alone. */
  give(frame: Uint8Array): void;
  /** Takes the buffer of a frame that comes back from another thread: nobody here has a view of it. */
  adopt(buffer: ArrayBuffer): void;
  /** Whether `betweenEvents` will collect frames that nobody has any more. */
  readonly isCollectionDue: boolean;
  /** To be called when an event is done, and the next one not begun. */
  betweenEvents(): void;
}

/** A new buffer for each frame, which the garbage collector takes back. */
export class FreshFrames implements FramePool {
  readonly takesBack = false;
  readonly #collector: Collector;

  constructor(collector: Collector = new Collector()) {
    this.#collector = collector;
  }

  chunk(size: number): Uint8Array<ArrayBuffer> {
    return this.#fresh(size);
  }

  take(size: number): Uint8Array<ArrayBuffer> {
    return this.#fresh(size);
  }

  give(): void {}

  adopt(): void {}

  get isCollectionDue(): boolean {
    return this.#collector.isDue;
  }

  betweenEvents(): void {
    this.#collector.betweenEvents();
  }

  #fresh(size: number): Uint8Array<ArrayBuffer> {
    this.#collector.count(size);
    return new Uint8Array(size);
  }
}

/** Buffers kept at the most: a few events have more large frames of the same size. */
const MAX_KEPT = 16;
/** Bytes kept at the most. */
const MAX_KEPT_BYTES = 96 << 20;

/**
 * Keeps the buffers of frames that are done, for the next ones of the same size. All views of a frame that was taken
 * back are empty from then on, since its buffer is detached: its memory may not be seen with another frame in it.
 */
export class KeptFrames implements FramePool {
  readonly takesBack = true;
  /** The one that was taken back last is at the end. */
  readonly #kept: ArrayBuffer[] = [];
  /** What was given out and not taken back. */
  readonly #out = new WeakSet<ArrayBufferLike>();
  readonly #chunks: FreshFrames;
  #bytes = 0;

  constructor(collector: Collector = new Collector()) {
    this.#chunks = new FreshFrames(collector);
  }

  /** The number of buffers kept, and their bytes. */
  get kept(): { readonly count: number; readonly bytes: number } {
    return { count: this.#kept.length, bytes: this.#bytes };
  }

  chunk(size: number): Uint8Array<ArrayBuffer> {
    return this.#chunks.chunk(size);
  }

  take(size: number): Uint8Array<ArrayBuffer> {
    const at = this.#kept.findLastIndex(({ byteLength }) => byteLength === size);
    const buffer = at < 0 ? new ArrayBuffer(size) : this.#kept.splice(at, 1)[0] as ArrayBuffer;
    if (at >= 0) this.#bytes -= size;
    this.#out.add(buffer);
    return new Uint8Array(buffer);
  }

  give(frame: Uint8Array): void {
    const { buffer, byteLength } = frame;
    // A part of a buffer is not all that is seen of it, and a buffer that was detached has gone to somebody else.
    if (byteLength === 0 || byteLength !== buffer.byteLength || !this.#out.delete(buffer)) return;
    // Moves the memory to a new buffer, without a copy. The old one, and all views of it, have length 0 from now on.
    this.adopt((buffer as ArrayBuffer).transfer());
  }

  adopt(buffer: ArrayBuffer): void {
    if (buffer.byteLength === 0) return;
    this.#kept.push(buffer);
    this.#bytes += buffer.byteLength;
    while (this.#kept.length > MAX_KEPT || this.#bytes > MAX_KEPT_BYTES) this.#drop();
  }

  get isCollectionDue(): boolean {
    return this.#chunks.isCollectionDue;
  }

  betweenEvents(): void {
    this.#chunks.betweenEvents();
  }

  /** Frees the buffer that was not asked for the longest, at once: the garbage collector would let them pile up. */
  #drop(): void {
    const oldest = this.#kept.shift() as ArrayBuffer;
    this.#bytes -= oldest.byteLength;
    oldest.transfer(0);
  }
}
