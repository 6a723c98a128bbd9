import { createFile, dump, type H5Dataset, hdf5Source, openFile, replay, type ResultData } from "beamfold";
import assert from "node:assert/strict";
import { TestReducer } from "../../notebooks/tutorial/reducer.ts";
import { TestWorker } from "../../notebooks/tutorial/worker.ts";
import { view } from "../../lib/array/ndarray.ts";
import { replayOn } from "../../lib/replay/replay.ts";
import { keepingSink } from "../notebook/tools.ts";
import { inFolder, ROOT, smallCapture } from "../tools.ts";
import { Keep, numbered, Numbers, upTo } from "./parts.ts";
import { Each, files, ORDERS, places, Sets, verified } from "./verified.ts";

Deno.test("verify: the file that a run made is opened again by its name, and others are not changed", () =>
  inFolder(async (folder) => {
    dump({ x: 1 }, `${folder}/before.h5`);
    class Reopens extends Each {
      take() {}
      finish() {
        dump({ x: 1 }, `${folder}/out.h5`);
        using file = openFile(`${folder}/out.h5`, "a");
        file.createDataset("y", { data: 2 });
      }
    }
    assert.deepEqual((await verified({ reducer: Reopens })).differences, []);
    class Changes extends Each {
      take() {}
      finish() {
        using file = openFile(`${folder}/before.h5`, "a");
        const x = file.has("y") ? "twice" : "y";
        file.createDataset(x, { data: 2 });
      }
    }
    const result = await verified({ reducer: Changes });
    assert.deepEqual(places(result), { "Changes.finish": ["nothing changed"] });
    assert.match(result.differences[0]?.message ?? "", /only verifies another one, and must not change it/);
    using before = openFile(`${folder}/before.h5`);
    assert.deepEqual(before.keys(), ["x", "y"]);
  }));

Deno.test("verify: async reducers with private fields and a timer", async () => {
  class Private {
    #count = 0;
    byEvent: number[] = [];
    timer() {
      return 1000;
    }
    async processResult({ eventNumber }: ResultData) {
      await Promise.resolve();
      this.#count++;
      this.byEvent[eventNumber] = eventNumber;
    }
    async finish() {
      await Promise.resolve();
      if (this.#count < 11) throw new Error(`finished after ${this.#count}`);
    }
  }
  const result = await verified({ reducer: Private });
  assert.deepEqual([result.status, result.differences], ["complete", []]);
});

Deno.test("verify: results reach an async reducer one after the other", async () => {
  class OneByOne {
    busy = false;
    async processResult() {
      if (this.busy) throw new Error("two at once");
      this.busy = true;
      await new Promise((resolve) => setTimeout(resolve));
      this.busy = false;
    }
  }
  assert.deepEqual((await verified({ reducer: OneByOne })).differences, []);
});

Deno.test("verify: nothing written, no results, and no events", async () => {
  class Nothing {
    processEvent() {}
    processResult() {}
  }
  assert.deepEqual((await verified({ worker: Nothing, reducer: Nothing })).differences, []);
  assert.equal((await verified({ reducer: Keep, select: () => false })).status, "complete");
});

Deno.test("verify: sources as classes and those that can be asked again; others are told, and nothing passes", async () => {
  class Few extends Each {
    values: number[] = [];
    take(eventNumber: number, payload: number) {
      this.values[eventNumber] = payload;
    }
  }
  function* items() {
    for (const eventNumber of upTo(20)) yield { eventNumber, streams: {} as Record<string, never> };
  }
  class Source {
    getSourceGenerators() {
      return [items()];
    }
  }
  const options = { worker: Numbers, reducer: Few, verify: true } as const;
  for (const source of [Source, new Source()]) {
    const { verified } = await replay({ ...options, source });
    assert.deepEqual([verified?.status, verified?.differences], ["complete", []]);
  }
  const generators = [items()];
  const once = { getSourceGenerators: () => generators };
  const outcome = await replay({ ...options, source: once });
  assert.equal(outcome.events, 20);
  assert.deepEqual([outcome.verified?.status, outcome.verified?.variants], ["other events", []]);
  assert.deepEqual(outcome.warnings, [
    "not verified: the input is another when it is read again: it gave 0 events instead of 20 events. verify reads it several " +
    "times: give files that no longer change, or a source class, of which each new object gives the same events",
  ]);
  let asked = 0;
  const refuses = {
    getSourceGenerators() {
      if (asked++ > 0) throw new Error("the socket is closed");
      return [items()];
    },
  };
  const refused = (await replay({ ...options, source: refuses })).verified;
  assert.equal(refused?.status, "other events");
  assert.match(refused?.summary ?? "", /^not verified: .*: the socket is closed\. verify reads it several times/);
});

Deno.test("verify: the images of an HDF5 file", () =>
  inFolder(async (folder) => {
    dump({ data: upTo(6).map((i) => [[i, i], [i, i]]) }, `${folder}/images.h5`);
    const parameters = { from_y: 1 };
    const source = hdf5Source(`${folder}/images.h5`, "data", { stream: "xrd", filename: `${folder}/scan.h5` });
    const { verified } = await replay({ worker: TestWorker, reducer: TestReducer, source, parameters, verify: true });
    assert.equal(verified?.status, "complete");
    assert.deepEqual(new Set(verified?.differences.map(({ path }) => path)), new Set(["evolution", "lastValue"]));
  }));

Deno.test("verify: a capture that grows in between is told", () =>
  inFolder(async (folder) => {
    const capture = await numbered(`${folder}/scan.cbors`, upTo(5));
    class Grows extends Keep {
      override async finish() {
        await numbered(capture, upTo(6));
      }
    }
    const { status, summary } = await verified({ reducer: Grows, files: [capture] });
    assert.equal(status, "other events");
    assert.match(summary, /it gave 6 events instead of 5 events/);
  }));

Deno.test("verify: an abort ends a variant, and its files are removed", () =>
  inFolder(async (folder) => {
    const controller = new AbortController();
    let made = 0;
    class Aborts extends Each {
      run = made++;
      rows: H5Dataset = createFile(`${folder}/out.h5`).createDataset("rows", { shape: [20], dtype: "int32" });
      take(eventNumber: number, payload: number) {
        if (this.run === 2 && eventNumber === 4) controller.abort();
        this.rows.set(eventNumber, payload);
      }
    }
    const { signal } = controller;
    const outcome = await replay({ worker: Numbers, reducer: Aborts, files, signal, verify: true });
    assert.deepEqual([outcome.aborted, outcome.events, made], [false, 11, 3]);
    assert.equal(outcome.verified?.status, "aborted");
    assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["out.h5"]);
    assert.match(
      outcome.warnings.join(),
      /not all was verified, and some of this may differ by itself: verify was aborted$/,
    );
  }));

Deno.test("verify: a replay that is aborted is not verified, one that fails throws as ever", async () => {
  const aborted = await replay({ worker: Numbers, reducer: Keep, files, signal: AbortSignal.abort(), verify: true });
  assert.deepEqual([aborted.aborted, aborted.verified?.status], [true, "aborted"]);
  assert.deepEqual(aborted.warnings, ["not verified: the replay was aborted"]);
  class Breaks extends Keep {
    override processResult() {
      throw new Error("always");
    }
  }
  await assert.rejects(replay({ worker: Numbers, reducer: Breaks, files, verify: true }), /Error: always/);
});

Deno.test("verify: the steps are told, progress is that of the replay alone, and anything else is refused", async () => {
  const steps: string[] = [];
  const done: number[] = [];
  await replay({
    worker: Numbers,
    reducer: Sets,
    files,
    verify: (step) => steps.push(step),
    progress: (progress) => done.push(Number(progress.done)),
  });
  assert.equal(steps.length, 6);
  assert.equal(steps[1], "verifying (2 of 6): with results in another order (seed 2)");
  assert.equal(done.filter(Boolean).length, 1);
  await assert.rejects(
    replay({ worker: Numbers, reducer: Keep, files, verify: "yes" as never }),
    /^OptionError: verify is "yes", expected true, false, or a function/,
  );
});

Deno.test("verify: workers in threads, and memory that is used again", () =>
  inFolder(async (folder) => {
    const classes = (name: string) => `${ROOT}notebooks/tutorial/${name.toLowerCase()}.ts:Test${name}`;
    const capture = await smallCapture(folder, 10, `${folder}/scan.h5`);
    const options = { worker: classes("Worker"), reducer: classes("Reducer"), parameters: { from_y: 1 } };
    for (
      const more of [{ threads: 2 }, { threads: 3, workers: 5 }, { threads: "auto" }, { reuseFrames: true }] as const
    ) {
      const { verified } = await replay({ ...options, ...more, files: [capture], verify: true });
      assert.deepEqual(new Set(verified?.differences.map(({ path }) => path)), new Set(["evolution", "lastValue"]));
      assert.deepEqual(verified?.notes, []);
    }
  }));

Deno.test("verify: arrays in any form, also those whose memory is gone", async () => {
  class Arrays extends Each {
    image = view(new Float32Array(6), [2, 3]);
    gone = view(new Float32Array(6));
    list = [new Uint16Array(2), new Uint16Array(2)];
    big = new BigInt64Array(1);
    take(eventNumber: number, payload: number) {
      this.image.set(1, 2, payload);
      (this.list[1] as Uint16Array)[1] = payload;
      this.big[0] = BigInt(payload);
      if (eventNumber === 5) structuredClone(this.gone.data, { transfer: [this.gone.data.buffer] });
    }
  }
  const { differences } = await verified({ reducer: Arrays });
  const told = differences.filter(({ variant }) => variant === ORDERS[0]).map(({ path, index, expected, size }) =>
    [path, index.join(), expected, size].join("|")
  );
  assert.deepEqual(told, ["image|1,2|10|6", "list|1,1|10|4", "big|0|10|1"]);
});

Deno.test("verify: a notebook shows the steps, and what was found", async () => {
  const sink = keepingSink();
  await replayOn(sink, { worker: Numbers, reducer: Sets, files, verify: true });
  const [slot = []] = [...sink.slots.values()];
  const texts = slot.map(({ text }) => text);
  assert.equal(texts[2], "… verifying (2 of 6): with results in another order (seed 2)");
  assert.match(texts.at(-1) ?? "", /^11 events → 12 results in .*\n✓ verified: the same with results in another order/);
});
