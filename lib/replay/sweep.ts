/**
 * One replay for each combination of parameter values, over events that are read and decoded once.
 *
 * @module
 */

import { OptionError } from "../errors.ts";
import { FileScope, whileRunning } from "../hdf5/open_files.ts";
import { sha256 } from "../node.ts";
import { notebookSink, type Sink } from "../notebook/sink.ts";
import { isFile, isValueObject } from "../parameter_values.ts";
import type { EventReducer } from "./classes.ts";
import { drive } from "./drive.ts";
import { openEvents } from "./input.ts";
import type { ReplayInput, ReplayOptions, ReplayOutcome } from "./options.ts";
import { prepare } from "./plan.ts";
import { Run } from "./run.ts";

/** More combinations than this are hardly meant. */
const MAX_COMBINATIONS = 1000;

/** What to replay, and with which values. */
export interface SweepOptions<Reducer extends EventReducer = EventReducer>
  extends Omit<ReplayOptions<Reducer>, "parameters" | "live" | "verify"> {
  /** Values by name. A list gives one combination for each of its values, with each of those of other lists. */
  parameters: Readonly<Record<string, unknown>>;
}

/** One combination and its outcome. */
export interface SweepPoint<Reducer extends EventReducer = EventReducer> {
  /** The values of the parameters that vary. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What was done with them. */
  readonly outcome: ReplayOutcome<Reducer>;
}

/**
 * Replays captures once for each combination of parameter values. Events are read and decoded once, and go to one set
 * of workers and reducer for each combination. HDF5 files get the values into their names: `scan_till_x=2.h5`. A
 * notebook shows the combinations as a table, and their curves over each other.
 *
 * @param options As for {@linkcode replay}; in `parameters`, lists of values are what varies.
 * @returns The combinations in order, the last list varying fastest.
 * @throws As {@linkcode replay} does; OptionError when no list is given or there are more than 1000 combinations.
 *
 * @example
 * ```ts
 * import { type EventData, IntParameter, mean, type ResultData, slice, stins, sweep, type WithParameters } from "beamfold";
 *
 * class Corner {
 *   static describeParameters() {
 *     return [new IntParameter({ name: "till_x", default: 2 })];
 *   }
 *   processEvent({ streams }: EventData, { parameters }: WithParameters<typeof Corner>) {
 *     const packet = streams["xrd"] && stins.parse(streams["xrd"]);
 *     if (packet?.htype === "image") return mean(slice(packet.data, `:${parameters.till_x.value}`));
 *   }
 * }
 * class Curve {
 *   points: number[] = [];
 *   processResult({ payload }: ResultData<number>) {
 *     this.points.push(payload);
 *   }
 * }
 * const points = await sweep({
 *   worker: Corner, reducer: Curve, files: ["data/xrd.cbors"], parameters: { till_x: [1, 2, 3] },
 * });
 * for (const { values, outcome } of points) console.log(values, outcome.reducer.points);
 * ```
 */
export async function sweep<Reducer extends EventReducer>(
  options: SweepOptions<Reducer> & ReplayInput,
): Promise<SweepPoint<Reducer>[]> {
  const sink = options.display === false ? undefined : notebookSink();
  const points = sink === undefined ? await sweepQuietly(options) : await sweepOn(sink, options);
  return points as unknown as SweepPoint<Reducer>[];
}

/** Sweeps with progress and results on a sink. */
export async function sweepOn(sink: Sink, options: SweepOptions): Promise<SweepPoint<never>[]> {
  const [{ displayed }, { sweepRendering }] = await Promise.all([
    import("./display.ts"),
    import("../notebook/sweep_view.ts"),
  ]);
  const run = (shown: ReplayOptions): Promise<SweepPoint<never>[]> =>
    sweepQuietly({ ...options, ...(shown.progress === undefined ? {} : { progress: shown.progress }) });
  return await displayed(sink, options, run, sweepRendering);
}

async function sweepQuietly(options: SweepOptions): Promise<SweepPoint<never>[]> {
  if ("threads" in options) {
    throw new OptionError("sweep: threads is no option: all combinations see an event in this thread, before the next");
  }
  const started = performance.now();
  const combinations = combinationsOf(options.parameters);
  const events = await openEvents(options);
  try {
    const runs: { values: Readonly<Record<string, unknown>>; run: Run }[] = [];
    for (const { varied, all } of combinations) {
      // Each has its own plan, with its own parameters and distribution; the captures are read here.
      const plan = await prepare({ ...options, parameters: all }, () => events);
      const run = new Run(plan, new FileScope(labelOf(varied)), options, started);
      runs.push({ values: varied, run });
    }
    const { progress, signal } = options;
    const [first] = runs;
    const report = progress === undefined || first === undefined ? undefined : (done: boolean): void => {
      const { bytes, size: totalBytes } = events.progress;
      progress({ ...first.run.state, bytes, totalBytes, seconds: (performance.now() - started) / 1000, done });
    };
    await whileRunning(() => drive(runs.map(({ run }) => run), events, { report, signal }));
    return runs.map(({ values, run }) => ({ values, outcome: run.outcome() }));
  } finally {
    await events.close();
  }
}

interface Combination {
  readonly varied: Readonly<Record<string, unknown>>;
  readonly all: Readonly<Record<string, unknown>>;
}

/** Every combination of the values in lists; what is no list is the same in all. */
function combinationsOf(parameters: Readonly<Record<string, unknown>>): Combination[] {
  const fixed = Object.entries(parameters).filter(([, value]) => !Array.isArray(value));
  const lists = Object.entries(parameters).flatMap(([name, value]): [string, unknown[]][] =>
    // Values of another run stand for themselves, and are shown so.
    Array.isArray(value) ? [[name, value.map((one) => isValueObject(one) ? one.value : one)]] : []
  );
  const count = lists.reduce((product, [, values]) => product * values.length, 1);
  if (lists.length === 0 || count === 0) {
    throw new OptionError(
      `sweep: no parameter has a list of values: write parameters: { till_x: [1, 2, 3] }, or use replay`,
    );
  }
  if (count > MAX_COMBINATIONS) {
    throw new OptionError(`sweep: ${count} combinations are more than ${MAX_COMBINATIONS}; give fewer values`);
  }
  let combinations: Record<string, unknown>[] = [{}];
  for (const [name, values] of lists) {
    combinations = combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value })));
  }
  return combinations.map((varied) => ({ varied, all: { ...Object.fromEntries(fixed), ...varied } }));
}

/** The values as a part of a file's name. */
function labelOf(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${labelText(value).replace(/[^\w.+-]+/g, "-")}`)
    .join("_");
}

/** A value as a short text that no other has: of bytes, which would be too long, the beginning of their hash. */
function labelText(value: unknown): string {
  if (isFile(value)) return value.file;
  return value instanceof Uint8Array ? sha256().update(value).digest("hex").slice(0, 12) : String(value);
}
