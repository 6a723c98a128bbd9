import { type EventData, replay, type ResultData } from "beamfold";
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { eventData } from "../../lib/event.ts";
import { Engine } from "../../lib/replay/engine.ts";
import { LocalDispatch } from "../../lib/replay/local.ts";
import { inFolder } from "../tools.ts";
import { Keep, numbered, Numbers, upTo } from "./parts.ts";

Deno.test("every method may be async, and each is awaited before the next event begins", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(3))];
    const log: string[] = [];
    /** Takes the longer the earlier it is, so that nothing comes in order by chance. */
    const slowly = async (text: string, eventNumber: number): Promise<void> => {
      log.push(`${text} ${eventNumber} begins`);
      for (let turns = 3 - eventNumber; turns > 0; turns--) await setImmediate();
      log.push(`${text} ${eventNumber} ends`);
    };
    class Worker {
      async processEvent({ eventNumber }: EventData) {
        await slowly("event", eventNumber);
        return eventNumber;
      }
      async finish() {
        await setImmediate();
        log.push("worker finished");
      }
    }
    class Reducer {
      async timer() {
        await setImmediate();
        log.push("timer");
        return 3600;
      }
      async processResult({ eventNumber }: ResultData<number>) {
        await slowly("result", eventNumber);
      }
      async finish() {
        await setImmediate();
        log.push("reducer finished");
      }
    }
    await replay({ worker: Worker, reducer: Reducer, files, workers: 2, broadcastFirst: false });
    const both = (i: number) => [`event ${i} begins`, `event ${i} ends`, `result ${i} begins`, `result ${i} ends`];
    assert.deepEqual(log, [
      "timer",
      ...upTo(3).flatMap(both),
      "worker finished",
      "worker finished",
      "reducer finished",
    ]);
  }));

Deno.test("the first event is with one worker at a time", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, [0])];
    let under = 0;
    class Alone {
      async processEvent() {
        assert.equal(++under, 1);
        await setImmediate();
        under--;
        return 1;
      }
    }
    const { results } = await replay({ worker: Alone, reducer: Keep, files, workers: 4 });
    assert.equal(results, 4);
  }));

Deno.test("what has a method `then` is awaited as a promise is", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(2))];
    class Thenable {
      processEvent({ eventNumber }: EventData) {
        return { then: (resolve: (value: string) => void) => resolve(`settled ${eventNumber}`) };
      }
    }
    const { reducer } = await replay({ worker: Thenable, reducer: Keep, files, workers: 1 });
    assert.deepEqual(reducer.payloads, ["settled 0", "settled 1"]);
  }));

Deno.test("classes may mix events with and without a promise", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(9))];
    class Mixed {
      processEvent({ eventNumber }: EventData) {
        return eventNumber % 3 === 0 ? setImmediate(eventNumber) : eventNumber;
      }
    }
    const { reducer } = await replay({ worker: Mixed, reducer: Keep, files, workers: 1 });
    assert.deepEqual(reducer.payloads, upTo(9));
  }));

Deno.test("no promise is awaited where none is returned: microtasks wait until the events at hand are processed", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(9))];
    const log: (number | string)[] = [];
    class Logs {
      processEvent({ eventNumber }: EventData) {
        log.push(eventNumber);
        // The first event goes to everyone, and may turn; the last is fetched when the end of the file is known.
        if (eventNumber === 1) queueMicrotask(() => log.push("microtask"));
        return eventNumber;
      }
    }
    await replay({ worker: Logs, reducer: Keep, files, workers: 1 });
    assert.deepEqual(log.slice(0, 8), upTo(8));
    assert.ok(log.includes("microtask"));
  }));

Deno.test("no promise is made for classes without promises", () => {
  const reducer = new Keep();
  const engine = new Engine({ reducer, parameters: {}, parametersHash: "", clock: () => 0 });
  const processed: number[] = [];
  const dispatch = new LocalDispatch({
    workers: 1,
    make: () => new Numbers(),
    className: "Numbers",
    parameters: {},
    captures: undefined,
    distribution: () => () => 0,
    ordered: false,
    leaveFrames() {},
    returned: undefined,
    progress: () => undefined,
    clock: () => 0,
    enter: (run) => run(),
    account: {
      skips: false,
      reduce: engine.reduce.bind(engine),
      processed: ({ eventNumber }) => processed.push(eventNumber),
      failed: assert.ifError,
      keep: assert.ifError,
      stray: assert.ifError,
      warn: assert.fail,
    },
  });
  dispatch.begin();
  assert.equal(engine.callTimer(), undefined);
  assert.equal(dispatch.take(eventData(5, {}), false), undefined);
  assert.deepEqual([reducer.payloads, processed], [[5], [5]]);
});

Deno.test("rule 11: an abort by a timer gets through while every event is waited for without the event loop turning", async () => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 20);
  class Waits {
    async processEvent({ eventNumber }: EventData) {
      await Promise.resolve();
      return eventNumber;
    }
  }
  // Endless, but for a guard.
  class Endless {
    getSourceGenerators() {
      return [(function* () {
        const before = performance.now();
        for (let eventNumber = 0; performance.now() - before < 10_000; eventNumber++) {
          yield { eventNumber, streams: {} };
        }
      })()];
    }
  }
  const { signal } = controller;
  const outcome = await replay({ worker: Waits, reducer: Keep, source: new Endless(), signal });
  clearTimeout(timer);
  assert.equal(outcome.aborted, true);
});
