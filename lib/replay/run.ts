/**
 * One set of workers and a reducer on its way through the events, and the account of what became of them.
 *
 * @module
 */

import { cutError } from "../capture/read.ts";
import type { Cut } from "../capture/elements.ts";
import { pathOf } from "../capture/inputs.ts";
import { asError } from "../errors.ts";
import type { EventData } from "../event.ts";
import type { FileScope } from "../hdf5/open_files.ts";
import { getLogger } from "../log.ts";
import type { EventReducer, Setup } from "./classes.ts";
import { Engine, isReplayError, type ReducerObject, workerName, type WorkerObject } from "./engine.ts";
import { finishAll, type Made } from "./finish.ts";
import type { AnyClass } from "./load.ts";
import { printsOnOneLine, type ReplayOptions, type ReplayOutcome } from "./options.ts";
import type { Plan } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { ReplayError } from "./user_error.ts";

/** Errors kept in an outcome; more are only counted. */
const MAX_ERRORS = 1000;

const logger = getLogger(["beamfold", "replay"]);

/** One run. */
export class Run {
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
  #first = true;
  #complete = false;

  constructor(plan: Plan, scope: FileScope, options: ReplayOptions, started: number) {
    this.#plan = plan;
    this.#scope = scope;
    this.#options = options;
    this.#started = started;
  }

  /**
   * Makes workers and reducer.
   *
   * @throws ReplayError when a constructor fails. What was made before is finished by `end` all the same.
   */
  begin(): void {
    this.#engine = this.#scope.enter(() => this.#makeObjects());
  }

  /** Whether no event that comes now can be selected. */
  get complete(): boolean {
    return this.#complete;
  }

  /**
   * Takes an event through a worker and the reducer, if it is selected; a promise where a method is async.
   *
   * @throws ReplayError for whatever the classes throw, unless it is to be skipped.
   */
  take(event: EventData): void | Promise<void> {
    const engine = this.#engine;
    const { selection } = this.#plan;
    if (engine === undefined || this.#complete) return;
    if (event.eventNumber >= selection.end) {
      this.#firstUnselected ??= event.eventNumber;
      this.#complete = true;
      return;
    }
    if (!selection.wants(event.eventNumber)) return this.#unselect(event);
    if (this.#logsEvents) logger.debug("{event}", { event });
    return this.#scope.enter(() => {
      const timer = this.#callTimer(engine);
      return timer === undefined ? this.#process(engine, event) : timer.then(() => this.#process(engine, event));
    });
  }

  /** Ends the run early: what is still under way comes too late. */
  abort(): void {
    this.#aborted = true;
    this.#engine?.stop();
  }

  /**
   * Finishes workers and reducer, and closes the files.
   *
   * @param wait Waits for a promise; false when the run was aborted and the time is over.
   * @returns What went wrong.
   */
  async end(wait: (promise: Promise<unknown>) => Promise<boolean>): Promise<Error[]> {
    const finished = this.#scope.enter(() => finishAll(this.#made, this.#plan.parameters, wait));
    const { failures, unfinished } = await finished;
    if (unfinished.length > 0) {
      this.#aborted = true;
      this.#warnings.push(
        `finish went on (${unfinished.join(", ")}) after the abort, and was not waited for`,
      );
    }
    return [...failures, ...this.#scope.closeAll()];
  }

  #makeObjects(): Engine {
    const { Worker, Reducer, parameters, parametersHash } = this.#plan;
    const { files } = this.#options;
    const make = (Class: AnyClass, name: string): object => {
      const context = files === undefined ? {} : { captures: files.map(pathOf) };
      const setup: Setup = { parameters, context, state: { name } };
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

  #process(engine: Engine, event: EventData): void | Promise<void> {
    const everyone = this.#first && (this.#options.broadcastFirst ?? true);
    this.#first = false;
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

  #unselect(event: EventData): void {
    if (this.#first && this.#unselected === 0) {
      this.#warnings.push(
        `event ${event.eventNumber}, the first of the capture, is not selected: if it is a header, the analysis will ` +
          `miss it; select "${event.eventNumber}, …" to keep it`,
      );
    }
    this.#firstUnselected ??= event.eventNumber;
    this.#unselected++;
  }

  /**
   * Takes note of inputs that are cut, and of what was passed over in them.
   *
   * @throws CaptureError for a cut with `strict`.
   */
  reviewInputs({ cuts, notes }: { readonly cuts: readonly Cut[]; readonly notes: readonly string[] }): void {
    for (const cut of cuts) {
      if (this.#options.strict) throw cutError(cut);
      this.#warnings.push(cut.message);
    }
    this.#warnings.push(...notes);
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

  /** What was done, after `end`. */
  outcome(): ReplayOutcome<never> {
    this.#reviewResults();
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

  /** How far it has come. */
  get state(): Pick<Progress, "events" | "results" | "reducer" | "publish"> {
    const reducer = this.#reducer as EventReducer | undefined;
    return { events: this.#events, results: this.#engine?.results ?? 0, reducer, publish: reducer?.publish };
  }
}
