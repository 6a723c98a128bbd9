/**
 * Events on their way through runs.
 *
 * @module
 */

import type { EventMerge } from "../capture/merge.ts";
import type { CaptureItem } from "../event.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Pace } from "./progress.ts";
import type { Run } from "./run.ts";

/** Whether to go on. */
export type Course = "on" | "end" | "abort";

/** What events are taken with. */
export interface TakingParts {
  /** Each gets every event. */
  readonly runs: readonly Run[];
  readonly events: EventMerge;
  readonly interrupt: Interrupt;
  readonly pace: Pace;
}

/** Events that are taken in one call. */
const BATCH = 64;

/**
 * Takes events through runs.
 *
 * V8 optimizes fully what is called often, but not a loop that goes on after a wait: so the innermost loop is short, is
 * called again and again, and nothing in it is `async` but what has to wait.
 */
export class Taking {
  readonly #parts: TakingParts;

  constructor(parts: TakingParts) {
    this.#parts = parts;
  }

  /**
   * Takes events until something has to be waited for; then a promise, after which it may be called again.
   *
   * @throws Whatever the events or the runs do.
   */
  take(): Course | Promise<Course> {
    for (;;) {
      const course = this.#batch();
      if (course instanceof Promise) return this.#waited(course);
      if (course === "turn") return this.#parts.pace.turn().then(() => "on");
      if (course !== "on") return course;
    }
  }

  #batch(): Course | "turn" | Promise<Course> {
    const { events, pace } = this.#parts;
    for (let i = 0; i < BATCH; i++) {
      const course = this.#one();
      if (course !== "on") return course;
      if (pace.step()) return "turn";
      // An event that optimized code has put aside counts as in use until that returns.
      if (events.isCollectionDue) break;
    }
    return "on";
  }

  /** A wait may be over without a turn of the event loop. */
  async #waited(waiting: Promise<Course>): Promise<Course> {
    const { pace } = this.#parts;
    const course = await waiting;
    if (course === "on" && pace.step()) await pace.turn();
    return course;
  }

  #one(): Course | Promise<Course> {
    const { events, interrupt } = this.#parts;
    if (interrupt.requested) return "abort";
    const next = events.next();
    return next instanceof Promise ? this.#later(next) : this.#through(next);
  }

  /** A source of one's own may take its time. */
  async #later(next: Promise<CaptureItem | undefined>): Promise<Course> {
    return await this.#parts.interrupt.wait(next) ? await this.#through(await next) : "abort";
  }

  #through(event: CaptureItem | undefined): Course | Promise<Course> {
    if (event === undefined) return "end";
    const skipped = this.#skipped();
    const { runs } = this.#parts;
    for (let i = 0; i < runs.length; i++) {
      const done = (runs[i] as Run).take(event);
      if (done instanceof Promise) return this.#throughLater(event, done, i + 1, skipped);
    }
    return this.#done(event, skipped);
  }

  /** Waits for a run, then goes on with those from `following` on. */
  async #throughLater(event: CaptureItem, done: Promise<void>, following: number, skipped: number): Promise<Course> {
    const { runs, interrupt } = this.#parts;
    if (!await interrupt.wait(done)) return "abort";
    for (const run of runs.slice(following)) {
      const done = run.take(event);
      if (done instanceof Promise && !await interrupt.wait(done)) return "abort";
    }
    return this.#done(event, skipped);
  }

  #done(event: CaptureItem, skipped: number): Course {
    const { runs, events } = this.#parts;
    // What failed may have left work under way, and frames in its error.
    if (events.takesBack && this.#skipped() === skipped && !runs.some((run) => run.keepsFrames)) events.release(event);
    return areComplete(runs) ? "end" : "on";
  }

  /** How many events were skipped so far, where that matters. */
  #skipped(): number {
    if (!this.#parts.events.takesBack) return 0;
    let count = 0;
    for (const run of this.#parts.runs) count += run.skipped;
    return count;
  }
}

function areComplete(runs: readonly Run[]): boolean {
  for (const run of runs) if (!run.complete) return false;
  return true;
}
