/**
 * The end of a run: `finish` on everything that was made.
 *
 * @module
 */

import type { ParameterValues } from "../parameters.ts";
import { nameOf, ReplayError } from "./user_error.ts";

/** A worker or reducer that was made. */
export interface Made {
  readonly object: { finish?(given: { parameters: ParameterValues }): unknown };
  /** The worker's name; undefined for the reducer. */
  readonly worker?: string;
  /** The name of its class, where the object only stands for it. */
  readonly className?: string;
}

/**
 * Calls `finish` once on each, workers first; a failure of one does not keep the others from it.
 *
 * @param made What was made, in the order in which it is finished.
 * @param parameters The values that each is given.
 * @param wait Waits for a promise; false when that was given up, so that the next can be finished.
 * @returns The failures, and who was not waited for.
 */
export async function finishAll(
  made: readonly Made[],
  parameters: ParameterValues,
  wait: (promise: Promise<unknown>) => Promise<boolean>,
): Promise<{ failures: ReplayError[]; unfinished: string[] }> {
  const failures: ReplayError[] = [];
  const unfinished: string[] = [];
  for (const { object, worker, className = nameOf(object) } of made) {
    if (typeof object.finish !== "function") continue;
    const place = { className, method: "finish", ...(worker === undefined ? {} : { worker }) };
    try {
      const returned = object.finish({ parameters });
      if (!await wait(Promise.resolve(returned))) unfinished.push(`${place.className}.finish`);
    } catch (thrown) {
      failures.push(new ReplayError(thrown, place));
    }
  }
  return { failures, unfinished };
}
