/**
 * Captures opened for reading: item by item, as a summary, or one event.
 *
 * @module
 */

import { CaptureError, OptionError } from "../errors.ts";
import { type CaptureItem, eventData, noStreams, type StreamData } from "../event.ts";
import { openBytes } from "./bytes.ts";
import type { Cut } from "./damage.ts";
import { frameLengths, wholeFrames } from "./frames.ts";
import type { RawItem } from "./item.ts";
import type { PlacedItem } from "./items.ts";
import { openItems, openItemsAt } from "./open.ts";
import { type CaptureSummary, Summariser } from "./summary.ts";
import { type AnyFrame, anyStreamData } from "./unread.ts";

/** A cut as an error, for callers to whom it cannot be a warning. */
export function cutError(cut: Cut): CaptureError {
  return new CaptureError(cut.message, { path: cut.path, offset: cut.offset });
}

/** An item as users see it. */
export function itemOf({ element }: PlacedItem<AnyFrame>): CaptureItem {
  return eventData(element.eventNumber, streamsOf(element), element.createdAt);
}

/** The streams of an item by name. The record has no prototype: `"toString" in streams` is false. */
function streamsOf(raw: RawItem<AnyFrame>): Record<string, StreamData> {
  const streams = noStreams();
  for (const { name, typ, frames } of raw.streams) streams[name] = anyStreamData(typ, frames);
  return streams;
}

/** The places of a capture's events, made on the first pass over it. */
interface Index {
  readonly summary: CaptureSummary;
  /** Where the items of each event begin. */
  readonly places: ReadonlyMap<number, readonly number[]>;
}

/** A capture file. Iterate it for its items; it holds no file open between uses. */
export class Capture {
  /** The file's path, as it was given. */
  readonly path: string;
  #index: Promise<Index> | undefined;

  /** Use {@linkcode openCapture}. */
  constructor(path: string) {
    this.path = path;
  }

  /**
   * The items in the order of the file, in bounded memory.
   *
   * @throws CaptureError where the file is damaged or cut, with the byte offset, after all whole items before it.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<CaptureItem, void> {
    const items = await openItems(this.path, wholeFrames());
    try {
      for (;;) {
        const item = await items.next();
        if (item === undefined) break;
        yield itemOf(item);
      }
      if (items.cut !== undefined) throw cutError(items.cut);
    } finally {
      items.close();
    }
  }

  /**
   * What the capture holds. Reads the file once and remembers; frames of a plain file are passed over, not read.
   *
   * @returns Streams, event numbers, gaps, sizes and times.
   * @throws CaptureError where the file is damaged, with the byte offset.
   */
  async summary(): Promise<CaptureSummary> {
    return (await this.#indexed()).summary;
  }

  /**
   * One event, found by an index that is made on first use. In a gzip file all bytes before it are decompressed.
   *
   * @param eventNumber Which event.
   * @returns The event with all its streams in this capture.
   * @throws CaptureError when the capture has no such event, or is damaged.
   */
  async event(eventNumber: number): Promise<CaptureItem> {
    if (!Number.isSafeInteger(eventNumber) || eventNumber < 0) {
      throw new OptionError(`event: the event number is ${Deno.inspect(eventNumber)}, expected 0, 1, 2, …`);
    }
    const { places, summary } = await this.#indexed();
    const found = places.get(eventNumber);
    if (found === undefined) {
      const { firstEvent, lastEvent } = summary;
      throw new CaptureError(
        `the capture "${this.path}" has no event ${eventNumber}: its ${summary.events} events are numbered ` +
          `${firstEvent} to ${lastEvent}`,
        { path: this.path },
      );
    }
    const streams = noStreams();
    let createdAt: string | undefined;
    for (const place of found) {
      const item = await this.#itemAt(place);
      Object.assign(streams, streamsOf(item));
      createdAt ??= item.createdAt;
    }
    return eventData(eventNumber, streams, createdAt);
  }

  /** One line: path, and nothing read. */
  [Symbol.for("Deno.customInspect")](): string {
    return `Capture "${this.path}"`;
  }

  async #itemAt(place: number): Promise<RawItem<Uint8Array>> {
    const items = await openItemsAt(this.path, place);
    try {
      const item = await items.next();
      if (item === undefined) {
        throw new CaptureError(
          `the capture "${this.path}" has become shorter: there was an item at byte ${place}; open it again`,
          { path: this.path, offset: place },
        );
      }
      return item.element;
    } finally {
      items.close();
    }
  }

  #indexed(): Promise<Index> {
    this.#index ??= index(this.path).catch((error) => {
      this.#index = undefined;
      throw error;
    });
    return this.#index;
  }
}

async function index(path: string): Promise<Index> {
  const items = await openItems(path, frameLengths());
  const places = new Map<number, number[]>();
  const summariser = new Summariser(path);
  try {
    for (;;) {
      const item = await items.next();
      if (item === undefined) break;
      summariser.add(item.element);
      const { eventNumber } = item.element;
      const known = places.get(eventNumber);
      if (known === undefined) places.set(eventNumber, [item.at]);
      else known.push(item.at);
    }
    const cut: Cut | undefined = items.cut;
    return { places, summary: summariser.summary(items.progress.size, cut) };
  } finally {
    items.close();
  }
}

/**
 * Opens a capture: a file of events as an ingester wrote them, plain or gzip, or pickled (`.pkls`).
 *
 * @param path The file.
 * @returns A capture to iterate, summarise, or take single events from.
 * @throws CaptureError when the file is missing, a folder, or empty.
 *
 * @example
 * ```ts
 * import { openCapture } from "beamfold";
 *
 * const capture = openCapture("data/xrd.cbors");
 * console.log(await capture.summary());
 * console.log((await capture.event(5)).streams["xrd"]);
 * for await (const item of capture) console.assert(item.eventNumber >= 0);
 * ```
 */
export function openCapture(path: string): Capture {
  openBytes(path).close();
  return new Capture(path);
}
