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

import { Cursor, Malformed, type TakenFrame } from "./cursor.ts";
import { INDEFINITE, Major, Tag } from "./heads.ts";

/** An item whose frames are of kind `Frame`: bytes, or only their lengths. */
export interface RawItem<Frame> {
  readonly eventNumber: number;
  readonly streams: readonly { readonly name: string; readonly typ: string; readonly frames: Frame[] }[];
  readonly createdAt: string | undefined;
}

const NONE_TAKEN: readonly [] = [];

/** What stands before the frames of an item that has one stream, and what it says: most items of a file are alike. */
interface Known {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly typ: string;
  readonly frames: number;
}

/** The name and the type of the stream. */
const KNOWN_TEXTS = 2;
/** With long names it is not worth it. */
const MAX_KNOWN = 256;

/** Decodes items from a stretch of bytes; used again for every item. */
export class ItemDecoder<Frame> extends Cursor<Frame> {
  /** What the item at hand begins with, where its array begins, and where its streams do. */
  #elements = 0;
  #eventNumber = 0;
  #arrayAt = 0;
  #streamsAt = 0;
  /** The item of which that is known, so that it is not read twice when its number was asked for before. */
  #opened = -1;
  #known: Known | undefined;

  override use(bytes: Uint8Array, end: number): void {
    super.use(bytes, end);
    this.#opened = -1;
  }

  /**
   * Decodes the item that begins at `start`. Frames in `taken` are already out of the bytes.
   *
   * @throws Incomplete, LargeFrame, Malformed
   */
  decode(start: number, taken: readonly TakenFrame<Frame>[]): RawItem<Frame> {
    if (start !== this.#opened) this.#open(start);
    this.goTo(this.#streamsAt, taken);
    const elements = this.#elements;
    const eventNumber = this.#eventNumber;
    const streams = this.#streams(eventNumber);
    let createdAt: string | undefined;
    if (elements === 3 || (elements === INDEFINITE && !this.atBreak())) createdAt = this.#createdAt();
    if (elements === INDEFINITE) this.expectBreak("an event");
    else if (elements !== 2 && elements !== 3) {
      throw new Malformed(this.#arrayAt, `expected an event of 2 or 3 elements, found ${elements}`);
    }
    return { eventNumber, streams, createdAt };
  }

  /**
   * The event number of the item that begins at `start`.
   *
   * @throws Incomplete, Malformed
   */
  eventNumber(start: number): number {
    if (start !== this.#opened) this.#open(start);
    return this.#eventNumber;
  }

  #open(start: number): void {
    this.#opened = -1;
    this.goTo(start, NONE_TAKEN);
    this.head();
    if (this.major === Major.tag && this.argument === Tag.selfDescribed) this.head();
    this.isTag(start, Tag.event, "an event");
    this.#arrayAt = this.position;
    this.#elements = this.lengthOf(Major.array, "an event");
    this.#eventNumber = this.uint("the event number");
    this.#streamsAt = this.position;
    this.#opened = start;
  }

  #streams(eventNumber: number): RawItem<Frame>["streams"] {
    const known = this.#known;
    if (known !== undefined && this.passes(known.bytes, KNOWN_TEXTS)) {
      return [{ name: known.name, typ: known.typ, frames: this.#frames(known.frames) }];
    }
    const start = this.position;
    const count = this.lengthOf(Major.map, "the streams of an event");
    // A list that begins with its element takes no room for more; so do the frames below.
    const streams = count === 1 ? [this.#stream(start)] : [];
    while (this.another(count, streams.length)) {
      const at = this.position;
      const stream = this.#stream();
      if (streams.some(({ name }) => name === stream.name)) {
        throw new Malformed(at, `event ${eventNumber} has the stream "${stream.name}" twice`);
      }
      streams.push(stream);
    }
    return streams;
  }

  /** @param start Where the streams begin, if this is the only one. */
  #stream(start?: number): { name: string; typ: string; frames: Frame[] } {
    const name = this.text("the name of a stream");
    const at = this.position;
    this.head();
    this.isTag(at, Tag.stream, "a stream's data");
    const elements = this.lengthOf(Major.array, "a stream's data");
    if (elements !== 2 && elements !== INDEFINITE) {
      throw new Malformed(at, `expected type and frames of stream "${name}", found ${elements} elements`);
    }
    const typ = this.text("the type of a stream");
    const count = this.lengthOf(Major.array, "the frames of a stream");
    if (start !== undefined && elements !== INDEFINITE && this.position - start <= MAX_KNOWN) {
      this.#known = { bytes: this.copyOf(start, this.position), name, typ, frames: count };
    }
    const frames = this.#frames(count);
    if (elements === INDEFINITE) this.expectBreak("a stream's data");
    return { name, typ, frames };
  }

  #frames(count: number): Frame[] {
    const frames: Frame[] = count === 1 ? [this.frame()] : [];
    while (this.another(count, frames.length)) frames.push(this.frame());
    return frames;
  }

  #createdAt(): string | undefined {
    const at = this.position;
    this.head();
    if (this.major === Major.simple && this.argument === 22) return undefined; // null
    this.isTag(at, Tag.dateTime, "the time of creation");
    return this.text("the time of creation");
  }
}
