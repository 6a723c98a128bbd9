/**
 * Appending rows to HDF5 datasets, side by side with h5py: row by row, and with rows gathered by hand.
 *
 * @module
 */

import { inFolders } from "./folders.ts";
import { type Figures, measureDeno, measurePython, median, ROOT } from "./measure.ts";
import { assertSameFiles } from "./same.ts";
import { fixed, markdown, spread, times, whole } from "./table.ts";

/** A dataset that grows row by row. */
export interface Appended {
  readonly count: number;
  /** The shape of a row. */
  readonly row: readonly number[];
  readonly dtype: "uint16" | "float32" | "float64";
  /** The same for all, so that all write the same file. */
  readonly chunks: readonly number[];
  /** How many rows h5py's second program gathers. */
  readonly batch: number;
}

const DATASETS: readonly (Appended & { readonly title: string })[] = [
  { title: "100 000 scalars, float64", count: 100_000, row: [], dtype: "float64", chunks: [1000], batch: 1000 },
  { title: "2000 rows of 1000 float32", count: 2000, row: [1000], dtype: "float32", chunks: [100, 1000], batch: 100 },
  {
    title: "500 images 512 × 512 uint16",
    count: 500,
    row: [512, 512],
    dtype: "uint16",
    chunks: [2, 512, 512],
    batch: 10,
  },
];

const HEAD = [
  "HDF5 appends",
  "h5py, s",
  "h5py in batches, s",
  "beamfold, s",
  "beamfold / batches",
  "walls, s",
  "memory, MB",
];

type Runs = Record<"naive" | "batched" | "beamfold", Figures[]>;

/**
 * Runs all of it several times, after once that does not count, and compares the files.
 *
 * @param withPython Whether Python has h5py.
 * @returns A table: the time from the first row to the closed file; the wall time and the memory of the processes, in
 * the same order.
 */
export async function appendsTable(
  runs: number,
  withPython: boolean,
  failed: (reason: string) => void,
): Promise<string> {
  const rows: string[][] = [];
  for (const { title, ...dataset } of DATASETS) {
    console.error(`${title} …`);
    try {
      rows.push(rowOf(title, await figuresOf(dataset, runs, withPython)));
    } catch (error) {
      failed(`${title}: ${(error as Error).message}`);
      rows.push([title, "failed"]);
    }
  }
  return markdown(HEAD, rows);
}

async function figuresOf(dataset: Appended, runs: number, withPython: boolean): Promise<Runs> {
  const described = JSON.stringify(dataset);
  const found: Runs = { naive: [], batched: [], beamfold: [] };
  await inFolders(async (folder) => {
    const file = `${folder}/rows.h5`;
    const first = `${folder}/first.h5`;
    const h5py = (how: string) => () => measurePython([`${ROOT}bench/hdf5.py`, how, described, file], ".", folder);
    const beamfold = () => measureDeno("bench/hdf5.ts", [described, file], folder);
    const programs = withPython ? { naive: h5py("naive"), batched: h5py("batched"), beamfold } : { beamfold };
    await measureDeno("bench/hdf5.ts", [described, first], folder);
    for (let run = 0; run <= runs; run++) {
      for (const [name, program] of Object.entries(programs)) {
        const figures = await program();
        if (run > 0) found[name as keyof Runs].push(figures);
        assertSameFiles(file, first, 0);
        // So that each program meets the same memory: what it writes goes to the system's cache, where a page that was
        // in use a moment ago is filled faster than one never touched. With its files left, the last would be slowest.
        Deno.removeSync(file);
      }
    }
  });
  return found;
}

function rowOf(title: string, { naive, batched, beamfold }: Runs): string[] {
  const all = [naive, batched, beamfold];
  const inside = all.map((figures) => figures.map(({ stdout }) => Number(stdout)));
  const [, gathered = [], ours = []] = inside;
  return [
    title,
    ...inside.map((seconds) => spread(seconds, 3)),
    times(ours, gathered, 2),
    all.map((figures) => fixed(median(figures.map(({ seconds }) => seconds)))).join(" / "),
    all.map((figures) => whole(median(figures.map(({ megabytes }) => megabytes)))).join(" / "),
  ];
}
