/**
 * The items of a capture file one after the other, in memory that does not grow with the file.
 *
 * Bytes come in chunks; items lie in them, and small frames are views of them. A large frame is read into a buffer of
 * its own and exact size, so that it is aligned, copied once at most, and freed when its event is done.
 *
 * @module
 */

import { CaptureError } from "../errors.ts";
import type { ByteSource } from "./bytes.ts";
import { Incomplete, ItemDecoder, LargeFrame, Malformed, type RawItem, type TakenFrame } from "./item.ts";
import { recognise } from "./recognise.ts";

const CHUNK = 256 << 10;
/** Read after a large frame, where most of a whole chunk would be the next large frame. */
const STEP = 4 << 10;
/** Where a capture stops in the middle of an item. */
export interface Cut {
  /** The file. */
  readonly path: string;
  /** Where the item begins that is not whole, in decompressed bytes. */
  readonly offset: number;
  /** How many bytes are missing, at the least: what follows the last known length cannot be known. */
  readonly missing: number;
  /** One sentence with all of that. */
  readonly message: string;
}

/** An item with the place where it stands. */
export interface PlacedItem<Frame> extends RawItem<Frame> {
  /** Where the item begins, in decompressed bytes. */
  readonly at: number;
  /** How many bytes it takes. */
  readonly bytes: number;
}

/** What becomes of the frames: kept, or only measured. */
export interface FrameKind<Frame> {
  /** A frame that lies in `bytes`. */
  small(bytes: Uint8Array, start: number, end: number): Frame;
  /**
   * A large frame that begins with `head` and goes on in `source`; undefined when the source ends before it does.
   * `head` may be longer than the frame.
   */
  large(head: Uint8Array, source: ByteSource, length: number): Promise<Frame | undefined>;
}

/** Frames as bytes. */
export const wholeFrames: FrameKind<Uint8Array> = {
  small: (bytes, start, end) => bytes.subarray(start, end),
  async large(head, source, length) {
    const fits = source.remaining === undefined || head.length + source.remaining >= length;
    if (!fits) return undefined;
    // The end of a gzip file is not known beforehand, so that a length that lies must not be allocated at once.
    let frame = new Uint8Array(source.remaining === undefined ? Math.min(length, 64 << 20) : length);
    let filled = Math.min(head.length, length);
    frame.set(head.subarray(0, filled));
    while (filled < length) {
      if (filled === frame.length) {
        const larger = new Uint8Array(Math.min(length, 2 * frame.length));
        larger.set(frame);
        frame = larger;
      }
      const step = source.read(frame.subarray(filled, Math.min(frame.length, filled + (64 << 20))));
      const count = typeof step === "number" ? step : await step;
      if (count === 0) return undefined;
      filled += count;
    }
    return frame;
  },
};

/** Frames as their lengths: large ones are passed over without being read, where the file allows it. */
export const frameLengths: FrameKind<number> = {
  small: (_bytes, start, end) => end - start,
  async large(head, source, length) {
    const rest = Math.max(0, length - head.length);
    return await source.skip(rest) === rest ? length : undefined;
  },
};

/** Looks behind an item that seems to be cut for a whole one, which there cannot be in a file that is really cut. */
export type LookBehind = (path: string, offset: number) => Promise<PlacedItem<number> | undefined>;

/** The items of one file, from `offset` on. */
export class ItemSequence<Frame> {
  /** Set at the end when the last item is not whole. */
  cut: Cut | undefined;
  readonly #source: ByteSource;
  readonly #kind: FrameKind<Frame>;
  readonly #lookBehind: LookBehind | undefined;
  readonly #decoder: ItemDecoder<Frame>;
  #chunk = new Uint8Array(CHUNK);
  #start = 0;
  #end = 0;
  /** Where the item at `#start` begins in the file. */
  #offset: number;
  #taken: TakenFrame<Frame>[] = [];
  #readAhead = CHUNK;
  #previous: number | undefined;
  #ended = false;
  #open = true;

  constructor(source: ByteSource, kind: FrameKind<Frame>, offset = 0, lookBehind?: LookBehind) {
    this.#source = source;
    this.#lookBehind = lookBehind;
    this.#kind = kind;
    this.#offset = offset;
    this.#decoder = new ItemDecoder(kind.small);
    this.#decoder.use(this.#chunk, 0);
  }

  /** Where the next item begins, in decompressed bytes. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes of the file read so far (compressed ones, where it is compressed), and its size. */
  get progress(): { readonly bytes: number; readonly size: number } {
    return { bytes: this.#source.position, size: this.#source.size };
  }

  /**
   * The next item, undefined at the end; a promise only where it was not yet in memory.
   *
   * @throws CaptureError where the bytes are no capture item.
   */
  next(): PlacedItem<Frame> | undefined | Promise<PlacedItem<Frame> | undefined> {
    return this.#whenAtHand(() => this.#item());
  }

  /**
   * The event number of the next item, which stays the next; undefined at the end. Its frames are not read yet.
   *
   * @throws CaptureError where the bytes are no capture item.
   */
  peek(): number | undefined | Promise<number | undefined> {
    return this.#whenAtHand(() => this.#decoder.eventNumber(this.#start));
  }

  /** Closes the file. May be called more than once. */
  close(): void {
    if (this.#open) this.#source.close();
    this.#open = false;
  }

  #item(): PlacedItem<Frame> {
    const item = this.#decoder.decode(this.#start, this.#taken);
    const { position } = this.#decoder;
    const bytes = position - this.#start + this.#takenBytes(position);
    const placed = { ...item, at: this.#offset, bytes };
    this.#start = position;
    this.#offset += bytes;
    if (this.#taken.length > 0) this.#taken = [];
    this.#previous = item.eventNumber;
    return placed;
  }

  /** What `decode` makes of the bytes at hand, or of more when they are not enough; undefined at the end. */
  #whenAtHand<T>(decode: () => T): T | undefined | Promise<T | undefined> {
    if (this.#ended) return undefined;
    const outcome = this.#attempt(decode);
    return outcome instanceof Incomplete || outcome instanceof LargeFrame ? this.#whenRead(outcome, decode) : outcome;
  }

  #attempt<T>(decode: () => T): T | Incomplete | LargeFrame {
    try {
      return decode();
    } catch (thrown) {
      if (thrown instanceof Incomplete || thrown instanceof LargeFrame) return thrown;
      if (thrown instanceof Malformed) throw this.#damage(thrown);
      throw thrown;
    }
  }

  async #whenRead<T>(need: Incomplete | LargeFrame, decode: () => T): Promise<T | undefined> {
    for (let outcome: T | Incomplete | LargeFrame = need;;) {
      if (outcome instanceof LargeFrame) {
        const missing = await this.#takeFrame(outcome);
        if (missing > 0) return await this.#endInside(missing);
      } else if (outcome instanceof Incomplete) {
        if (!await this.#fill()) return this.#start === this.#end ? this.#endClean() : this.#endInside(outcome.missing);
      } else {
        return outcome;
      }
      outcome = this.#attempt(decode);
    }
  }

  /** Reads more bytes behind those at hand, into a new chunk: frames already given out are views of the old one. */
  async #fill(): Promise<boolean> {
    const pending = this.#end - this.#start;
    const chunk = new Uint8Array(Math.max(this.#readAhead, STEP + 2 * pending));
    chunk.set(this.#chunk.subarray(this.#start, this.#end));
    const shift = -this.#start;
    this.#taken = this.#taken.map((taken) => ({ ...taken, position: taken.position + shift }));
    const step = this.#source.read(chunk.subarray(pending));
    const count = typeof step === "number" ? step : await step;
    this.#chunk = chunk;
    this.#start = 0;
    this.#end = pending + count;
    this.#readAhead = CHUNK;
    this.#decoder.use(chunk, this.#end);
    return count > 0;
  }

  /** Takes a large frame out of the bytes; gives how many bytes of it are missing. */
  async #takeFrame({ position, length }: LargeFrame): Promise<number> {
    const head = this.#chunk.subarray(position, this.#end);
    const before = this.#source.remaining;
    const frame = await this.#kind.large(head, this.#source, length);
    if (frame === undefined) return Math.max(1, length - head.length - (before ?? 0));
    // Only bytes that no frame has been made of are moved.
    const behind = Math.max(0, head.length - length);
    this.#chunk.copyWithin(position, this.#end - behind, this.#end);
    this.#end = position + behind;
    this.#decoder.use(this.#chunk, this.#end);
    this.#taken.push({ position, length, frame });
    this.#readAhead = STEP;
    return 0;
  }

  #takenBytes(until: number): number {
    return this.#taken.reduce((total, taken) => taken.position <= until ? total + taken.length : total, 0);
  }

  #endClean(): undefined {
    this.#ended = true;
    const { path, cut } = this.#source;
    if (cut !== undefined) {
      this.cut = { path, offset: this.#offset, missing: 1, message: `${cut}; every item before is whole` };
    }
    return undefined;
  }

  async #endInside(missing: number): Promise<undefined> {
    this.#ended = true;
    const { path } = this.#source;
    const offset = this.#offset;
    const other = this.#isSomethingElse();
    if (other !== undefined) throw other;
    const whole = await this.#lookBehind?.(path, offset);
    if (whole !== undefined) {
      throw new CaptureError(
        `the capture "${path}" is damaged: the item at byte ${offset}${this.#after()} claims to go on past the end of ` +
          `the file, but a whole item (event ${whole.eventNumber}) begins inside it at byte ${whole.at}`,
        { path, offset },
      );
    }
    this.cut = {
      path,
      offset,
      missing,
      message: `the capture "${path}" is cut: its last item, at byte ${offset}${this.#after()}, lacks at least ` +
        `${missing} ${missing === 1 ? "byte" : "bytes"}`,
    };
    return undefined;
  }

  #damage(malformed: Malformed): CaptureError {
    const { path } = this.#source;
    const offset = this.#offset + malformed.position - this.#start + this.#takenBytes(malformed.position);
    const other = this.#isSomethingElse();
    if (other !== undefined) return other;
    const item = this.#offset === offset ? "" : ` (in the item at byte ${this.#offset})`;
    return new CaptureError(
      `the capture "${path}" is damaged at byte ${offset}${item}${this.#after()}: ${malformed.message}`,
      { path, offset },
    );
  }

  /** An error for a file that is no capture from its first byte on, if it is known what it is. */
  #isSomethingElse(): CaptureError | undefined {
    if (this.#offset > 0) return undefined;
    const { path } = this.#source;
    const what = recognise(this.#chunk.subarray(0, this.#end));
    return what === undefined
      ? undefined
      : new CaptureError(`cannot read "${path}" as a capture: ${what}`, { path, offset: 0 });
  }

  #after(): string {
    return this.#previous === undefined ? "" : `, after event ${this.#previous}`;
  }
}
