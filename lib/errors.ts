/**
 * The errors of this module. Every message says what could not be done, names the culprit, gives the value found and
 * the way out; the fields carry the same facts for programs.
 *
 * @module
 */

/** What every error of this module has: a `name` to switch on, and a message that stands alone. */
export abstract class BeamfoldError extends Error {
  /** Which error it is. */
  abstract override readonly name: string;
}

/** A capture is missing, is not a capture, or is damaged. `offset` counts bytes of the (decompressed) capture. */
export class CaptureError extends BeamfoldError {
  override readonly name = "CaptureError";
  readonly path: string;
  readonly offset: number | undefined;
  constructor(message: string, where: { path: string; offset?: number; cause?: unknown }) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.path = where.path;
    this.offset = where.offset;
  }
}

/** The frames of a stream are not what their protocol says. */
export class ProtocolError extends BeamfoldError {
  override readonly name = "ProtocolError";
  readonly protocol: string;
  constructor(message: string, where: { protocol: string; cause?: unknown }) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.protocol = where.protocol;
  }
}

/** A compressed frame is damaged, cut, or of another size. `offset` counts bytes of the frame. */
export class CompressionError extends BeamfoldError {
  override readonly name = "CompressionError";
  readonly offset: number;
  constructor(message: string, where: { offset: number; cause?: unknown }) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.offset = where.offset;
  }
}

/** A parameter is not described, has the wrong type, or a value outside its bounds. */
export class ParameterError extends BeamfoldError {
  override readonly name = "ParameterError";
  readonly parameter: string | undefined;
  constructor(message: string, where: { parameter?: string; cause?: unknown } = {}) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.parameter = where.parameter;
  }
}

/** An array has another dtype or shape than the operation needs, or a slice does not fit it. */
export class ArrayError extends BeamfoldError {
  override readonly name = "ArrayError";
}

/** A payload holds something that cannot be handed to the reducer; `path` says where, as in `payload.fit.callback`. */
export class PayloadError extends BeamfoldError {
  override readonly name = "PayloadError";
  readonly path: string;
  constructor(message: string, where: { path: string }) {
    super(message);
    this.path = where.path;
  }
}

/** An HDF5 file could not be opened, read or written. */
export class Hdf5Error extends BeamfoldError {
  override readonly name = "Hdf5Error";
  readonly file: string;
  readonly path: string;
  readonly operation: string;
  constructor(message: string, where: { file: string; path: string; operation: string; cause?: unknown }) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.file = where.file;
    this.path = where.path;
    this.operation = where.operation;
  }
}

/**
 * A pickle is damaged, holds what is not data, or a value cannot be pickled. `offset` counts bytes of the pickle;
 * `global` is the Python name that was asked for, such as `os.system`, and never run.
 */
export class PickleError extends BeamfoldError {
  override readonly name = "PickleError";
  readonly offset: number | undefined;
  readonly global: string | undefined;
  constructor(message: string, where: { offset?: number; global?: string; cause?: unknown } = {}) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.offset = where.offset;
    this.global = where.global;
  }
}

/** The options of a call do not make sense. */
export class OptionError extends BeamfoldError {
  override readonly name = "OptionError";
}

/** Narrows an unknown caught value to an `Error`, wrapping what is none. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(typeof thrown === "string" ? thrown : Deno.inspect(thrown));
}

/**
 * Tells whether a caught value is an error of this module, and optionally which.
 *
 * @param error What was caught.
 * @param name The error's name, such as `"CaptureError"`; any of this module's errors when left out.
 * @returns Whether it is.
 *
 * @example
 * ```ts
 * import { isBeamfoldError, openCapture } from "beamfold";
 *
 * try {
 *   openCapture("no-such-file.cbors");
 * } catch (error) {
 *   if (!isBeamfoldError(error, "CaptureError")) throw error;
 * }
 * ```
 */
export function isBeamfoldError(error: unknown, name?: string): error is BeamfoldError {
  return error instanceof BeamfoldError && (name === undefined || error.name === name);
}

/** What stands before an error that did not end a replay: most cost an event. */
export function keptLabel(error: Error): string {
  return isBeamfoldError(error, "StrayError") ? "error:" : "skipped:";
}

/** The candidate closest to `word`, for "did you mean", or undefined when none is close. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Damerau-Levenshtein distance (adjacent swaps count once), for short words. */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  rows[0] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let distance = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, at(i - 2, j - 2) + 1);
      }
      (rows[i] as number[])[j] = distance;
    }
  }
  return at(a.length, b.length);
}
