/**
 * The order in which results reach a reducer.
 *
 * @module
 */

import type { ResultData } from "../../event.ts";
import { randomNumbers } from "../distribute.ts";

/** Results that are held back at most. */
export const WINDOW = 8;

/** In which order results arrive. */
export type Arrival =
  | { readonly way: "in order" | "first late" }
  | { readonly way: "shuffled"; readonly seed: number };

/** A result on its way, with what the reducer is given beside it. */
export interface Arriving {
  readonly result: ResultData;
  readonly given: unknown;
}

/** Holds results back. */
export interface Queue {
  /** Takes a result, in the order of the replay. */
  add(arriving: Arriving): void;
  /** The next result for the reducer, if one is due; when all have been added, all are. */
  take(ended: boolean): Arriving | undefined;
}

/** The queue for a way of arrival. */
export function queueFor(arrival: Arrival): Queue {
  if (arrival.way === "shuffled") return shuffled(arrival.seed);
  return arrival.way === "first late" ? firstLate() : inOrder();
}

function inOrder(): Queue {
  const queue: Arriving[] = [];
  return {
    add(arriving) {
      queue.push(arriving);
    },
    take: () => queue.shift(),
  };
}

/**
 * Results are let go at random out of the last few; those of the first event come first. The last one of all does not
 * come last, so that a reducer in which the last value wins cannot be lucky.
 */
function shuffled(seed: number): Queue {
  const random = randomNumbers(seed);
  const first: Arriving[] = [];
  const held: Arriving[] = [];
  let firstEvent: number | undefined;
  return {
    add(arriving) {
      firstEvent ??= arriving.result.eventNumber;
      (arriving.result.eventNumber === firstEvent ? first : held).push(arriving);
    },
    take(ended) {
      if (first.length > 0) return first.shift();
      if (!ended && held.length < WINDOW) return undefined;
      // What came last is at the end of the list: with one other left, it goes before that.
      const index = ended && held.length === 2 ? 1 : Math.floor(random() * held.length);
      return held.splice(index, 1)[0];
    },
  };
}

/**
 * The worker that has the first result of all, usually one of several that have a header, sends it late, and all of its
 * others behind it. Results of other workers come as they are.
 */
function firstLate(): Queue {
  const ready: Arriving[] = [];
  const held: Arriving[] = [];
  let late: string | undefined;
  let over = false;
  return {
    add(arriving) {
      const { worker } = arriving.result;
      late ??= worker;
      (!over && worker === late ? held : ready).push(arriving);
    },
    take(ended) {
      if (!over && (ended || held.length >= WINDOW)) {
        over = true;
        ready.push(...held.splice(0));
      }
      return ready.shift();
    },
  };
}
