/**
 * Events that threads have, and how many may be there.
 *
 * @module
 */

import { COLLECT_EVERY } from "../../capture/collector.ts";
import { type AnyFrame, anyFramesOf } from "../../capture/unread.ts";
import type { EventData, StreamData } from "../../event.ts";
import type { EventLabel } from "../engine.ts";
import { Ring } from "./ring.ts";

/** Events that are under way at most: so much is read ahead of a slow reducer. */
const MAX_EVENTS = 4096;
/** Their bytes: fewer than those after which V8 collects. What lives through two collections, it takes for old. */
const MAX_BYTES = 0.75 * COLLECT_EVERY;
/** Bytes that are under way and not read: they take no memory, but count as done where progress is shown. */
const MAX_UNREAD = 16 * 2 ** 20;
/** Events that each thread has at least, however large: one that it works on, and the next one. */
const LEAST_EVENTS = 2;

/** An event that is under way. */
export interface Sent extends EventLabel {
  readonly worker: number;
  /** The bytes of its frames: of those that are read, and of the others. */
  readonly bytes: number;
  readonly unread: number;
  /** For an event that went to everyone: the others of it. */
  readonly group: Group | undefined;
}

/** An event that went to all workers. */
export interface Group {
  readonly failures: unknown[];
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Keeps count of the events that are under way. */
export class UnderWay {
  readonly #sent = new Ring<Writable<Sent>>();
  /** Of events that are through, for the next ones: what is under way at two collections, V8 takes for old. */
  readonly #free: Writable<Sent>[] = [];
  #sequence = 0;
  #bytes = 0;
  #unread = 0;

  /** The number of events. */
  get size(): number {
    return this.#sent.size;
  }

  /**
   * Adds an event that goes to a worker; gives its number in the order in which events are sent.
   *
   * @param names The names of its streams.
   */
  add(
    { eventNumber, streams }: EventData,
    names: EventLabel["streams"],
    worker: number,
    group: Group | undefined,
  ): number {
    let [bytes, unread] = [0, 0];
    for (const name in streams) {
      const frames = anyFramesOf(streams[name] as StreamData);
      for (let i = 0; i < frames.length; i++) {
        const frame = frames[i] as AnyFrame;
        if (frame instanceof Uint8Array) bytes += frame.length;
        else unread += frame.length;
      }
    }
    this.#sent.set(this.#sequence, this.#filled({ eventNumber, streams: names, worker, bytes, unread, group }));
    this.#bytes += bytes;
    this.#unread += unread;
    return this.#sequence++;
  }

  /** The same in an object that was used before, if there is one. */
  #filled(sent: Sent): Sent {
    const used = this.#free.pop();
    return used === undefined ? sent : Object.assign(used, sent);
  }

  /** The event of a number, as long as it is under way; not to be kept, since it becomes another one. */
  get(sequence: number): Sent | undefined {
    return this.#sent.get(sequence);
  }

  /** An event is through. */
  remove(sequence: number): void {
    const sent = this.#sent.take(sequence);
    if (sent === undefined) return;
    this.#bytes -= sent.bytes;
    this.#unread -= sent.unread;
    this.#free.push(sent);
  }

  /** Whether as much is under way in some threads as may be, or a part of that. */
  isFull(threads: number, part = 1): boolean {
    if (this.size >= part * MAX_EVENTS) return true;
    const isLarge = this.#bytes > part * MAX_BYTES || this.#unread > part * MAX_UNREAD;
    return isLarge && this.size >= LEAST_EVENTS * threads;
  }
}
