/**
 * The map side: one event through a worker, in this thread.
 *
 * @module
 */

import type { EventData } from "../event.ts";
import type { ParameterValues } from "../parameters.ts";
import { isThenable } from "./later.ts";
import { PayloadCopier } from "./payload.ts";
import { nameOf, type Place, ReplayError, secondsOf } from "./user_error.ts";

/** Methods that a worker may have, whatever its class declares. */
export interface WorkerObject {
  processEvent(event: EventData, given: { parameters: ParameterValues; tick: boolean }): unknown;
  finish?(given: { parameters: ParameterValues }): unknown;
  getTickInterval?(given: { parameters: ParameterValues }): unknown;
}

/** Decides for all workers when the next tick is. */
export interface TickClock {
  /** Takes the tick, if as many seconds have passed since the last one. */
  take(interval: number): boolean;
}

/** A tick clock for workers in this thread. */
export function tickClock(clock: () => number): TickClock {
  let last = -Infinity;
  return {
    take(interval) {
      const now = clock();
      if (last + interval > now) return false;
      last = now;
      return true;
    },
  };
}

/** The name of the worker with an index, as `result.worker` has it. */
export function workerName(index: number): string {
  return `replay-worker-${index}`;
}

/** Takes events through workers. Nothing is awaited where no promise is returned. */
export class Mapper {
  readonly #workers: readonly WorkerObject[];
  readonly #names: readonly string[];
  readonly #parameters: ParameterValues;
  readonly #ticks: TickClock;
  readonly #copier = new PayloadCopier();

  /** @param names The workers' names, one for each. */
  constructor(
    workers: readonly WorkerObject[],
    names: readonly string[],
    parameters: ParameterValues,
    ticks: TickClock,
  ) {
    this.#workers = workers;
    this.#names = names;
    this.#parameters = parameters;
    this.#ticks = ticks;
  }

  /**
   * Has a worker process an event.
   *
   * @returns A copy of what it made of it (rule 4); undefined for no result.
   * @throws ReplayError for whatever it throws, and for what cannot be handed on.
   */
  map(event: EventData, index: number): unknown {
    const tick = this.#tick(index);
    return tick instanceof Promise
      ? tick.then((settled) => this.#process(event, index, settled))
      : this.#process(event, index, tick);
  }

  #process(event: EventData, index: number, tick: boolean): unknown {
    const worker = this.#workers[index] as WorkerObject;
    let payload: unknown;
    try {
      payload = worker.processEvent(event, { parameters: this.#parameters, tick });
      if (!isThenable(payload)) return this.#copy(payload);
    } catch (thrown) {
      throw this.error(thrown, event, index);
    }
    return Promise.resolve(payload).then((settled) => this.#copy(settled)).catch((thrown) => {
      throw this.error(thrown, event, index);
    });
  }

  #copy(payload: unknown): unknown {
    return payload === undefined || payload === null ? undefined : this.#copier.copy(payload);
  }

  #tick(index: number): boolean | Promise<boolean> {
    const worker = this.#workers[index] as WorkerObject;
    if (typeof worker.getTickInterval !== "function") return false;
    const place = { className: nameOf(worker), method: "getTickInterval", worker: this.#names[index] as string };
    return guarded(
      () => worker.getTickInterval?.({ parameters: this.#parameters }),
      place,
      (interval) => this.#ticks.take(secondsOf(interval, "seconds between two ticks", place)),
    );
  }

  /** The error of a worker at an event. */
  error(thrown: unknown, event: EventData, index: number): ReplayError {
    const className = nameOf(this.#workers[index] as WorkerObject);
    return new ReplayError(thrown, {
      className,
      method: "processEvent",
      eventNumber: event.eventNumber,
      streams: Object.keys(event.streams),
      worker: this.#names[index] as string,
    });
  }
}

/** Calls something of a user's class, and goes on with what it returns, or what its promise is settled with. */
export function guarded<T>(call: () => unknown, place: Place, then: (returned: unknown) => T): T | Promise<T> {
  const failed = (thrown: unknown): never => {
    throw thrown instanceof ReplayError ? thrown : new ReplayError(thrown, place);
  };
  try {
    const returned = call();
    return isThenable(returned) ? Promise.resolve(returned).then(then).catch(failed) : then(returned);
  } catch (thrown) {
    return failed(thrown);
  }
}
