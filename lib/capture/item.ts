/**
 * One item of an event capture, decoded from bytes that lie together.
 *
 * The grammar is small and fixed, so it is read head by head: every error knows its byte, a stream that is there twice
 * is seen, microseconds survive, and nothing else that CBOR allows (shared references, typed objects, deep nesting) is
 * ever interpreted.
 *
 *     item    = [tag 55799] tag 42877 [ uint, { *text => stream }, ?(tag 0 text / null) ]
 *     stream  = tag 42878 [ text, [ *bytes ] ]
 *
 * @module
 */

import { BREAK, headLength, INDEFINITE, Major, majorNames, Tag } from "./heads.ts";

/** Names, types and times are short; a longer text is damage, and is not waited for. */
const MAX_TEXT = 64 << 10;
/** Frames from this size on are read into a buffer of their own. */
const LARGE_FRAME = 64 << 10;
/** No frame is larger than this; a longer one is damage, and is not allocated. */
const MAX_FRAME = 2 ** 31;

/** Thrown when the item goes on past the bytes at hand: at least `missing` bytes more are needed. */
export class Incomplete extends Error {
  constructor(readonly missing: number) {
    super();
  }
}

/** Thrown when a large frame begins at `position`: the caller takes its bytes out, and the item is decoded again. */
export class LargeFrame extends Error {
  constructor(readonly position: number, readonly length: number) {
    super();
  }
}

/** Thrown for bytes that are no capture item; `position` is where they stop being one. */
export class Malformed extends Error {
  constructor(readonly position: number, message: string) {
    super(message);
  }
}

/** An item whose frames are of kind `Frame`: bytes, or only their lengths. */
export interface RawItem<Frame> {
  readonly eventNumber: number;
  readonly streams: readonly { readonly name: string; readonly typ: string; readonly frames: Frame[] }[];
  readonly createdAt: string | undefined;
}

/** A frame taken out of the bytes: at `position` its head ended, and the next head now follows there. */
export interface TakenFrame<Frame> {
  readonly position: number;
  readonly length: number;
  readonly frame: Frame;
}

/** Decodes items from a stretch of bytes; used again for every item. */
export class ItemDecoder<Frame> {
  #bytes: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(new ArrayBuffer(0));
  #end = 0;
  #position = 0;
  #major = 0;
  #argument = 0;
  #taken: readonly TakenFrame<Frame>[] = [];
  #takenIndex = 0;
  readonly #small: (bytes: Uint8Array, start: number, end: number) => Frame;

  /** @param small Makes a frame of a part of the bytes. */
  constructor(small: (bytes: Uint8Array, start: number, end: number) => Frame) {
    this.#small = small;
  }

  /** Where the last item ended. */
  get position(): number {
    return this.#position;
  }

  /** The bytes to decode from. */
  use(bytes: Uint8Array, end: number): void {
    if (bytes !== this.#bytes) this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bytes = bytes;
    this.#end = end;
  }

  /**
   * Decodes the item that begins at `start`. Frames in `taken` are already out of the bytes.
   *
   * @throws Incomplete, LargeFrame, Malformed
   */
  decode(start: number, taken: readonly TakenFrame<Frame>[]): RawItem<Frame> {
    this.#taken = taken;
    this.#takenIndex = 0;
    const { at, elements, eventNumber } = this.#opening(start);
    const streams = this.#streams(eventNumber);
    let createdAt: string | undefined;
    if (elements === 3 || (elements === INDEFINITE && !this.#atBreak())) createdAt = this.#createdAt();
    if (elements === INDEFINITE) this.#break("an event");
    else if (elements !== 2 && elements !== 3) {
      throw new Malformed(at, `expected an event of 2 or 3 elements, found ${elements}`);
    }
    return { eventNumber, streams, createdAt };
  }

  /**
   * The event number of the item that begins at `start`.
   *
   * @throws Incomplete, Malformed
   */
  eventNumber(start: number): number {
    return this.#opening(start).eventNumber;
  }

  #opening(start: number): { at: number; elements: number; eventNumber: number } {
    this.#position = start;
    this.#head();
    if (this.#major === Major.tag && this.#argument === Tag.selfDescribed) this.#head();
    this.#isTag(start, Tag.event, "an event");
    const at = this.#position;
    const elements = this.#lengthOf(Major.array, "an event");
    return { at, elements, eventNumber: this.#uint("the event number") };
  }

  #streams(eventNumber: number): RawItem<Frame>["streams"] {
    const count = this.#lengthOf(Major.map, "the streams of an event");
    const streams: { name: string; typ: string; frames: Frame[] }[] = [];
    while (this.#another(count, streams.length)) {
      const at = this.#position;
      const name = this.#text("the name of a stream");
      for (const other of streams) {
        if (other.name === name) {
          throw new Malformed(at, `event ${eventNumber} has the stream "${name}" twice`);
        }
      }
      streams.push(this.#stream(name));
    }
    return streams;
  }

  #stream(name: string): { name: string; typ: string; frames: Frame[] } {
    const at = this.#position;
    this.#head();
    this.#isTag(at, Tag.stream, "a stream's data");
    const elements = this.#lengthOf(Major.array, "a stream's data");
    if (elements !== 2 && elements !== INDEFINITE) {
      throw new Malformed(at, `expected type and frames of stream "${name}", found ${elements} elements`);
    }
    const typ = this.#text("the type of a stream");
    const count = this.#lengthOf(Major.array, "the frames of a stream");
    const frames: Frame[] = [];
    while (this.#another(count, frames.length)) frames.push(this.#frame());
    if (elements === INDEFINITE) this.#break("a stream's data");
    return { name, typ, frames };
  }

  #frame(): Frame {
    const at = this.#position;
    this.#head();
    const length = this.#argument;
    if (this.#major !== Major.bytes) throw this.#unexpected(at, "a frame (a byte string)");
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

  #createdAt(): string | undefined {
    const at = this.#position;
    this.#head();
    if (this.#major === Major.simple && this.#argument === 22) return undefined; // null
    this.#isTag(at, Tag.dateTime, "the time of creation");
    return this.#text("the time of creation");
  }

  #uint(what: string): number {
    const at = this.#position;
    this.#head();
    if (this.#major !== Major.uint) throw this.#unexpected(at, `${what} (an unsigned integer)`);
    if (this.#argument > Number.MAX_SAFE_INTEGER) {
      throw new Malformed(at, `${what} is ${this.#argument}, more than can be counted exactly (2^53)`);
    }
    return this.#argument;
  }

  #text(what: string): string {
    const at = this.#position;
    this.#head();
    if (this.#major !== Major.text) throw this.#unexpected(at, `${what} (a text)`);
    this.#isDefinite(at, "text");
    if (this.#argument > MAX_TEXT) {
      throw new Malformed(at, `expected ${what}, found a text of ${this.#argument} bytes`);
    }
    const start = this.#position;
    this.#advance(this.#argument);
    let text = "";
    for (let i = start; i < this.#position; i++) {
      const byte = this.#bytes[i] as number;
      if (byte > 0x7f) return this.#utf8(start, what);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #utf8(start: number, what: string): string {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(this.#bytes.subarray(start, this.#position));
    } catch {
      throw new Malformed(start, `expected ${what}, found bytes that are not UTF-8`);
    }
  }

  #lengthOf(major: number, what: string): number {
    const at = this.#position;
    this.#head();
    if (this.#major !== major) throw this.#unexpected(at, `${what} (${majorNames[major]})`);
    return this.#argument;
  }

  #another(count: number, done: number): boolean {
    if (count !== INDEFINITE) return done < count;
    if (!this.#atBreak()) return true;
    this.#position++;
    return false;
  }

  #atBreak(): boolean {
    if (this.#position >= this.#end) throw new Incomplete(1);
    return this.#bytes[this.#position] === BREAK;
  }

  #break(what: string): void {
    if (!this.#atBreak()) throw new Malformed(this.#position, `expected the end of ${what}, found more elements`);
    this.#position++;
  }

  #isTag(at: number, tag: number, what: string): void {
    if (this.#major !== Major.tag || this.#argument !== tag) throw this.#unexpected(at, `${what} (tag ${tag})`);
  }

  #isDefinite(at: number, what: string): void {
    if (this.#argument === INDEFINITE) {
      throw new Malformed(at, `found a ${what} in pieces (indefinite length), which captures do not have`);
    }
  }

  #unexpected(at: number, expected: string): Malformed {
    const value = this.#argument === INDEFINITE ? "of indefinite length" : this.#argument;
    return new Malformed(at, `expected ${expected}, found ${majorNames[this.#major]} (${value})`);
  }

  #advance(count: number): void {
    const next = this.#position + count;
    if (next > this.#end) throw new Incomplete(next - this.#end);
    this.#position = next;
  }

  /** Reads a head: `#major`, and `#argument` as a number (rounded above 2^53, which every use refuses). */
  #head(): void {
    const at = this.#position;
    if (at >= this.#end) throw new Incomplete(1);
    const initial = this.#bytes[at] as number;
    const additional = initial & 31;
    const length = headLength(additional);
    this.#major = initial >> 5;
    if (length === 0) {
      throw new Malformed(at, `found the byte 0x${initial.toString(16)}, which CBOR has reserved`);
    }
    this.#advance(length);
    if (additional < 24) this.#argument = additional;
    else if (additional === 24) this.#argument = this.#bytes[at + 1] as number;
    else if (additional === 25) this.#argument = this.#view.getUint16(at + 1);
    else if (additional === 26) this.#argument = this.#view.getUint32(at + 1);
    else if (additional === 27) this.#argument = Number(this.#view.getBigUint64(at + 1));
    else if (this.#major >= Major.bytes && this.#major <= Major.map) this.#argument = INDEFINITE;
    else throw new Malformed(at, `found the byte 0x${initial.toString(16)} where no element can end`);
  }
}
