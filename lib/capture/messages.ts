/**
 * The messages of a raw dump, one after the other: what a detector sent, as somebody recorded it.
 *
 * A dump is a CBOR sequence with an array of byte strings for each ZMQ message, one for each of its parts, or a text of
 * which each line is a message.
 *
 *     message = [tag 55799] [ *bytes ]
 *
 * @module
 */

import type { ByteSource } from "./bytes.ts";
import { Cursor, Incomplete, Malformed, type TakenFrame } from "./cursor.ts";
import { type Decoder, type ElementKind, ElementSequence } from "./elements.ts";
import type { FrameKind } from "./frames.ts";
import { Major, Tag } from "./heads.ts";
import { recogniseDump } from "./recognise.ts";

/** The parts of one message. */
export type Message<Frame = Uint8Array> = readonly Frame[];

/** Messages, with the places where they stand. */
export type Messages<Frame = Uint8Array> = ElementSequence<Message<Frame>, Frame>;

/** The messages of a dump in CBOR, from `offset` on. */
export function cborMessages<Frame>(
  source: ByteSource,
  frames: FrameKind<Frame>,
  offset = 0,
  behind?: ElementKind<unknown, Frame>["behind"],
): Messages<Frame> {
  return new ElementSequence<Message<Frame>, Frame>(source, new MessageDecoder(frames.small), {
    file: "raw dump",
    noun: "message",
    counted: "message",
    frames,
    number: (_, index) => index,
    recognise: recogniseDump,
    ...(behind === undefined ? {} : { behind }),
  }, offset);
}

/** The lines of a dump in text, each with its end. */
export function textMessages<Frame>(source: ByteSource, frames: FrameKind<Frame>): Messages<Frame> {
  return new ElementSequence<Message<Frame>, Frame>(new WithLastLine(source), new LineDecoder(frames.small), {
    file: "raw dump",
    noun: "line",
    counted: "line",
    frames,
    number: (_, index) => index,
    recognise: () => undefined,
  });
}

class MessageDecoder<Frame> extends Cursor<Frame> implements Decoder<Message<Frame>, Frame> {
  decode(start: number, taken: readonly TakenFrame<Frame>[]): Message<Frame> {
    this.goTo(start, taken);
    this.head();
    if (this.major === Major.tag && this.argument === Tag.selfDescribed) this.head();
    if (this.major !== Major.array) throw this.unexpected(start, "a message (an array of byte strings)");
    const count = this.argument;
    if (count > MAX_PARTS) throw new Malformed(start, `found a message of ${count} parts, more than ${MAX_PARTS}`);
    const parts: Frame[] = [];
    while (this.another(count, parts.length)) parts.push(this.frame());
    return parts;
  }
}

/** No message has more parts: 65536 channels of an oscilloscope would fit. */
const MAX_PARTS = 1 << 18;
/** No line is longer. */
const MAX_LINE = 16 << 20;

class LineDecoder<Frame> implements Decoder<Message<Frame>, Frame> {
  position = 0;
  #bytes: Uint8Array = new Uint8Array();
  #end = 0;
  readonly #small: FrameKind<Frame>["small"];

  constructor(small: FrameKind<Frame>["small"]) {
    this.#small = small;
  }

  use(bytes: Uint8Array, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
  }

  decode(start: number): Message<Frame> {
    const at = this.#bytes.subarray(0, this.#end).indexOf(0x0a, start);
    if (at < 0) {
      if (this.#end - start > MAX_LINE) throw new Malformed(start, `found a line of more than ${MAX_LINE} bytes`);
      throw new Incomplete(1);
    }
    this.position = at + 1;
    return [this.#small(this.#bytes, start, at + 1)];
  }
}

/** A text whose last line also has an end. */
class WithLastLine implements ByteSource {
  readonly file = undefined;
  readonly #source: ByteSource;
  #last = 0x0a;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get path(): string {
    return this.#source.path;
  }

  get position(): number {
    return this.#source.position;
  }

  get size(): number {
    return this.#source.size;
  }

  get remaining(): undefined {
    return undefined;
  }

  get cut(): string | undefined {
    return this.#source.cut;
  }

  read(into: Uint8Array): number | Promise<number> {
    const ended = (count: number): number => {
      if (count > 0) this.#last = into[count - 1] as number;
      else if (this.#last !== 0x0a) {
        into[0] = this.#last = 0x0a;
        return 1;
      }
      return count;
    };
    const count = this.#source.read(into);
    return typeof count === "number" ? ended(count) : count.then(ended);
  }

  skip(count: number): number | Promise<number> {
    return this.#source.skip(count);
  }

  close(): void {
    this.#source.close();
  }
}
