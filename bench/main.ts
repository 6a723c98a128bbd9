/**
 * Whole runs side by side with `dranspose replay`, on the same captures, in turn: `deno task bench --help`.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { appendsTable } from "./appends.ts";
import { CASES } from "./cases.ts";
import { growthTable } from "./growth.ts";
import { machineLine, pythonVersions } from "./machine.ts";
import { caseTable, runCase } from "./run.ts";

const APPENDS = "hdf5";
const GROWTH = "growth";
const NAMES = [...CASES.map(({ name }) => name), APPENDS, GROWTH];

const HELP = `Usage: deno task bench [--only <names>] [--runs <count>] [--growth]

  --only <names>   which cases, such as tutorial,json (all but ${GROWTH}); there are
                   ${NAMES.join(", ")}
  --runs <count>   how many runs of each count, after one that does not (5)
  --growth         also how time and memory grow with captures; makes one of 350 MB

dranspose is run where the Python of BEAMFOLD_PYTHON, or .venv/bin/python, has it.`;

interface Wanted {
  readonly names: ReadonlySet<string>;
  readonly runs: number;
}

/** What the arguments ask for; undefined when it is help. */
function wanted(args: string[]): Wanted | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string" },
      runs: { type: "string", default: "5" },
      growth: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  if (!/^[1-9]\d*$/.test(values.runs)) {
    throw new Error(`--runs is "${values.runs}", expected a whole number, 1 or more`);
  }
  const names = new Set(values.only?.split(",") ?? NAMES.filter((name) => name !== GROWTH));
  for (const name of names) {
    if (!NAMES.includes(name)) throw new Error(`--only has "${name}", expected some of ${NAMES.join(", ")}`);
  }
  if (values.growth) names.add(GROWTH);
  return { names, runs: Number(values.runs) };
}

async function main({ names, runs }: Wanted): Promise<void> {
  const python = pythonVersions();
  const failed = (reason: string): void => {
    console.error(reason);
    Deno.exitCode = 1;
  };
  console.log(
    `Medians of ${runs} ${runs === 1 ? "run" : "runs"}, in turn (least–most). Whole processes, from start to end.` +
      (python?.["dranspose"] === undefined ? " There is no Python with dranspose: beamfold alone." : ""),
  );
  const rows: string[][] = [];
  for (const one of CASES.filter(({ name }) => names.has(name))) {
    console.error(`${one.title} …`);
    try {
      rows.push(...await runCase(one, runs, python, failed));
    } catch (error) {
      failed(`${one.name}: ${(error as Error).message}`);
      rows.push([one.title, "failed"]);
    }
  }
  if (rows.length > 0) console.log(`\n${caseTable(rows)}`);
  if (names.has(APPENDS)) console.log(`\n${await appendsTable(runs, python?.["h5py"] !== undefined, failed)}`);
  if (names.has(GROWTH)) console.log(`\n${await growthTable(runs, failed)}`);
  console.log(`\n${machineLine(python)}`);
}

let asked: Wanted | undefined;
try {
  asked = wanted(Deno.args);
} catch (error) {
  console.error(`error: ${(error as Error).message} (--help lists the options)`);
  Deno.exit(2);
}
if (asked === undefined) console.log(HELP);
else await main(asked);
