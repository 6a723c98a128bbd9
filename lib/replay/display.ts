/**
 * A replay in a notebook: progress while it runs, and in its place at the end the outcome.
 *
 * @module
 */

import { asError, BeamfoldError } from "../errors.ts";
import { errorRendering, noteRendering } from "../notebook/outcome_view.ts";
import { progressRendering } from "../notebook/progress_view.ts";
import { type Rendering, stacked } from "../notebook/rendering.ts";
import { renderingOf } from "../notebook/view.ts";
import type { Sink } from "../notebook/sink.ts";
import type { EventReducer } from "./classes.ts";
import type { ReplayOptions } from "./options.ts";
import type { Progress } from "./progress.ts";

/** Milliseconds between two drawings of intermediate results. */
const LIVE_EVERY = 500;

/**
 * Runs something with its progress and outcome shown in one place.
 *
 * @param sink Where they are shown.
 * @param options The options of a replay; `progress` and `live` are called as well.
 * @param run What to run, with options of which `progress` must be called.
 * @param render What the outcome looks like.
 * @throws What `run` throws, once it is shown; of an error of this module one line of the stack is left.
 */
export async function displayed<Reducer extends EventReducer, Outcome>(
  sink: Sink,
  options: ReplayOptions<Reducer>,
  run: (options: ReplayOptions<Reducer>) => Promise<Outcome>,
  render: (outcome: Outcome) => Rendering,
): Promise<Outcome> {
  const slot = `beamfold-${crypto.randomUUID()}`;
  const live = liveDrawing(options);
  const progress = (report: Progress): void => {
    options.progress?.(report);
    if (report.done) return;
    const bar = progressRendering(report);
    const drawing = live(report);
    sink.display(drawing === undefined ? bar : stacked([bar, drawing]), slot);
  };
  // A promise that nobody waits for fails without a trace in newer kernels. A run takes those of its classes.
  const onRejection = (event: PromiseRejectionEvent): void => {
    queueMicrotask(() => {
      if (event.defaultPrevented) return;
      sink.display(errorRendering(asError(event.reason), "A promise that nobody awaits was rejected:"));
    });
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  // The slot stands above what the classes print, however short the replay is.
  sink.display({ html: "", text: "" }, slot);
  try {
    const verify = (step: string): void => sink.display(noteRendering("…", step), slot);
    const outcome = await run({ ...options, progress, ...(options.verify === true ? { verify } : {}) });
    sink.display(render(outcome), slot);
    return outcome;
  } catch (error) {
    sink.display(errorRendering(asError(error), "The replay was stopped by an error."), slot);
    shortenStack(error);
    throw error;
  } finally {
    globalThis.removeEventListener("unhandledrejection", onRejection);
    await sink.settle();
  }
}

/**
 * The kernel prints the stack of a rejected promise below what was drawn, with all of the message and calls of this
 * module. A line is left for programs that run notebooks: it is all that they print. Of an error that was not foreseen
 * the stack stays, as nothing else says where it comes from.
 */
function shortenStack(thrown: unknown): void {
  if (!(thrown instanceof BeamfoldError)) return;
  const [line = ""] = thrown.message.split("\n");
  thrown.stack = `${thrown.name} (see above): ${line}`;
}

/** Draws what `live` gives, now and then; in between, and while a drawing is being made, the last one stays. */
function liveDrawing<Reducer extends EventReducer>(
  options: ReplayOptions<Reducer>,
): (report: Progress) => Rendering | undefined {
  // As a function of its own it would not know the options as `this`.
  const live = options.live?.bind(options);
  let drawing: Rendering | undefined;
  let next = -Infinity;
  return ({ reducer }) => {
    const now = performance.now();
    if (live !== undefined && reducer !== undefined && now >= next) {
      next = now + LIVE_EVERY;
      // The progress reports have the reducer that these options name.
      const drawn = (async () => await renderingOf(await live(reducer as Reducer)))();
      drawn.then(
        (rendering) => drawing = rendering,
        (error) => drawing = errorRendering(asError(error), "live failed:"),
      );
    }
    return drawing;
  };
}
