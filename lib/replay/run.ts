/**
 * One set of workers and a reducer on its way through the events.
 *
 * @module
 */

import type { Cut } from "../capture/damage.ts";
import { pathOf } from "../capture/inputs.ts";
import type { EventData } from "../event.ts";
import type { FileScope } from "../hdf5/open_files.ts";
import { getLogger } from "../log.ts";
import type { EventReducer, Setup } from "./classes.ts";
import type { Account, Dispatch, DispatchParts } from "./dispatch.ts";
import { Engine, isReplayError, type ReducerObject } from "./engine.ts";
import { finishAll } from "./finish.ts";
import { Ledger } from "./ledger.ts";
import type { AnyClass } from "./load.ts";
import type { WorkerObject } from "./mapper.ts";
import { printsOnOneLine, type ReplayOptions, type ReplayOutcome } from "./options.ts";
import type { Plan } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { ReplayError } from "./user_error.ts";

const clock = (): number => performance.now() / 1000;

/** One run. */
export class Run {
  readonly #plan: Plan;
  readonly #scope: FileScope;
  readonly #options: ReplayOptions;
  readonly #started: number;
  readonly #ledger: Ledger;
  readonly #logger = getLogger(["beamfold", "replay"]);
  readonly #logsEvents = this.#logger?.isEnabledFor("debug") ?? false;
  #dispatch: Dispatch | undefined;
  #engine: Engine | undefined;
  #reducer: ReducerObject | undefined;
  #aborted = false;
  #fail: (error: Error) => void = () => {};
  #first = true;
  #complete = false;

  constructor(plan: Plan, scope: FileScope, options: ReplayOptions, started: number) {
    this.#plan = plan;
    this.#scope = scope;
    this.#options = options;
    this.#started = started;
    this.#ledger = new Ledger(options.onError === "skip");
  }

  /**
   * Makes workers and reducer.
   *
   * @param fail Takes an error that is to end the run, and that nobody waits for.
   * @throws ReplayError when a constructor fails. What was made before is finished by `end` all the same.
   */
  begin(fail: (error: Error) => void): void | Promise<void> {
    this.#fail = fail;
    return this.#scope.enter(() => {
      const dispatch = this.#plan.dispatch(this.#parts());
      this.#dispatch = dispatch;
      const begun = dispatch.begin();
      return begun instanceof Promise ? begun.then(() => this.#makeReducer()) : this.#makeReducer();
    });
  }

  /** Whether no event that comes now can be selected. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Events left out because of an error in a class. */
  get skipped(): number {
    return this.#ledger.skipped;
  }

  /** Whether what is done now is done by its classes, as far as that is known. */
  get isEntered(): boolean {
    return this.#scope.isEntered;
  }

  /** Takes an error of its classes that nobody waits for, and that belongs to no event. */
  takeStray(error: Error): void {
    if (this.#ledger.skips) this.#ledger.keep(error);
    else this.#fail(error);
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
      this.#ledger.beyond(event.eventNumber);
      this.#complete = true;
      return;
    }
    if (!selection.wants(event.eventNumber)) return this.#ledger.unselect(event, this.#first);
    if (this.#logsEvents) this.#logger?.debug("{event}", { event });
    // Most runs are in their scope all the time.
    return this.#scope.isEntered
      ? this.#takeSelected(event, engine)
      : this.#scope.enter(() => this.#takeSelected(event, engine));
  }

  #takeSelected(event: EventData, engine: Engine): void | Promise<void> {
    const timer = this.#callTimer(engine);
    return timer === undefined ? this.#process(event) : timer.then(() => this.#process(event));
  }

  /**
   * Waits for all events that were taken.
   *
   * @throws ReplayError as `take` does.
   */
  settle(): void | Promise<void> {
    return this.#dispatch?.settle();
  }

  /** Whether frames of an event may be in use after `take`. */
  get keepsFrames(): boolean {
    return this.#dispatch?.keepsFrames ?? false;
  }

  /** Ends the run early: what is still under way comes too late. */
  abort(): void {
    this.#aborted = true;
    this.#engine?.stop();
    this.#dispatch?.stop();
  }

  /**
   * Finishes workers and reducer, and closes the files.
   *
   * @param wait Waits for a promise; false when the run was aborted and the time is over.
   * @returns What went wrong.
   */
  async end(wait: (promise: Promise<unknown>) => Promise<boolean>): Promise<Error[]> {
    this.#dispatch?.stop();
    const made = [...this.#dispatch?.made ?? [], ...this.#reducer === undefined ? [] : [{ object: this.#reducer }]];
    const finished = this.#scope.enter(() => finishAll(made, this.#plan.parameters, wait));
    const { failures, unfinished } = await finished;
    if (unfinished.length > 0) {
      this.#aborted = true;
      this.#ledger.warnings.push(
        `finish went on (${unfinished.join(", ")}) after the abort, and was not waited for`,
      );
    }
    const released = await this.#dispatch?.release() ?? [];
    return [...failures, ...released, ...this.#scope.closeAll()];
  }

  #account(): Account {
    const ledger = this.#ledger;
    return {
      skips: ledger.skips,
      reduce: (payload, event, workerIndex) => this.#engine?.reduce(payload, event, workerIndex),
      processed: (event) => ledger.processed(event, this.#engine?.results ?? 0),
      failed: (error) => ledger.failed(error),
      keep: (error) => ledger.keep(error),
      stray: (error) => this.takeStray(error),
      warn: (message) => ledger.warnings.push(message),
    };
  }

  /** Makes something of a class. */
  #make(Class: AnyClass, name: string): object {
    const { files } = this.#options;
    const context = files === undefined ? {} : { captures: files.map(pathOf) };
    const setup: Setup = { parameters: this.#plan.parameters, context, state: { name } };
    try {
      return new (Class as unknown as new (setup: Setup) => object)(setup);
    } catch (thrown) {
      throw new ReplayError(thrown, { className: Class.name || "(unnamed class)", method: "constructor" });
    }
  }

  #parts(): DispatchParts {
    const { Worker, workers, parameters, distribution, events } = this.#plan;
    const { files, ordered, reuseFrames } = this.#options;
    return {
      workers,
      make: (name) => this.#make(Worker, name) as WorkerObject,
      className: Worker.name || "(unnamed class)",
      parameters,
      captures: files?.map(pathOf),
      distribution,
      ordered: ordered ?? false,
      leaveFrames: () => events.leaveFrames(),
      returned: reuseFrames ? (frame) => events.adopt(frame) : undefined,
      progress: () => events.progress.size > 0 ? events.progress.bytes / events.progress.size : undefined,
      clock,
      enter: (run) => this.#scope.enter(run),
      account: this.#account(),
    };
  }

  #makeReducer(): void {
    const { Worker, Reducer, workers, parameters, parametersHash } = this.#plan;
    const reducer = this.#make(Reducer, "reducer") as ReducerObject;
    this.#reducer = reducer;
    this.#logger?.info("{worker} × {workers} and {reducer} with {parameters}", {
      worker: Worker.name,
      workers,
      reducer: Reducer.name,
      parameters: Object.fromEntries(Object.values(parameters).map(({ name, value }) => [name, value])),
    });
    this.#engine = new Engine({ reducer, parameters, parametersHash, clock });
  }

  #process(event: EventData): void | Promise<void> {
    const everyone = this.#first && (this.#options.broadcastFirst ?? true);
    this.#first = false;
    return this.#dispatch?.take(event, everyone);
  }

  /** Calls the reducer's timer, whose errors cost no event. */
  #callTimer(engine: Engine): void | Promise<void> {
    const failed = (error: unknown): void => {
      if (!this.#ledger.skips || !isReplayError(error)) throw error;
      this.#ledger.keep(error);
    };
    try {
      return engine.callTimer()?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /**
   * Takes note of inputs that are cut, and of what was passed over in them.
   *
   * @throws CaptureError for a cut with `strict`.
   */
  reviewInputs(inputs: { readonly cuts: readonly Cut[]; readonly notes: readonly string[] }): void {
    this.#ledger.reviewInputs(inputs, this.#options.strict ?? false);
  }

  /** What was done, after `end`. */
  outcome(): ReplayOutcome<never> {
    const { Worker, parameters, parametersHash } = this.#plan;
    const results = this.#engine?.results ?? 0;
    this.#ledger.reviewResults(results, this.#aborted, Worker.name);
    const { events, skipped, unselected, errors, warnings, lastEvent } = this.#ledger;
    return printsOnOneLine({
      events,
      results,
      skipped,
      unselected,
      errors,
      warnings,
      files: [...new Set([...this.#scope.files.map((file) => file.path), ...this.#dispatch?.files ?? []])],
      reducer: this.#reducer as never,
      parameters,
      parametersHash,
      seconds: (performance.now() - this.#started) / 1000,
      aborted: this.#aborted,
      lastEvent,
    });
  }

  /** How far it has come. */
  get state(): Pick<Progress, "events" | "results" | "reducer" | "publish"> {
    const reducer = this.#reducer as EventReducer | undefined;
    return { events: this.#ledger.events, results: this.#engine?.results ?? 0, reducer, publish: reducer?.publish };
  }
}
