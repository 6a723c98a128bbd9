/**
 * Events on their way to a thread: frames that are large go as they are, small ones together in one buffer. Of those
 * that are not read goes only where they are.
 *
 * All that is said of events is in one array of numbers: a message is copied twice on its way, and to copy some small
 * objects for each event takes longer than most classes do.
 *
 * @module
 */

import { GrowingBytes, GrowingNumbers } from "../../bytes.ts";
import type { FileIdentity } from "../../capture/file_identity.ts";
import { anyFramesOf, type FrameReader, type UnreadFrame } from "../../capture/unread.ts";
import { type CaptureItem, type EventData, eventData, noStreams, type StreamData, streamData } from "../../event.ts";
import type { Shape, Streams } from "./shapes.ts";

/** Events in a message. */
export interface PackedEvents {
  /** How many there are. */
  readonly count: number;
  /** Of each event the numbers of {@linkcode At}; then three of each frame, as {@linkcode framesAt} reads them. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** When events were recorded. */
  readonly times: readonly string[];
  /** Streams that events have: mostly the same ones. */
  readonly streams: readonly Streams[];
  /** The buffers in which frames are. */
  readonly buffers: readonly ArrayBuffer[];
  /** The files in which frames are that are not read. */
  readonly files: readonly FileIdentity[];
}

/** Where what of an event is in its numbers. */
const At = {
  /** Its number in the order in which events are sent. */
  sequence: 0,
  worker: 1,
  eventNumber: 2,
  /** The place of its time, or -1. */
  time: 3,
  /** The place of its streams. */
  streams: 4,
  frames: 5,
} as const;

/** An event that is sent to a worker. */
export interface Sending {
  /** Its number in the order in which events are sent. */
  readonly sequence: number;
  readonly worker: number;
  readonly event: CaptureItem;
  readonly shape: Shape;
  /** Whether its frames may go away: those that have a buffer of their own do. */
  readonly owned: boolean;
}

/** Frames of fewer bytes are copied together; from this size on those of captures have buffers of their own. */
const LARGE = 65536;

/** Puts events together for one message. */
export class EventPacker {
  #count = 0;
  readonly #numbers = new GrowingNumbers();
  #times: string[] = [];
  #streams: Streams[] = [];
  #buffers: ArrayBuffer[] = [];
  #files: FileIdentity[] = [];
  /** Not the frames: these would hold the chunks that they lie in. */
  readonly #small = new GrowingBytes();

  /** The number of events. */
  get count(): number {
    return this.#count;
  }

  /** The bytes of small frames. */
  get bytes(): number {
    return this.#small.length;
  }

  /** Adds an event. */
  add({ sequence, worker, event, shape, owned }: Sending): void {
    const { eventNumber, createdAt, streams } = event;
    const numbers = this.#numbers;
    this.#count++;
    // In the order of `At`.
    numbers.add(sequence);
    numbers.add(worker);
    numbers.add(eventNumber);
    numbers.add(createdAt === undefined ? -1 : this.#placeOfTime(createdAt));
    numbers.add(this.#placeOfStreams(shape.streams));
    for (const [name] of shape.streams) {
      const frames = anyFramesOf(streams[name] as StreamData);
      for (let i = 0; i < frames.length; i++) {
        const frame = frames[i] as Uint8Array | UnreadFrame;
        if (!(frame instanceof Uint8Array)) this.#addFrame(-1 - this.#fileOf(frame), frame.offset, frame.length);
        else if (frame.length < LARGE) this.#addFrame(0, this.#small.add(frame), frame.length);
        // 0 is the buffer of small frames.
        else this.#addFrame(this.#buffers.push(bufferOf(frame, owned)), 0, frame.length);
      }
    }
  }

  /** What was added, and a fresh start. */
  take(): PackedEvents {
    const packed = {
      count: this.#count,
      numbers: this.#numbers.take(),
      times: this.#times,
      streams: this.#streams,
      buffers: [this.#small.take(), ...this.#buffers],
      files: this.#files,
    };
    this.#count = 0;
    this.#times = [];
    this.#streams = [];
    this.#buffers = [];
    this.#files = [];
    return packed;
  }

  #addFrame(where: number, offset: number, length: number): void {
    this.#numbers.add(where);
    this.#numbers.add(offset);
    this.#numbers.add(length);
  }

  #placeOfTime(time: string): number {
    const last = this.#times.length - 1;
    return this.#times[last] === time ? last : this.#times.push(time) - 1;
  }

  #placeOfStreams(streams: Streams): number {
    const place = this.#streams.lastIndexOf(streams);
    return place < 0 ? this.#streams.push(streams) - 1 : place;
  }

  #fileOf({ file }: UnreadFrame): number {
    const index = this.#files.indexOf(file);
    return index < 0 ? this.#files.push(file) - 1 : index;
  }
}

function bufferOf(frame: Uint8Array, owned: boolean): ArrayBuffer {
  const { buffer } = frame;
  if (owned && buffer instanceof ArrayBuffer && buffer.byteLength === frame.length) return buffer;
  return new Uint8Array(frame).buffer;
}

/** An event that a thread takes. */
export class Arrived {
  readonly #packed: PackedEvents;
  /** Where its numbers begin. */
  readonly #at: number;
  readonly #reader: FrameReader;

  constructor(packed: PackedEvents, at: number, reader: FrameReader) {
    this.#packed = packed;
    this.#at = at;
    this.#reader = reader;
  }

  /** Its number in the order in which events are sent. */
  get sequence(): number {
    return this.#number(At.sequence);
  }

  /** The index of the worker that it is for. */
  get worker(): number {
    return this.#number(At.worker);
  }

  /** How many numbers there are of it. */
  get length(): number {
    let frames = 0;
    for (const [, , count] of this.#streams) frames += count;
    return At.frames + 3 * frames;
  }

  /**
   * The event, of which the frames are read that were not.
   *
   * @throws CaptureError where they cannot be read.
   */
  event(): EventData {
    const streams = noStreams();
    let at = this.#at + At.frames;
    for (const [name, typ, count] of this.#streams) {
      streams[name] = streamData(typ, framesAt(at, count, this.#packed, this.#reader));
      at += 3 * count;
    }
    return eventData(this.#number(At.eventNumber), streams, this.#packed.times[this.#number(At.time)]);
  }

  get #streams(): Streams {
    return this.#packed.streams[this.#number(At.streams)] as Streams;
  }

  #number(place: number): number {
    return this.#packed.numbers[this.#at + place] as number;
  }
}

/** Takes events apart; frames that are not read are, when their event is asked for. */
export function* unpacked(packed: PackedEvents, reader: FrameReader): Generator<Arrived> {
  for (let i = 0, at = 0; i < packed.count; i++) {
    const arrived = new Arrived(packed, at, reader);
    yield arrived;
    at += arrived.length;
  }
}

/**
 * Frames, of each of which there are three numbers: the buffer (0, 1, …) or the file (-1, -2, …), where it begins there,
 * and its length.
 */
function framesAt(
  at: number,
  count: number,
  { numbers, buffers, files }: PackedEvents,
  reader: FrameReader,
): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (const end = at + 3 * count; at < end; at += 3) {
    const where = numbers[at] as number;
    const offset = numbers[at + 1] as number;
    const length = numbers[at + 2] as number;
    frames.push(
      where < 0
        ? reader.read({ file: files[-1 - where] as FileIdentity, offset, length })
        : new Uint8Array(buffers[where] as ArrayBuffer, offset, length),
    );
  }
  return frames;
}
