/**
 * A replay: captures through workers and a reducer.
 *
 * @module
 */

import { notebookSink, type Sink } from "../notebook/sink.ts";
import { FileScope, whileRunning } from "../hdf5/open_files.ts";
import type { EventReducer } from "./classes.ts";
import { drive } from "./drive.ts";
import type { ReplayInput, ReplayOptions, ReplayOutcome } from "./options.ts";
import { prepare } from "./plan.ts";
import { Run } from "./run.ts";
import type { Again, Variation } from "./verify/trial.ts";

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
  options: ReplayOptions<Reducer> & ReplayInput,
): Promise<ReplayOutcome<Reducer>> {
  const sink = options.display === false ? undefined : notebookSink();
  const outcome = sink === undefined ? await replayQuietly(options) : await replayOn(sink, options);
  // The classes made what is called a reducer here; that it is one was checked when it was loaded.
  return outcome as unknown as ReplayOutcome<Reducer>;
}

/** Replays with progress and outcome on a sink. */
export async function replayOn(sink: Sink, options: ReplayOptions): Promise<ReplayOutcome<never>> {
  // What draws is loaded only where something is drawn.
  const [{ displayed }, { outcomeRendering }] = await Promise.all([
    import("./display.ts"),
    import("../notebook/outcome_view.ts"),
  ]);
  return await displayed(sink, options, replayQuietly, (outcome) => outcomeRendering(outcome));
}

async function replayQuietly(options: ReplayOptions): Promise<ReplayOutcome<never>> {
  const { verify } = options;
  if (!verify) return (await replayOnce(options)).outcome;
  // What runs variants is loaded only where something is verified.
  const { verifiable, withVerification } = await import("./verify/verify.ts");
  const { outcome, workers } = await replayOnce(verifiable(options));
  const again: Again = async (varied, variation) => (await replayOnce(varied, variation)).outcome;
  return await withVerification(outcome, { ...options, workers }, again);
}

/** Replays, perhaps a variant, and tells how many workers there were. */
async function replayOnce(
  options: ReplayOptions,
  { scope = new FileScope(), adapt }: Partial<Variation> = {},
): Promise<{ outcome: ReplayOutcome<never>; workers: number }> {
  const started = performance.now();
  const prepared = await prepare(options);
  const plan = adapt === undefined ? prepared : adapt(prepared);
  const { events, workers } = plan;
  const run = new Run(plan, scope, options, started);
  const { progress, signal } = options;
  const report = progress === undefined ? undefined : (done: boolean): void => {
    const { bytes, size: totalBytes } = events.progress;
    const seconds = (performance.now() - started) / 1000;
    FileScope.outside(() => progress({ ...run.state, bytes, totalBytes, seconds, done }));
  };
  // To enter the scope once is quicker than to do so for each event.
  await whileRunning(() => scope.enter(() => drive([run], events, { report, signal })));
  return { outcome: run.outcome(), workers };
}
