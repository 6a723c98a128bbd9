/**
 * What a worker and a reducer are: the contract between this module and its users' classes.
 *
 * @module
 */

import type { EventData, ResultData } from "../event.ts";
import type { AnyParameter, ParameterValues } from "../parameters.ts";

/** What a worker or reducer keeps things in, and what it may know of its run. */
export interface RunContext {
  /** The files that are replayed, as they were named; not there where a source gives the events, or a deployment. */
  readonly captures?: readonly string[];
  /** Whatever is kept. */
  [name: string]: unknown;
}

/** What the constructor of a worker or reducer is given. */
export interface Setup {
  /** The values of all parameters. */
  readonly parameters: ParameterValues;
  /** An object of its own, to keep things in that outlive a run in a deployment. */
  readonly context: RunContext;
  /** Who it is in this run. */
  readonly state: { readonly name: string };
}

/**
 * The map side: makes something small of each event. Only `processEvent` is needed; any method may be async.
 *
 * The second arguments are typed `never` here, so that a class may declare just what it uses of them, such as
 * {@linkcode WithParameters}.
 */
export interface EventWorker {
  /**
   * Makes a payload of an event. `undefined` and `null` mean: no result.
   *
   * @param event The streams of one event.
   * @param given `parameters`, and `tick` for a worker with `getTickInterval`.
   */
  processEvent(event: EventData, given: never): unknown;
  /** Called once, after the last event. */
  finish?(given: never): unknown;
  /** Seconds between two events for which `tick` is true. */
  getTickInterval?(given: never): number | Promise<number>;
}

/** The reduce side: takes all results. Only `processResult` is needed; any method may be async. */
export interface EventReducer {
  /**
   * Takes one result.
   *
   * @param result The payload that a worker returned, with event number and worker.
   * @param given `parameters`.
   */
  processResult(result: ResultData<never>, given: never): unknown;
  /** Called once, after the last result. */
  finish?(given: never): unknown;
  /** Called at the start, and then again after as many seconds as it returned. */
  timer?(given: never): number | Promise<number>;
  /** What it shows while it runs. */
  readonly publish?: unknown;
}

/** A class whose instances are workers. */
export interface EventWorkerClass {
  /** Makes a worker. */
  new (setup: Setup): EventWorker;
  /** The parameters that it understands. */
  describeParameters?(): readonly AnyParameter[];
}

/** A class whose instances are reducers. */
export interface EventReducerClass<Reducer extends EventReducer = EventReducer> {
  /** Makes a reducer. */
  new (setup: Setup): Reducer;
  /** The parameters that it understands. */
  describeParameters?(): readonly AnyParameter[];
}

/** The type of the payloads that a worker class makes: what `processEvent` returns, without "no result". */
export type PayloadOf<Class> = Class extends { prototype: { processEvent(...given: never): infer Returned } }
  ? Exclude<Awaited<Returned>, undefined | null | void>
  : never;
