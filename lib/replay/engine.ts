/**
 * The reduce side: results and timer calls to the reducer.
 *
 * @module
 */

import { BeamfoldError } from "../errors.ts";
import { resultData } from "../event.ts";
import type { ParameterValues } from "../parameters.ts";
import { isThenable } from "./later.ts";
import { guarded, workerName } from "./mapper.ts";
import { nameOf, ReplayError, secondsOf } from "./user_error.ts";

/** Methods that a reducer may have, whatever its class declares. */
export interface ReducerObject {
  processResult(result: unknown, given: { parameters: ParameterValues }): unknown;
  finish?(given: { parameters: ParameterValues }): unknown;
  timer?(given: { parameters: ParameterValues }): unknown;
}

/** What an engine works with. */
export interface EngineParts {
  readonly reducer: ReducerObject;
  readonly parameters: ParameterValues;
  readonly parametersHash: string;
  /** Seconds, from any start; injected so that tests can turn the clock. */
  readonly clock: () => number;
}

/** What is said of an event when its result comes: the event itself may be gone by then. */
export interface EventLabel {
  readonly eventNumber: number;
  readonly streams: Readonly<Record<string, unknown>>;
}

/** Seconds to the next call of a timer that failed. */
const RETRY_TIMER = 1;

/** Takes results to a reducer. Nothing is awaited where no promise is returned. */
export class Engine {
  /** Payloads that reached the reducer. */
  results = 0;
  readonly #parts: EngineParts;
  readonly #given: { readonly parameters: ParameterValues };
  /** The names of workers that gave results. */
  readonly #names: string[] = [];
  #nextTimer = -Infinity;
  #stopped = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#given = { parameters: parts.parameters };
    if (typeof parts.reducer.timer !== "function") this.#nextTimer = Infinity;
  }

  /**
   * Has the reducer take a payload that is its own, undefined for no result.
   *
   * @throws ReplayError for whatever it throws.
   */
  reduce(payload: unknown, event: EventLabel, workerIndex: number): void | Promise<void> {
    if (payload === undefined || this.#stopped) return;
    const { reducer, parametersHash } = this.#parts;
    const result = resultData(event.eventNumber, this.#nameOf(workerIndex), parametersHash, payload);
    this.results++;
    let returned: unknown;
    try {
      returned = reducer.processResult(result, this.#given);
    } catch (thrown) {
      throw this.#error(thrown, event, workerIndex);
    }
    if (isThenable(returned)) {
      return Promise.resolve(returned).then(
        () => {},
        (thrown) => Promise.reject(this.#error(thrown, event, workerIndex)),
      );
    }
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

  #nameOf(workerIndex: number): string {
    return this.#names[workerIndex] ??= workerName(workerIndex);
  }

  #error(thrown: unknown, { eventNumber, streams }: EventLabel, workerIndex: number): ReplayError {
    return new ReplayError(thrown, {
      className: nameOf(this.#parts.reducer),
      method: "processResult",
      eventNumber,
      streams: Object.keys(streams),
      worker: workerName(workerIndex),
    });
  }
}

/** Whether an error came from the users' classes. */
export function isReplayError(error: unknown): error is ReplayError {
  return error instanceof BeamfoldError && error.name === "ReplayError";
}
