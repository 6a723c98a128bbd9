import { replay } from "beamfold";
import assert from "node:assert/strict";
import { paysOff } from "../../lib/replay/threads/auto.ts";
import { inFolder } from "../tools.ts";
import { numbered, upTo } from "./parts.ts";
import type { Keep } from "./thread_classes.ts";

const CLASSES = decodeURIComponent(new URL("thread_classes.ts", import.meta.url).pathname);

Deno.test("threads pay for much work on little data, of which much is left", () => {
  const trial = { busy: 0.25, events: 50, bytes: 1e6, elapsed: 0.26, progress: 0.1, making: 0.01, cores: 2 };
  assert.ok(paysOff(trial));
  assert.ok(paysOff({ ...trial, progress: undefined }));
  assert.ok(!paysOff({ ...trial, cores: 1 }));
  // Little is left.
  assert.ok(!paysOff({ ...trial, progress: 0.6 }));
  // To send an event takes as long as to process it.
  assert.ok(paysOff({ ...trial, events: 20_000 }));
  assert.ok(!paysOff({ ...trial, events: 200_000 }));
  assert.ok(!paysOff({ ...trial, bytes: 1e9 }));
  // The workers take longer to make.
  assert.ok(!paysOff({ ...trial, making: 2 }));
  // Most of the time goes elsewhere.
  assert.ok(!paysOff({ ...trial, busy: 0.02 }));
});

Deno.test('threads: "auto" gives the rest of the events to new workers, which have had the first one', () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/busy.cbors`, upTo(200))];
    const options = { worker: `${CLASSES}:Busy`, reducer: `${CLASSES}:Keep`, files, threads: "auto" } as const;
    const outcome = await replay(options);
    const { results, finished } = outcome.reducer as unknown as Keep;
    assert.deepEqual([outcome.events, outcome.warnings, finished], [200, [], 1]);
    const later = results.filter(({ eventNumber }) => eventNumber > 0);
    assert.deepEqual(later.map(({ eventNumber }) => eventNumber).sort((a, b) => a - b), upTo(200).slice(1));
    assert.ok(results.every(({ payload }) => payload === true));
    if (navigator.hardwareConcurrency < 2) return;
    const workers = new Set(results.map(({ worker }) => worker));
    assert.equal(workers.size, 2 + navigator.hardwareConcurrency);
  }));

Deno.test('threads: "auto" stays in this thread where that is quicker', () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/quick.cbors`, upTo(200))];
    const options = { worker: `${CLASSES}:Numbers`, reducer: `${CLASSES}:Keep`, files, threads: "auto" } as const;
    const { results } = (await replay(options)).reducer as unknown as Keep;
    assert.deepEqual([...new Set(results.map(({ worker }) => worker))].sort(), ["replay-worker-0", "replay-worker-1"]);
  }));

Deno.test('threads: "auto" loses nothing where it has decided to stay in this thread', () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/late.cbors`, upTo(200))];
    const options = { worker: `${CLASSES}:BusyLate`, reducer: `${CLASSES}:Keep`, files, threads: "auto" } as const;
    const outcome = await replay({ ...options, broadcastFirst: false });
    const { results } = outcome.reducer as unknown as Keep;
    assert.deepEqual([outcome.events, outcome.results], [200, 200]);
    assert.deepEqual(results.map(({ payload }) => payload), upTo(200));
    assert.deepEqual([...new Set(results.map(({ worker }) => worker))].sort(), ["replay-worker-0", "replay-worker-1"]);
  }));

Deno.test('threads: "auto" says so when a class cannot be sent', () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/busy.cbors`, upTo(200))];
    const wait = 10;
    class Local {
      processEvent() {
        const started = performance.now();
        while (performance.now() - started < wait);
        return 1;
      }
    }
    class Nothing {
      processResult() {}
    }
    const { events, warnings } = await replay({ worker: Local, reducer: Nothing, files, threads: "auto" });
    assert.equal(events, 200);
    if (navigator.hardwareConcurrency < 2) return;
    assert.match(
      warnings[0] ?? "",
      /^threads would have paid, but Local cannot be sent to a thread: Local uses "wait"/,
    );
  }));
