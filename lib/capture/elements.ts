/**
 * The elements of a file one after the other, in memory that does not grow with the file.
 *
 * Bytes come in chunks; elements lie in them, and small frames are views of them. A large frame is read into a buffer
 * of its own and exact size, so that it is aligned, copied once at most, and freed when its event is done.
 *
 * @module
 */

import type { CaptureError } from "../errors.ts";
import type { ByteSource } from "./bytes.ts";
import {
  type Cut,
  cutBehind,
  cutInside,
  damageAt,
  type ElementPlace,
  somethingElse,
  type Words,
  wrongLength,
} from "./damage.ts";
import { Incomplete, LargeFrame, Malformed, type TakenFrame } from "./cursor.ts";
import type { Arrival, FrameKind } from "./frames.ts";

const CHUNK = 64 << 10;
/** Read after a large frame, where most of a whole chunk would be the next large frame. */
const STEP = 4 << 10;

/** Decodes the element that begins at a place in the bytes at hand. */
export interface Decoder<Element, Frame> {
  /** Where the last element ended. */
  readonly position: number;
  /** The bytes to decode from. */
  use(bytes: Uint8Array, end: number): void;
  /**
   * Decodes the element at `start`; frames in `taken` are already out of the bytes.
   *
   * @throws Incomplete, LargeFrame, Malformed
   */
  decode(start: number, taken: readonly TakenFrame<Frame>[]): Element;
}

/** How the elements of a file are read and called. */
export interface ElementKind<Element, Frame> extends Words {
  /** What becomes of the frames. */
  readonly frames: FrameKind<Frame>;
  /** The number of an element, of which `index` came before it. */
  number(element: Element, index: number): number;
  /** One sentence on what a file is instead, told from its first bytes, and what to do. */
  recognise(head: Uint8Array): string | undefined;
  /**
   * Looks behind an element that seems to be cut for a whole one, which there cannot be in a file that is really cut:
   * where it begins, and its name.
   */
  behind?(path: string, offset: number): Promise<{ readonly at: number; readonly name: string } | undefined>;
}

/** An element with the place where it stands. */
export interface Placed<Element> {
  readonly element: Element;
  /** Where it begins, in decompressed bytes. */
  readonly at: number;
  /** How many bytes it takes. */
  readonly bytes: number;
}

/** What is to be seen at the element at hand. */
type Look<Decodes, T> = (decoder: Decodes, start: number) => T;

/** The elements of one file, from `offset` on. */
export class ElementSequence<Element, Frame, Decodes extends Decoder<Element, Frame> = Decoder<Element, Frame>> {
  /** Set at the end when the last element is not whole. */
  cut: Cut | undefined;
  readonly #source: ByteSource;
  readonly #kind: ElementKind<Element, Frame>;
  readonly #decoder: Decodes;
  /** Decodes the element at hand. */
  readonly #element: Look<Decodes, Placed<Element>> = () => this.#decoded();
  #chunk = new Uint8Array(CHUNK);
  #start = 0;
  /** Where the bytes at hand end. */
  #filled = 0;
  /** Where the element at `#start` begins in the file. */
  #offset: number;
  #taken: TakenFrame<Frame>[] = [];
  /** Whether the element before had large frames. */
  #hadLarge = false;
  /** The first large frame of the next element, if it is on its way. */
  #arrival: Arrival<Frame> | undefined;
  #readAhead = CHUNK;
  #index = 0;
  /** The number of the element before; kept instead of the element, whose frames take memory. */
  #previous: number | undefined;
  #ended = false;
  #open = true;

  constructor(source: ByteSource, decoder: Decodes, kind: ElementKind<Element, Frame>, offset = 0) {
    this.#source = source;
    this.#kind = kind;
    this.#offset = offset;
    this.#decoder = decoder;
    this.#decoder.use(this.#chunk, 0);
  }

  /** The file. */
  get path(): string {
    return this.#source.path;
  }

  /** Where the next element begins, in decompressed bytes. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes of the file read so far (compressed ones, where it is compressed), and its size. */
  get progress(): { readonly bytes: number; readonly size: number } {
    return { bytes: this.#source.position, size: this.#source.size };
  }

  /**
   * The next element, undefined at the end; a promise only where it was not yet in memory.
   *
   * @throws CaptureError where the bytes are no such element.
   */
  next(): Placed<Element> | undefined | Promise<Placed<Element> | undefined> {
    return this.#whenAtHand(this.#element);
  }

  /**
   * What can be told of the next element, which stays the next; undefined at the end.
   *
   * @param look The same function each time: to make one for each element takes as long as most looks.
   * @throws CaptureError where the bytes are no such element.
   */
  protected lookAt<T>(look: Look<Decodes, T>): T | undefined | Promise<T | undefined> {
    const seen = this.#whenAtHand(look);
    const canBegin = this.#hadLarge && this.#arrival === undefined && this.#source.begin !== undefined;
    if (canBegin && !(seen instanceof Promise)) this.#begin();
    return seen;
  }

  /** Begins to read the first large frame of the next element, for which there is time until that is asked for. */
  #begin(): void {
    try {
      this.#decoder.decode(this.#start, this.#taken);
    } catch (thrown) {
      // What else is thrown is thrown again by who asks for the element.
      if (thrown instanceof LargeFrame) this.#arrival = this.#arrivalOf(thrown);
    }
  }

  #arrivalOf({ position, length }: LargeFrame): Arrival<Frame> {
    return this.#kind.frames.large(this.#chunk.subarray(position, this.#filled), this.#source, length);
  }

  /** Closes the file. May be called more than once. */
  close(): void {
    if (this.#open) this.#source.close();
    this.#open = false;
  }

  #decoded(): Placed<Element> {
    const element = this.#decoder.decode(this.#start, this.#taken);
    const { position } = this.#decoder;
    const bytes = position - this.#start + this.#takenBytes(position);
    const placed = { element, at: this.#offset, bytes };
    this.#start = position;
    this.#offset += bytes;
    this.#hadLarge = this.#taken.length > 0;
    if (this.#hadLarge) this.#taken = [];
    this.#previous = this.#kind.number(element, this.#index++);
    return placed;
  }

  /** What is seen in the bytes at hand, or in more when they are not enough; undefined at the end. */
  #whenAtHand<T>(look: Look<Decodes, T>): T | undefined | Promise<T | undefined> {
    if (this.#ended) return undefined;
    const outcome = this.#attempt(look);
    return outcome instanceof Incomplete || outcome instanceof LargeFrame ? this.#whenRead(outcome, look) : outcome;
  }

  #attempt<T>(look: Look<Decodes, T>): T | Incomplete | LargeFrame {
    try {
      return look(this.#decoder, this.#start);
    } catch (thrown) {
      if (thrown instanceof Incomplete || thrown instanceof LargeFrame) return thrown;
      if (thrown instanceof Malformed) throw this.#damage(thrown);
      throw thrown;
    }
  }

  #whenRead<T>(need: Incomplete | LargeFrame, look: Look<Decodes, T>): T | undefined | Promise<T | undefined> {
    for (let outcome: T | Incomplete | LargeFrame = need;;) {
      if (!(outcome instanceof LargeFrame || outcome instanceof Incomplete)) return outcome;
      const missing = outcome instanceof LargeFrame ? this.#takeFrame(outcome) : this.#fill(outcome);
      if (missing instanceof Promise) return this.#whenReadLater(missing, look);
      if (missing > 0) return this.#end(missing);
      outcome = this.#attempt(look);
    }
  }

  async #whenReadLater<T>(reading: Promise<number>, look: Look<Decodes, T>): Promise<T | undefined> {
    const missing = await reading;
    return await (missing > 0 ? this.#end(missing) : this.#whenAtHand(look));
  }

  /**
   * Reads more bytes behind those at hand, into a new chunk: frames already given out are views of the old one. Gives
   * how many are missing at the end of the file.
   */
  #fill({ missing }: Incomplete): number | Promise<number> {
    const pending = this.#filled - this.#start;
    const chunk = this.#kind.frames.chunk(Math.max(this.#readAhead, STEP + 2 * pending));
    chunk.set(this.#chunk.subarray(this.#start, this.#filled));
    const shift = -this.#start;
    this.#taken = this.#taken.map((taken) => ({ ...taken, position: taken.position + shift }));
    const filled = (count: number): number => {
      this.#chunk = chunk;
      this.#start = 0;
      this.#filled = pending + count;
      this.#readAhead = CHUNK;
      this.#decoder.use(chunk, this.#filled);
      return count > 0 ? 0 : missing;
    };
    const count = this.#source.read(chunk.subarray(pending));
    return typeof count === "number" ? filled(count) : count.then(filled);
  }

  /** Takes a large frame out of the bytes; gives how many bytes of it are missing. */
  #takeFrame(large: LargeFrame): number | Promise<number> {
    const { position, length } = large;
    const head = this.#chunk.subarray(position, this.#filled);
    const before = this.#source.remaining;
    const taken = (frame: Frame | undefined): number => {
      if (frame === undefined) return Math.max(1, length - head.length - (before ?? 0));
      // Only bytes that no frame has been made of are moved.
      const behind = Math.max(0, head.length - length);
      this.#chunk.copyWithin(position, this.#filled - behind, this.#filled);
      this.#filled = position + behind;
      this.#decoder.use(this.#chunk, this.#filled);
      this.#taken.push({ position, length, frame });
      this.#readAhead = STEP;
      return 0;
    };
    const frame = (this.#arrival ?? this.#arrivalOf(large)).frame();
    this.#arrival = undefined;
    return frame instanceof Promise ? frame.then(taken) : taken(frame);
  }

  #takenBytes(until: number): number {
    return this.#taken.reduce((total, taken) => taken.position <= until ? total + taken.length : total, 0);
  }

  #end(missing: number): undefined | Promise<undefined> {
    return this.#start === this.#filled ? this.#endClean() : this.#endInside(missing);
  }

  #endClean(): undefined {
    this.#ended = true;
    const { cut } = this.#source;
    if (cut !== undefined) this.cut = cutBehind(this.#kind, this.#place, cut);
    return undefined;
  }

  async #endInside(missing: number): Promise<undefined> {
    this.#ended = true;
    const place = this.#place;
    const other = this.#isSomethingElse();
    if (other !== undefined) throw other;
    const whole = await this.#kind.behind?.(place.path, place.offset);
    if (whole !== undefined) throw wrongLength(this.#kind, place, whole);
    this.cut = cutInside(this.#kind, place, missing);
    return undefined;
  }

  #damage({ position, message }: Malformed): CaptureError {
    const at = this.#offset + position - this.#start + this.#takenBytes(position);
    return this.#isSomethingElse() ?? damageAt(this.#kind, this.#place, at, message);
  }

  /** An error for a file that is no capture from its first byte on, if it is known what it is. */
  #isSomethingElse(): CaptureError | undefined {
    if (this.#offset > 0) return undefined;
    const what = this.#kind.recognise(this.#chunk.subarray(0, this.#filled));
    return what === undefined ? undefined : somethingElse(this.#kind, this.path, what);
  }

  get #place(): ElementPlace {
    return { path: this.path, offset: this.#offset, previous: this.#previous };
  }
}
