import { openFile, replay } from "beamfold";
import assert from "node:assert/strict";
import { TestReducer } from "../../notebooks/tutorial/reducer.ts";
import { TestWorker } from "../../notebooks/tutorial/worker.ts";
import { inFolder, ROOT, smallCapture } from "../tools.ts";

// Images of 2 rows and 3 columns, pixels 0 to 5, then 10 to 15 and so on.
const corner = { till_x: 1, from_y: 2 };

Deno.test("rule 8: an empty filename in the header means that nothing is saved", () =>
  inFolder(async (folder) => {
    const files = [await smallCapture(folder, 4, "")];
    const outcome = await replay({ worker: TestWorker, reducer: TestReducer, files, parameters: corner });
    assert.deepEqual(outcome.files, []);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["small.cbors"]);
    assert.equal(outcome.reducer.file, undefined);
    assert.deepEqual(outcome.reducer.evolution, [0, 2, 10, 10, 10]);
    assert.equal(outcome.results, 6);
  }));

Deno.test("the tutorial's file holds the means by event number, and the parameters", () =>
  inFolder(async (folder) => {
    const files = [await smallCapture(folder, 4, `${folder}/new/scan.h5`)];
    const outcome = await replay({ worker: TestWorker, reducer: TestReducer, files, parameters: corner });
    const path = `${folder}/new/scan_processed.h5`;
    assert.deepEqual(outcome.files, [path]);
    using file = openFile(path);
    assert.deepEqual(file.keys(), ["from_y", "reduced", "till_x"]);
    const { dtype, shape, maxShape } = file.dataset("reduced");
    assert.deepEqual({ dtype, shape, maxShape }, { dtype: "float32", shape: [5], maxShape: [null] });
    assert.deepEqual(file.dataset("reduced").read().data, Float32Array.of(0, 2, 12, 22, 32));
    assert.equal(file.dataset("till_x").dtype, "int64");
    assert.deepEqual(file.dataset("till_x").read().data, BigInt64Array.of(1n));
    assert.deepEqual(file.dataset("from_y").read().data, BigInt64Array.of(2n));
  }));

Deno.test("the tutorial gives the same file for any number of workers", () =>
  inFolder(async (folder) => {
    const files = [await smallCapture(folder, 7, `${folder}/scan.h5`)];
    const reduced = [];
    for (const workers of [1, 2, 5, 20]) {
      const outcome = await replay({ worker: TestWorker, reducer: TestReducer, files, workers, parameters: corner });
      using file = openFile(outcome.files[0] as string);
      reduced.push(file.dataset("reduced").read().data);
    }
    for (const other of reduced.slice(1)) assert.deepEqual(other, reduced[0]);
  }));

Deno.test("the tutorial's classes are found by file name, and by file and class name", () =>
  inFolder(async (folder) => {
    const files = [await smallCapture(folder)];
    for (const [worker, reducer] of [["worker.ts", "reducer.ts"], ["worker.ts:TestWorker", "reducer.ts:TestReducer"]]) {
      const outcome = await replay({
        worker: `${ROOT}notebooks/tutorial/${worker}`,
        reducer: `${ROOT}notebooks/tutorial/${reducer}`,
        files,
        parameters: corner,
      });
      assert.equal(outcome.events, 6);
    }
  }));
