/**
 * One variant of a replay: run, compared, and its files removed.
 *
 * @module
 */

import { asError, isBeamfoldError } from "../../errors.ts";
import { FileScope } from "../../hdf5/open_files.ts";
import type { ReplayOptions, ReplayOutcome } from "../options.ts";
import type { Plan } from "../plan.ts";
import { type Deferred, deferring } from "./deferring.ts";
import { compareFiles } from "./files.ts";
import { type Finding, type Found, single, Tally, Words } from "./tally.ts";
import { compareValues } from "./values.ts";
import type { Variant } from "./variants.ts";

/** What is other in a variant than its options. */
export interface Variation {
  /** Where its files go. */
  readonly scope: FileScope;
  /** Changes its plan. */
  readonly adapt: (plan: Plan) => Plan;
}

/** Replays again. */
export type Again = (options: ReplayOptions, variation: Variation) => Promise<ReplayOutcome<never>>;

/** How a variant went. */
export interface Trial {
  /** Whether it was compared; otherwise why not. */
  readonly ended: "compared" | "failed" | "aborted" | "other events";
  /** What it read instead of the same events. */
  readonly reason?: string;
  readonly found: readonly Found[];
  readonly notes: readonly string[];
  /** Results of the first event that gave one, and of the others. */
  readonly firstResults: number;
  readonly otherResults: number;
}

/**
 * Runs a variant and compares it with the replay.
 *
 * @param replayed The outcome of the replay.
 * @param label What is put into the names of the variant's files.
 * @param aborted Whether everything shall end.
 */
export async function tryVariant(
  replayed: ReplayOutcome<never>,
  options: ReplayOptions,
  variant: Variant,
  context: { readonly again: Again; readonly label: string; readonly aborted: () => boolean },
): Promise<Trial> {
  const { again, label, aborted } = context;
  const scope = new FileScope(label, { guards: true });
  const unremoved: string[] = [];
  let deferred: Deferred | undefined;
  const adapt = (plan: Plan): Plan => {
    deferred = deferring(plan.Reducer, variant.arrival, { skips: options.onError === "skip", aborted });
    return { ...plan, Reducer: deferred.Reducer };
  };
  const nothing = { found: [], notes: unremoved, firstResults: 0, otherResults: 0 };
  try {
    const outcome = await again({ ...quiet(options), ...variant.options }, { scope, adapt });
    if (outcome.aborted) return { ...nothing, ended: "aborted" };
    const [before, now] = [replayed, outcome].map(eventsIn);
    if (before !== now) return { ...nothing, ended: "other events", reason: `it gave ${now} instead of ${before}` };
    return compared(replayed, outcome, deferred as Deferred, scope);
  } catch (thrown) {
    if (aborted()) return { ...nothing, ended: "aborted" };
    const { message } = asError(thrown);
    // Not even begun, or the input fails: the classes have no part in that.
    if (deferred === undefined || isBeamfoldError(thrown, "CaptureError")) {
      return { ...nothing, ended: "other events", reason: message };
    }
    const failure = deferred.failure ?? message.split("\n")[0] ?? "";
    const [path = ""] = failure.split(" ");
    const finding = single(undefined, new Words("is", failure));
    return { ...nothing, ended: "failed", found: [{ kind: "error", file: undefined, path, finding }] };
  } finally {
    for (const path of new Set([...scope.placed.keys()])) {
      const error = removed(path);
      if (error !== undefined) unremoved.push(`"${path}", a file of a variant, could not be removed: ${error}`);
    }
  }
}

/** The options without what shows something or has been done, and without threads: each variant has its own order. */
function quiet(options: ReplayOptions): ReplayOptions {
  const { progress: _progress, live: _live, verify: _verify, threads: _threads, ordered: _ordered, ...rest } = options;
  return { ...rest, display: false };
}

function eventsIn({ events, skipped, unselected }: ReplayOutcome<never>): string {
  const read = events + skipped + unselected;
  return `${read} ${read === 1 ? "event" : "events"}`;
}

function compared(
  replayed: ReplayOutcome<never>,
  outcome: ReplayOutcome<never>,
  { reducer, failed, results, firstResults }: Deferred,
  scope: FileScope,
): Trial {
  const found: Found[] = [];
  const notes: string[] = [];
  const translate = (text: string): string => text.replaceAll(`_${scope.label}`, "");
  const counts = {
    events: [replayed.events, outcome.events - failed.size],
    "skipped events": [replayed.skipped, outcome.skipped + failed.size],
  };
  for (const [path, [expected, now]] of Object.entries(counts)) {
    if (expected !== now) found.push({ kind: "count", file: undefined, path, finding: single(expected, now) });
  }
  const placed = new Map(Array.from(scope.placed, ([path, named]) => [named, path]));
  for (const file of new Set([...replayed.files, ...placed.keys()])) {
    const tally = new Tally();
    try {
      notes.push(...compareFiles(tally, file, placed.get(file) ?? "", translate).map((note) => `"${file}": ${note}`));
    } catch (error) {
      if (!isBeamfoldError(error, "Hdf5Error")) throw error;
      notes.push(`"${file}" was not compared: ${error.message}`);
    }
    found.push(...findingsIn(tally).map(([path, finding]): Found => ({ ...inFile(path, finding), file, finding })));
  }
  const tally = new Tally();
  compareValues(tally, "", replayed.reducer, reducer, translate);
  found.push(...findingsIn(tally).map(([path, finding]): Found => ({ kind: "field", file: undefined, path, finding })));
  return { ended: "compared", found, notes, firstResults, otherResults: results - firstResults };
}

function findingsIn({ findings }: Tally): [string, Finding][] {
  return [...findings].filter(([, { first }]) => first !== undefined);
}

function inFile(path: string, { first }: Finding): Pick<Found, "kind" | "path"> {
  if (path === "") return { kind: "file", path };
  const kinds = [first?.expected, first?.found].map((value) => value instanceof Words ? value.text : "");
  const kind = path.includes("@") ? "attribute" : kinds.includes("a group") ? "group" : "dataset";
  return { kind, path: path.slice(1) };
}

/** Removes a file, if it is there; why it cannot be. */
function removed(path: string): string | undefined {
  try {
    Deno.removeSync(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : (error as Error).message;
  }
}
