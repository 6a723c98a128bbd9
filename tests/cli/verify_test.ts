import assert from "node:assert/strict";
import { numbered, upTo } from "../replay/parts.ts";
import { cli, inFolder, ROOT } from "../tools.ts";
import { classes, interrupted, tutorial } from "./running.ts";

const xrd = ["-f", `${ROOT}data/xrd.cbors`];

/** The names in a folder. */
function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

Deno.test("--verify names what depends on the order of results, and exits with 1", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await cli(["replay", ...tutorial, ...xrd, "--verify"], folder);
    assert.equal(code, 1);
    assert.match(stdout, /^11 events → 11 results/);
    assert.match(stderr, /^verifying \(6 of 6\): with 5 workers$/m);
    assert.match(
      stderr,
      /^warning: verify found what depends on workers or on the order of results: evolution of TestReducer, /m,
    );
    assert.match(
      stderr,
      /^- evolution\[\d\] of TestReducer is [\d.]+, but [\d.-]+ with results in another order \(seed 1\); \d of 10 elements/m,
    );
    assert.match(stderr, /^processResult must not depend on the order of results: use result\.eventNumber\.$/m);
    assert.deepEqual(namesIn(`${folder}/output`), ["xrd_processed.h5"]);
  }));

Deno.test("--verify says that all is the same, and exits with 0", () =>
  inFolder(async (folder) => {
    const args = [
      "replay",
      ...classes("Numbers"),
      ...xrd,
      "--set",
      `out=${folder}/out.h5`,
      "--verify",
      "--no-progress",
    ];
    const { code, stdout, stderr } = await cli(args, folder);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^verified: the same with results in another order \(seed 1\), .*, 1 worker, 5 workers$/m);
    assert.deepEqual(namesIn(folder), ["out.h5"]);
  }));

Deno.test("--verify --json has it all in the JSON", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await cli(["replay", ...tutorial, ...xrd, "--verify", "--json"], folder);
    const { verified, events } = JSON.parse(stdout);
    assert.deepEqual([code, events, verified.status], [1, 11, "complete"]);
    assert.equal(verified.differences[0].path, "evolution");
    assert.match(stderr, /^warning: verify found [^\n]*\n$/);
  }));

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`a ${signal} in a variant ends it, and leaves the replay's own file only`, () =>
    inFolder(async (folder) => {
      await numbered(`${folder}/scan.cbors`, upTo(20));
      Deno.writeTextFileSync(
        `${folder}/classes.ts`,
        `import { createFile } from "${ROOT}mod.ts";
        let runs = 0;
        export class Both {
          processEvent({ eventNumber }) { return eventNumber; }
        }
        export class Writes {
          file = createFile("${folder}/out.h5");
          rows = this.file.createDataset("rows", { shape: [20], dtype: "int32" });
          #run = runs++;
          processResult({ eventNumber, payload }) {
            this.rows.set(eventNumber, payload);
            if (this.#run < 2 || eventNumber < 5) return;
            console.error("begun");
            return new Promise(() => setInterval(() => {}, 1000));
          }
        }`,
      );
      const given = ["-w", `${folder}/classes.ts:Both`, "-r", `${folder}/classes.ts:Writes`];
      const ended = await interrupted(["replay", ...given, "-f", `${folder}/scan.cbors`, "--verify"], signal);
      assert.deepEqual(namesIn(folder), ["classes.ts", "out.h5", "scan.cbors"], ended.stderr);
      assert.equal(ended.code, code, ended.stderr);
    }));
}
