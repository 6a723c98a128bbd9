/**
 * Errors from users' classes, with the place in the run and the user's own stack frames (rule 6).
 *
 * @module
 */

import { asError, BeamfoldError } from "../errors.ts";

/** Where in a run something went wrong. */
export interface Place {
  /** The class and method that failed. */
  readonly className: string;
  readonly method: string;
  /** The event at hand, if any. */
  readonly eventNumber?: number;
  /** The streams of that event. */
  readonly streams?: readonly string[];
  /** The worker that had it, or whose result it was. */
  readonly worker?: string;
}

/** An error in a worker or reducer class. `cause` is what it threw. */
export class ReplayError extends BeamfoldError {
  override readonly name = "ReplayError";
  /** The event that was being processed; undefined in a constructor, `finish` or `timer`. */
  readonly eventNumber: number | undefined;
  /** The streams of that event. */
  readonly streams: readonly string[];
  /** The worker, such as `"replay-worker-0"`, or the one whose result the reducer had. */
  readonly worker: string | undefined;
  /** The class whose method failed. */
  readonly className: string;
  /** The method that failed. */
  readonly method: string;
  /** The frames of the user's own files, innermost first. */
  readonly frames: readonly string[];

  /** @param thrown What the class threw. */
  constructor(thrown: unknown, place: Place) {
    const error = asError(thrown);
    const frames = userFrames(error);
    super(`${describe(place)}: ${error.name}: ${error.message}${frames.map((frame) => `\n    ${frame}`).join("")}`, {
      cause: thrown,
    });
    this.eventNumber = place.eventNumber;
    this.streams = place.streams ?? [];
    this.worker = place.worker;
    this.className = place.className;
    this.method = place.method;
    this.frames = frames;
    // The message has the frames that matter; the stack of this library would bury them.
    this.stack = `${this.name}: ${this.message}`;
  }
}

function describe({ className, method, eventNumber, streams, worker }: Place): string {
  const event = eventNumber === undefined ? "" : ` at event ${eventNumber}`;
  const names = streams === undefined || streams.length === 0
    ? ""
    : ` (${streams.length === 1 ? "stream" : "streams"} ${streams.map((name) => `"${name}"`).join(", ")})`;
  const role = method === "processResult" ? "with the result of" : "in";
  return `${className}.${method} failed${event}${names}${worker === undefined ? "" : ` ${role} ${worker}`}`;
}

/**
 * What a method returned, if it is a number of seconds.
 *
 * @param what What is expected, for the error.
 */
export function secondsOf(returned: unknown, what: string, place: Place): number {
  if (typeof returned === "number" && returned >= 0) return returned;
  throw new ReplayError(new TypeError(`it returned ${Deno.inspect(returned)}, expected the ${what}`), place);
}

/** The name of an object's class. */
export function nameOf(object: object): string {
  return object.constructor?.name || "(unnamed class)";
}

/** Where this module's own files are. */
const LIBRARY = new URL("..", import.meta.url).href;

/** The colours that Deno gives to stacks. */
const COLORS = new RegExp("\u001b\\[[\\d;]*m", "g");

/** The lines of an error's stack that lie in the user's own files, innermost first. */
export function userFrames(error: Error): string[] {
  const frames = (error.stack ?? "")
    .replaceAll(COLORS, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at ") && !line.includes(LIBRARY))
    .filter((line) => !/\b(ext|node|deno):|<anonymous>\)?$|\/npm\//.test(line))
    .map((line) => line.replace(/file:\/\//, ""));
  return [...new Set(frames)];
}
