/**
 * Events on their way to a thread: frames that are large go as they are, small ones together in one buffer.
 *
 * @module
 */

import { type EventData, eventData, noStreams, streamData } from "../../event.ts";

/** Events in a message. */
export interface PackedEvents {
  readonly events: readonly PackedEvent[];
  /** The buffers in which the frames are. */
  readonly buffers: readonly ArrayBuffer[];
}

type PackedEvent = readonly [
  sequence: number,
  worker: number,
  eventNumber: number,
  createdAt: string | undefined,
  streams: readonly (readonly [name: string, typ: string, frames: readonly number[]])[],
];

/** An event that a thread takes. */
export interface Arrived {
  readonly sequence: number;
  readonly worker: number;
  readonly event: EventData;
}

/** Frames of fewer bytes are copied together. */
const LARGE = 16384;

/** Puts events together for one message. */
export class EventPacker {
  #events: PackedEvent[] = [];
  #buffers: ArrayBuffer[] = [];
  #small: Uint8Array[] = [];
  #smallBytes = 0;

  /** The number of events. */
  get count(): number {
    return this.#events.length;
  }

  /** The bytes of small frames. */
  get bytes(): number {
    return this.#smallBytes;
  }

  /**
   * Adds an event.
   *
   * @param owned Whether its frames may go away: those that have a buffer of their own do.
   */
  add(sequence: number, worker: number, event: EventData & { readonly createdAt?: string }, owned: boolean): void {
    const streams = Object.entries(event.streams).map(([name, { typ, frames }]) => {
      const places: number[] = [];
      for (const frame of frames) {
        if (frame.length >= LARGE) places.push(this.#buffers.push(bufferOf(frame, owned)), 0, frame.length);
        else {
          // 0 is the buffer of small frames, which is made at the end.
          places.push(0, this.#smallBytes, frame.length);
          this.#small.push(frame);
          this.#smallBytes += frame.length;
        }
      }
      return [name, typ, places] as const;
    });
    this.#events.push([sequence, worker, event.eventNumber, event.createdAt, streams]);
  }

  /** What was added, and a fresh start. */
  take(): PackedEvents {
    const small = new Uint8Array(this.#smallBytes);
    let at = 0;
    for (const frame of this.#small) {
      small.set(frame, at);
      at += frame.length;
    }
    const packed = { events: this.#events, buffers: [small.buffer, ...this.#buffers] };
    this.#events = [];
    this.#buffers = [];
    this.#small = [];
    this.#smallBytes = 0;
    return packed;
  }
}

function bufferOf(frame: Uint8Array, owned: boolean): ArrayBuffer {
  const { buffer } = frame;
  if (owned && buffer instanceof ArrayBuffer && buffer.byteLength === frame.length) return buffer;
  return new Uint8Array(frame).buffer;
}

/** Takes events apart. */
export function* unpacked({ events, buffers }: PackedEvents): Generator<Arrived> {
  for (const [sequence, worker, eventNumber, createdAt, packed] of events) {
    const streams = noStreams();
    for (const [name, typ, places] of packed) {
      const frames: Uint8Array[] = [];
      for (let i = 0; i < places.length; i += 3) {
        const [buffer, offset, length] = places.slice(i, i + 3) as [number, number, number];
        frames.push(new Uint8Array(buffers[buffer] as ArrayBuffer, offset, length));
      }
      streams[name] = streamData(typ, frames);
    }
    yield { sequence, worker, event: eventData(eventNumber, streams, createdAt) };
  }
}
