/**
 * One event through a worker and the reducer.
 *
 * @module
 */

import { BeamfoldError } from "../errors.ts";
import { type EventData, resultData } from "../event.ts";
import type { ParameterValues } from "../parameters.ts";
import { PayloadCopier } from "./payload.ts";
import { nameOf, type Place, ReplayError } from "./user_error.ts";

/** Methods that a worker may have, whatever its class declares. */
export interface WorkerObject {
  processEvent(event: EventData, given: { parameters: ParameterValues; tick: boolean }): unknown;
  finish?(given: { parameters: ParameterValues }): unknown;
  getTickInterval?(given: { parameters: ParameterValues }): unknown;
}

/** Methods that a reducer may have, whatever its class declares. */
export interface ReducerObject {
  processResult(result: unknown, given: { parameters: ParameterValues }): unknown;
  finish?(given: { parameters: ParameterValues }): unknown;
  timer?(given: { parameters: ParameterValues }): unknown;
}

/** What an engine works with. */
export interface EngineParts {
  readonly workers: readonly WorkerObject[];
  readonly reducer: ReducerObject;
  readonly parameters: ParameterValues;
  readonly parametersHash: string;
  /** Seconds, from any start; injected so that tests can turn the clock. */
  readonly clock: () => number;
}

/** Seconds to the next call of a timer that failed. */
const RETRY_TIMER = 1;

/** The name of the worker with an index, as `result.worker` has it. */
export function workerName(index: number): string {
  return `replay-worker-${index}`;
}

/** Takes events through the users' objects. Nothing is awaited where no promise is returned. */
export class Engine {
  /** Payloads that reached the reducer. */
  results = 0;
  readonly #parts: EngineParts;
  readonly #given: { readonly parameters: ParameterValues };
  readonly #copier = new PayloadCopier();
  #lastTick = -Infinity;
  #nextTimer = -Infinity;
  #stopped = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#given = { parameters: parts.parameters };
    if (typeof parts.reducer.timer !== "function") this.#nextTimer = Infinity;
  }

  /**
   * Has one worker process an event, and the reducer its result.
   *
   * @throws ReplayError for whatever the classes throw.
   */
  process(event: EventData, workerIndex: number): void | Promise<void> {
    const tick = this.#tick(workerIndex);
    return tick instanceof Promise
      ? tick.then((settled) => this.#map(event, workerIndex, settled))
      : this.#map(event, workerIndex, tick);
  }

  /**
   * Calls the reducer's timer if it is due.
   *
   * @throws ReplayError for whatever it throws, or when it returns no number.
   */
  callTimer(): void | Promise<void> {
    if (this.#nextTimer === Infinity || this.#parts.clock() < this.#nextTimer) return;
    const { reducer } = this.#parts;
    const place = { className: nameOf(reducer), method: "timer" };
    // A timer that fails tries again later, not at every event.
    this.#nextTimer = this.#parts.clock() + RETRY_TIMER;
    const schedule = (delay: unknown): void => {
      this.#nextTimer = this.#parts.clock() + secondsOf(delay, "seconds to its next call", place);
    };
    return guarded(() => reducer.timer?.(this.#given), place, schedule);
  }

  /** Lets no result reach the reducer any more: what is still under way comes too late. */
  stop(): void {
    this.#stopped = true;
  }

  #map(event: EventData, workerIndex: number, tick: boolean): void | Promise<void> {
    if (this.#stopped) return;
    const worker = this.#parts.workers[workerIndex] as WorkerObject;
    let payload: unknown;
    try {
      payload = worker.processEvent(event, { parameters: this.#parts.parameters, tick });
    } catch (thrown) {
      throw this.#workerError(thrown, event, workerIndex);
    }
    if (isThenable(payload)) {
      return Promise.resolve(payload).then(
        (settled) => this.#reduce(settled, event, workerIndex),
        (thrown) => Promise.reject(this.#workerError(thrown, event, workerIndex)),
      );
    }
    return this.#reduce(payload, event, workerIndex);
  }

  #reduce(payload: unknown, event: EventData, workerIndex: number): void | Promise<void> {
    if (payload === undefined || payload === null || this.#stopped) return;
    const { reducer, parametersHash } = this.#parts;
    let copy: unknown;
    try {
      copy = this.#copier.copy(payload);
    } catch (thrown) {
      throw this.#workerError(thrown, event, workerIndex);
    }
    const result = resultData(event.eventNumber, workerName(workerIndex), parametersHash, copy);
    this.results++;
    let returned: unknown;
    try {
      returned = reducer.processResult(result, this.#given);
    } catch (thrown) {
      throw this.#reducerError(thrown, event, workerIndex);
    }
    if (isThenable(returned)) {
      return Promise.resolve(returned).then(
        () => {},
        (thrown) => Promise.reject(this.#reducerError(thrown, event, workerIndex)),
      );
    }
  }

  #tick(workerIndex: number): boolean | Promise<boolean> {
    const worker = this.#parts.workers[workerIndex] as WorkerObject;
    if (typeof worker.getTickInterval !== "function") return false;
    const place = { className: nameOf(worker), method: "getTickInterval", worker: workerName(workerIndex) };
    return guarded(() => worker.getTickInterval?.(this.#given), place, (interval) => {
      const seconds = secondsOf(interval, "seconds between two ticks", place);
      const now = this.#parts.clock();
      if (this.#lastTick + seconds > now) return false;
      this.#lastTick = now;
      return true;
    });
  }

  #workerError(thrown: unknown, event: EventData, workerIndex: number): ReplayError {
    const object = this.#parts.workers[workerIndex] as WorkerObject;
    return new ReplayError(thrown, { ...placeOf(object, "processEvent", event), worker: workerName(workerIndex) });
  }

  #reducerError(thrown: unknown, event: EventData, workerIndex: number): ReplayError {
    const place = placeOf(this.#parts.reducer, "processResult", event);
    return new ReplayError(thrown, { ...place, worker: workerName(workerIndex) });
  }
}

function guarded<T>(call: () => unknown, place: Place, then: (returned: unknown) => T): T | Promise<T> {
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

function secondsOf(returned: unknown, what: string, place: Place): number {
  if (typeof returned === "number" && returned >= 0) return returned;
  throw new ReplayError(new TypeError(`it returned ${Deno.inspect(returned)}, expected the ${what}`), place);
}

function placeOf(object: object, method: string, event: EventData): Place {
  return { className: nameOf(object), method, eventNumber: event.eventNumber, streams: Object.keys(event.streams) };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** Whether an error came from the users' classes. */
export function isReplayError(error: unknown): error is ReplayError {
  return error instanceof BeamfoldError && error.name === "ReplayError";
}
