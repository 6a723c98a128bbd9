import {
  createFile,
  type EventData,
  type H5Dataset,
  IntParameter,
  isBeamfoldError,
  type NdArray,
  openFile,
  replay,
  type ReplayOptions,
  type ResultData,
  sweep,
} from "beamfold";
import assert from "node:assert/strict";
import { inFolder } from "../tools.ts";
import { Keep, numbered, Numbers, rejection, upTo } from "./parts.ts";
import { CallsBack, Counts, Drops } from "./stray_classes.ts";

const CLASSES = decodeURIComponent(new URL("stray_classes.ts", import.meta.url).pathname);

/** Replays events 0 to 9 through classes of `stray_classes.ts`. */
async function run(folder: string, worker: string, options: Partial<ReplayOptions> & { reducer?: string } = {}) {
  const { reducer = "Counts", ...rest } = options;
  const files = [await numbered(`${folder}/scan.cbors`, upTo(10))];
  const names = { worker: `${CLASSES}:${worker}`, reducer: `${CLASSES}:${reducer}` };
  const outcome = await replay({ broadcastFirst: false, ...rest, files, ...names });
  return { ...outcome, reducer: outcome.reducer as unknown as Counts };
}

/** How the messages of such errors begin. */
const PROMISE = "a promise that nobody awaits was rejected (await it, or return it): RangeError: ";
const CALLBACK = "a callback failed, such as that of a timer (catch what it throws): RangeError: ";

Deno.test("rule 6: an error that nobody waits for ends the replay, in any thread, with the user's own frames", () =>
  inFolder(async (folder) => {
    for (const threads of [0, 2, "auto"] as const) {
      for (
        const [worker, message] of [
          ["Drops", `${PROMISE}dropped`],
          ["DropsAndWaits", `${PROMISE}dropped`],
          ["CallsBack", `${CALLBACK}called back`],
          ["DropsAtTheEnd", `${PROMISE}dropped at the end`],
        ] as const
      ) {
        const error = await rejection(run(folder, worker, { threads }));
        assert.ok(isBeamfoldError(error, "StrayError"), `${worker} in ${threads}: ${error}`);
        const [first, second] = error.message.split("\n");
        assert.equal(first, message, `${worker} in ${threads}`);
        assert.match(second ?? "", /^ {4}at .*\/tests\/replay\/stray_classes\.ts:\d+:\d+\)?$/);
      }
    }
  }));

Deno.test("rule 6: that of a reducer as well", () =>
  inFolder(async (folder) => {
    for (const threads of [0, 2]) {
      const error = await rejection(run(folder, "Plain", { threads, reducer: "DropsResult" }));
      assert.ok(isBeamfoldError(error, "StrayError") && error.message.startsWith(`${PROMISE}dropped\n`), `${error}`);
    }
  }));

Deno.test("rule 5: all finish afterwards, and files are closed", () =>
  inFolder(async (folder) => {
    const finished: string[] = [];
    class Worker extends Drops {
      override finish() {
        finished.push("worker");
      }
    }
    class Reducer {
      readonly numbers = createFile(`${folder}/out.h5`).createDataset("numbers", {
        shape: [0],
        maxShape: [null],
        dtype: "uint8",
      });
      processResult({ payload }: ResultData<number>) {
        this.numbers.append(payload);
      }
      async finish() {
        // It has not been noticed yet, and is while this goes on.
        await new Promise((resolve) => setTimeout(resolve, 5));
        finished.push("reducer");
      }
    }
    const files = [await numbered(`${folder}/scan.cbors`, upTo(10))];
    const error = await rejection(replay({ worker: Worker, reducer: Reducer, files, broadcastFirst: false }));
    assert.ok(isBeamfoldError(error, "StrayError"));
    assert.deepEqual(finished, ["worker", "worker", "reducer"]);
    const file = openFile(`${folder}/out.h5`);
    const numbers = file.get("numbers") as H5Dataset;
    assert.deepEqual([...(numbers.read() as NdArray).data].slice(0, 6), upTo(6));
    file.close();
  }));

Deno.test("rule 6: a long replay is stopped soon", () =>
  inFolder(async (folder) => {
    let last = 0;
    class Busy extends Drops {
      override processEvent(event: EventData) {
        last = event.eventNumber;
        const started = performance.now();
        while (performance.now() - started < 1);
        return super.processEvent(event);
      }
    }
    const files = [await numbered(`${folder}/scan.cbors`, upTo(250))];
    const error = await rejection(replay({ worker: Busy, reducer: Keep, files }));
    assert.ok(isBeamfoldError(error, "StrayError"));
    assert.ok(last < 200, `${last}`);
  }));

Deno.test("with onError skip it is kept, and no event is lost", () =>
  inFolder(async (folder) => {
    for (const threads of [0, 2]) {
      for (const worker of ["Drops", "CallsBack", "DropsAtTheEnd"]) {
        const outcome = await run(folder, worker, { threads, onError: "skip" });
        assert.deepEqual([outcome.events, outcome.skipped], [10, 0], worker);
        assert.deepEqual(outcome.reducer.payloads.sort(), upTo(10));
        assert.equal(outcome.reducer.finished, 1);
        const expected = worker === "DropsAtTheEnd" ? 2 : 1;
        assert.deepEqual(outcome.errors.map(({ name }) => name), Array(expected).fill("StrayError"), worker);
      }
    }
  }));

Deno.test("each of two replays has its own", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(10))];
    class Slow {
      async processEvent({ eventNumber }: EventData) {
        await new Promise((resolve) => setTimeout(resolve));
        return eventNumber;
      }
    }
    class SlowlyDrops extends Slow {
      override async processEvent(event: EventData) {
        if (event.eventNumber === 5) Promise.reject(new RangeError("dropped"));
        return await super.processEvent(event);
      }
    }
    const [good, bad] = await Promise.allSettled([
      replay({ worker: Slow, reducer: Keep, files }),
      replay({ worker: SlowlyDrops, reducer: Keep, files }),
    ]);
    assert.deepEqual([good.status, bad.status], ["fulfilled", "rejected"]);
    // Of a callback nobody knows whose it is, but it is one's only.
    const both = await Promise.allSettled([
      replay({ worker: CallsBack, reducer: Counts, files, broadcastFirst: false }),
      replay({ worker: Slow, reducer: Counts, files, broadcastFirst: false }),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  }));

Deno.test("what others drop meanwhile is left to them", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(10))];
    const seen: string[] = [];
    const listener = (event: PromiseRejectionEvent): void => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      seen.push(event.reason.message);
    };
    globalThis.addEventListener("unhandledrejection", listener);
    try {
      const progress = (): void => void Promise.reject(new Error("of the caller"));
      const outcome = await replay({ worker: Numbers, reducer: Keep, files, progress });
      await new Promise((resolve) => setTimeout(resolve));
      assert.equal(outcome.events, 10);
      assert.deepEqual(seen, ["of the caller"]);
    } finally {
      globalThis.removeEventListener("unhandledrejection", listener);
    }
  }));

class Described extends Drops {
  static describeParameters() {
    return [new IntParameter({ name: "a", default: 1 })];
  }
}

Deno.test("in a sweep it is told once", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(10))];
    const error = await rejection(
      sweep({ worker: Described, reducer: Counts, files, parameters: { a: [1, 2] } }),
    );
    assert.equal(error.message.match(/dropped/g)?.length, 1);
  }));
