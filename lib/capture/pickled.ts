/**
 * The items of a pickled capture (`.pkls`): dranspose's messages as Python pickles, one after the other. They are read
 * as data; nothing that a pickle names is run.
 *
 * @module
 */

import { PickleError } from "../errors.ts";
import { pickleExtent } from "../pickle/extent.ts";
import { PickledObject } from "../pickle/object.ts";
import { unpickle } from "../pickle/unpickle.ts";
import type { ByteSource } from "./bytes.ts";
import { Incomplete, Malformed } from "./cursor.ts";
import { type Decoder, type ElementKind, ElementSequence } from "./elements.ts";
import type { FrameKind } from "./frames.ts";
import type { RawItem } from "./item.ts";
import type { Items } from "./items.ts";
import { Lookahead } from "./lookahead.ts";

/** The items of one file of pickles, from `offset` on. */
export function pickledItems<Frame>(
  source: ByteSource,
  frames: FrameKind<Frame>,
  offset = 0,
  behind?: ElementKind<unknown, Frame>["behind"],
): Items<Frame> {
  return new Lookahead(
    new ElementSequence<RawItem<Frame>, Frame>(source, new PickleDecoder(frames), {
      file: "pickled capture",
      noun: "item",
      counted: "event",
      frames,
      number: ({ eventNumber }) => eventNumber,
      recognise: () => undefined,
      ...(behind === undefined ? {} : { behind }),
    }, offset),
  );
}

class PickleDecoder<Frame> implements Decoder<RawItem<Frame>, Frame> {
  position = 0;
  #bytes: Uint8Array = new Uint8Array();
  #end = 0;
  readonly #frames: FrameKind<Frame>;

  constructor(frames: FrameKind<Frame>) {
    this.#frames = frames;
  }

  use(bytes: Uint8Array, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
  }

  decode(start: number): RawItem<Frame> {
    if (start >= this.#end) throw new Incomplete(1);
    try {
      const extent = pickleExtent(this.#bytes, start, this.#end);
      if ("missing" in extent) throw new Incomplete(extent.missing);
      const value = unpickle(this.#bytes.subarray(start, extent.end));
      this.position = extent.end;
      return this.#item(value, start);
    } catch (error) {
      if (error instanceof PickleError) throw new Malformed(start + (error.offset ?? 0), error.message);
      throw error;
    }
  }

  #item(value: unknown, start: number): RawItem<Frame> {
    const { event_number: eventNumber, streams, created_at: createdAt } = fieldsOf(value, MESSAGE, start);
    if (typeof eventNumber !== "number" || !Number.isSafeInteger(eventNumber) || eventNumber < 0) {
      throw new Malformed(start, `the event number is ${Deno.inspect(eventNumber)}, expected 0, 1, 2, …`);
    }
    if (!isRecord(streams)) throw new Malformed(start, `event ${eventNumber} has no streams by name`);
    return {
      eventNumber,
      streams: Object.entries(streams).map(([name, data]) => this.#stream(name, data, start)),
      createdAt: typeof createdAt === "string" ? createdAt : undefined,
    };
  }

  #stream(name: string, data: unknown, start: number): RawItem<Frame>["streams"][number] {
    const { typ, frames } = fieldsOf(data, STREAM, start);
    if (typeof typ !== "string" || !Array.isArray(frames)) {
      throw new Malformed(start, `stream "${name}" lacks its type or its frames`);
    }
    return {
      name,
      typ,
      frames: frames.map((frame: unknown) => {
        if (frame instanceof Uint8Array) return this.#frames.small(frame, 0, frame.length);
        throw new Malformed(start, `a frame of stream "${name}" is ${Deno.inspect(frame)}, expected bytes`);
      }),
    };
  }
}

const MESSAGE = "dranspose.event.InternalWorkerMessage";
const STREAM = "dranspose.event.StreamData";

function fieldsOf(value: unknown, global: string, start: number): Readonly<Record<string, unknown>> {
  if (value instanceof PickledObject && value.global === global) return value.fields;
  const found = value instanceof PickledObject ? value.global : Deno.inspect(value, { depth: 0 });
  throw new Malformed(start, `expected a pickled ${global}, found ${found}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}
