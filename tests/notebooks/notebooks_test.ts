import assert from "node:assert/strict";
import { prepareEnvironment } from "../../lib/cli/environment.ts";
import { notebooksIn } from "../../lib/cli/notebooks.ts";
import { cli, inFolder, jupyter, ROOT, run, testWith } from "../tools.ts";

testWith(
  [jupyter],
  "every notebook runs in the kernel of the tutorial and in the newest, with the outputs committed",
  async () => {
    const count = notebooksIn(`${ROOT}notebooks`).length;
    assert.ok(count >= 9, `${count} notebooks`);
    const { code, stdout, stderr } = await cli(["notebooks"]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.match(/^ok {5}deno \S+ {2}\S+\.ipynb$/gm)?.length, 2 * count, stdout);
  },
);

/** A notebook of some cells, each with what it is said to print. */
function notebook(cells: readonly { source: string; printed?: string }[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
    cells: cells.map(({ source, printed }, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: {},
      execution_count: null,
      source,
      outputs: printed === undefined ? [] : [{ output_type: "stream", name: "stdout", text: printed }],
    })),
  });
}

const wrong = [
  { name: "an error in a cell", cells: [{ source: "throw new Error('no')" }], says: /cell 0: Error: no/ },
  {
    name: "a cell that ends the kernel",
    cells: [{ source: "Deno.exit(3)" }],
    says: /cell 0: the kernel ended in this/,
  },
  { name: "a missing output", cells: [{ source: "1 + 1;\nundefined", printed: "2\n" }], says: /-stdout: 2/ },
  { name: "another output", cells: [{ source: "console.log(3)", printed: "4\n" }], says: /-stdout: 4\n\+stdout: 3/ },
  {
    name: "an output under another cell",
    cells: [{ source: "undefined", printed: "5\n" }, { source: "console.log(5)" }],
    says: /cell 0: other outputs[^]*-stdout: 5[^]*cell 1: other outputs[^]*\+stdout: 5/,
  },
] as const;

for (const { name, cells, says } of wrong) {
  testWith([jupyter], `a notebook that is wrong is told by cell: ${name}`, () =>
    inFolder(async (folder) => {
      Deno.writeTextFileSync(`${folder}/it.ipynb`, notebook(cells));
      const { code, stderr } = await cli(["notebooks", `${folder}/it.ipynb`]);
      assert.equal(code, 1);
      assert.match(stderr, says);
    }));
}

testWith(
  [jupyter],
  "a kernel whose ports were taken is started again; why another did not start is said",
  () =>
    inFolder(async (folder) => {
      const { python, deno } = await prepareEnvironment(() => {});
      Deno.writeTextFileSync(`${folder}/it.ipynb`, notebook([{ source: "console.log(1)", printed: "1\n" }]));
      const runWith = (first: string) => {
        // A Deno of which the first kernel ends at once.
        const script = `#!/bin/sh
if [ "$1" = jupyter ] && ! [ -e "${folder}/started" ]; then touch "${folder}/started"; echo "${first}" >&2; exit 1; fi
exec "${deno}" "$@"
`;
        Deno.writeTextFileSync(`${folder}/deno`, script, { mode: 0o755 });
        const args = [`${ROOT}tests/notebooks/execute.py`, "--deno", `${folder}/deno`, `${folder}/it.ipynb`];
        return run(python, args);
      };
      for (const taken of ["AddrInUse: Address already in use", "error: Failed to acquire startup data"]) {
        const { code, stderr } = await runWith(taken);
        assert.equal(code, 0, stderr);
        Deno.removeSync(`${folder}/started`);
      }
      const { code, stderr } = await runWith("no such thing");
      assert.equal(code, 1);
      assert.match(stderr, /it\.ipynb: the kernel did not start: .*\nno such thing\n/);
    }),
);

testWith([jupyter], "times are not compared, and --update writes what was found", () =>
  inFolder(async (folder) => {
    const path = `${folder}/it.ipynb`;
    Deno.writeTextFileSync(path, notebook([{ source: "console.log('in 1.23 s')", printed: "in 0.01 s\n" }]));
    assert.equal((await cli(["notebooks", path])).code, 0);
    assert.equal((await cli(["notebooks", "--update", path])).code, 0);
    assert.match(Deno.readTextFileSync(path), /in 1\.23 s\\n/);
  }));

testWith(
  [jupyter],
  "a notebook in any folder imports the module by its path; a class Worker may be defined again and again",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/elsewhere.ipynb`;
      const worker = (factor: number) =>
        `class Worker { processEvent({ eventNumber }) { return ${factor} * eventNumber; } }
class Reducer { total = 0; processResult({ payload }) { this.total += payload; } }
const outcome = await replay({ worker: Worker, reducer: Reducer, files: ["${ROOT}data/xrd.cbors"] });
console.log(outcome.reducer.total);`;
      const cells = [
        { source: `import { replay } from "file://${ROOT}mod.ts";` },
        ...[1, 2, 3].map((factor) => ({ source: worker(factor) })),
      ];
      Deno.writeTextFileSync(path, notebook(cells));
      const { code, stderr } = await cli(["notebooks", "--update", path]);
      assert.equal(code, 0, stderr);
      const written = Deno.readTextFileSync(path);
      for (const total of [55, 110, 165]) assert.ok(written.includes(`"${total}\\n"`), `${total}`);
      // The newest kernel shows the same.
      assert.equal((await cli(["notebooks", path])).code, 0);
    }),
);

testWith([jupyter], "frames that are done do not pile up in a kernel", () =>
  inFolder(async (folder) => {
    const source = `
      import { replay } from "${ROOT}mod.ts";
      class Black {
        getSourceGenerators() { return [this.#frames()]; }
        *#frames() {
          for (let eventNumber = 0; eventNumber < 100; eventNumber++) {
            yield { eventNumber, streams: { s: { typ: "T", frames: [new Uint8Array(2 << 20)] } } };
          }
        }
      }
      class Held { processEvent() { return Deno.memoryUsage().external >> 20; } }
      class Most {
        held = 0;
        processResult({ payload }) { this.held = Math.max(this.held, payload); }
      }
      const { reducer } = await replay({ worker: Held, reducer: Most, source: Black, display: false });
      console.log(reducer.held < 30 ? "few" : reducer.held);`;
    Deno.writeTextFileSync(`${folder}/frames.ipynb`, notebook([{ source, printed: "few\n" }]));
    const { code, stderr } = await cli(["notebooks", `${folder}/frames.ipynb`]);
    assert.equal(code, 0, stderr);
  }));

testWith(
  [jupyter],
  "classes of cells run in threads, of which the next cell has the same",
  () =>
    inFolder(async (folder) => {
      const classes = (factor: number) => `
      import { mean, replay, stins } from "${ROOT}mod.ts";
      class Result { constructor(value) { this.value = value; } }
      class Means {
        processEvent({ streams }) {
          const packet = stins.parse(streams.xrd);
          if (packet.htype === "image") return new Result(${factor} * mean(packet.data));
        }
      }
      class Total {
        total = 0;
        processResult({ payload }) { if (payload instanceof Result) this.total += payload.value; }
      }
      const outcome${factor} = await replay({
        worker: Means, reducer: Total, files: ["${ROOT}data/xrd.cbors"], threads: 2, ordered: true, display: false,
      });
      console.log(outcome${factor}.reducer.total.toFixed(3));`;
      const refused = `
      const factor = 2;
      class Scaled { processEvent({ eventNumber }) { return factor * eventNumber; } }
      await replay({ worker: Scaled, reducer: Total, files: ["${ROOT}data/xrd.cbors"], threads: 2, display: false })
        .catch((error) => console.log(error.message.split(";")[0]));`;
      const cells = [
        { source: classes(1), printed: "81.530\n" },
        { source: classes(3), printed: "244.590\n" },
        {
          source: refused,
          printed: "Scaled cannot be sent to a thread: Scaled uses the variable factor of a cell\n",
        },
      ];
      Deno.writeTextFileSync(`${folder}/threads.ipynb`, notebook(cells));
      const { code, stderr } = await cli(["notebooks", `${folder}/threads.ipynb`]);
      assert.equal(code, 0, stderr);
    }),
);
