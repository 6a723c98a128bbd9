import { createFile, type EventData, openFile, replay, type ResultData } from "beamfold";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { setImmediate } from "node:timers/promises";
import { inFolder, ROOT } from "../tools.ts";
import { Keep, numbered, Numbers, upTo } from "./parts.ts";

const files = [`${ROOT}data/xrd.cbors`];

function forever(): Promise<never> {
  return new Promise(() => {});
}

/** A worker that ends the run while it has one event, and goes on as it is told. */
function aborting(atEvent: number, then: (eventNumber: number) => unknown = (eventNumber) => eventNumber) {
  const controller = new AbortController();
  class Aborts {
    processEvent({ eventNumber }: EventData) {
      if (eventNumber !== atEvent) return eventNumber;
      controller.abort();
      return then(eventNumber);
    }
  }
  return { worker: Aborts, signal: controller.signal, files, workers: 1 };
}

Deno.test("rule 11: a run that is aborted before its start processes nothing, and finishes", async () => {
  const outcome = await replay({ worker: Numbers, reducer: Keep, files, signal: AbortSignal.abort() });
  const { events, results, aborted, lastEvent, warnings, reducer } = outcome;
  assert.deepEqual({ events, results, aborted, lastEvent }, {
    events: 0,
    results: 0,
    aborted: true,
    lastEvent: undefined,
  });
  assert.deepEqual([reducer.finished, warnings], [1, []]);
});

Deno.test("rule 11: an abort during a run keeps what was reduced", async () => {
  const { reducer, ...outcome } = await replay({ ...aborting(3), reducer: Keep });
  assert.deepEqual([outcome.events, outcome.aborted, outcome.lastEvent], [4, true, 3]);
  assert.deepEqual([reducer.eventNumbers, reducer.finished], [upTo(4), 1]);
});

Deno.test("rule 11: after an abort the HDF5 file is closed and holds the rows so far", () =>
  inFolder(async (folder) => {
    class Writes {
      rows = createFile(`${folder}/out.h5`).createDataset("rows", { shape: [0], maxShape: [null], dtype: "int32" });
      processResult({ eventNumber, payload }: ResultData<number>) {
        this.rows.set(eventNumber, payload);
      }
    }
    const outcome = await replay({ ...aborting(4, forever), reducer: Writes });
    assert.deepEqual(outcome.files, [`${folder}/out.h5`]);
    using file = openFile(`${folder}/out.h5`);
    assert.deepEqual(file.dataset("rows").read().data, Int32Array.from(upTo(4)));
  }));

Deno.test("rule 11: an abort gets through while processEvent awaits what never comes", async () => {
  const { reducer, ...outcome } = await replay({ ...aborting(3, forever), reducer: Keep });
  assert.deepEqual([outcome.events, outcome.aborted, outcome.lastEvent], [3, true, 2]);
  assert.deepEqual([reducer.eventNumbers, reducer.finished], [upTo(3), 1]);
});

Deno.test("rule 11: an abort gets through while a worker never ends with the first event", async () => {
  const outcome = await replay({ ...aborting(0, forever), workers: 3, reducer: Keep });
  assert.deepEqual([outcome.events, outcome.aborted, outcome.reducer.finished], [0, true, 1]);
});

Deno.test("rule 11: an abort gets through while processResult awaits what never comes", async () => {
  const controller = new AbortController();
  class Hangs extends Keep {
    override processResult(result: ResultData): Promise<never> | void {
      if (result.eventNumber !== 2) return super.processResult(result);
      controller.abort();
      return forever();
    }
  }
  const outcome = await replay({ worker: Numbers, reducer: Hangs, files, workers: 1, signal: controller.signal });
  assert.deepEqual([outcome.events, outcome.aborted, outcome.reducer.finished], [2, true, 1]);
});

Deno.test("rule 11: what comes too late does not reach the reducer any more", async () => {
  const late = Promise.withResolvers<number>();
  const { reducer, events } = await replay({ ...aborting(3, () => late.promise), reducer: Keep });
  late.resolve(3);
  await setImmediate();
  assert.deepEqual([reducer.eventNumbers, events], [upTo(3), 3]);
});

Deno.test("rules 5 and 11: a first event that ends too late goes to no further worker", async () => {
  const late = Promise.withResolvers<number>();
  const { worker, ...rest } = aborting(0, () => late.promise);
  let calls = 0;
  class Counts extends worker {
    override processEvent(event: EventData) {
      calls++;
      return super.processEvent(event);
    }
  }
  const { reducer } = await replay({ ...rest, worker: Counts, reducer: Keep, workers: 3 });
  late.resolve(0);
  await setImmediate();
  assert.deepEqual([calls, reducer.eventNumbers, reducer.finished], [1, [], 1]);
});

Deno.test("rule 11: what fails too late troubles nobody", async () => {
  const late = Promise.withResolvers<number>();
  const { errors } = await replay({ ...aborting(3, () => late.promise), reducer: Keep });
  late.reject(new Error("too late"));
  // An unhandled rejection would fail this test.
  await setImmediate();
  assert.deepEqual(errors, []);
});

Deno.test("rule 11: an abort gets through while finish never ends, with a warning", async () => {
  class Hangs extends Keep {
    override finish() {
      return forever();
    }
  }
  const outcome = await replay({ ...aborting(3), reducer: Hangs });
  assert.ok(outcome.aborted);
  assert.deepEqual(outcome.reducer.eventNumbers, upTo(4));
  assert.match(outcome.warnings.join(), /^finish went on .* was not waited for$/);
});

Deno.test("rules 5 and 11: a worker whose finish never ends keeps the reducer from nothing", async () => {
  const { worker, ...rest } = aborting(3);
  class Hangs extends worker {
    finish() {
      return forever();
    }
  }
  const { reducer } = await replay({ ...rest, worker: Hangs, reducer: Keep });
  assert.equal(reducer.finished, 1);
});

Deno.test("rule 11: an abort that comes while finish is under way ends the wait for it", async () => {
  const controller = new AbortController();
  class Hangs extends Keep {
    override finish() {
      controller.abort();
      return forever();
    }
  }
  const outcome = await replay({ worker: Numbers, reducer: Hangs, files, signal: controller.signal });
  assert.equal(outcome.events, 11);
  assert.match(outcome.warnings.join(), /^finish went on /);
});

Deno.test("rule 11: after an abort an async finish that ends soon is waited for", async () => {
  class Later extends Keep {
    override async finish() {
      // Work for a while, as closing a large file is.
      const until = performance.now() + 50;
      while (performance.now() < until) await setImmediate();
      super.finish();
    }
  }
  const { reducer, warnings } = await replay({ ...aborting(3), reducer: Later });
  assert.deepEqual([reducer.finished, warnings], [1, []]);
});

Deno.test("rule 11: an abort gets through between events that keep the processor busy", () =>
  inFolder(async (folder) => {
    const many = [await numbered(`${folder}/scan.cbors`, upTo(2000))];
    const controller = new AbortController();
    class Busy {
      processEvent({ eventNumber }: EventData) {
        // The abort can only come when the event loop turns.
        if (eventNumber === 0) setTimeout(() => controller.abort());
        const until = performance.now() + 2;
        while (performance.now() < until);
      }
    }
    const outcome = await replay({ worker: Busy, reducer: Keep, files: many, signal: controller.signal });
    assert.ok(outcome.aborted);
    assert.ok(outcome.events < 2000);
  }));

Deno.test("rule 11: an abort gets through while events are passed over that are not selected", () =>
  inFolder(async (folder) => {
    const many = [await numbered(`${folder}/scan.cbors`, upTo(2000))];
    const controller = new AbortController();
    const select = (eventNumber: number) => {
      if (eventNumber === 0) setTimeout(() => controller.abort());
      const until = performance.now() + 2;
      while (performance.now() < until);
      return false;
    };
    const { signal } = controller;
    const outcome = await replay({ worker: Numbers, reducer: Keep, files: many, signal, select });
    assert.ok(outcome.aborted);
    assert.ok(outcome.unselected < 2000);
  }));

Deno.test("rule 11: a run listens to the signal while it lasts, and leaves nothing behind on it", async () => {
  const { signal } = new AbortController();
  const listeners: number[] = [];
  class Counts {
    processEvent() {
      listeners.push(getEventListeners(signal, "abort").length);
    }
  }
  await replay({ worker: Counts, reducer: Keep, files, signal });
  assert.deepEqual(new Set(listeners), new Set([1]));
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

Deno.test("rule 11: another run can follow an aborted one", async () => {
  assert.ok((await replay({ ...aborting(1), reducer: Keep })).aborted);
  const { events, aborted } = await replay({ worker: Numbers, reducer: Keep, files });
  assert.deepEqual([events, aborted], [11, false]);
});
