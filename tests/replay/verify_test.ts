import { createFile, type EventData, openFile, replay, type Verification } from "beamfold";
import assert from "node:assert/strict";
import { TestReducer } from "../../notebooks/tutorial/reducer.ts";
import { TestWorker } from "../../notebooks/tutorial/worker.ts";
import { inFolder, smallCapture } from "../tools.ts";
import { Numbers, upTo } from "./parts.ts";
import { ALL, Each, files, FIRST, ORDERS, places, RANDOM, verified } from "./verified.ts";

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
