/**
 * Whole runs side by side with `dranspose replay`, on the same captures, in turn: `deno task bench`.
 *
 * Needs a Python with dranspose and cbor2<6, in `.venv` or named by `BEAMFOLD_PYTHON`, and Linux for the memory.
 *
 * @module
 */

import { columns } from "../lib/notebook/table.ts";
import { captureAt, FOLDER, images, smallEvents } from "./captures.ts";
import { type Figures, measure, median, PYTHON, ROOT } from "./measure.ts";

const RUNS = Number(Deno.args[0] ?? 5);

interface Case {
  readonly name: string;
  readonly file: string;
  readonly worker: string;
  readonly reducer: string;
  /** The module with the classes; those of the benchmarks when left out. */
  readonly folder?: string;
}

function beamfold({ file, worker, reducer, folder }: Case): Promise<Figures> {
  const classes = folder ?? `${ROOT}bench/analysis.ts`;
  const [workers, reducers] = folder === undefined
    ? [classes, classes]
    : [`${folder}/worker.ts`, `${folder}/reducer.ts`];
  const main = ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`];
  const flags = ["replay", "-w", `${workers}:${worker}`, "-r", `${reducers}:${reducer}`, "-f", file, "--no-progress"];
  return measure(Deno.execPath(), [...main, ...flags], { cwd: FOLDER, env: { INIT_CWD: FOLDER } });
}

function dranspose({ file, worker, reducer }: Case): Promise<Figures> {
  const program = "import sys; from dranspose.cli import run; sys.argv[0] = 'dranspose'; run()";
  const flags = ["replay", "-w", `analysis:${worker}`, "-r", `analysis:${reducer}`, "-f", file];
  const env = { PYTHONPATH: `${ROOT}bench`, LOG_LEVEL: "WARNING" };
  return measure(PYTHON, ["-c", program, ...flags], { cwd: FOLDER, env });
}

const small = await captureAt("small.cbors", () => smallEvents(100_000));
const large = await captureAt("images.cbors", () => images(500, 1024));
const tutorial = { worker: "TestWorker", reducer: "TestReducer", folder: `${ROOT}notebooks/tutorial` };
const cases: Case[] = [
  { name: "tutorial capture", file: `${ROOT}data/xrd.cbors`, ...tutorial },
  { name: "100 000 events of JSON", file: small, worker: "JsonWorker", reducer: "Total" },
  { name: "500 images, mean of a corner", file: large, ...tutorial },
  { name: "500 images, mean of all pixels", file: large, worker: "MeanWorker", reducer: "Total" },
];

const rows: string[][] = [["case", "dranspose", "beamfold", "ratio", "memory", ""]];
for (const one of cases) {
  const theirs: Figures[] = [];
  const ours: Figures[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const pair = [await dranspose(one), await beamfold(one)] as const;
    // The first run of each warms up the disk's cache and the compiled modules.
    if (run === 0) continue;
    theirs.push(pair[0]);
    ours.push(pair[1]);
  }
  const [a, b] = [median(theirs.map(({ seconds }) => seconds)), median(ours.map(({ seconds }) => seconds))];
  const [m, n] = [median(theirs.map(({ megabytes }) => megabytes)), median(ours.map(({ megabytes }) => megabytes))];
  rows.push([
    one.name,
    `${a.toFixed(2)} s`,
    `${b.toFixed(2)} s`,
    `${(a / b).toFixed(1)}×`,
    `${m.toFixed(0)} MB`,
    `${n.toFixed(0)} MB`,
  ]);
  console.error(rows.at(-1)?.join("  "));
}
console.log(`medians of ${RUNS} runs each, in turn\n\n${columns(rows)}`);
