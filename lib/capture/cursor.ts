/**
 * A place in bytes of CBOR, from which heads and what follows them are read. Every error knows its byte.
 *
 * @module
 */

import { BREAK, headLength, INDEFINITE, Major, majorNames } from "./heads.ts";

/** Names, types and times are short; a longer text is damage, and is not waited for. */
const MAX_TEXT = 64 << 10;
/** So many texts of an element are remembered, if they are no longer than that. */
const KNOWN_TEXTS = 100;
const KNOWN_TEXT = 48;
/** Frames from this size on are read into a buffer of their own. */
const LARGE_FRAME = 64 << 10;
/** No frame is larger than this; a longer one is damage, and is not allocated. */
const MAX_FRAME = 2 ** 31;

/**
 * Thrown when the element goes on past the bytes at hand: at least `missing` bytes more are needed. No Error, since
 * nobody is to see it, and a stack for each image takes its time.
 */
export class Incomplete {
  constructor(readonly missing: number) {}
}

/**
 * Thrown when a large frame begins at `position`: the caller takes its bytes out, and the element is decoded again. No
 * Error, as {@linkcode Incomplete}.
 */
export class LargeFrame {
  constructor(readonly position: number, readonly length: number) {}
}

/** Thrown for bytes that are not what they should be; `position` is where they stop being it. */
export class Malformed extends Error {
  constructor(readonly position: number, message: string) {
    super(message);
  }
}

/** A frame taken out of the bytes: at `position` its head ended, and the next head now follows there. */
export interface TakenFrame<Frame> {
  readonly position: number;
  readonly length: number;
  readonly frame: Frame;
}

/** A text that was read before: it is ASCII, so that each byte is a character code. */
interface KnownText {
  text: string;
  readonly codes: number[];
}

/** Reads heads, frames and texts from a stretch of bytes; used again for every element. */
export class Cursor<Frame> {
  /** The major type of the last head, and its argument: as a number, rounded above 2^53, which every use refuses. */
  protected major = 0;
  protected argument = 0;
  #bytes: Uint8Array = new Uint8Array();
  #end = 0;
  #position = 0;
  #taken: readonly TakenFrame<Frame>[] = [];
  #takenIndex = 0;
  /** The texts of the element before, in their order: names and types are the same in most elements. */
  readonly #texts: KnownText[] = [];
  #textIndex = 0;
  readonly #small: (bytes: Uint8Array, start: number, end: number) => Frame;

  /** @param small Makes a frame of a part of the bytes. */
  constructor(small: (bytes: Uint8Array, start: number, end: number) => Frame) {
    this.#small = small;
  }

  /** Where the last element ended. */
  get position(): number {
    return this.#position;
  }

  /** The bytes to read from. */
  use(bytes: Uint8Array, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
  }

  /** Goes to where an element begins; frames in `taken` are already out of the bytes. */
  protected goTo(start: number, taken: readonly TakenFrame<Frame>[]): void {
    this.#position = start;
    this.#taken = taken;
    this.#takenIndex = 0;
    this.#textIndex = 0;
  }

  protected frame(): Frame {
    const at = this.#position;
    this.head();
    const length = this.argument;
    if (this.major !== Major.bytes) throw this.unexpected(at, "a frame (a byte string)");
    this.#isDefinite(at, "frame");
    if (length > MAX_FRAME) {
      throw new Malformed(at, `found a frame of ${length} bytes, more than the ${MAX_FRAME} that a frame can have`);
    }
    if (length >= LARGE_FRAME) {
      const taken = this.#taken[this.#takenIndex++];
      if (taken === undefined) throw new LargeFrame(this.#position, length);
      return taken.frame;
    }
    const start = this.#position;
    this.#advance(length);
    return this.#small(this.#bytes, start, this.#position);
  }

  protected uint(what: string): number {
    const at = this.#position;
    this.head();
    if (this.major !== Major.uint) throw this.unexpected(at, `${what} (an unsigned integer)`);
    if (this.argument > Number.MAX_SAFE_INTEGER) {
      throw new Malformed(at, `${what} is ${this.argument}, more than can be counted exactly (2^53)`);
    }
    return this.argument;
  }

  protected text(what: string): string {
    const at = this.#position;
    this.head();
    if (this.major !== Major.text) throw this.unexpected(at, `${what} (a text)`);
    this.#isDefinite(at, "text");
    if (this.argument > MAX_TEXT) {
      throw new Malformed(at, `expected ${what}, found a text of ${this.argument} bytes`);
    }
    const start = this.#position;
    const length = this.argument;
    this.#advance(length);
    const index = this.#textIndex++;
    const known = this.#texts[index];
    if (known === undefined || known.codes.length !== length) return this.#newText(start, what, index);
    const { codes } = known;
    for (let i = 0; i < length; i++) {
      if (this.#bytes[start + i] !== codes[i]) return this.#changedText(start, what, known, i);
    }
    return known.text;
  }

  #newText(start: number, what: string, index: number): string {
    const codes = Array.from(this.#bytes.subarray(start, this.#position));
    const text = this.#utf8(start, what);
    if (index < KNOWN_TEXTS && text.length === codes.length && text.length <= KNOWN_TEXT) {
      this.#texts[index] = { text, codes };
    }
    return text;
  }

  /** A text that is another one from `same` on, such as the time of the next event. */
  #changedText(start: number, what: string, known: KnownText, same: number): string {
    const { codes } = known;
    for (let i = same; i < codes.length; i++) {
      if (this.#bytes[start + i] as number > 0x7f) return this.#utf8(start, what);
    }
    for (let i = same; i < codes.length; i++) codes[i] = this.#bytes[start + i] as number;
    return known.text = String.fromCharCode(...codes);
  }

  #utf8(start: number, what: string): string {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(this.#bytes.subarray(start, this.#position));
    } catch {
      throw new Malformed(start, `expected ${what}, found bytes that are not UTF-8`);
    }
  }

  /** Passes over bytes that are `known`, with so many texts in them; false where other bytes stand. */
  protected passes(known: Uint8Array, texts: number): boolean {
    const start = this.#position;
    if (start + known.length > this.#end) return false;
    for (let i = 0; i < known.length; i++) if (this.#bytes[start + i] !== known[i]) return false;
    this.#position = start + known.length;
    this.#textIndex += texts;
    return true;
  }

  /** A copy of a part of the bytes. */
  protected copyOf(start: number, end: number): Uint8Array {
    return this.#bytes.slice(start, end);
  }

  protected lengthOf(major: number, what: string): number {
    const at = this.#position;
    this.head();
    if (this.major !== major) throw this.unexpected(at, `${what} (${majorNames[major]})`);
    return this.argument;
  }

  protected another(count: number, done: number): boolean {
    if (count !== INDEFINITE) return done < count;
    if (!this.atBreak()) return true;
    this.#position++;
    return false;
  }

  protected atBreak(): boolean {
    if (this.#position >= this.#end) throw new Incomplete(1);
    return this.#bytes[this.#position] === BREAK;
  }

  protected expectBreak(what: string): void {
    if (!this.atBreak()) throw new Malformed(this.#position, `expected the end of ${what}, found more elements`);
    this.#position++;
  }

  protected isTag(at: number, tag: number, what: string): void {
    if (this.major !== Major.tag || this.argument !== tag) throw this.unexpected(at, `${what} (tag ${tag})`);
  }

  #isDefinite(at: number, what: string): void {
    if (this.argument === INDEFINITE) {
      throw new Malformed(at, `found a ${what} in pieces (indefinite length), which captures do not have`);
    }
  }

  protected unexpected(at: number, expected: string): Malformed {
    const value = this.argument === INDEFINITE ? "of indefinite length" : this.argument;
    return new Malformed(at, `expected ${expected}, found ${majorNames[this.major]} (${value})`);
  }

  #advance(count: number): void {
    const next = this.#position + count;
    if (next > this.#end) throw new Incomplete(next - this.#end);
    this.#position = next;
  }

  /** Reads a head: `major`, and `argument` as a number (rounded above 2^53, which every use refuses). */
  protected head(): void {
    const at = this.#position;
    if (at >= this.#end) throw new Incomplete(1);
    const initial = this.#bytes[at] as number;
    const additional = initial & 31;
    this.major = initial >> 5;
    // Most heads are of one byte.
    if (additional < 24) {
      this.argument = additional;
      this.#position = at + 1;
    } else {
      this.#longHead(at, initial, additional);
    }
  }

  #longHead(at: number, initial: number, additional: number): void {
    const length = headLength(additional);
    if (length === 0) {
      throw new Malformed(at, `found the byte 0x${initial.toString(16)}, which CBOR has reserved`);
    }
    this.#advance(length);
    if (length > 1) {
      // No branch for each length: with event 65536, optimized code would meet one that it has never seen.
      let argument = 0;
      for (let i = 1; i < length; i++) argument = argument * 256 + (this.#bytes[at + i] as number);
      this.argument = argument;
    } else if (this.major >= Major.bytes && this.major <= Major.map) this.argument = INDEFINITE;
    else throw new Malformed(at, `found the byte 0x${initial.toString(16)} where no element can end`);
  }
}
