/**
 * What gets events to workers, wherever these are, and their results to the reducer.
 *
 * @module
 */

import type { EventData } from "../event.ts";
import type { ParameterValues } from "../parameters.ts";
import type { EventLabel } from "./engine.ts";
import type { Made } from "./finish.ts";
import type { WorkerObject } from "./mapper.ts";

/** The way of events through workers, in this thread or in others. */
export interface Dispatch {
  /** The workers, to be finished. */
  readonly made: readonly Made[];
  /** HDF5 files that workers made elsewhere; known at the end. */
  readonly files: readonly string[];
  /** Whether frames of an event may be in use after `take`. */
  readonly keepsFrames: boolean;
  /**
   * Makes the workers.
   *
   * @throws ReplayError when a constructor fails.
   */
  begin(): void | Promise<void>;
  /**
   * Gives an event to a worker, or to all of them; a promise where something has to be waited for.
   *
   * @throws ReplayError for whatever a class throws, unless that is skipped; perhaps that of an earlier event.
   */
  take(event: EventData, everyone: boolean): void | Promise<void>;
  /** Waits for all events that were taken. Fails as `take` does. */
  settle(): void | Promise<void>;
  /** Ends everything early. */
  stop(): void;
  /**
   * Lets go of what it holds, after the workers were finished.
   *
   * @returns What went wrong with files that workers made elsewhere.
   */
  release(): readonly Error[] | Promise<readonly Error[]>;
}

/** What a run is made of, for those that get its events to its workers. */
export interface DispatchParts {
  /** How many workers there are, unless more are made. */
  readonly workers: number;
  /** Makes a worker in this thread. */
  readonly make: (name: string) => WorkerObject;
  /** The name of the workers' class. */
  readonly className: string;
  readonly parameters: ParameterValues;
  /** The captures, as they were named; undefined for a source. */
  readonly captures: readonly string[] | undefined;
  /** Gives the index of the worker for each event in turn, of some number of workers. */
  readonly distribution: (workers: number) => () => number;
  /** Whether results from other threads reach the reducer in the order of events. */
  readonly ordered: boolean;
  /** Has large frames left in their files from now on, where that can be: who looks at them reads them. */
  readonly leaveFrames: () => void;
  /** Takes buffers of frames that other threads no longer use; undefined when they are not asked for. */
  readonly returned: ((frame: ArrayBuffer) => void) | undefined;
  /** The part of the captures that is read, 0 … 1; undefined when that is not known. */
  readonly progress: () => number | undefined;
  /** Seconds, from any start. */
  readonly clock: () => number;
  /** Does something in the scope of the run. */
  readonly enter: <T>(run: () => T) => T;
  readonly account: Account;
}

/** Where results go, and who keeps count of events. */
export interface Account {
  /** Whether an event that fails is skipped. */
  readonly skips: boolean;
  /** Has the reducer take a payload, undefined for no result. */
  reduce(payload: unknown, event: EventLabel, workerIndex: number): void | Promise<void>;
  /** An event is through. */
  processed(event: EventLabel): void;
  /** An event failed: an error that is thrown, or kept. */
  failed(error: unknown): void;
  /** One more error of an event that failed, and is skipped. */
  keep(error: unknown): void;
  /** An error that nobody waits for, and that belongs to no event. */
  stray(error: Error): void;
  /** Something that is worth knowing. */
  warn(message: string): void;
}
