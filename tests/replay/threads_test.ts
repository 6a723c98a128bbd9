import { isBeamfoldError, openFile, replay, type ResultData, writeCapture } from "beamfold";
import { configure, type LogRecord, reset } from "@logtape/logtape";
import assert from "node:assert/strict";
import { toNested } from "../../lib/array/ndarray.ts";
import { inFolder, ROOT, smallCapture } from "../tools.ts";
import { numbered, rejection, upTo } from "./parts.ts";
import { CLASSES, run } from "./thread_run.ts";
import { FailsToReduce, Failure, type Keep, Point } from "./thread_classes.ts";
import { Faraway } from "./thread_payload.ts";

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const numbersOf = (results: readonly ResultData[]): number[] => results.map(({ eventNumber }) => eventNumber);
Deno.test("every event is processed once, by the worker that has it without threads", () =>
  inFolder(async (folder) => {
    for (const workers of [1, 2, 3, 5]) {
      const alone = await run(folder, "Numbers", { threads: 0, workers, broadcastFirst: true });
      for (const threads of [1, 2, 4]) {
        const { reducer, ...outcome } = await run(folder, "Numbers", { threads, workers, broadcastFirst: true });
        assert.deepEqual([outcome.events, outcome.results], [20, 19 + workers]);
        const byWorker = (results: ResultData[]) => results.map((one) => `${one.worker} ${one.eventNumber}`).sort();
        assert.deepEqual(byWorker(reducer.results), byWorker(alone.reducer.results));
        assert.deepEqual(reducer.results.map(({ payload }) => payload), numbersOf(reducer.results));
        assert.equal(reducer.finished, 1);
        // The first event is through before the others begin.
        assert.deepEqual(numbersOf(reducer.results.slice(0, workers)), Array(workers).fill(0));
      }
    }
  }));

Deno.test("there are as many workers as threads, if nothing is said", () =>
  inFolder(async (folder) => {
    for (const [threads, workers] of [[1, 2], [3, 3]] as const) {
      const { reducer } = await run(folder, "Numbers", { threads, broadcastFirst: true });
      assert.equal(reducer.results.filter(({ eventNumber }) => eventNumber === 0).length, workers);
    }
  }));

Deno.test("rule 4: payloads keep their classes on their way", () =>
  inFolder(async (folder) => {
    const { reducer } = await run(folder, "Payloads", { count: 4 });
    // deno-lint-ignore no-explicit-any
    for (const { eventNumber, payload: any } of reducer.results as ResultData<any>[]) {
      assert.ok(any.point instanceof Point && any.point.double === 2 * eventNumber);
      assert.ok(any.point.inner instanceof Point);
      assert.equal(any.same, any.point);
      assert.ok(any.list[0] === any.point && any.list[1][0] instanceof Point);
      assert.ok(any.map.get("p") === any.point && [...any.map.get(3)][0] instanceof Point);
      assert.deepEqual(toNested(any.array), [[1, 2, 3], [4, 5, 6]]);
      assert.equal(any.array.pick(1).get(2), 6);
      assert.equal(any.scalar.get(), 5n);
      assert.deepEqual(any.typed, Uint16Array.of(1, eventNumber));
      assert.equal(any.big, 2n ** 70n);
      assert.deepEqual([Object.getPrototypeOf(any.bare), any.bare.a], [null, 1]);
      assert.equal(any.when.getTime(), 0);
      assert.ok(any.error instanceof Failure && any.error.code === 7 && any.error.message === "bad");
      assert.deepEqual(Object.keys(any.error).sort(), ["code", "name"]);
      assert.match(any.error.stack, /thread_classes\.ts/);
      assert.match(Deno.inspect(any.stream), /^StreamData T \[1 B/);
      assert.ok("nothing" in any);
    }
    assert.equal(reducer.results.length, 4);
  }));

Deno.test("payloads may be of classes that other files export", () =>
  inFolder(async (folder) => {
    const { reducer } = await run(folder, "Elsewhere");
    assert.ok(reducer.results.every(({ payload }) => payload instanceof Faraway && payload.distance === 5));
    assert.equal(reducer.results.length, 20);
  }));

Deno.test("log lines of threads go where those of this thread go", () =>
  inFolder(async (folder) => {
    const lines: string[] = [];
    const sinks = { lines: ({ category, message }: LogRecord) => void lines.push([...category, ...message].join("|")) };
    await configure({ reset: true, sinks, loggers: [{ category: ["mine"], lowestLevel: "info", sinks: ["lines"] }] });
    try {
      await run(folder, "Logs", { count: 5 });
    } finally {
      await reset();
    }
    assert.deepEqual(lines.sort(), upTo(5).map((i) => `mine|worker|at |${i}|`));
  }));

Deno.test("a payload of a class that no file exports is an error with the way out", () =>
  inFolder(async (folder) => {
    const error = await rejection(run(folder, "Hides"));
    assert.match(
      error.message,
      /^Hides\.processEvent failed at event \d+ \(stream "s"\) in replay-worker-\d: PayloadError: payload\.deep\.0 cannot be/,
    );
    assert.match(error.message, /its class Hidden is exported by no file of the analysis; export it/);
  }));

Deno.test("frames arrive whole, small and large ones, and may be kept", () =>
  inFolder(async (folder) => {
    const sizes = [0, 1, 100, 16383, 16384, 100_000];
    const path = `${folder}/sizes.cbors`;
    await writeCapture(
      path,
      upTo(60).map((eventNumber) => ({
        eventNumber,
        streams: {
          s: { typ: "T", frames: sizes.map((size) => new Uint8Array(size).fill(eventNumber)) },
          empty: { typ: "E", frames: [] },
        },
      })),
    );
    const options = { files: [path], ordered: true, broadcastFirst: true };
    for (const reuseFrames of [false, true]) {
      const { reducer } = await run(folder, "FirstBytes", { ...options, reuseFrames });
      for (const { eventNumber, payload } of reducer.results) {
        const frames = sizes.map((size) => [size === 0 ? undefined : eventNumber, size]);
        assert.deepEqual(payload, [["T", frames], ["E", []]]);
      }
      assert.equal(reducer.results.length, 61);
    }
    const kept = await numbered(`${folder}/kept.cbors`, upTo(6));
    const { reducer } = await run(folder, "KeepsFrames", { files: [kept], ordered: true, workers: 2 });
    assert.deepEqual(reducer.results.map(({ payload }) => payload), [
      [[0, 1]],
      [[1, 1]],
      [[0, 1], [2, 1]],
      [[1, 1], [3, 1]],
      [[0, 1], [2, 1], [4, 1]],
      [[1, 1], [3, 1], [5, 1]],
    ]);
  }));

Deno.test("results come in the order of events where that is asked for", () =>
  inFolder(async (folder) => {
    const ordered = await run(folder, "Uneven", { ordered: true });
    assert.deepEqual(numbersOf(ordered.reducer.results), upTo(20));
    const { reducer } = await run(folder, "Uneven");
    assert.deepEqual(sorted(numbersOf(reducer.results)), upTo(20));
    assert.notDeepEqual(numbersOf(reducer.results), upTo(20));
  }));

Deno.test("rule 6: an error in a thread says where it was, with the user's own lines", () =>
  inFolder(async (folder) => {
    const error = await rejection(run(folder, "Fails", { ordered: true }));
    assert.ok(isBeamfoldError(error, "ReplayError"));
    assert.match(
      error.message,
      /^Fails\.processEvent failed at event 2 \(stream "s"\) in replay-worker-0: RangeError: no 2\n {4}at .*thread_classes\.ts:\d+:\d+/,
    );
  }));

Deno.test("events that fail are skipped and counted where that is asked for", () =>
  inFolder(async (folder) => {
    for (const broadcastFirst of [true, false]) {
      const options = { onError: "skip", parameters: { every: 5 }, broadcastFirst } as const;
      const outcome = await run(folder, "Fails", options);
      assert.deepEqual([outcome.events, outcome.skipped, outcome.errors.length], [16, 4, 4]);
      assert.deepEqual(
        sorted(outcome.errors.map((error) => Number(/at event (\d+)/.exec(error.message)?.[1]))),
        [2, 7, 12, 17],
      );
    }
    const all = await run(folder, "Fails", { onError: "skip", parameters: { every: 1 }, broadcastFirst: true });
    assert.deepEqual([all.events, all.skipped], [20, 0]);
  }));

Deno.test("a first event that fails in all workers is one that is skipped, with an error of each", () =>
  inFolder(async (folder) => {
    for (const threads of [0, 2]) {
      const options = { threads, workers: 3, broadcastFirst: true, onError: "skip" } as const;
      const { events, skipped, errors } = await run(folder, "FailsAtFirst", options);
      assert.deepEqual([events, skipped, errors.length], [19, 1, 3]);
      const named = errors.map(({ message }) => /in replay-worker-(\d)/.exec(message)?.[1]);
      assert.deepEqual(named.sort(), ["0", "1", "2"]);
    }
  }));

Deno.test("files that workers make in threads are closed at the end, and told", () =>
  inFolder(async (folder) => {
    for (const threads of [0, 2]) {
      const { files } = await run(folder, "WritesInThread", { threads, parameters: { folder } });
      assert.deepEqual([...files].sort(), [0, 1].map((i) => `${folder}/replay-worker-${i}.h5`));
      for (const [i, path] of [...files].sort().entries()) {
        using file = openFile(path);
        assert.deepEqual(toNested(file.dataset("seen").read()), upTo(20).filter((event) => event % 2 === i));
      }
    }
  }));

Deno.test("what a source gives stays its own", async () => {
  const frame = new Uint8Array(50_000);
  class Source {
    getSourceGenerators() {
      return [this.items()];
    }
    *items() {
      for (const eventNumber of upTo(20)) {
        frame.fill(eventNumber);
        yield { eventNumber, streams: { s: { typ: "T", frames: [frame] } } };
      }
    }
  }
  const outcome = await replay({
    worker: `${CLASSES}:FirstBytes`,
    reducer: `${CLASSES}:Keep`,
    source: Source,
    threads: 2,
    broadcastFirst: false,
  });
  const { results } = outcome.reducer as unknown as Keep;
  for (const { eventNumber, payload } of results) assert.deepEqual(payload, [["T", [[eventNumber, 50_000]]]]);
  assert.deepEqual([results.length, frame.length], [20, 50_000]);
});

Deno.test("an error of the reducer ends the replay, or is skipped", () =>
  inFolder(async (folder) => {
    FailsToReduce.given = [];
    const error = await rejection(run(folder, "Numbers", { reducer: "FailsToReduce", ordered: true }));
    // What other threads had under way comes too late.
    assert.deepEqual(FailsToReduce.given, upTo(5));
    assert.match(
      error.message,
      /^FailsToReduce\.processResult failed at event 4 .* of replay-worker-0: TypeError: not 4/,
    );
    const { events, skipped, reducer } = await run(folder, "Numbers", { reducer: "FailsToReduce", onError: "skip" });
    assert.deepEqual([events, skipped, reducer.results.length, reducer.finished], [19, 1, 19, 1]);
  }));

Deno.test("errors in constructors and in finish are those of one thread", () =>
  inFolder(async (folder) => {
    for (const threads of [0, 1, 2]) {
      const begin = await rejection(run(folder, "FailsToBegin", { threads }));
      assert.match(begin.message, /^FailsToBegin\.constructor failed: Error: not replay-worker-1\n/);
      const finish = await rejection(run(folder, "FailsToFinish", { threads }));
      assert.match(finish.message, /^FailsToFinish\.finish failed in replay-worker-0: Error: not done\n/);
      assert.match(finish.message, /then FailsToFinish\.finish failed in replay-worker-1: Error: not done\n/);
    }
  }));

Deno.test("a worker in a thread has one event at a time, and in their order", () =>
  inFolder(async (folder) => {
    const { reducer, events } = await run(folder, "OneAtATime", { threads: 1, workers: 1, count: 40 });
    assert.equal(events, 40);
    assert.deepEqual(numbersOf(reducer.results), upTo(40));
  }));

Deno.test("a slow reducer is waited for", () =>
  inFolder(async (folder) => {
    const reported: number[] = [];
    const progress = ({ events }: { events: number }) => void reported.push(events);
    const { events, reducer } = await run(folder, "Numbers", { reducer: "SlowKeep", count: 300, progress });
    assert.deepEqual([events, reducer.results.length], [300, 300]);
    // Also when everything is read.
    assert.ok(reported.filter((count) => count > 0 && count < 300).length >= 2, `${reported}`);
    assert.deepEqual(reported, sorted(reported));
    const fails = run(folder, "Numbers", { reducer: "SlowKeep", count: 300, progress: () => assert.fail("no") });
    assert.match((await rejection(fails)).message, /^no/);
  }));

Deno.test("workers in several threads share the ticks", () =>
  inFolder(async (folder) => {
    const { reducer } = await run(folder, "Ticks", { workers: 4, threads: 4 });
    assert.equal(reducer.results.filter(({ payload }) => payload === true).length, 1);
  }));

Deno.test("wrong numbers of threads are refused", () =>
  inFolder(async (folder) => {
    for (const threads of [-1, 1.5, "two"]) {
      const error = await rejection(run(folder, "Numbers", { threads: threads as number }));
      assert.match(error.message, /^threads is .*, expected 0 \(none\), 1 or more/);
    }
  }));

Deno.test("the tutorial gives the same file with any number of threads", () =>
  inFolder(async (folder) => {
    const files = [await smallCapture(folder, 9, `${folder}/scan.h5`)];
    const written: unknown[] = [];
    for (const threads of [0, 1, 2, 4]) {
      const outcome = await replay({
        worker: `${ROOT}notebooks/tutorial/worker.ts`,
        reducer: `${ROOT}notebooks/tutorial/reducer.ts`,
        files,
        threads,
        parameters: { till_x: 1, from_y: 2 },
      });
      assert.deepEqual([outcome.events, outcome.warnings], [11, []]);
      using file = openFile(outcome.files[0] as string);
      written.push(["reduced", "till_x", "from_y"].map((name) => toNested(file.dataset(name).read())));
    }
    for (const other of written) assert.deepEqual(other, written[0]);
  }));
