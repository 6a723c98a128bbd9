/**
 * What differs between two runs, gathered by place.
 *
 * @module
 */

import type { Difference, DifferenceValue } from "../verification.ts";

/** An index on the way to an element: of a list or an axis, or the key of a Map. */
export type Index = readonly (number | string)[];

/** A place in which elements differ. */
export interface Finding {
  /** Elements that differ by more than rounding. */
  count: number;
  /** Elements that differ by rounding. */
  rounded: number;
  /** Elements that were compared. */
  size: number;
  /** The largest relative difference of numbers that differ. */
  relative: number;
  /** The first element that differs by more than rounding, or, if none does, the first that does by rounding. */
  first:
    | { readonly index: Index; readonly expected: unknown; readonly found: unknown; readonly rounded: boolean }
    | undefined;
}

/** Something that differs, or differs by rounding. */
export interface Found extends Pick<Difference, "kind" | "file" | "path"> {
  readonly finding: Finding;
}

/**
 * Relative differences up to which numbers differ by rounding: some thousand roundings of float64, a dozen of float32.
 */
const ROUNDING = { float64: 1e-12, float32: 1e-6 } as const;

/** How exact numbers are. */
export type Precision = keyof typeof ROUNDING;

/** What is said in place of a value, such as `has` `10 elements`. */
export class Words {
  constructor(readonly verb: "is" | "has", readonly text: string) {}
}

/** Findings by place. */
export class Tally {
  readonly findings = new Map<string, Finding>();

  /** The finding at a place. */
  at(place: string): Finding {
    let finding = this.findings.get(place);
    if (finding === undefined) {
      finding = { count: 0, rounded: 0, size: 0, relative: 0, first: undefined };
      this.findings.set(place, finding);
    }
    return finding;
  }
}

/** Compares single values: numbers, texts, booleans, and whatever equals itself only. */
export function compareElement(
  finding: Finding,
  expected: unknown,
  found: unknown,
  index: () => Index,
  precision: Precision = "float64",
): void {
  finding.size++;
  if (expected === found || (expected !== expected && found !== found)) return;
  let rounded = false;
  if (
    typeof expected === "number" && typeof found === "number" && Number.isFinite(expected) && Number.isFinite(found)
  ) {
    const relative = Math.abs(expected - found) / Math.max(Math.abs(expected), Math.abs(found));
    finding.relative = Math.max(finding.relative, relative);
    // Whole numbers are counts or sums of counts, which are exact in any order.
    rounded = relative <= ROUNDING[precision] && !(Number.isSafeInteger(expected) && Number.isSafeInteger(found));
  } else finding.relative = Infinity;
  if (rounded) finding.rounded++;
  else finding.count++;
  if (finding.first === undefined || (finding.first.rounded && !rounded)) {
    finding.first = { index: index(), expected, found, rounded };
  }
}

/** A value as it is reported. */
export function reported(value: unknown): DifferenceValue {
  if (value instanceof Words) return value.text;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean") return value;
  return typeof value === "string" ? value : Deno.inspect(value, { depth: 1, breakLength: Infinity });
}

/** A finding for a single value. */
export function single(expected: unknown, found: unknown): Finding {
  const first = { index: [], expected, found, rounded: false };
  return { count: 1, rounded: 0, size: 1, relative: Infinity, first };
}
