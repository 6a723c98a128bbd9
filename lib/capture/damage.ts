/**
 * What is said of files that are damaged or cut.
 *
 * @module
 */

import { CaptureError } from "../errors.ts";

/** Where a capture stops in the middle of an item. */
export interface Cut {
  /** The file. */
  readonly path: string;
  /** Where the item begins that is not whole, in decompressed bytes. */
  readonly offset: number;
  /** How many bytes are missing, at the least: what follows the last known length cannot be known. */
  readonly missing: number;
  /** One sentence with all of that. */
  readonly message: string;
}

/** What a file and its elements are called. */
export interface Words {
  /** The file: "capture", "raw dump". */
  readonly file: string;
  /** An element: "item", "message". */
  readonly noun: string;
  /** What counts them: "event", "message". */
  readonly counted: string;
}

/** The element at hand. */
export interface ElementPlace {
  readonly path: string;
  /** Where it begins, in decompressed bytes. */
  readonly offset: number;
  /** The number of the one before; undefined for the first. */
  readonly previous: number | undefined;
}

/** The cut at the end of a file whose compression ends early, between two elements. */
export function cutBehind({ noun }: Words, { path, offset }: ElementPlace, why: string): Cut {
  return { path, offset, missing: 1, message: `${why}; every ${noun} before is whole` };
}

/** The cut of a file that ends inside an element. */
export function cutInside(words: Words, place: ElementPlace, missing: number): Cut {
  const { path, offset } = place;
  const message = `the ${words.file} "${path}" is cut: its last ${words.noun}, at byte ${offset}${
    after(words, place)
  }, lacks at least ${missing} ${missing === 1 ? "byte" : "bytes"}`;
  return { path, offset, missing, message };
}

/** The error of an element that seems to be cut, but has a whole one behind it. */
export function wrongLength(words: Words, place: ElementPlace, whole: { at: number; name: string }): CaptureError {
  const { file, noun } = words;
  const { path, offset } = place;
  return new CaptureError(
    `the ${file} "${path}" is damaged: the ${noun} at byte ${offset}${
      after(words, place)
    } claims to go on past the end ` +
      `of the file, but a whole ${noun} (${whole.name}) begins inside it at byte ${whole.at}`,
    { path, offset },
  );
}

/** The error of an element that has at byte `at` what it cannot have. */
export function damageAt(words: Words, place: ElementPlace, at: number, what: string): CaptureError {
  const { path, offset } = place;
  const inside = offset === at ? "" : ` (in the ${words.noun} at byte ${offset})`;
  return new CaptureError(
    `the ${words.file} "${path}" is damaged at byte ${at}${inside}${after(words, place)}: ${what}`,
    { path, offset: at },
  );
}

/** The error of a file that is something else from its first byte on. */
export function somethingElse({ file }: Words, path: string, what: string): CaptureError {
  return new CaptureError(`cannot read "${path}" as a ${file}: ${what}`, { path, offset: 0 });
}

function after({ counted }: Words, { previous }: ElementPlace): string {
  return previous === undefined ? "" : `, after ${counted} ${previous}`;
}
