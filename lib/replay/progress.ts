/**
 * How far a run has come, reported now and then.
 *
 * @module
 */

import { Turns } from "../event_loop.ts";

/** A report on a run. */
export interface Progress {
  /** Events processed. */
  readonly events: number;
  /** Payloads that reached the reducer. */
  readonly results: number;
  /** Bytes of the captures read so far, as they lie on disk. */
  readonly bytes: number;
  /** Bytes of the captures in all. */
  readonly totalBytes: number;
  /** Seconds since the start. */
  readonly seconds: number;
  /** Whether this is the last report. */
  readonly done: boolean;
  /** The reducer as it stands; undefined before it is made. */
  readonly reducer: unknown;
  /** What the reducer publishes. */
  readonly publish: unknown;
}

/** Milliseconds between two reports. */
const REPORT_EVERY = 100;
/**
 * Milliseconds that events are processed before the event loop may turn, so that signals and timers get through, and
 * the garbage collector, which ends its work on large frames only then.
 */
const TURN_EVERY = 10;
/** Milliseconds between two looks at the clock that are short: events come quickly, and some may pass without a look. */
const QUICK = 1;
/** So few that the event loop turns soon also where the next ones take long. */
const QUICK_EVENTS = 4;

/** Decides when to report and when to let the event loop turn. */
export class Pace {
  readonly #clock: () => number;
  readonly #report: ((done: boolean) => void) | undefined;
  readonly #turns = new Turns();
  #lastReport: number;
  #lastTurn: number;
  #lastLook: number;
  /** Events that may pass before the next look at the clock. */
  #passing = 0;

  /** @param clock Milliseconds from any start. */
  constructor(clock: () => number, report: ((done: boolean) => void) | undefined) {
    this.#clock = clock;
    this.#report = report;
    this.#lastReport = this.#lastTurn = this.#lastLook = clock();
  }

  /** To be called after each event; whether the event loop shall turn. */
  step(): boolean {
    // To look at the clock takes longer than the rest of what is done here for a small event.
    if (this.#passing-- > 0) return false;
    const now = this.#clock();
    this.#passing = hasPassed(QUICK, this.#lastLook, now) ? 0 : QUICK_EVENTS - 1;
    this.#lastLook = now;
    if (hasPassed(REPORT_EVERY, this.#lastReport, now)) {
      this.#lastReport = now;
      this.#report?.(false);
    }
    return hasPassed(TURN_EVERY, this.#lastTurn, now);
  }

  /** Lets the event loop turn. */
  async turn(): Promise<void> {
    await this.#turns.next();
    this.#lastTurn = this.#clock();
  }

  /**
   * Waits for what goes on by itself, and reports in between.
   *
   * @throws What the promise is rejected with, or what a report threw.
   */
  async during<T>(promise: Promise<T>): Promise<T> {
    let failure: { readonly error: unknown } | undefined;
    const timer = setInterval(() => {
      try {
        this.#report?.(false);
      } catch (error) {
        failure ??= { error };
      }
    }, REPORT_EVERY);
    const settled = await promise.finally(() => clearInterval(timer));
    if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
    return settled;
  }

  /** The last report. */
  end(): void {
    this.#report?.(true);
  }

  /** Lets go of what it needs to have the event loop turn. */
  close(): void {
    this.#turns.close();
  }
}

/** Whether so many milliseconds have passed; also when a clock was put back. */
function hasPassed(milliseconds: number, since: number, now: number): boolean {
  return now - since >= milliseconds || now < since;
}
