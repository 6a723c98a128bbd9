/**
 * Errors on their way from one thread to another.
 *
 * @module
 */

import { asError, CaptureError } from "../../errors.ts";
import { StrayError, type StrayOrigin } from "../strays.ts";
import { type Place, ReplayError } from "../user_error.ts";

/** An error of a user's class, or of this module. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Where in the run it was; undefined for one that is none of a class. */
  readonly place: Place | undefined;
  /** Where it comes from, of one that nobody waits for. */
  readonly origin: StrayOrigin | undefined;
  /** What could not be read, of a capture's error. */
  readonly capture: Pick<CaptureError, "path" | "offset"> | undefined;
}

/** An error for a message. */
export function sentError(thrown: unknown): SentError {
  const { name, message, stack } = asError(
    thrown instanceof ReplayError || thrown instanceof StrayError ? thrown.cause : thrown,
  );
  return {
    name,
    message,
    stack,
    place: thrown instanceof ReplayError ? placeOf(thrown) : undefined,
    origin: thrown instanceof StrayError ? thrown.origin : undefined,
    capture: thrown instanceof CaptureError ? { path: thrown.path, offset: thrown.offset } : undefined,
  };
}

function placeOf({ className, method, eventNumber, streams, worker }: ReplayError): Place {
  return {
    className,
    method,
    streams,
    ...(eventNumber === undefined ? {} : { eventNumber }),
    ...(worker === undefined ? {} : { worker }),
  };
}

/** The error of a message: that of a class, with the place where it was, that of a capture, or another one. */
export function receivedError({ name, message, stack, place, origin, capture }: SentError): Error {
  if (capture !== undefined) {
    const { path, offset } = capture;
    return new CaptureError(message, offset === undefined ? { path } : { path, offset });
  }
  const error = Object.defineProperties(new Error(message), {
    name: { value: name, writable: true, configurable: true },
    stack: { value: stack, writable: true, configurable: true },
  });
  if (origin !== undefined) return new StrayError(error, origin);
  return place === undefined ? error : new ReplayError(error, place);
}
