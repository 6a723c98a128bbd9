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
  /** The next item of this capture, which belongs to the next event or a later one; undefined at the end. */
  head: PlacedItem<Uint8Array> | undefined;
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
      for (const path of paths) lanes.push({ path, items: openItems(path), head: undefined });
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
    for (const lane of this.#lanes) if (lane.failure !== undefined) throw lane.failure;
    const first = this.#lanes.length === 1 ? this.#lanes[0] : this.#lowest();
    const item = first?.head;
    if (first === undefined || item === undefined) return undefined;
    const event = itemOf(item);
    const advanced = this.#advance(first);
    return advanced instanceof Promise ? this.#gatherAfter(advanced, event) : this.#gather(event);
  }

  /** Closes all files. */
  close(): void {
    for (const { items } of this.#lanes) items.close();
  }

  async #start(): Promise<CaptureItem | undefined> {
    this.#started = true;
    for (const lane of this.#lanes) await this.#advance(lane);
    return await this.next();
  }

  #lowest(): Lane | undefined {
    let lowest: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.head === undefined) continue;
      if (lowest?.head === undefined || lane.head.eventNumber < lowest.head.eventNumber) lowest = lane;
    }
    return lowest;
  }

  /** Brings the next item of a capture to its head. */
  #advance(lane: Lane): void | Promise<void> {
    try {
      const next = lane.items.next();
      if (next instanceof Promise) return next.then((item) => arrive(lane, item)).catch((error) => fail(lane, error));
      arrive(lane, next);
    } catch (error) {
      fail(lane, error);
    }
  }

  /** Adds the streams that other items, of this or other captures, have for the same event. */
  #gather(event: CaptureItem): CaptureItem | Promise<CaptureItem> {
    for (const lane of this.#lanes) {
      while (lane.head?.eventNumber === event.eventNumber) {
        event = this.#join(event, lane.head, lane.path);
        const advanced = this.#advance(lane);
        if (advanced instanceof Promise) return this.#gatherAfter(advanced, event);
      }
    }
    return event;
  }

  async #gatherAfter(advanced: Promise<void>, event: CaptureItem): Promise<CaptureItem> {
    await advanced;
    return await this.#gather(event);
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

function arrive(lane: Lane, item: PlacedItem<Uint8Array> | undefined): void {
  const previous = lane.head?.eventNumber ?? -1;
  if (item !== undefined && item.eventNumber < previous) {
    throw new CaptureError(
      `the capture "${lane.path}" is not in order: event ${item.eventNumber} at byte ${item.at} comes after event ` +
        `${previous}; if these are two scans in one file, give each its own`,
      { path: lane.path, offset: item.at },
    );
  }
  lane.head = item;
}

function fail(lane: Lane, error: unknown): void {
  lane.head = undefined;
  lane.failure = error;
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
