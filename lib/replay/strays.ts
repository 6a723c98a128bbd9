/**
 * Errors of users' classes that nobody waits for. By itself the runtime ends the process for one, without `finish`.
 *
 * @module
 */

import { asError, BeamfoldError } from "../errors.ts";
import { userFrames } from "./user_error.ts";

/** Where such an error comes from: a promise that is rejected, or a function that the event loop calls. */
export type StrayOrigin = "promise" | "callback";

const WHAT: Readonly<Record<StrayOrigin, string>> = {
  promise: "a promise that nobody awaits was rejected (await it, or return it)",
  callback: "a callback failed, such as that of a timer (catch what it throws)",
};

/** An error in a worker or reducer class that did not come out of a method. `cause` is what was thrown. */
export class StrayError extends BeamfoldError {
  override readonly name = "StrayError";
  /** Where it comes from. */
  readonly origin: StrayOrigin;
  /** The frames of the user's own files, innermost first. */
  readonly frames: readonly string[];

  constructor(thrown: unknown, origin: StrayOrigin) {
    const error = asError(thrown);
    const frames = userFrames(error);
    super(`${WHAT[origin]}: ${error.name}: ${error.message}${frames.map((frame) => `\n    ${frame}`).join("")}`, {
      cause: thrown,
    });
    this.origin = origin;
    this.frames = frames;
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * Listens for errors that nobody waits for. They are noticed when the event loop turns.
 *
 * @param take Takes an error; called in the async context of the promise. False leaves it to others.
 * @returns Ends it.
 */
export function watchStrays(take: (error: StrayError) => boolean): () => void {
  const takeFrom = (event: Event, thrown: unknown, origin: StrayOrigin): void => {
    if (!event.defaultPrevented && take(new StrayError(thrown, origin))) event.preventDefault();
  };
  const onRejection = (event: PromiseRejectionEvent): void => takeFrom(event, event.reason, "promise");
  const onError = (event: ErrorEvent): void => takeFrom(event, event.error, "callback");
  globalThis.addEventListener("unhandledrejection", onRejection);
  globalThis.addEventListener("error", onError);
  return () => {
    globalThis.removeEventListener("unhandledrejection", onRejection);
    globalThis.removeEventListener("error", onError);
  };
}
