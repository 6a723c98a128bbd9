/**
 * How time and memory of beamfold grow with captures.
 *
 * @module
 */

import { compressedImages, smallEvents } from "./captures.ts";
import { inFolders } from "./folders.ts";
import { streamsIn, writeBlackImages } from "./many.ts";
import { type Figures, median } from "./measure.ts";
import { beamfold, type Classes } from "./replays.ts";
import { assertSame } from "./same.ts";
import { fixed, markdown, spread, whole } from "./table.ts";

interface Sized extends Classes {
  readonly title: string;
  readonly events: number;
  /** The captures; a folder is there for those that are not kept. */
  captures(folder: string): Promise<string[]>;
  readonly flags?: readonly string[];
  /** Those with the same name have to have the same result, within 10⁻¹² where threads add it up in another order. */
  readonly same?: string;
}

const MERGED = 20_000;
const reducer = "total:Total";

const SMALL: readonly Sized[] = [1000, 10_000, 100_000, 1_000_000].map((events) => ({
  title: `${whole(events)} events of 300 bytes of JSON`,
  events,
  captures: async () => [await smallEvents(events)],
  worker: "small:JsonWorker",
  reducer,
}));

const SMALL_IN_THREADS: Sized = { ...SMALL.at(-1) as Sized, title: "… with `--threads 2`", flags: ["--threads", "2"] };

const FILES: readonly Sized[] = [1, 2, 16].map((files) => ({
  title: `${whole(MERGED)} events of 16 streams in ${files} ${files === 1 ? "capture" : "captures"}`,
  events: MERGED,
  captures: () => streamsIn(files, MERGED),
  worker: "streams:StreamsWorker",
  reducer,
  same: "streams",
}));

const LARGE: readonly Sized[] = [128, 512, 1024].flatMap((size) =>
  [1, 10].map((gigabytes) => {
    const images = Math.round(gigabytes * 1e9 / (2 * size * size));
    return {
      title: `${gigabytes} GB of images ${size} × ${size} uint16`,
      events: images + 2,
      captures(folder: string) {
        writeBlackImages(`${folder}/black.cbors`, images, size);
        return Promise.resolve([`${folder}/black.cbors`]);
      },
      worker: "images:MeanWorker",
      reducer,
    };
  })
);

const INTEGRATED = 1000;

const THREADS: readonly Sized[] = [[], ["--threads", "2"]].map((flags) => ({
  title: flags.length === 0
    ? `${whole(INTEGRATED)} images 2070 × 2167 uint32 bslz4, azimuthal integration`
    : `… with \`${flags.join(" ")}\``,
  events: INTEGRATED + 2,
  captures: async () => [await compressedImages(INTEGRATED)],
  worker: "azimuthal:AzimuthalWorker",
  reducer: "azimuthal:Curves",
  flags,
  same: "azimuthal",
}));

const HEAD = ["growth", "wall, s", "replay, s", "µs an event", "memory, MB"];

/**
 * Runs all of it several times, after once that does not count.
 *
 * @returns A table: the wall time of the process, the time of the replay in it, that divided by the events, and the
 * peak of memory.
 */
export async function growthTable(runs: number, failed: (reason: string) => void): Promise<string> {
  const rows: string[][] = [];
  const results = new Map<string, unknown>();
  for (const one of [...SMALL, SMALL_IN_THREADS, ...FILES, ...LARGE, ...THREADS]) {
    console.error(`${one.title} …`);
    try {
      rows.push(rowOf(one, await figuresOf(one, runs, results)));
    } catch (error) {
      failed(`${one.title}: ${(error as Error).message}`);
      rows.push([one.title, "failed"]);
    }
  }
  return markdown(HEAD, rows);
}

async function figuresOf(one: Sized, runs: number, results: Map<string, unknown>): Promise<Figures[]> {
  const figures: Figures[] = [];
  await inFolders(async (folder) => {
    const captures = await one.captures(folder);
    for (let run = 0; run <= runs; run++) {
      const found = await beamfold(one, captures, ["--json", ...one.flags ?? []], folder);
      assertSame(JSON.parse(found.stdout).events, one.events, 0, "the number of events");
      if (run > 0) figures.push(found);
    }
    if (one.same === undefined) return;
    const result = JSON.parse(Deno.readTextFileSync(`${folder}/result.json`));
    if (results.has(one.same)) assertSame(result, results.get(one.same), one.flags === undefined ? 0 : 1e-12);
    results.set(one.same, result);
  });
  return figures;
}

function rowOf({ title, events }: Sized, figures: readonly Figures[]): string[] {
  const replays = figures.map(({ stdout }) => (JSON.parse(stdout) as { seconds: number }).seconds);
  return [
    title,
    spread(figures.map(({ seconds }) => seconds)),
    spread(replays),
    fixed(1e6 * median(replays) / events, 1),
    whole(median(figures.map(({ megabytes }) => megabytes))),
  ];
}
