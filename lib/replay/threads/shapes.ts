/**
 * Which streams events have: mostly the same ones, so that little has to be said of them.
 *
 * @module
 */

import { anyFramesOf } from "../../capture/unread.ts";
import type { EventData, StreamData } from "../../event.ts";
import type { EventLabel } from "../engine.ts";

/** Streams of an event, each with its number of frames. */
export type Streams = readonly (readonly [name: string, typ: string, frames: number])[];

/** What many events have in common. */
export interface Shape {
  readonly streams: Streams;
  /** The names of the streams, as errors tell them. */
  readonly names: EventLabel["streams"];
}

/** So many shapes are looked through for that of an event. */
const KNOWN = 16;

/** Finds the shapes of events. */
export class Shapes {
  /** The one that was new last comes first. */
  readonly #known: Shape[] = [];

  /** The shape of an event with these streams: the same object for most. */
  of(streams: EventData["streams"]): Shape {
    for (let i = 0; i < this.#known.length; i++) {
      const shape = this.#known[i] as Shape;
      if (areThese(shape.streams, streams)) return shape;
    }
    const shape = shapeOf(streams);
    this.#known.unshift(shape);
    if (this.#known.length > KNOWN) this.#known.pop();
    return shape;
  }
}

function shapeOf(streams: EventData["streams"]): Shape {
  const entries = Object.entries(streams);
  const names: Record<string, undefined> = Object.create(null);
  for (const [name] of entries) names[name] = undefined;
  return { streams: entries.map(([name, stream]) => [name, stream.typ, anyFramesOf(stream).length]), names };
}

/** Whether an event has these streams, in this order. */
function areThese(known: Streams, streams: EventData["streams"]): boolean {
  let i = 0;
  for (const name in streams) {
    const entry = known[i++];
    const stream = streams[name] as StreamData;
    if (entry === undefined || entry[0] !== name || entry[1] !== stream.typ) return false;
    if (entry[2] !== anyFramesOf(stream).length) return false;
  }
  return i === known.length;
}
