/**
 * A case, with both in turn.
 *
 * @module
 */

import type { Case } from "./cases.ts";
import { inFolders } from "./folders.ts";
import type { Versions } from "./machine.ts";
import { type Figures, median } from "./measure.ts";
import { beamfold, dranspose } from "./replays.ts";
import { assertSameFiles } from "./same.ts";
import { markdown, spread, times, whole } from "./table.ts";

const HEAD = [
  "case",
  "dranspose, s",
  "beamfold, s",
  "ratio",
  "events/s",
  "MB/s",
  "memory of dranspose, MB",
  "of beamfold, MB",
];

/** The rows of several cases as a table. */
export function caseTable(rows: readonly (readonly string[])[]): string {
  return markdown(HEAD, rows);
}

/** The runs of beamfold with some flags. */
interface Variant {
  readonly flags: readonly string[];
  readonly figures: Figures[];
  failure?: string;
}

/**
 * Runs a case several times; the first runs warm up the disk's cache and compiled modules, and do not count. What both
 * computed is compared each time.
 *
 * @param failed Called with what went wrong; the case then has a row that says so.
 * @returns A row for beamfold without flags, and one for each of the case's variants.
 */
export async function runCase(
  one: Case,
  runs: number,
  python: Versions | undefined,
  failed: (reason: string) => void,
): Promise<string[][]> {
  const captures = await one.captures();
  const missing = ["dranspose", ...one.packages ?? []].filter((name) => python?.[name] === undefined);
  if (missing.length > 0) console.error(`${one.name}: beamfold alone, as Python has no ${missing.join(", ")}`);
  const theirs: Figures[] = [];
  const variants: Variant[] = [[], ...one.variants ?? []].map((flags) => ({ flags, figures: [] }));

  for (let run = 0; run <= runs; run++) {
    await inFolders(async (folder, other) => {
      if (missing.length === 0) {
        const figures = await dranspose(one, captures, other);
        if (run > 0) theirs.push(figures);
      }
      for (const variant of variants) {
        if (variant.failure !== undefined) continue;
        try {
          const figures = await beamfold(one, captures, variant.flags, folder);
          if (missing.length === 0) assertSameFiles(`${folder}/${one.result}`, `${other}/${one.result}`, one.rtol);
          // The next one must write its own.
          Deno.removeSync(`${folder}/${one.result}`);
          if (run > 0) variant.figures.push(figures);
        } catch (error) {
          variant.failure = (error as Error).message;
          failed(`${[one.name, ...variant.flags].join(" ")}: ${variant.failure}`);
        }
      }
    });
  }
  const megabytes = captures.reduce((sum, path) => sum + Deno.statSync(path).size, 0) / 1e6;
  return variants.map((variant) => rowOf(one, megabytes, theirs, variant));
}

function rowOf(one: Case, megabytes: number, theirs: readonly Figures[], { flags, figures, failure }: Variant) {
  const seconds = (figures: readonly Figures[]) => figures.map(({ seconds }) => seconds);
  const memory = (figures: readonly Figures[]) => whole(median(figures.map(({ megabytes }) => megabytes)));
  const title = flags.length === 0 ? one.title : `… with \`${flags.join(" ")}\``;
  if (failure !== undefined) return [title, spread(seconds(theirs)), "failed"];
  const wall = median(seconds(figures));
  return [
    title,
    spread(seconds(theirs)),
    spread(seconds(figures)),
    times(seconds(theirs), seconds(figures)),
    whole(one.events / wall),
    whole(megabytes / wall),
    memory(theirs),
    memory(figures),
  ];
}
