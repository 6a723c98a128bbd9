/**
 * Several captures as one stream of events.
 *
 * @module
 */

import { CaptureError, OptionError } from "../errors.ts";
import { type CaptureItem, type EventData, eventData, type StreamData } from "../event.ts";
import type { Cut } from "./damage.ts";
import { type FramePool, FreshFrames } from "./frame_pool.ts";
import { framesFrom, LeavableFrames } from "./frames.ts";
import { type Input, openInput, pathOf } from "./inputs.ts";
import type { Items, PlacedItem } from "./items.ts";
import { cutError, itemOf } from "./read.ts";
import { type AnyFrame, anyFramesOf, anyStreamData } from "./unread.ts";

interface Lane {
  readonly items: Items<AnyFrame>;
  /** The number of the next item; undefined before the first, after the last, and where it is still to be asked for. */
  number: number | undefined;
  /** The number of the item before. */
  previous: number;
  /** Why there is no next item; thrown only when all events before it have been given. */
  failure?: unknown;
}

/** The events of several captures, merged by event number. A capture that ends early ends alone. */
export class EventMerge {
  readonly #lanes: Lane[];
  readonly #pool: FramePool;
  readonly #frames: LeavableFrames | undefined;
  /** Lanes whose next number is still to be asked for. */
  #due: Lane[];

  /**
   * @param items What is merged; closed with the merge.
   * @param pool Where their large frames come from.
   * @param frames What becomes of the frames of captures, if there are any.
   */
  constructor(items: readonly Items<AnyFrame>[], pool: FramePool = new FreshFrames(), frames?: LeavableFrames) {
    this.#pool = pool;
    this.#frames = frames;
    this.#lanes = items.map((lane) => ({ items: lane, number: undefined, previous: -1 }));
    this.#due = this.#lanes;
  }

  /** Captures whose last item is not whole, as far as they were read. */
  get cuts(): Cut[] {
    return this.#lanes.flatMap(({ items }) => items.cut ?? []);
  }

  /** What was passed over, and what else is worth knowing; complete at the end. */
  get notes(): string[] {
    return this.#lanes.flatMap(({ items }) => items.notes);
  }

  /** Bytes of the files read so far, and their sizes, added up. */
  get progress(): { readonly bytes: number; readonly size: number } {
    let [bytes, size] = [0, 0];
    for (const { items } of this.#lanes) {
      // What is read ahead is not done yet.
      bytes += items.unit === "byte" ? Math.min(items.progress.bytes, items.offset) : items.progress.bytes;
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
    this.#pool.betweenEvents();
    if (this.#due.length > 0) return this.#lookAtDue();
    let lowest: number | undefined;
    for (const { number, failure } of this.#lanes) {
      if (failure !== undefined) throw failure;
      if (number !== undefined && (lowest === undefined || number < lowest)) lowest = number;
    }
    return lowest === undefined ? undefined : this.#gather(lowest);
  }

  /** Whether frames of events that are done are of use. */
  get takesBack(): boolean {
    return this.#pool.takesBack;
  }

  /** Whether frames that nobody has any more are collected before the next event. */
  get isCollectionDue(): boolean {
    return this.#pool.isCollectionDue;
  }

  /** Gives the large frames of an event back to the pool: nobody looks at them any more. */
  release(event: EventData): void {
    for (const name in event.streams) {
      for (const frame of anyFramesOf(event.streams[name] as StreamData)) {
        if (frame instanceof Uint8Array) this.#pool.give(frame);
      }
    }
  }

  /** Takes the buffer of a frame that comes back from another thread. */
  adopt(frame: ArrayBuffer): void {
    this.#pool.adopt(frame);
  }

  /**
   * Leaves large frames in their files from now on, where these are captures that are not compressed. Who asks for the
   * frames of a stream gets them read; others read them where they need them (`unread.ts`).
   */
  leaveFrames(): void {
    this.#frames?.leave();
  }

  /** Closes all files, and ends all sources. */
  async close(): Promise<void> {
    for (const { items } of this.#lanes) await items.close();
  }

  async #lookAtDue(): Promise<CaptureItem | undefined> {
    const due = this.#due;
    this.#due = [];
    for (const lane of due) await look(lane);
    return await this.next();
  }

  /** Joins the streams that any item, of any capture, has for an event. */
  #gather(number: number, event?: CaptureItem): CaptureItem | undefined | Promise<CaptureItem | undefined> {
    for (const lane of this.#lanes) {
      while (lane.number === number) {
        const item = lane.items.next();
        if (item instanceof Promise) return this.#gatherLater(item, lane, number, event);
        event = this.#with(item, lane, event);
        const looked = this.#goOn(lane, number);
        if (looked instanceof Promise) return this.#gatherOn(looked, number, event);
      }
    }
    return event ?? this.next();
  }

  async #gatherLater(
    item: Promise<PlacedItem<AnyFrame> | undefined>,
    lane: Lane,
    number: number,
    event: CaptureItem | undefined,
  ): Promise<CaptureItem | undefined> {
    const joined = this.#with(await item, lane, event);
    await this.#goOn(lane, number);
    return await this.#gather(number, joined);
  }

  async #gatherOn(
    looked: Promise<void>,
    number: number,
    event: CaptureItem | undefined,
  ): Promise<CaptureItem | undefined> {
    await looked;
    return await this.#gather(number, event);
  }

  #with(item: PlacedItem<AnyFrame> | undefined, lane: Lane, event: CaptureItem | undefined): CaptureItem | undefined {
    // An item that turns out to be cut ends its capture; the others may still have the event.
    if (item === undefined) return event;
    return event === undefined ? itemOf(item) : this.#join(event, item, lane.items);
  }

  /** Goes to the next item: a file may have another one for the same event; a source is not asked before it is due. */
  #goOn(lane: Lane, number: number): void | Promise<void> {
    lane.previous = number;
    if (lane.items.unit === "byte") return look(lane);
    lane.number = undefined;
    this.#due.push(lane);
  }

  /** Adds the streams of an item to an event that nobody has yet. */
  #join(event: CaptureItem, { element, at }: PlacedItem<AnyFrame>, { path, unit }: Items<AnyFrame>): CaptureItem {
    const streams = event.streams as Record<string, StreamData>;
    for (const { name, typ, frames } of element.streams) {
      if (name in streams) {
        throw new CaptureError(
          `event ${event.eventNumber} has the stream "${name}" twice: again in "${path}" at ${unit} ${at}; ` +
            `give every stream once`,
          { path, offset: at },
        );
      }
      streams[name] = anyStreamData(typ, frames);
    }
    if (event.createdAt !== undefined || element.createdAt === undefined) return event;
    return eventData(event.eventNumber, streams, element.createdAt);
  }
}

/**
 * The events of captures and raw dumps, merged.
 *
 * @param pool Where their large frames get memory from.
 * @throws CaptureError when a file cannot be opened; those opened before it are closed again. OptionError when there
 * is none, or one twice.
 */
export async function mergeInputs(inputs: readonly Input[], pool: FramePool = new FreshFrames()): Promise<EventMerge> {
  if (inputs.length === 0) throw new OptionError("no captures given: name at least one file");
  const paths = inputs.map(pathOf);
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) throw new OptionError(`the capture "${twice}" is given twice: name every file once`);
  const opened: Items<AnyFrame>[] = [];
  const captures = new LeavableFrames(pool);
  const frames = { captures, dumps: framesFrom(pool) };
  try {
    for (const input of inputs) opened.push(await openInput(input, frames));
  } catch (error) {
    for (const items of opened) await items.close();
    throw error;
  }
  return new EventMerge(opened, pool, captures);
}

/** Finds out the number of the next item of a capture. */
function look(lane: Lane): void | Promise<void> {
  try {
    const number = lane.items.peek();
    if (number instanceof Promise) return number.then((later) => seen(later, lane), (error) => fail(error, lane));
    seen(number, lane);
  } catch (error) {
    fail(error, lane);
  }
}

function seen(number: number | undefined, lane: Lane): void {
  if (number === undefined || isNext(number, lane)) lane.number = number;
  else fail(disorder(number, lane), lane);
}

function fail(failure: unknown, lane: Lane): void {
  lane.number = undefined;
  lane.failure = failure;
}

/** Items of a file may share an event; those of a generator were not waited for. */
function isNext(number: number, { items, previous }: Lane): boolean {
  return number > previous || (number === previous && items.unit === "byte");
}

function disorder(number: number, { items: { path, unit, offset }, previous }: Lane): CaptureError {
  const message = unit === "byte"
    ? `the capture "${path}" is not in order: event ${number} at byte ${offset} comes after event ${previous}; if these ` +
      `are two scans in one file, give each its own`
    : `${path} is not in order: event ${number}, item ${offset}, comes after event ${previous}; give events in ascending ` +
      `order, all streams of one event at once`;
  return new CaptureError(message, { path, offset });
}

/**
 * The events of one or more captures, merged by event number, in bounded memory. A stream may be missing from any
 * event; a capture that ends early ends alone.
 *
 * @param files The captures and raw dumps, each given once.
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
export async function* readEvents(files: readonly Input[]): AsyncGenerator<CaptureItem, void> {
  const merge = await mergeInputs(files);
  try {
    for (;;) {
      const event = await merge.next();
      if (event === undefined) break;
      yield event;
    }
    const [cut] = merge.cuts;
    if (cut !== undefined) throw cutError(cut);
  } finally {
    await merge.close();
  }
}
