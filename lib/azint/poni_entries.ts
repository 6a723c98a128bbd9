/**
 * The lines of a poni file.
 *
 * @module
 */

import { closest, OptionError } from "../errors.ts";

/** How every message about a file begins. */
export const CANNOT = "cannot read the poni file";

/** The keys that are read, in lower case, and how pyFAI writes them. */
export const keys = {
  poni_version: "poni_version",
  detector: "Detector",
  detector_config: "Detector_config",
  pixelsize1: "PixelSize1",
  pixelsize2: "PixelSize2",
  splinefile: "SplineFile",
  distance: "Distance",
  poni1: "Poni1",
  poni2: "Poni2",
  rot1: "Rot1",
  rot2: "Rot2",
  rot3: "Rot3",
  wavelength: "Wavelength",
  parallax: "Parallax",
} as const;

/** A key in lower case. */
export type Key = keyof typeof keys;
/** A key that has a number. */
export type NumberKey =
  | "pixelsize1"
  | "pixelsize2"
  | "distance"
  | "poni1"
  | "poni2"
  | "rot1"
  | "rot2"
  | "rot3"
  | "wavelength";

/** Keys without which there is no geometry. */
export const required: readonly Key[] = ["distance", "poni1", "poni2", "rot1", "rot2", "rot3"];

/** What each key has, and in which line. */
export type Entries = ReadonlyMap<Key, { readonly value: string; readonly line: number }>;

/**
 * Reads the lines of a file; of a key that is there twice the last one counts.
 *
 * @throws OptionError for a line that is not understood.
 */
export function entriesOf(text: string): Entries {
  const entries = new Map<Key, { value: string; line: number }>();
  const lines = text.split(/\r\n|\r|\n/);
  lines.forEach((content, index) => {
    const line = index + 1;
    const trimmed = content.trim(); // a byte order mark too
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const colon = trimmed.indexOf(":");
    if (colon < 0) {
      const path = lines.length === 1 ? `; to read a file, write Poni.parse(Deno.readTextFileSync(path))` : "";
      throw new OptionError(`${CANNOT}: line ${line} is ${quoted(trimmed)}, expected "key: value"${path}`);
    }
    const written = trimmed.slice(0, colon).trim();
    const key = keyOf(written);
    if (key === undefined) {
      const near = closest(written, Object.values(keys));
      throw new OptionError(
        `${CANNOT}: line ${line} has the key ${quoted(written)}, which is not known; ` +
          `${near === undefined ? "" : `did you mean ${near}? `}Put a # before what is a comment`,
      );
    }
    entries.set(key, { value: trimmed.slice(colon + 1).trim(), line });
  });
  return entries;
}

function keyOf(written: string): Key | undefined {
  const key = written.toLowerCase();
  if (key === "dist") return "distance";
  return Object.hasOwn(keys, key) ? key as Key : undefined;
}

/** What a key has, or undefined where it has nothing: Python writes None for that. */
export function textOf(entries: Entries, key: Key): string | undefined {
  const value = entries.get(key)?.value ?? "";
  return /^(none|null)?$/i.test(value) ? undefined : value;
}

/** A number that a key has, or undefined where it has nothing. */
export function numberOf(entries: Entries, key: NumberKey): number | undefined {
  const text = textOf(entries, key);
  if (text === undefined) return undefined;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) throw wrong(entries, key, `${quoted(text)}, expected a number`);
  return value;
}

/** The error for what a key has: `fault` is worded to follow "… is". */
export function wrong(entries: Entries, key: Key, fault: string): OptionError {
  return new OptionError(`${CANNOT}: line ${entries.get(key)?.line}: ${keys[key]} is ${fault}`);
}

/** A text of the file, in quotes; of a long one the beginning. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** The verb for so many things. */
export function be(list: readonly unknown[]): string {
  return list.length === 1 ? "is" : "are";
}
