/**
 * Whether a replay gives the same in whatever way a deployment hands out its events and results.
 *
 * @module
 */

import { OptionError } from "../../errors.ts";
import { Interrupt } from "../interrupt.ts";
import { printsOnOneLine, type ReplayOptions, type ReplayOutcome } from "../options.ts";
import { nameOf } from "../user_error.ts";
import { placeText, roundingNote, sentence, summaryOf } from "./sentences.ts";
import { type Found, reported, single } from "./tally.ts";
import { type Again, type Trial, tryVariant } from "./trial.ts";
import { repetitionOf, type Variant, variantsOf } from "./variants.ts";
import type { Difference, Verification } from "../verification.ts";

/** A variant, and what came of it. */
interface Tried extends Trial {
  readonly variant: Variant;
}

/**
 * The options with which something is replayed that is verified: what variants are compared with has to be in order.
 *
 * @throws OptionError for a `verify` that is neither true nor a function.
 */
export function verifiable(options: ReplayOptions): ReplayOptions {
  const { verify, threads = 0 } = options;
  if (verify !== true && typeof verify !== "function") {
    throw new OptionError(
      `verify is ${Deno.inspect(verify)}, expected true, false, or a function that is told the steps`,
    );
  }
  // Where threads come when they pay, nobody knows how many workers there will be.
  if (threads === "auto") return { ...options, threads: 0 };
  return threads === 0 ? options : { ...options, ordered: true };
}

/**
 * Replays variants, and adds to an outcome what differs in them.
 *
 * @param outcome What the replay gave; its files stay as they are.
 * @param options What was replayed.
 * @param again Replays once more.
 */
export async function withVerification(
  outcome: ReplayOutcome<never>,
  options: ReplayOptions,
  again: Again,
): Promise<ReplayOutcome<never>> {
  const verified = outcome.aborted ? unverified("the replay was aborted") : await verify(outcome, options, again);
  const { differences, summary } = verified;
  const owner = ownerOf(outcome);
  const places = new Set(differences.map((one) => one.kind === "error" ? one.message : placeText(one, owner)));
  const warnings = [
    ...outcome.warnings,
    ...(places.size === 0
      ? []
      : [`verify found what depends on workers or on the order of results: ${[...places].join(", ")}`]),
    ...summary.split("\n").filter((line) => line.startsWith("not ")),
  ];
  return printsOnOneLine({ ...outcome, warnings, verified });
}

async function verify(outcome: ReplayOutcome<never>, options: ReplayOptions, again: Again): Promise<Verification> {
  const variants = variantsOf(options);
  // A signal that ends the process ends a variant first; the process may only end when its files are removed.
  const interrupt = new Interrupt(options.signal);
  try {
    const tried: Tried[] = [];
    const attempt = async (variant: Variant, step: string): Promise<boolean> => {
      if (typeof options.verify === "function") options.verify(step);
      const label = `verify-${Deno.pid}-${tried.length + 1}`;
      const context = { again, label, aborted: () => interrupt.requested };
      const trial = interrupt.requested ? ABORTED : await tryVariant(outcome, options, variant, context);
      tried.push({ ...trial, variant });
      return trial.ended === "compared" || trial.ended === "failed";
    };
    let goesOn = true;
    for (const [i, variant] of variants.entries()) {
      goesOn &&= await attempt(variant, `verifying (${i + 1} of ${variants.length}): with ${variant.name}`);
    }
    const compared = withResults(tried, outcome, options);
    if (!compared.some(({ found }) => found.length > 0)) return conclude(compared, undefined, outcome);
    // What differs may differ by itself, as times do; and files that were written in other ways are as they were.
    if (goesOn) await attempt(repetitionOf(options), "verifying: once more, with nothing changed");
    return conclude(compared, tried[compared.length], outcome);
  } finally {
    interrupt.stop();
  }
}

const ABORTED: Trial = { ended: "aborted", found: [], notes: [], firstResults: 0, otherResults: 0 };

/**
 * Adds what differs in the number of results. The first event gives one for each worker, of which there are not as
 * many in every variant: the others count, and how many there are of them is known from a variant with as many workers.
 */
function withResults(
  tried: readonly Tried[],
  { results }: ReplayOutcome<never>,
  { workers = 2 }: ReplayOptions,
): Tried[] {
  const compared = tried.filter(({ ended }) => ended === "compared");
  const like = compared.find(({ variant }) => variant.options.workers === workers);
  // A single worker gives one result or none.
  const first = like?.firstResults ?? (workers === 1 ? Math.min(1, compared[0]?.firstResults ?? 0) : undefined);
  if (first === undefined) return [...tried];
  return tried.map((one) => {
    const now = first + one.otherResults;
    if (one.ended !== "compared" || now === results) return one;
    const found: Found = { kind: "count", file: undefined, path: "results", finding: single(results, now) };
    return { ...one, found: [found, ...one.found] };
  });
}

/** Tells what depends on the variants from what differs anyway. */
function conclude(
  tried: readonly Tried[],
  repetition: Tried | undefined,
  outcome: ReplayOutcome<never>,
): Verification {
  const owner = ownerOf(outcome);
  const byItself = new Map((repetition?.found ?? []).map((found) => [keyOf(found), found]));
  const failsAnyway = repetition?.ended === "failed";
  const all = [...tried, ...(failsAnyway ? [repetition] : [])];
  const real = all.map(({ found, variant }) => ({
    variant,
    found: found.filter((one) =>
      one.finding.count > 0 &&
      (failsAnyway ? variant.varied === "nothing" || one.kind !== "error" : !byItself.has(keyOf(one)))
    ),
  }));
  const stopped = [...tried, ...(repetition === undefined ? [] : [repetition])]
    .find(({ ended }) => ended === "aborted" || ended === "other events");
  const facts = {
    status: stopped === undefined ? "complete" as const : stopped.ended as "aborted" | "other events",
    variants: tried.filter(({ ended }) => ended === "compared" || ended === "failed").map(({ variant }) =>
      variant.name
    ),
    differences: real.flatMap(({ found, variant }) => found.map((one) => differenceOf(one, owner, variant.name))),
    notes: [
      ...roundingNotes(tried, byItself, owner),
      ...(failsAnyway
        ? []
        : Array.from(byItself.values(), (found) =>
          `${placeText(found, owner)} differs from run to run, with nothing changed: it was not compared`)),
      ...new Set(all.flatMap(({ notes }) => notes)),
    ],
  };
  const varied = new Set(real.flatMap(({ found, variant }) => found.length > 0 ? [variant.varied] : []));
  return { ...facts, summary: summaryOf(facts, varied, stopped && reasonOf(stopped)) };
}

interface Rounded {
  readonly one: Found;
  readonly variant: string;
}

function roundingNotes(tried: readonly Tried[], byItself: ReadonlyMap<string, Found>, owner: string): string[] {
  const rounded = tried.flatMap(({ found, variant }) =>
    found.filter(({ finding }) => finding.count === 0).map((one): Rounded => ({ one, variant: variant.name }))
  ).filter(({ one }) => !byItself.has(keyOf(one)));
  return Array.from(Map.groupBy(rounded, ({ one }) => keyOf(one)).values(), (alike) => {
    const relative = Math.max(...alike.map(({ one }) => one.finding.relative));
    return roundingNote((alike[0] as Rounded).one, owner, relative, alike.map(({ variant }) => variant));
  });
}

function differenceOf(found: Found, owner: string, variant: string): Difference {
  const { kind, file, path, finding: { first, count, size } } = found;
  return {
    variant,
    kind,
    file,
    path,
    index: first?.index ?? [],
    expected: reported(first?.expected),
    found: reported(first?.found),
    count,
    size,
    message: sentence(found, owner, variant),
  };
}

function reasonOf({ ended, reason }: Trial): string {
  if (ended === "aborted") return "verify was aborted";
  return `the input is another when it is read again: ${reason}. verify reads it several times: give files that no ` +
    `longer change, or a source class, of which each new object gives the same events`;
}

/** A verification that did not take place. */
function unverified(reason: string): Verification {
  const facts = { status: "aborted" as const, variants: [], differences: [], notes: [] };
  return { ...facts, summary: summaryOf(facts, new Set(), reason) };
}

function keyOf({ kind, file, path }: Found): string {
  return JSON.stringify([kind === "error" ? path : "", file, path]);
}

function ownerOf({ reducer }: ReplayOutcome<never>): string {
  return nameOf(reducer as object);
}
