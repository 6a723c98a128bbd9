/**
 * Events and what is in them: the words in which captures, workers and reducers talk to each other.
 *
 * @module
 */

import { isDetached } from "./array/detached.ts";

/** The frames of one stream in one event. */
export interface StreamData {
  /** The kind of stream, which says how the frames are parsed, such as `"STINS"`. */
  readonly typ: string;
  /**
   * The frames, in the order in which they were sent. They may be views of a larger buffer: copy what is kept. With
   * `reuseFrames`, large ones are empty when their event is done.
   */
  readonly frames: readonly Uint8Array[];
  /** The number of frames. */
  readonly length: number;
}

/** All streams of one event number. */
export interface EventData {
  /** Counts the events of a scan; the first one usually carries the headers. */
  readonly eventNumber: number;
  /** The streams of this event by name; a stream may be missing from any event. */
  readonly streams: Readonly<Record<string, StreamData>>;
}

/** What a worker made of an event, as it reaches the reducer. */
export interface ResultData<Payload = unknown> {
  /** The event that the payload belongs to. Results need not arrive in order. */
  readonly eventNumber: number;
  /** The name of the worker that made it. */
  readonly worker: string;
  /** Which set of parameter values it was made with (SHA-256, hex). */
  readonly parametersHash: string;
  /** What the worker returned: a copy of its own. */
  readonly payload: Payload;
}

/** One item of a capture: some or all streams of an event, as one ingester saw them. */
export interface CaptureItem extends EventData {
  /** When the ingester made it: RFC 3339 text in which microseconds count, such as `2024-10-07T08:49:10.627000Z`. */
  readonly createdAt?: string;
}

const inspectKey = Symbol.for("Deno.customInspect");

type Inspect = (value: unknown, options: Deno.InspectOptions) => string;

class PrintableStream implements StreamData {
  constructor(readonly typ: string, readonly frames: readonly Uint8Array[]) {}

  get length(): number {
    return this.frames.length;
  }

  [inspectKey](): string {
    return `StreamData ${streamText(this)}`;
  }
}

class PrintableEvent implements CaptureItem {
  declare readonly createdAt?: string;

  constructor(
    readonly eventNumber: number,
    readonly streams: Readonly<Record<string, StreamData>>,
    createdAt?: string,
  ) {
    if (createdAt !== undefined) this.createdAt = createdAt;
  }

  [inspectKey](): string {
    const streams = Object.entries(this.streams).map(([name, stream]) => `${name}: ${streamText(stream)}`);
    const recorded = this.createdAt === undefined ? "" : ` recorded ${this.createdAt}`;
    return `EventData #${this.eventNumber}${recorded} { ${streams.join(", ") || "no streams"} }`;
  }
}

class PrintableResult<Payload> implements ResultData<Payload> {
  constructor(
    readonly eventNumber: number,
    readonly worker: string,
    readonly parametersHash: string,
    readonly payload: Payload,
  ) {}

  [inspectKey](inspect: Inspect, options: Deno.InspectOptions): string {
    const payload = inspect(this.payload, { ...options, compact: true, breakLength: Infinity });
    return `ResultData #${this.eventNumber} from ${this.worker}: ${payload}`;
  }
}

/**
 * Streams by name. The record has nothing else, not even what every object has: `"toString" in streams` is false. An
 * object without a prototype would do as well, but to V8 it is a hash table.
 */
class Streams {
  [name: string]: StreamData;
}
Reflect.deleteProperty(Streams.prototype, "constructor");
Object.setPrototypeOf(Streams.prototype, null);
Object.defineProperty(Streams.prototype, inspectKey, {
  value(this: Streams, inspect: Inspect, options: Deno.InspectOptions): string {
    return inspect({ ...this }, options);
  },
});

/** A record of streams without any. */
export function noStreams(): Record<string, StreamData> {
  return new Streams();
}

/** Frames of a stream, printable. */
export function streamData(typ: string, frames: readonly Uint8Array[]): StreamData {
  return new PrintableStream(typ, frames);
}

/** An item or event, printable. */
export function eventData(
  eventNumber: number,
  streams: Readonly<Record<string, StreamData>>,
  createdAt?: string,
): CaptureItem {
  return new PrintableEvent(eventNumber, streams, createdAt);
}

/** A result, printable. */
export function resultData<Payload>(
  eventNumber: number,
  worker: string,
  parametersHash: string,
  payload: Payload,
): ResultData<Payload> {
  return new PrintableResult(eventNumber, worker, parametersHash, payload);
}

function streamText(stream: StreamData): string {
  return `${stream.typ} [${stream.frames.map(frameText).join(", ")}]`;
}

/** A frame as its length and the beginning of it: as text where it is text, else as bytes. */
export function frameText(frame: Uint8Array): string {
  if (isDetached(frame)) return "its memory was used again";
  const text = printable(frame.subarray(0, 48));
  const preview = text !== undefined
    ? text
    : Array.from(frame.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const shown = text !== undefined ? 48 : 8;
  return `${frame.length} B ${preview}${frame.length > shown ? "…" : ""}`.trimEnd();
}

function printable(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "";
  for (const byte of bytes) if (byte < 0x20 || byte > 0x7e) return undefined;
  return new TextDecoder().decode(bytes);
}
