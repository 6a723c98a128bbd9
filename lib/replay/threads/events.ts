/**
 * Events on their way to a thread: frames that are large go as they are, small ones together in one buffer. Of those
 * that are not read goes only where they are.
 *
 * @module
 */

import { GrowingBytes } from "../../bytes.ts";
import type { FileIdentity } from "../../capture/file_identity.ts";
import { anyFramesOf, type FrameReader, type UnreadFrame } from "../../capture/unread.ts";
import { type EventData, eventData, noStreams, streamData } from "../../event.ts";

/** Events in a message. */
export interface PackedEvents {
  readonly events: readonly PackedEvent[];
  /** The buffers in which the frames are. */
  readonly buffers: readonly ArrayBuffer[];
  /** The files in which frames are that are not read. */
  readonly files: readonly FileIdentity[];
}

/** Of each frame three numbers: the buffer (0, 1, …) or the file (-1, -2, …), where it begins there, and its length. */
type Places = readonly number[];

type PackedEvent = readonly [
  sequence: number,
  worker: number,
  eventNumber: number,
  createdAt: string | undefined,
  streams: readonly (readonly [name: string, typ: string, frames: Places])[],
];

/** Frames of fewer bytes are copied together. */
const LARGE = 16384;

/** Puts events together for one message. */
export class EventPacker {
  #events: PackedEvent[] = [];
  #buffers: ArrayBuffer[] = [];
  #files: FileIdentity[] = [];
  /** Not the frames: these would hold the chunks that they lie in. */
  readonly #small = new GrowingBytes();

  /** The number of events. */
  get count(): number {
    return this.#events.length;
  }

  /** The bytes of small frames. */
  get bytes(): number {
    return this.#small.length;
  }

  /**
   * Adds an event.
   *
   * @param owned Whether its frames may go away: those that have a buffer of their own do.
   */
  add(sequence: number, worker: number, event: EventData & { readonly createdAt?: string }, owned: boolean): void {
    const streams = Object.entries(event.streams).map(([name, stream]) => {
      const places: number[] = [];
      for (const frame of anyFramesOf(stream)) {
        if (!(frame instanceof Uint8Array)) places.push(-1 - this.#fileOf(frame), frame.offset, frame.length);
        else if (frame.length >= LARGE) places.push(this.#buffers.push(bufferOf(frame, owned)), 0, frame.length);
        else {
          // 0 is the buffer of small frames.
          places.push(0, this.#small.add(frame), frame.length);
        }
      }
      return [name, stream.typ, places] as const;
    });
    this.#events.push([sequence, worker, event.eventNumber, event.createdAt, streams]);
  }

  /** What was added, and a fresh start. */
  take(): PackedEvents {
    const packed = { events: this.#events, buffers: [this.#small.take(), ...this.#buffers], files: this.#files };
    this.#events = [];
    this.#buffers = [];
    this.#files = [];
    return packed;
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
  readonly sequence: number;
  readonly worker: number;
  readonly #event: PackedEvent;
  readonly #packed: PackedEvents;
  readonly #reader: FrameReader;

  constructor(event: PackedEvent, packed: PackedEvents, reader: FrameReader) {
    [this.sequence, this.worker] = event;
    this.#event = event;
    this.#packed = packed;
    this.#reader = reader;
  }

  /**
   * The event, of which the frames are read that were not.
   *
   * @throws CaptureError where they cannot be read.
   */
  event(): EventData {
    const [, , eventNumber, createdAt, packed] = this.#event;
    const streams = noStreams();
    for (const [name, typ, places] of packed) {
      streams[name] = streamData(typ, framesAt(places, this.#packed, this.#reader));
    }
    return eventData(eventNumber, streams, createdAt);
  }
}

/** Takes events apart; frames that are not read are, when their event is asked for. */
export function* unpacked(packed: PackedEvents, reader: FrameReader): Generator<Arrived> {
  for (const event of packed.events) yield new Arrived(event, packed, reader);
}

function framesAt(places: Places, { buffers, files }: PackedEvents, reader: FrameReader): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let i = 0; i < places.length; i += 3) {
    const [where, offset, length] = places.slice(i, i + 3) as [number, number, number];
    frames.push(
      where < 0
        ? reader.read({ file: files[-1 - where] as FileIdentity, offset, length })
        : new Uint8Array(buffers[where] as ArrayBuffer, offset, length),
    );
  }
  return frames;
}
