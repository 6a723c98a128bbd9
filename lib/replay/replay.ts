/**
 * A run: captures through workers and a reducer, from the first event to the closed files.
 *
 * @module
 */

import { cutError } from "../capture/read.ts";
import { asError, BeamfoldError } from "../errors.ts";
import type { EventData } from "../event.ts";
import { FileScope, inFileScope } from "../hdf5/open_files.ts";
import { getLogger } from "../log.ts";
import type { EventReducer, Setup } from "./classes.ts";
import { Engine, isReplayError, type ReducerObject, workerName, type WorkerObject } from "./engine.ts";
import { finishAll, type Made } from "./finish.ts";
import { Interrupt } from "./interrupt.ts";
import type { AnyClass } from "./load.ts";
import { printsOnOneLine, type ReplayOptions, type ReplayOutcome } from "./options.ts";
import { type Plan, prepare } from "./plan.ts";
import { Pace } from "./progress.ts";
import { ReplayError } from "./user_error.ts";

/** Errors kept in an outcome; more are only counted. */
const MAX_ERRORS = 1000;
/** Milliseconds that `finish` may go on after an abort. */
const FINISH_GRACE = 700;

/**
 * Replays captures: every event goes to a worker, what it returns goes to the reducer, and the HDF5 files that the
 * classes make are closed at the end, whatever happens.
 *
 * @param options Classes, captures and the rest.
 * @returns What was done. An abort (signal, Ctrl-C) is no error: the outcome then says `aborted`.
 * @throws OptionError, ParameterError or CaptureError for bad input, ReplayError for an error in a class. Before it is
 * thrown, `finish` is called on workers and reducer, and files are closed.
 *
 * @example
 * ```ts
 * import { type EventData, replay, type ResultData } from "beamfold";
 *
 * class Sizes {
 *   processEvent(event: EventData) {
 *     return event.streams["xrd"]?.frames.reduce((total, frame) => total + frame.length, 0);
 *   }
 * }
 * class Total {
 *   bytes = 0;
 *   processResult({ payload }: ResultData<number>) {
 *     this.bytes += payload;
 *   }
 * }
 * const outcome = await replay({ worker: Sizes, reducer: Total, files: ["data/xrd.cbors"], broadcastFirst: false });
 * console.log(outcome.reducer.bytes);
 * ```
 */
export async function replay<Reducer extends EventReducer>(
  options: ReplayOptions<Reducer>,
): Promise<ReplayOutcome<Reducer>> {
  const started = performance.now();
  const plan = await prepare(options);
  const scope = new FileScope();
  const run = new Run(plan, scope, options, started);
  // The classes made what is called a reducer here; that it is one was checked when it was loaded.
  return await inFileScope(scope, () => run.toTheEnd()) as unknown as ReplayOutcome<Reducer>;
}

const logger = getLogger(["beamfold", "replay"]);

class Run {
  readonly #plan: Plan;
  readonly #scope: FileScope;
  readonly #options: ReplayOptions;
  readonly #started: number;
  readonly #errors: Error[] = [];
  readonly #warnings: string[] = [];
  readonly #logsEvents = logger.isEnabledFor("debug");
  readonly #made: Made[] = [];
  #engine: Engine | undefined;
  #reducer: ReducerObject | undefined;
  #firstUnselected: number | undefined;
  #events = 0;
  #skipped = 0;
  #unselected = 0;
  #aborted = false;
  #lastEvent: number | undefined;
  #streams = new Set<string>();

  constructor(plan: Plan, scope: FileScope, options: ReplayOptions, started: number) {
    this.#plan = plan;
    this.#scope = scope;
    this.#options = options;
    this.#started = started;
  }

  async toTheEnd(): Promise<ReplayOutcome<never>> {
    const interrupt = new Interrupt(this.#options.signal);
    const pace = new Pace(() => performance.now(), this.#reporter());
    const failures: unknown[] = [];
    try {
      const engine = this.#makeObjects();
      await this.#loop(engine, interrupt, pace);
      this.#reviewCuts();
    } catch (error) {
      failures.push(error);
    }
    try {
      failures.push(...await this.#finish(interrupt));
      failures.push(...this.#scope.closeAll());
      try {
        pace.end();
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) throw combined(failures);
      this.#reviewResults();
      return this.#outcome();
    } finally {
      this.#plan.events.close();
      interrupt.stop();
    }
  }

  #makeObjects(): Engine {
    const { Worker, Reducer, parameters, parametersHash } = this.#plan;
    const make = (Class: AnyClass, name: string): object => {
      const setup: Setup = { parameters, context: {}, state: { name } };
      try {
        return new (Class as unknown as new (setup: Setup) => object)(setup);
      } catch (thrown) {
        throw new ReplayError(thrown, { className: Class.name || "(unnamed class)", method: "constructor" });
      }
    };
    const workers = Array.from({ length: this.#plan.workers }, (_, i) => {
      const worker = make(Worker, workerName(i)) as WorkerObject;
      this.#made.push({ object: worker, worker: workerName(i) });
      return worker;
    });
    this.#reducer = make(Reducer, "reducer") as ReducerObject;
    this.#made.push({ object: this.#reducer });
    logger.info("{worker} × {workers} and {reducer} with {parameters}", {
      worker: Worker.name,
      workers: workers.length,
      reducer: Reducer.name,
      parameters: Object.fromEntries(Object.values(parameters).map(({ name, value }) => [name, value])),
    });
    const clock = (): number => performance.now() / 1000;
    this.#engine = new Engine({ workers, reducer: this.#reducer, parameters, parametersHash, clock });
    return this.#engine;
  }

  async #loop(engine: Engine, interrupt: Interrupt, pace: Pace): Promise<void> {
    const { events, selection } = this.#plan;
    for (let first = true;;) {
      if (interrupt.requested) {
        this.#aborted = true;
        return;
      }
      const next = events.next();
      const event = next instanceof Promise ? await next : next;
      if (event === undefined) return;
      if (event.eventNumber >= selection.end) {
        this.#firstUnselected ??= event.eventNumber;
        return;
      }
      if (selection.wants(event.eventNumber)) {
        const timer = this.#callTimer(engine);
        if (timer !== undefined && !await interrupt.wait(timer)) continue;
        if (this.#logsEvents) logger.debug("{event}", { event });
        const done = this.#processEvent(engine, event, first);
        if (done instanceof Promise && !await interrupt.wait(done)) {
          this.#aborted = true;
          engine.stop();
          return;
        }
        first = false;
      } else this.#unselect(event, first);
      const turn = pace.step();
      if (turn !== undefined) await turn;
    }
  }

  #processEvent(engine: Engine, event: EventData, first: boolean): void | Promise<void> {
    const everyone = first && (this.#options.broadcastFirst ?? true);
    if (everyone) return this.#settle(this.#broadcast(engine, event), event);
    const index = this.#plan.nextWorker();
    try {
      const done = engine.process(event, index);
      if (done !== undefined) return this.#settle(done, event);
      this.#processed(event);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Calls the reducer's timer, whose errors cost no event. */
  #callTimer(engine: Engine): void | Promise<void> {
    const failed = (error: unknown): void => {
      if (this.#options.onError !== "skip" || !isReplayError(error)) throw error;
      this.#keep(error);
    };
    try {
      return engine.callTimer()?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  async #broadcast(engine: Engine, event: EventData): Promise<void> {
    const failures: unknown[] = [];
    for (let index = 0; index < this.#plan.workers; index++) {
      try {
        await engine.process(event, index);
      } catch (error) {
        if (this.#options.onError !== "skip") throw error;
        failures.push(error);
      }
    }
    const last = failures.pop();
    for (const failure of failures) this.#keep(asError(failure));
    if (last !== undefined) throw last;
  }

  async #settle(done: Promise<void>, event: EventData): Promise<void> {
    try {
      await done;
      this.#processed(event);
    } catch (error) {
      this.#failed(error);
    }
  }

  #processed(event: EventData): void {
    this.#events++;
    this.#lastEvent = event.eventNumber;
    if (this.#engine?.results === 0) { for (const name of Object.keys(event.streams)) this.#streams.add(name); }
  }

  #failed(error: unknown): void {
    if (this.#options.onError !== "skip" || !isReplayError(error)) throw error;
    this.#skipped++;
    this.#keep(error);
  }

  #keep(error: Error): void {
    if (this.#errors.length < MAX_ERRORS) this.#errors.push(error);
  }

  #unselect(event: EventData, first: boolean): void {
    if (first && this.#unselected === 0) {
      this.#warnings.push(
        `event ${event.eventNumber}, the first of the capture, is not selected: if it is a header, the analysis will ` +
          `miss it; select "${event.eventNumber}, …" to keep it`,
      );
    }
    this.#firstUnselected ??= event.eventNumber;
    this.#unselected++;
  }

  /** Turns cuts into warnings, or with `strict` into an error. */
  #reviewCuts(): void {
    for (const cut of this.#plan.events.cuts) {
      if (this.#options.strict) throw cutError(cut);
      this.#warnings.push(cut.message);
    }
  }

  #reviewResults(): void {
    if (this.#events + this.#skipped === 0 && !this.#aborted) {
      const first = this.#firstUnselected;
      this.#warnings.push(
        first === undefined
          ? "the captures hold no whole event"
          : this.#unselected === 0
          ? `no event is selected: the first one has the number ${first}`
          : `none of the ${this.#unselected} events is selected`,
      );
    } else if (this.#events === 0 && this.#skipped > 0) {
      this.#warnings.push(`no event was processed: all ${this.#skipped} were skipped because of errors`);
    } else if (this.#engine?.results === 0 && this.#events > 0) {
      const names = [...this.#streams].map((name) => `"${name}"`).join(", ");
      this.#warnings.push(
        `no result reached the reducer: ${this.#plan.Worker.name}.processEvent returned nothing for all ` +
          `${this.#events} events (their streams: ${names || "none"})`,
      );
    }
  }

  async #finish(interrupt: Interrupt): Promise<ReplayError[]> {
    const wait = (promise: Promise<unknown>): Promise<boolean> => interrupt.wait(promise, FINISH_GRACE);
    const { failures, unfinished } = await finishAll(this.#made, this.#plan.parameters, wait);
    if (unfinished.length > 0) {
      this.#aborted = true;
      this.#warnings.push(
        `finish went on (${
          unfinished.join(", ")
        }) for more than ${FINISH_GRACE} ms after the abort, and was not waited for`,
      );
    }
    return failures;
  }

  #outcome(): ReplayOutcome<never> {
    const { parameters, parametersHash } = this.#plan;
    return printsOnOneLine({
      events: this.#events,
      results: this.#engine?.results ?? 0,
      skipped: this.#skipped,
      unselected: this.#unselected,
      errors: this.#errors,
      warnings: this.#warnings,
      files: [...new Set(this.#scope.files.map((file) => file.path))],
      reducer: this.#reducer as never,
      parameters,
      parametersHash,
      seconds: (performance.now() - this.#started) / 1000,
      aborted: this.#aborted,
      lastEvent: this.#lastEvent,
    });
  }

  #reporter(): ((done: boolean) => void) | undefined {
    const { progress } = this.#options;
    if (progress === undefined) return undefined;
    return (done) => {
      const { bytes, size } = this.#plan.events.progress;
      progress({
        events: this.#events,
        results: this.#engine?.results ?? 0,
        bytes,
        totalBytes: size,
        seconds: (performance.now() - this.#started) / 1000,
        done,
        publish: (this.#reducer as EventReducer | undefined)?.publish,
      });
    };
  }
}

/** The first error, with what else went wrong at its end. */
function combined(failures: readonly unknown[]): Error {
  const [first, ...others] = failures.map(asError) as [Error, ...Error[]];
  for (const other of others) {
    const text = `\nthen ${other.message}`;
    first.message += text;
    if (first instanceof BeamfoldError) first.stack += text;
  }
  return first;
}
