import assert from "node:assert/strict";
import { randomNumbers } from "../../lib/replay/distribute.ts";
import { inFolder, python, pythonJson, ROOT, testWith } from "../tools.ts";
import { numbered, upTo } from "../replay/parts.ts";
import { classes } from "./running.ts";

const KILLS = 20;

/** Replays a capture that never ends in time, and is killed some time after its file is there. */
async function killed(capture: string, out: string, after: number): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`, "replay"],
      ...[...classes("Busy"), "-f", capture, "--set", `out=${out}`],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const folder = out.replace(/[^/]*$/, "");
  for await (const { paths } of Deno.watchFs(folder)) if (paths.includes(out)) break;
  await new Promise((resolve) => setTimeout(resolve, after));
  child.kill("SIGKILL");
  assert.equal((await child.status).signal, "SIGKILL");
}

testWith(
  [python],
  "a replay killed at any moment leaves a file that h5py opens, with the first rows in order",
  () =>
    inFolder(async (folder) => {
      const capture = await numbered(`${folder}/scan.cbors`, upTo(2000));
      const random = randomNumbers(20);
      const waiting = upTo(KILLS);
      const killSome = async (): Promise<void> => {
        for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
          Deno.mkdirSync(`${folder}/${i}`);
          await killed(capture, `${folder}/${i}/out.h5`, 2500 * random());
        }
      };
      await Promise.all([1, 2, 3, 4].map(killSome));
      const rows = await pythonJson(
        `
import h5py, json, sys
found = []
for i in range(${KILLS}):
    with h5py.File(f"{sys.argv[1]}/{i}/out.h5", "r") as f:
        found.append(f["rows"][:].tolist() if "rows" in f else [])
print(json.dumps(found))`,
        [folder],
      ) as number[][];
      for (const [i, found] of rows.entries()) assert.deepEqual(found, upTo(found.length), `kill ${i}`);
      assert.ok(rows.some((found) => found.length > 30), `rows: ${rows.map((found) => found.length)}`);
    }),
);
