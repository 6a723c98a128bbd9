/**
 * One event through a worker and the reducer.
 *
 * @module
 */

import { BeamfoldError } from "../errors.ts";
import { type EventData, resultData } from "../event.ts";
import type { ParameterValues } from "../parameters.ts";
import { PayloadCopier } from "./payload.ts";
import { type Place, ReplayError } from "./user_error.ts";

/** Methods that a worker may have, whatever its class declares. */
export interface WorkerObject {
  processEvent(event: EventData, given: { parameters: ParameterValues; tick: boolean }): unknown;
  finish?(given: { parameters: ParameterValues }): unknown;
  getTickInterval?(given: { parameters: ParameterValues }): number;
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
    const worker = this.#parts.workers[workerIndex] as WorkerObject;
    let payload: unknown;
    try {
      payload = worker.processEvent(event, { parameters: this.#parts.parameters, tick: this.#tick(worker) });
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

  /**
   * Calls the reducer's timer if it is due.
   *
   * @throws ReplayError for whatever it throws, or when it returns no number.
   */
  callTimer(): void | Promise<void> {
    if (this.#nextTimer === Infinity || this.#parts.clock() < this.#nextTimer) return;
    const { reducer } = this.#parts;
    const place = { className: nameOf(reducer), method: "timer" };
    const schedule = (delay: unknown): void => {
      if (typeof delay !== "number" || !(delay >= 0)) {
        throw new ReplayError(
          new TypeError(`it returned ${Deno.inspect(delay)}, expected the seconds to its next call`),
          place,
        );
      }
      this.#nextTimer = this.#parts.clock() + delay;
    };
    return guarded(() => reducer.timer?.(this.#given), place, schedule);
  }

  /**
   * Calls `finish` once on every worker, then on the reducer; a failure of one does not keep the others from it.
   *
   * @returns The failures.
   */
  async finish(): Promise<ReplayError[]> {
    const failures: ReplayError[] = [];
    const { workers, reducer } = this.#parts;
    const objects = [...workers.map((worker, i) => ({ object: worker, worker: workerName(i) })), { object: reducer }];
    for (const { object, ...where } of objects) {
      if (typeof object.finish !== "function") continue;
      try {
        await object.finish(this.#given);
      } catch (thrown) {
        failures.push(new ReplayError(thrown, { className: nameOf(object), method: "finish", ...where }));
      }
    }
    return failures;
  }

  #reduce(payload: unknown, event: EventData, workerIndex: number): void | Promise<void> {
    if (payload === undefined || payload === null) return;
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
      throw this.#reducerError(thrown, event);
    }
    if (isThenable(returned)) {
      return Promise.resolve(returned).then(
        () => {},
        (thrown) => Promise.reject(this.#reducerError(thrown, event)),
      );
    }
  }

  #tick(worker: WorkerObject): boolean {
    if (typeof worker.getTickInterval !== "function") return false;
    const interval = worker.getTickInterval(this.#given);
    const now = this.#parts.clock();
    if (this.#lastTick + interval > now) return false;
    this.#lastTick = now;
    return true;
  }

  #workerError(thrown: unknown, event: EventData, workerIndex: number): ReplayError {
    const object = this.#parts.workers[workerIndex] as WorkerObject;
    return new ReplayError(thrown, { ...placeOf(object, "processEvent", event), worker: workerName(workerIndex) });
  }

  #reducerError(thrown: unknown, event: EventData): ReplayError {
    return new ReplayError(thrown, placeOf(this.#parts.reducer, "processResult", event));
  }
}

function guarded(call: () => unknown, place: Place, then: (returned: unknown) => void): void | Promise<void> {
  const failed = (thrown: unknown): never => {
    throw thrown instanceof ReplayError ? thrown : new ReplayError(thrown, place);
  };
  try {
    const returned = call();
    return isThenable(returned) ? Promise.resolve(returned).then(then).catch(failed) : then(returned);
  } catch (thrown) {
    failed(thrown);
  }
}

function placeOf(object: object, method: string, event: EventData): Place {
  return { className: nameOf(object), method, eventNumber: event.eventNumber, streams: Object.keys(event.streams) };
}

/** The name of an object's class. */
export function nameOf(object: object): string {
  return object.constructor?.name || "(unnamed class)";
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** Whether an error came from the users' classes. */
export function isReplayError(error: unknown): error is ReplayError {
  return error instanceof BeamfoldError && error.name === "ReplayError";
}
