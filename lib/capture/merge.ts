/**
 * Several captures as one stream of events.
 *
 * @module
 */

import { CaptureError, OptionError } from "../errors.ts";
import { type CaptureItem, eventData, type StreamData } from "../event.ts";
import { cutError, itemOf, openItems } from "./read.ts";
import type { Cut, ItemSequence, PlacedItem } from "./sequence.ts";

interface Lane {
  readonly path: string;
  readonly items: ItemSequence<Uint8Array>;
  /** The number of the next item; undefined before the first and after the last. */
  number: number | undefined;
  /** Why there is no next item; thrown only when all events before it have been given. */
  failure?: unknown;
}

/** The events of several captures, merged by event number. A capture that ends early ends alone. */
export class EventMerge {
  readonly #lanes: Lane[];
  #started = false;

  /**
   * @throws CaptureError when a file cannot be opened; those opened before it are closed again.
   */
  constructor(paths: readonly string[]) {
    if (paths.length === 0) throw new OptionError("no captures given: name at least one file");
    const twice = paths.find((path, i) => paths.indexOf(path) !== i);
    if (twice !== undefined) throw new OptionError(`the capture "${twice}" is given twice: name every file once`);
    const lanes: Lane[] = [];
    try {
      for (const path of paths) lanes.push({ path, items: openItems(path), number: undefined });
    } catch (error) {
      for (const lane of lanes) lane.items.close();
      throw error;
    }
    this.#lanes = lanes;
  }

  /** Captures whose last item is not whole, as far as they were read. */
  get cuts(): Cut[] {
    return this.#lanes.flatMap(({ items }) => items.cut ?? []);
  }

  /** Bytes of the files read so far, and their sizes, added up. */
  get progress(): { readonly bytes: number; readonly size: number } {
    let [bytes, size] = [0, 0];
    for (const { items } of this.#lanes) {
      bytes += items.progress.bytes;
      size += items.progress.size;
    }
    return { bytes, size };
  }

  /**
   * The next event, undefined at the end; a promise only where it was not yet in memory.
   *
   * @throws CaptureError for damage, for a stream that is in two captures, and for a capture that is not in order.
   */
  next(): CaptureItem | undefined | Promise<CaptureItem | undefined> {
    if (!this.#started) return this.#start();
    let lowest: number | undefined;
    for (const { number, failure } of this.#lanes) {
      if (failure !== undefined) throw failure;
      if (number !== undefined && (lowest === undefined || number < lowest)) lowest = number;
    }
    return lowest === undefined ? undefined : this.#gather(lowest);
  }

  /** Closes all files. */
  close(): void {
    for (const { items } of this.#lanes) items.close();
  }

  async #start(): Promise<CaptureItem | undefined> {
    this.#started = true;
    for (const lane of this.#lanes) await look(lane);
    return await this.next();
  }

  /** Joins the streams that any item, of any capture, has for an event. */
  #gather(number: number, event?: CaptureItem): CaptureItem | undefined | Promise<CaptureItem | undefined> {
    for (const lane of this.#lanes) {
      while (lane.number === number) {
        const looked = chain(lane.items.next(), (item) => {
          // An item that turns out to be cut ends its capture; the others may still have the event.
          if (item !== undefined) event = event === undefined ? itemOf(item) : this.#join(event, item, lane.path);
          return look(lane);
        });
        if (looked instanceof Promise) return looked.then(() => this.#gather(number, event));
      }
    }
    return event ?? this.next();
  }

  #join(event: CaptureItem, raw: PlacedItem<Uint8Array>, path: string): CaptureItem {
    const item = itemOf(raw);
    const streams: Record<string, StreamData> = Object.assign(Object.create(null), event.streams);
    for (const [name, stream] of Object.entries(item.streams)) {
      if (name in streams) {
        throw new CaptureError(
          `event ${event.eventNumber} has the stream "${name}" twice: again in "${path}" at byte ${raw.at}; ` +
            `give every stream once`,
          { path, offset: raw.at },
        );
      }
      streams[name] = stream;
    }
    return eventData(event.eventNumber, streams, event.createdAt ?? item.createdAt);
  }
}

/** Finds out the number of the next item of a capture. */
function look(lane: Lane): void | Promise<void> {
  const previous = lane.number ?? -1;
  const seen = (number: number | undefined): void => {
    if (number !== undefined && number < previous) {
      fail(
        new CaptureError(
          `the capture "${lane.path}" is not in order: event ${number} at byte ${lane.items.offset} comes after event ` +
            `${previous}; if these are two scans in one file, give each its own`,
          { path: lane.path, offset: lane.items.offset },
        ),
      );
    } else lane.number = number;
  };
  const fail = (failure: unknown): void => {
    lane.number = undefined;
    lane.failure = failure;
  };
  try {
    const number = lane.items.peek();
    return number instanceof Promise ? number.then(seen, fail) : seen(number);
  } catch (error) {
    fail(error);
  }
}

function chain<T, U>(value: T | Promise<T>, then: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(then) : then(value);
}

/**
 * The events of one or more captures, merged by event number, in bounded memory. A stream may be missing from any
 * event; a capture that ends early ends alone.
 *
 * @param files The capture files, each given once.
 * @returns Events in ascending order of their numbers.
 * @throws CaptureError for a file that cannot be read, is damaged, or cut (after all whole events), for a stream that
 * two captures have in the same event, and for a capture that is not in order.
 *
 * @example
 * ```ts
 * import { readEvents } from "beamfold";
 *
 * for await (const event of readEvents(["data/xrd.cbors"])) {
 *   console.assert("xrd" in event.streams);
 * }
 * ```
 */
export async function* readEvents(files: readonly string[]): AsyncGenerator<CaptureItem, void> {
  const merge = new EventMerge(files);
  try {
    for (;;) {
      const event = await merge.next();
      if (event === undefined) break;
      yield event;
    }
    const [cut] = merge.cuts;
    if (cut !== undefined) throw cutError(cut);
  } finally {
    merge.close();
  }
}
