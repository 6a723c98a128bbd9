/**
 * Memory in which the threads of a run build matrices of integrators together, for as long as a thread needs it.
 *
 * @module
 */

import { commons, isUsed } from "../../azint/commons.ts";

/** Events in which workers make what they do not make in their constructors. */
const FIRST_EVENTS = 8;

/** Has this thread use such memory, and let go of it early: it is as large as what is built in it. */
export class Lease {
  readonly #collect: (() => void) | undefined;
  #events = 0;
  #ended = false;

  /** @param collect Frees what nobody has any more; undefined where that is left to the garbage collector. */
  constructor(collect: (() => void) | undefined = exposed()) {
    this.#collect = collect;
  }

  /** Takes the memory of a run; undefined for none. */
  begin(buffer: SharedArrayBuffer | undefined): void {
    commons.use(buffer);
    this.#events = 0;
  }

  /** So many events are done, none when workers were made. After the first that used the memory, it is let go. */
  done(events: number): void {
    // Only now: the runtime keeps the message with which the memory came until it has the next one.
    if (this.#ended) this.#collect?.();
    this.#ended = false;
    this.#events += events;
    const { buffer } = commons;
    if (buffer !== undefined && (isUsed(buffer) || this.#events >= FIRST_EVENTS)) this.end();
  }

  /** The run is over, or needs the memory no more. */
  end(): void {
    this.#ended ||= commons.buffer !== undefined && isUsed(commons.buffer);
    commons.use(undefined);
  }
}

/** Idle times after which young objects are gone that nobody has. */
const IDLE_TIMES = 8;

/** What the thread that lent such memory has of it: an object that may be old, and so keep it for the whole run. */
export class Lent {
  readonly #collect: (() => void) | undefined;
  #memory: WeakRef<SharedArrayBuffer> | undefined;
  #idle = 0;
  #due = false;

  /** @param collect As for {@linkcode Lease}. */
  constructor(collect: (() => void) | undefined = exposed()) {
    this.#collect = collect;
  }

  /** Takes note of memory that is lent, without keeping it. */
  lend(buffer: SharedArrayBuffer | undefined): void {
    this.#memory = buffer && new WeakRef(buffer);
  }

  /** There is time to spare: it is used, once, if the memory is there still and was used. */
  idle(): void {
    if (this.#due) {
      // Not when it is looked at, which keeps it for a moment.
      this.#due = false;
      this.#collect?.();
    } else if (this.#memory !== undefined && ++this.#idle === IDLE_TIMES) {
      const buffer = this.#memory.deref();
      this.#due = buffer !== undefined && isUsed(buffer);
      this.#memory = undefined;
    }
  }
}

function exposed(): (() => void) | undefined {
  const { gc } = globalThis as { gc?: (options: { type: "major" }) => void };
  return gc === undefined ? undefined : () => gc({ type: "major" });
}
