import {
  createFile,
  dump,
  type EventData,
  type H5Dataset,
  hdf5Source,
  openFile,
  replay,
  type ReplayOptions,
  type ResultData,
  type Verification,
  writeXye,
} from "beamfold";
import assert from "node:assert/strict";
import { TestReducer } from "../../notebooks/tutorial/reducer.ts";
import { TestWorker } from "../../notebooks/tutorial/worker.ts";
import { view } from "../../lib/array/ndarray.ts";
import { replayOn } from "../../lib/replay/replay.ts";
import { keepingSink } from "../notebook/tools.ts";
import { inFolder, ROOT, smallCapture } from "../tools.ts";
import { Keep, numbered, Numbers, upTo } from "./parts.ts";

/** 11 events. */
const files = [`${ROOT}data/xrd.cbors`];

const ORDERS = ["results in another order (seed 1)", "results in another order (seed 2)"];
const FIRST = "late results of the first event";
const RANDOM = "random assignment (seed 1)";
const ALL = [...ORDERS, FIRST, RANDOM, "1 worker", "5 workers"];

/** A reducer that does something with each event number and payload. */
abstract class Each {
  processResult({ eventNumber, payload }: ResultData<number>) {
    this.take(eventNumber, payload);
  }
  abstract take(eventNumber: number, payload: number): void;
}

/** What is found in the variants of a replay. */
async function verified(options: Partial<ReplayOptions> & Pick<ReplayOptions, "reducer">): Promise<Verification> {
  const { verified } = await replay(
    { worker: Numbers, files, ...options, verify: true } as ReplayOptions & { files: [] },
  );
  assert.ok(verified !== undefined);
  return verified;
}

/** Where something differs, and with which variants. */
function places({ differences }: Verification): Record<string, string[]> {
  const byPath = Map.groupBy(differences, ({ path }) => path);
  return Object.fromEntries(Array.from(byPath, ([path, list]) => [path, list.map(({ variant }) => variant)]));
}

Deno.test("verify: the tutorial's reducer is found to depend on the order of results, but not its file", () =>
  inFolder(async (folder) => {
    const capture = await smallCapture(folder, 10, `${folder}/scan.h5`);
    const parameters = { from_y: 1 };
    const outcome = await replay({
      worker: TestWorker,
      reducer: TestReducer,
      files: [capture],
      parameters,
      verify: true,
    });
    const { status, variants, differences, notes, summary } = outcome.verified as Verification;
    assert.deepEqual([status, variants, notes], ["complete", ALL, []]);
    assert.deepEqual(
      new Set(differences.map(({ kind, path }) => `${kind} ${path}`)),
      new Set(["field evolution", "field lastValue"]),
    );
    assert.ok(differences.every(({ variant }) => [...ORDERS, FIRST].includes(variant)));
    const [{ index, expected, found, size, count, message }] = differences as [typeof differences[number]];
    const evolution: readonly number[] = outcome.reducer.evolution;
    assert.equal(expected, evolution[Number(index[0])]);
    assert.ok(found !== expected && count > 1 && count < size && size === 11);
    assert.equal(
      message,
      `evolution[${index}] of TestReducer is ${expected}, but ${found} with ${
        ORDERS[0]
      }; ${count} of 11 elements differ`,
    );
    assert.match(summary, /^- evolution\[\d+\] of TestReducer is .* \(also with results in another order \(seed 2\)/m);
    assert.match(summary, /^processResult must not depend on the order of results: use result\.eventNumber\.$/m);
    assert.deepEqual(outcome.warnings, [
      "verify found what depends on workers or on the order of results: evolution of TestReducer, lastValue of TestReducer",
    ]);
    // The replay is as it is without verify, and nothing else is left.
    const plain = await replay({ worker: TestWorker, reducer: TestReducer, files: [capture], parameters });
    assert.equal(plain.verified, undefined);
    assert.deepEqual([outcome.events, outcome.results, outcome.files], [plain.events, plain.results, plain.files]);
    assert.deepEqual(outcome.reducer.evolution, plain.reducer.evolution);
    assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
      "scan_processed.h5",
      "small.cbors",
    ]);
  }));

Deno.test("verify: what is kept by event number passes all variants", () =>
  inFolder(async (folder) => {
    class Fine extends Each {
      values: number[] = [];
      byEvent = new Map<number, number>();
      total = 0;
      rows = createFile(`${folder}/out.h5`).createDataset("rows", { shape: [0], maxShape: [null], dtype: "int32" });
      take(eventNumber: number, payload: number) {
        if (!this.byEvent.has(eventNumber)) this.total += payload;
        this.values[eventNumber] = payload;
        this.byEvent.set(eventNumber, payload);
        this.rows.set(eventNumber, payload);
      }
    }
    for (
      const options of [{}, { workers: 1 }, { workers: 5 }, { distribute: "random", seed: 7 }, {
        broadcastFirst: false,
      }] as const
    ) {
      const outcome = await replay({ worker: Numbers, reducer: Fine, files, verify: true, ...options });
      assert.equal(outcome.verified?.status, "complete");
      assert.deepEqual([outcome.verified?.differences, outcome.verified?.notes, outcome.warnings], [[], [], []]);
      assert.match(outcome.verified?.summary ?? "", /^verified: the same with .*results in another order \(seed 1\), /);
    }
  }));

Deno.test("verify: the last value wins", async () => {
  class Last extends Each {
    last?: number;
    take(_: number, payload: number) {
      this.last = payload;
    }
  }
  const result = await verified({ reducer: Last });
  assert.deepEqual(ORDERS.every((variant) => places(result)["last"]?.includes(variant)), true);
  assert.equal(result.differences[0]?.expected, 10);
  assert.deepEqual(result.differences[0]?.index, []);
});

Deno.test("verify: results that are appended are told by file, dataset and index", () =>
  inFolder(async (folder) => {
    class Appends extends Each {
      rows = createFile(`${folder}/out.h5`).createDataset("entry/rows", {
        shape: [0],
        maxShape: [null],
        dtype: "int32",
      });
      seen = -1;
      take(eventNumber: number, payload: number) {
        if (eventNumber > 0) this.rows.append(payload);
      }
    }
    const result = await verified({ reducer: Appends });
    assert.deepEqual(places(result), { "entry/rows": [...ORDERS, FIRST] });
    const [{ kind, file, index, expected, message }] = result.differences as [Verification["differences"][number]];
    assert.deepEqual([kind, file, expected], ["dataset", `${folder}/out.h5`, Number(index[0]) + 1]);
    assert.ok(message.startsWith(`entry/rows[${index}] in "${folder}/out.h5" is ${expected}, but `), message);
    using written = openFile(`${folder}/out.h5`);
    assert.deepEqual(written.dataset("entry/rows").read().data, Int32Array.from(upTo(10), (i) => i + 1));
  }));

Deno.test("verify: a header that begins everything anew is found where it comes late, and only there", async () => {
  class Anew extends Each {
    values: number[] = [];
    take(eventNumber: number, payload: number) {
      if (eventNumber === 0) this.values = [];
      this.values[eventNumber] = payload;
    }
  }
  const result = await verified({ reducer: Anew });
  assert.deepEqual(places(result), { values: [FIRST] });
  assert.match(result.summary, /^The first event's result comes once from each worker, perhaps after those of later/m);
  assert.doesNotMatch(result.summary, /use result\.eventNumber/);
});

Deno.test("verify: a reducer that fails without a header is reported, not thrown", async () => {
  class NeedsHeader extends Each {
    header = false;
    values: number[] = [];
    take(eventNumber: number, payload: number) {
      if (eventNumber === 0) this.header = true;
      if (!this.header) throw new Error("no header yet");
      this.values[eventNumber] = payload;
    }
  }
  const result = await verified({ reducer: NeedsHeader, broadcastFirst: false });
  assert.deepEqual(places(result), { "NeedsHeader.processResult": [FIRST] });
  const [{ kind, message }] = result.differences as [Verification["differences"][number]];
  assert.equal(kind, "error");
  assert.match(
    message,
    /^with late results of the first event it fails: NeedsHeader\.processResult failed with the result of event \d+: Error: no header yet$/,
  );
  // Where the first event goes to every worker, each sends its header before anything else.
  assert.deepEqual((await verified({ reducer: NeedsHeader })).differences, []);
  // Where errors are skipped, what is missing differs.
  const skipped = await verified({ reducer: NeedsHeader, broadcastFirst: false, onError: "skip" });
  assert.deepEqual(Object.keys(places(skipped)), ["events", "skipped events", "values"]);
});

Deno.test("verify: errors that are skipped are the same in all variants", async () => {
  class Breaks extends Each {
    values: number[] = [];
    take(eventNumber: number, payload: number) {
      if (eventNumber % 3 === 0) throw new Error("no");
      this.values[eventNumber] = payload;
    }
  }
  const result = await verified({ reducer: Breaks, onError: "skip" });
  assert.deepEqual([result.status, result.differences], ["complete", []]);
});

Deno.test("verify: a worker that counts its own events is found with other workers, not with other orders", async () => {
  class Counting {
    count = 0;
    processEvent({ eventNumber }: EventData) {
      return eventNumber === 0 ? 0 : ++this.count;
    }
  }
  class ByEvent extends Each {
    values: number[] = [];
    take(eventNumber: number, payload: number) {
      this.values[eventNumber] = payload;
    }
  }
  const result = await verified({ worker: Counting, reducer: ByEvent });
  assert.deepEqual(places(result), { values: [RANDOM, "1 worker", "5 workers"] });
  assert.match(result.summary, /^What processEvent makes of an event must not depend on which events its worker had/m);
});

Deno.test("verify: a worker that gives a result for every other of its events", async () => {
  class EveryOther {
    count = 0;
    processEvent({ eventNumber }: EventData) {
      if (eventNumber === 0 || this.count++ % 2 === 0) return eventNumber;
    }
  }
  class Nothing extends Each {
    take() {}
  }
  const result = await verified({ worker: EveryOther, reducer: Nothing });
  const counts = places(result);
  assert.deepEqual(Object.keys(counts), ["results"]);
  assert.ok(counts["results"]?.includes("5 workers"));
  assert.match(result.differences[0]?.message ?? "", /^the number of results is \d+, but \d+ with /);
});

Deno.test("verify: rounding is a note, and no failure", () =>
  inFolder(async (folder) => {
    class Sums extends Each {
      sum = 0;
      take(_: number, payload: number) {
        this.sum += payload;
      }
      finish() {
        dump({ sum: this.sum, sums: Float64Array.of(1, this.sum) }, `${folder}/sum.h5`);
      }
    }
    class Fractions {
      processEvent({ eventNumber }: EventData) {
        return eventNumber === 0 ? undefined : 1 / (3 * eventNumber);
      }
    }
    const { differences, notes, status, summary } = await verified({ worker: Fractions, reducer: Sums });
    assert.deepEqual([differences, status], [[], "complete"]);
    assert.equal(notes.length, 3);
    assert.match(
      notes[0] ?? "",
      /^sum in ".*sum\.h5" differs by rounding only \(up to \de-16 of the value\) with results/,
    );
    assert.match(notes[2] ?? "", /^sum of Sums differs by rounding only/);
    assert.match(summary, /^verified: the same with [^]*^note: sum in /m);
  }));

Deno.test("verify: whole numbers that are nearly the same are not the same", async () => {
  class Large extends Each {
    last = 0;
    take(eventNumber: number) {
      this.last = 1e14 + eventNumber;
    }
  }
  assert.ok((await verified({ reducer: Large })).differences.length > 0);
});

Deno.test("verify: what differs from run to run by itself is a note", () =>
  inFolder(async (folder) => {
    let runs = 0;
    class Times extends Keep {
      values: number[] = [];
      run = runs++;
      override processResult({ eventNumber }: ResultData) {
        this.values.push(eventNumber);
      }
      override finish() {
        dump({ run: this.run, other: 5 }, `${folder}/times.h5`);
      }
    }
    const { differences, notes, variants } = await verified({ reducer: Times });
    assert.deepEqual(new Set(differences.map(({ path }) => path)), new Set(["values"]));
    assert.deepEqual(notes, [
      `run in "${folder}/times.h5" differs from run to run, with nothing changed: it was not compared`,
      "run of Times differs from run to run, with nothing changed: it was not compared",
    ]);
    assert.deepEqual(variants, ALL);
  }));

Deno.test("verify: several files, attributes, texts, and files that only a variant makes", () =>
  inFolder(async (folder) => {
    class Several extends Each {
      last = 0;
      take(_: number, payload: number) {
        this.last = payload;
      }
      finish() {
        dump({ same: [1, 2], names: ["a", `b${this.last}`] }, `${folder}/a.h5`);
        dump({ g: { x: 1, x_attrs: { last: this.last } } }, `${folder}/b.h5`);
        createFile(`${folder}/last ${this.last}.h5`).close();
        writeXye(`${folder}/c.xye`, [1, 2], [3, this.last]);
      }
    }
    const result = await verified({ reducer: Several });
    const [first] = ORDERS;
    const told = result.differences.filter(({ variant }) => variant === first).map((
      { kind, file, path, index, expected },
    ) => [kind, file?.slice(folder.length + 1), path, index.join(), expected].join("|"));
    const found = result.differences.find(({ path, variant }) => path === "last" && variant === first)?.found;
    assert.deepEqual(told, [
      "dataset|a.h5|names|1|b10",
      "attribute|b.h5|g/x@last||10",
      "file|last 10.h5|||a file",
      `file|last ${found}.h5|||nothing`,
      "file|c.xye||2,1|10",
      "field||last||10",
    ]);
    const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
    assert.deepEqual(names, ["a.h5", "b.h5", "c.xye", "last 10.h5"]);
    assert.match(Deno.readTextFileSync(`${folder}/c.xye`), /^2 10$/m);
  }));

Deno.test("verify: shapes, types and kinds that differ, each in a sentence", () =>
  inFolder(async (folder) => {
    class Odd extends Each {
      last = 0;
      list: number[] = [];
      take(eventNumber: number, payload: number) {
        if (eventNumber > this.last) this.list.push(payload);
        this.last = eventNumber;
      }
      finish() {
        const fine = this.last === 10;
        dump({
          shape: fine ? [1, 2] : [1],
          dtype: fine ? [1] : [0.5],
          kind: fine ? { a: 1 } : 5,
          ...(fine ? { missing: 1 } : {}),
        }, `${folder}/odd.h5`);
      }
    }
    const { differences } = await verified({ reducer: Odd });
    const messages = differences.filter(({ variant }) => variant === ORDERS[0]).map(({ message }) =>
      message.replace(/ with results.*/, "").replace(`in "${folder}/odd.h5" `, "").replace(/but \d+/, "but n")
    );
    assert.deepEqual(messages.toSorted(), [
      "dtype has dtype int64, but dtype float64",
      "kind is a group, but a dataset",
      "last of Odd is 10, but n",
      "list of Odd has 10 elements, but n elements",
      "missing is a dataset, but nothing",
      "shape has shape (2), but shape (1)",
    ]);
  }));

Deno.test("verify: nested data is told by its place, and what cannot be compared is passed over", async () => {
  class Nested extends Each {
    fits = new Map<string, { points: { x: number }[] }>([["a", { points: [{ x: 0 }, { x: 0 }] }]]);
    self = this;
    set = new Set<number>();
    callback = () => this;
    when = new Date(0);
    results: ResultData[] = [];
    override processResult(result: ResultData<number>) {
      this.results[result.eventNumber] = result;
      super.processResult(result);
    }
    take(eventNumber: number, payload: number) {
      this.callback = () => this;
      this.set.add(eventNumber);
      (this.fits.get("a")?.points[1] as { x: number }).x = payload;
    }
  }
  const result = await verified({ reducer: Nested });
  const paths = Object.keys(places(result));
  assert.deepEqual(paths, ["fits[].points[].x"]);
  assert.deepEqual(result.differences[0]?.index, ["a", 1]);
  assert.match(
    result.differences[0]?.message ?? "",
    /^fits\["a"\]\.points\[1\]\.x of Nested is 10, but \d+ with results/,
  );
});

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

class Sets extends Each {
  values: number[] = [];
  take(eventNumber: number, payload: number) {
    this.values[eventNumber] = payload;
  }
}
