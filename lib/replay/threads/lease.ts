/**
 * Memory in which the threads of a run have matrices of integrators together.
 *
 * @module
 */

import { type Commons, commons } from "../../azint/commons.ts";

/** Events in which workers make what they do not make in their constructors. */
const FIRST_EVENTS = 8;

/**
 * Has what workers make at the beginning use such memory, and only that: what they make again and again later would
 * fill it, since nothing in it is freed.
 */
export class Lease {
  #events = 0;

  /** Takes the memory of a run; undefined for none. */
  begin(memory: Commons | undefined): void {
    commons.use(memory);
    this.#events = 0;
  }

  /** So many events are done, none when workers were made. After the first that used the memory, it is let go. */
  done(events: number): void {
    this.#events += events;
    if (commons.isUsed || this.#events >= FIRST_EVENTS) this.end();
  }

  /** The run is over, or needs no more of the memory. */
  end(): void {
    commons.use(undefined);
  }
}
