/**
 * What `verify` found, in words.
 *
 * @module
 */

import type { DifferenceValue, Verification } from "../verification.ts";
import { type Found, type Index, reported, Words } from "./tally.ts";
import type { Varied } from "./variants.ts";

/** Places that are named in a summary. */
const MAX_PLACES = 10;

/** Relative differences below this are worth telling: they may come of rounding after all. */
const SMALL = 1e-3;

/** Where something is, such as `reduced[3] in "scan.h5"`. */
export function placeText(
  { kind, file, path }: Pick<Found, "kind" | "file" | "path">,
  owner: string,
  index: Index = [],
): string {
  if (kind === "count") return `the number of ${path}`;
  if (kind === "field") return `${indexed(path, index, (at) => `[${text(at)}]`)} of ${owner}`;
  if (kind === "file") return index.length > 0 ? `line ${Number(index[0]) + 1} of "${file}"` : `the file "${file}"`;
  const axes = index.length === 0 ? "" : `[${index.map(text).join(", ")}]`;
  return `${path}${axes} in "${file}"`;
}

/** One difference in a sentence. */
export function sentence(found: Found, owner: string, variant: string): string {
  const { kind, file, finding } = found;
  const { first, count, size, relative } = finding;
  if (kind === "error") return `with ${variant} it fails: ${valueText(first?.found)}`;
  if (kind === "file" && first?.index.length === 0) {
    const made = first.expected instanceof Words && first.expected.text === "nothing";
    return made ? `only with ${variant} the file "${file}" is made` : `with ${variant} no file "${file}" is made`;
  }
  const verb = first?.expected instanceof Words && first.found instanceof Words ? first.expected.verb : "is";
  const where = placeText(found, owner, first?.index);
  const many = size > 1 ? `; ${count} of ${size} elements differ` : "";
  const little = relative < SMALL ? `, by at most ${roughly(relative)} of their value` : "";
  return `${where} ${verb} ${valueText(first?.expected)}, but ${
    valueText(first?.found)
  } with ${variant}${many}${little}`;
}

/** A note on a place that differs by rounding only. */
export function roundingNote(found: Found, owner: string, relative: number, variants: readonly string[]): string {
  return `${placeText(found, owner)} differs by rounding only (up to ${roughly(relative)} of the value) with ${
    variants.join(", ")
  }`;
}

/** A relative difference with one digit. */
function roughly(relative: number): string {
  return String(Number(relative.toPrecision(1)));
}

/** The paragraph on a verification. */
export function summaryOf(
  { status, variants, differences, notes }: Omit<Verification, "summary">,
  varied: ReadonlySet<Varied>,
  reason: string | undefined,
): string {
  const byPlace = Map.groupBy(differences, ({ kind, file, path }) => JSON.stringify([kind, file, path]));
  const lines = [...byPlace.values()].slice(0, MAX_PLACES).map(([first, ...others]) => {
    const also = others.length === 0 ? "" : ` (also with ${others.map(({ variant }) => variant).join(", ")})`;
    return `- ${first?.message}${also}`;
  });
  if (byPlace.size > MAX_PLACES) lines.push(`- and ${byPlace.size - MAX_PLACES} more places`);
  const tried = variants.length === 0 ? "" : ` with ${variants.join(", ")}`;
  const head = differences.length > 0
    ? `verify found that the results depend on what no deployment promises:`
    : status === "complete"
    ? `verified: the same${tried}`
    : `not verified${variants.length === 0 ? "" : `, but the same${tried}`}`;
  return [
    reason === undefined || differences.length > 0 ? head : `${head}: ${reason}`,
    ...lines,
    ...advice(varied),
    // Without the replay that is the same once more, nobody knows.
    ...(reason !== undefined && differences.length > 0
      ? [`not all was verified, and some of this may differ by itself: ${reason}`]
      : []),
    ...notes.map((note) => `note: ${note}`),
  ].join("\n");
}

/** The way out, by what was varied where something differed. */
function advice(varied: ReadonlySet<Varied>): string[] {
  const lines: string[] = [];
  if (varied.has("order")) {
    lines.push("processResult must not depend on the order of results: use result.eventNumber.");
  } else if (varied.has("first")) {
    lines.push(
      "The first event's result comes once from each worker, perhaps after those of later events: processResult must " +
        "neither rely on it being there, nor begin anew with each.",
    );
  }
  if (varied.has("workers") || varied.has("assignment")) {
    lines.push(
      "What processEvent makes of an event must not depend on which events its worker had before, nor the reducer on " +
        "how many workers there are: the first event gives a result for each.",
    );
  }
  return lines;
}

/** A path with its indices: those of lists on the way where `[]` stands, the others behind. */
function indexed(path: string, index: Index, bracket: (at: number | string) => string): string {
  const rest = [...index];
  const filled = path.replaceAll("[]", () => bracket(rest.shift() ?? ""));
  return `${filled}${rest.map(bracket).join("")}`;
}

function text(at: number | string): string {
  return typeof at === "number" ? String(at) : JSON.stringify(at);
}

function valueText(value: unknown): string {
  if (value instanceof Words) return value.text;
  const plain: DifferenceValue = reported(value);
  return typeof value === "string" ? JSON.stringify(plain) : String(plain);
}
