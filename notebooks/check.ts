/**
 * Tells a reader whether an exercise is solved.
 *
 * @module
 */

import { inspect, isDeepStrictEqual } from "node:util";
import { toNested } from "beamfold";

/** What a value has to be: a value itself, or a function that says `true`, `false` or, in words, what is off. */
export type Wanted = ((value: never) => unknown) | number | string | boolean | readonly unknown[] | object;

/** Relative difference up to which two numbers are the same: a float32 in an HDF5 file shall not matter. */
const TOLERANCE = 1e-5;

/**
 * Prints "right: …" or "not yet: …" with what is off and a hint. It never throws.
 *
 * @param name What is looked at, as the exercise names it.
 * @param value The value, or a function that gives it: what it throws is then what is off.
 * @param wanted The value that it should be (numbers up to rounding, arrays as lists), or a function that looks at it
 * and gives `true`, `false`, or a text that says what is off.
 * @param hint How to go on.
 * @returns Nothing, so that a cell may end with it.
 */
export function check(name: string, value: unknown, wanted: Wanted, hint = ""): void {
  const off = whatIsOff(value, wanted);
  console.log(off === undefined ? `right: ${name}` : `not yet: ${name}: ${[off, hint].filter(Boolean).join(". ")}`);
}

/** What is off, or undefined when all is right. */
export function whatIsOff(value: unknown, wanted: Wanted): string | undefined {
  try {
    const given = typeof value === "function" ? value() : value;
    if (typeof wanted !== "function") return difference(plain(given), plain(wanted));
    const verdict = wanted(given as never);
    return verdict === true ? undefined : typeof verdict === "string" ? verdict : `found ${text(given)}`;
  } catch (error) {
    return reason(error);
  }
}

/** An array as a list; anything else as it is. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<unknown>);
  if (typeof value !== "object" || value === null || !("stride" in value && "shape" in value)) return value;
  return toNested(value as Parameters<typeof toNested>[0]);
}

function difference(value: unknown, wanted: unknown, at = ""): string | undefined {
  const where = at === "" ? "" : `at ${at} `;
  if (value === undefined) return at === "" ? "it is still undefined" : `${where}there is nothing`;
  if (Array.isArray(wanted) && Array.isArray(value)) {
    if (value.length !== wanted.length) return `${where || "it "}has ${count(value.length)}, not ${wanted.length}`;
    for (const [i, element] of wanted.entries()) {
      const off = difference(plain(value[i]), plain(element), `${at}[${i}]`);
      if (off !== undefined) return off;
    }
    return undefined;
  }
  const same = typeof wanted === "number" && typeof value === "number"
    ? close(value, wanted)
    : isDeepStrictEqual(value, wanted);
  return same ? undefined : `${where}found ${text(value)}`;
}

function close(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function count(length: number): string {
  return length === 0 ? "no elements" : length === 1 ? "1 element" : `${length} elements`;
}

function text(value: unknown): string {
  const shown = inspect(value, { depth: 1, breakLength: Infinity, compact: true, maxArrayLength: 12 });
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

function reason(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `something was thrown: ${text(error)}`;
}
