import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { BinaryParameter, type EventData, IntParameter, openFile, replay, sweep, type SweepOptions } from "beamfold";
import { sweepOn } from "../../lib/replay/sweep.ts";
import { keepingSink, picturesIn } from "../notebook/tools.ts";
import { inFolder, smallCapture } from "../tools.ts";
import { TestReducer } from "../../notebooks/tutorial/reducer.ts";
import { TestWorker } from "../../notebooks/tutorial/worker.ts";

/** The tutorial over a small capture in a folder. */
async function tutorial(folder: string, parameters: SweepOptions["parameters"]) {
  const capture = await smallCapture(folder, 4, `${folder}/scan.h5`);
  return { worker: TestWorker, reducer: TestReducer, files: [capture], parameters };
}

Deno.test("each combination gives what a replay with its values gives, in a file of its own", () =>
  inFolder(async (folder) => {
    const points = await sweep(await tutorial(folder, { till_x: [1, 2], from_y: [0, 1] }));
    assert.deepEqual(points.map(({ values }) => values), [
      { till_x: 1, from_y: 0 },
      { till_x: 1, from_y: 1 },
      { till_x: 2, from_y: 0 },
      { till_x: 2, from_y: 1 },
    ]);
    for (const { values, outcome } of points) {
      assert.deepEqual(outcome.files, [
        `${folder}/scan_processed_till_x=${values["till_x"]}_from_y=${values["from_y"]}.h5`,
      ]);
      using swept = openFile(outcome.files[0] as string);
      const alone = await replay({ ...await tutorial(folder, {}), parameters: values });
      using single = openFile(alone.files[0] as string);
      assert.deepEqual(swept.dataset("reduced").get(), single.dataset("reduced").get());
      assert.equal(swept.dataset("till_x").get(), values["till_x"]);
      assert.deepEqual([outcome.events, outcome.results], [alone.events, alone.results]);
      assert.equal(outcome.parametersHash, alone.parametersHash);
    }
  }));

Deno.test("values that are no lists are the same in all combinations", () =>
  inFolder(async (folder) => {
    const points = await sweep(await tutorial(folder, { till_x: [1, 2], from_y: 1 }));
    assert.deepEqual(points.map(({ outcome }) => outcome.parameters["from_y"]?.value), [1, 1]);
    assert.deepEqual(points.map(({ values }) => values), [{ till_x: 1 }, { till_x: 2 }]);
  }));

Deno.test("values of another run are taken for what they are", () =>
  inFolder(async (folder) => {
    const [first] = await sweep(await tutorial(folder, { till_x: [1, 2] }));
    const given = first?.outcome.parameters["till_x"];
    const points = await sweep(await tutorial(folder, { till_x: [given, 2] }));
    assert.deepEqual(points.map(({ values }) => values), [{ till_x: 1 }, { till_x: 2 }]);
  }));

Deno.test("bytes and files have short names of their own in the names of the files", () =>
  inFolder(async (folder) => {
    for (const name of ["a", "b"]) Deno.writeTextFileSync(`${folder}/${name}.poni`, name.repeat(9999));
    class Calibrated extends TestReducer {
      static describeParameters() {
        return [new BinaryParameter({ name: "poni" })];
      }
    }
    const bytes = [new Uint8Array(9999), Uint8Array.of(1)];
    const files = ["a", "b"].map((name) => ({ file: `${folder}/${name}.poni` }));
    const options = { ...await tutorial(folder, { poni: [...bytes, ...files] }), reducer: Calibrated };
    const written = (await sweep(options)).map(({ outcome }) => outcome.files[0]?.slice(folder.length + 1));
    const hashes = bytes.map((value) => createHash("sha256").update(value).digest("hex").slice(0, 12));
    const places = files.map(({ file }) => file.replaceAll("/", "-"));
    assert.deepEqual(written, [...hashes, ...places].map((label) => `scan_processed_poni=${label}.h5`));
  }));

Deno.test("a notebook shows a table of the combinations, and their curves over each other", () =>
  inFolder(async (folder) => {
    const sink = keepingSink();
    await sweepOn(sink, await tutorial(folder, { from_y: [0, 1, 2] }));
    const rendering = [...sink.slots.values()][0]?.at(-1);
    assert.match(rendering?.text ?? "", /^from_y {2}events {2}results {2}skipped {2}files\n +0 +6 +6 +0 /);
    assert.match(
      rendering?.text ?? "",
      /line plot of reduced \(from_y = 0, from_y = 1 and from_y = 2\): 3 curves of 5 points/,
    );
    assert.equal(rendering && picturesIn(rendering), 1);
  }));

Deno.test("no list, an empty list, too many combinations, and a value that is refused are errors", () =>
  inFolder(async (folder) => {
    await assert.rejects(sweep(await tutorial(folder, { till_x: 1 })), /no parameter has a list of values/);
    await assert.rejects(sweep(await tutorial(folder, { till_x: [] })), /no parameter has a list of values/);
    const many = Array.from({ length: 40 }, (_, i) => i);
    await assert.rejects(
      sweep(await tutorial(folder, { till_x: many, from_y: many })),
      /1600 combinations are more than/,
    );
    await assert.rejects(sweep(await tutorial(folder, { till_y: [1, 2] })), /"till_y" is not described/);
  }));

Deno.test("async classes have one event at a time in every combination, and all of them to the end", () =>
  inFolder(async (folder) => {
    const overlaps: number[] = [];
    class Waits {
      static describeParameters = () => [new IntParameter({ name: "rounds", default: 0 })];
      #busy = false;
      async processEvent(event: EventData, { parameters }: { parameters: { rounds: { value: number } } }) {
        if (this.#busy) overlaps.push(event.eventNumber);
        this.#busy = true;
        for (let i = 0; i < parameters.rounds.value; i++) await Promise.resolve();
        this.#busy = false;
        return 1;
      }
    }
    class Counts {
      results = 0;
      processResult() {
        this.results++;
      }
    }
    const files = [await smallCapture(folder, 6)];
    const points = await sweep({
      worker: Waits,
      reducer: Counts,
      files,
      workers: 1,
      parameters: { rounds: [0, 40, 80] },
    });
    assert.deepEqual(overlaps, []);
    const counts = points.map(({ outcome }) => [outcome.results, (outcome.reducer as unknown as Counts).results]);
    assert.deepEqual(counts, [[8, 8], [8, 8], [8, 8]]);
  }));
