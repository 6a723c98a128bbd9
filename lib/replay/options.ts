/**
 * What a replay is told, and what it tells.
 *
 * @module
 */

import type { Input } from "../capture/inputs.ts";
import type { EventSource } from "../capture/source.ts";
import type { GivenParameters, ParameterValues } from "../parameters.ts";
import type { EventReducer, EventReducerClass, EventWorkerClass } from "./classes.ts";
import type { Distribute } from "./distribute.ts";
import type { Progress } from "./progress.ts";
import type { Select } from "./select.ts";
import type { Verification } from "./verification.ts";
import { durationText } from "../units.ts";

/** What gives the events: files, or a source. */
export type ReplayInput =
  | { readonly files: readonly Input[] }
  | { readonly source: EventSource | (new () => EventSource) | string };

/** What to replay, and how. */
export interface ReplayOptions<Reducer extends EventReducer = EventReducer> {
  /** The worker class, or `"path.ts:Class"`. */
  worker: EventWorkerClass | string;
  /** The reducer class, or `"path.ts:Class"`. */
  reducer: EventReducerClass<Reducer> | string;
  /** The captures, merged by event number; raw dumps with their protocol. Left out where there is a `source`. */
  files?: readonly Input[];
  /** What gives the events instead of files: a class, one of its objects, or `"path.ts:Class"`. */
  source?: EventSource | (new () => EventSource) | string;
  /** Values by name, a list, or the path of a JSON file. Defaults fill the rest. */
  parameters?: GivenParameters | string;
  /** How many worker objects the events are given to (2). */
  workers?: number;
  /**
   * How many threads the workers run in (0: in this one), or `"auto"`: threads where they pay, found out by the first
   * events. The reducer stays here; results reach it as they come, as they do in a deployment. There are `workers`, or
   * if that is not given as many as threads, but two at least.
   */
  threads?: number | "auto";
  /** Whether results from threads reach the reducer in the order of events (false). */
  ordered?: boolean;
  /** Whether the first event goes to every worker (true), as the headers of a scan do in a deployment. */
  broadcastFirst?: boolean;
  /** How the other events are given to workers: in turn (the default), or at random, the same way on every run. */
  distribute?: Distribute;
  /** What the random distribution depends on (0). */
  seed?: number;
  /** Which events to replay: `"10:50"`, `"::5"`, `"0, 10:50"`, or a function of the event number. All when left out. */
  select?: Select;
  /** What an error in a class does: `"stop"` ends the replay, `"skip"` leaves that event out. */
  onError?: "stop" | "skip";
  /** Whether a capture that is cut in its last item is an error (false: a warning). */
  strict?: boolean;
  /**
   * Whether the memory of large frames is used again when their event is done (false), which is quicker: there is no
   * new memory to be had for each image. Frames, and arrays made of them, are then valid only while the event is
   * processed: until `processEvent` and `processResult` are done, with their promises. What is looked at later is an
   * error, or empty, and never another image. Copy what is kept; what `processEvent` returns is copied in any case.
   */
  reuseFrames?: boolean;
  /** Called at most ten times a second, and at the end. */
  progress?: (progress: Progress) => void;
  /** Whether a notebook shows progress and outcome under the cell (true). Elsewhere nothing is shown. */
  display?: boolean;
  /** What a notebook shows while the replay runs, at most twice a second: anything that `show` takes. */
  live?(reducer: Reducer): unknown;
  /** Ends the replay when it is aborted. */
  signal?: AbortSignal;
  /**
   * Whether the replay is then run again in variants (false), as a deployment may hand out its events and results: with
   * other worker counts, another assignment, and results in another order. What differs is in the outcome's `verified`.
   * A function is told each step, as in "verifying (2 of 6): with 5 workers". The variants' HDF5 and `.xye` files are
   * made beside those of the replay, and removed; files that the classes write in other ways are written anew. Variants
   * need no threads; in a replay that has some, results are then in order.
   */
  verify?: boolean | ((step: string) => void);
}

/** What a replay did. */
export interface ReplayOutcome<Reducer extends EventReducer = EventReducer> {
  /** Events processed, without those skipped. */
  readonly events: number;
  /** Payloads that reached the reducer. The first event gives one for each worker. */
  readonly results: number;
  /** Events left out because of an error in a class, with `onError: "skip"`. */
  readonly skipped: number;
  /** Events read but not selected. */
  readonly unselected: number;
  /** The errors behind the skipped events, and those of no event, as of timers and unawaited promises; at most 1000. */
  readonly errors: readonly Error[];
  /** What is worth knowing: cut captures, results that never came. */
  readonly warnings: readonly string[];
  /** The HDF5 files written. */
  readonly files: readonly string[];
  /** The reducer, after `finish`. */
  readonly reducer: Reducer;
  /** The value of every parameter. */
  readonly parameters: ParameterValues;
  /** Which set of parameter values that is: SHA-256, hex. */
  readonly parametersHash: string;
  /** How long it took. */
  readonly seconds: number;
  /** Whether it was ended before the last event. */
  readonly aborted: boolean;
  /** The number of the last event processed. */
  readonly lastEvent: number | undefined;
  /** With `verify`: what differs in variants of the replay. */
  readonly verified?: Verification;
}

/** Gives an outcome a short form for `console.log`: the counts, the time, and what else is not empty. */
export function printsOnOneLine<Reducer extends EventReducer>(
  outcome: ReplayOutcome<Reducer>,
): ReplayOutcome<Reducer> {
  return Object.defineProperty(outcome, Symbol.for("Deno.customInspect"), {
    value(): string {
      const { events, results, skipped, unselected, warnings, files, seconds, aborted, verified } = outcome;
      const parts = [
        `${events} events`,
        `${results} results`,
        ...(skipped > 0 ? [`${skipped} skipped`] : []),
        ...(unselected > 0 ? [`${unselected} not selected`] : []),
        ...(warnings.length > 0 ? [`${warnings.length} warnings`] : []),
        ...(files.length > 0 ? [`files ${files.map((file) => `"${file}"`).join(", ")}`] : []),
        durationText(seconds),
        ...(aborted ? ["aborted"] : []),
        ...(verified === undefined ? [] : [verified.summary.split("\n")[0]]),
      ];
      return `ReplayOutcome { ${parts.join(", ")} }`;
    },
  });
}
