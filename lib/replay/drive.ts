/**
 * Events through one run or several, from the first to the closed files.
 *
 * @module
 */

import type { EventMerge } from "../capture/merge.ts";
import { asError, BeamfoldError } from "../errors.ts";
import { Interrupt } from "./interrupt.ts";
import { Pace } from "./progress.ts";
import type { Run } from "./run.ts";
import { watchStrays } from "./strays.ts";
import { type Course, Taking, type TakingParts } from "./taking.ts";

/** Milliseconds that `finish` may go on after an abort. */
const FINISH_GRACE = 700;

/**
 * Takes every event through all runs, then ends them.
 *
 * @param runs The runs; each gets every event.
 * @param events The events; closed at the end.
 * @param options `report`: called now and then, and at the end. `signal`: ends all runs early.
 * @throws The first error, after all runs are finished and their files closed.
 */
export async function drive(
  runs: readonly Run[],
  events: EventMerge,
  options: { report: ((done: boolean) => void) | undefined; signal: AbortSignal | undefined },
): Promise<void> {
  const interrupt = new Interrupt(options.signal);
  // It is looked at for each event, and this one takes a third of the time of others.
  const pace = new Pace(Date.now, options.report);
  const failures: unknown[] = [];
  const unwatch = watchStrays((error) => {
    // Callbacks of the event loop have no scope.
    const run = error.origin === "callback" ? runs[0] : runs.find((run) => run.isEntered);
    run?.takeStray(error);
    return run !== undefined;
  });
  const attempt = async (step: () => void | Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  };
  try {
    await attempt(async () => {
      for (const run of runs) await run.begin((error) => interrupt.fail(error));
      await takeAll({ runs, events, interrupt, pace });
      for (const run of runs) run.reviewInputs(events);
    });
    interrupt.spareWaiting();
    const wait = (promise: Promise<unknown>): Promise<boolean> => interrupt.wait(promise, FINISH_GRACE);
    for (const run of runs) failures.push(...await run.end(wait));
    // Where the event loop has not turned since a promise was rejected, it is noticed now.
    await pace.turn();
    await attempt(() => interrupt.check());
    await attempt(() => pace.end());
    if (failures.length > 0) throw combined(failures);
  } finally {
    unwatch();
    await interrupt.wait(events.close(), FINISH_GRACE);
    interrupt.stop();
    pace.close();
  }
}

async function takeAll({ runs, events, interrupt, pace }: TakingParts): Promise<void> {
  const abort = (): void => runs.forEach((run) => run.abort());
  const taking = new Taking({ runs, events, interrupt, pace });
  let course: Course;
  do {
    course = await taking.take();
    interrupt.check();
  } while (course === "on");
  if (course === "abort") return abort();
  for (const run of runs) {
    const settled = run.settle();
    if (settled instanceof Promise && !await pace.during(interrupt.wait(settled))) return abort();
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
