import assert from "node:assert/strict";
import { replay, type ResultData } from "beamfold";
import { commons } from "../../lib/azint/commons.ts";
import { inFolder } from "../tools.ts";
import { numbered, upTo } from "./parts.ts";
import type { Found } from "./thread_integrators.ts";

const CLASSES = decodeURIComponent(new URL("thread_integrators.ts", import.meta.url).pathname);
const EVENTS = 40;

class Keep {
  readonly found: [eventNumber: number, found: Found][] = [];

  processResult({ payload, eventNumber }: ResultData<Found>) {
    this.found.push([eventNumber, payload]);
  }
}

/** What all workers gave, by event; the first goes to all of them. */
async function results(folder: string, worker: string, threads: number, workers: number) {
  const files = [await numbered(`${folder}/${worker}.cbors`, upTo(EVENTS))];
  const { reducer, warnings } = await replay({
    worker: `${CLASSES}:${worker}`,
    reducer: Keep,
    threads,
    workers,
    files,
  });
  assert.deepEqual(warnings, []);
  const { found } = reducer as Keep;
  assert.equal(found.length, EVENTS - 1 + workers);
  return found.toSorted(([a], [b]) => a - b);
}

for (const worker of ["Makes", "MakesLate", "MakesAnew"]) {
  Deno.test(`workers in threads build matrices together and integrate as in one thread: ${worker}`, () =>
    inFolder(async (folder) => {
      const curvesOf = (found: readonly [number, Found][]) => found.map(([number, { curves }]) => [number, curves]);
      for (const workers of [1, 2, 3]) {
        const alone = await results(folder, worker, 0, workers);
        assert.ok(alone.every(([, { had, has }]) => !had && !has));
        // Threads are there again for the second run.
        for (const threads of [workers, workers]) {
          const found = await results(folder, worker, threads, workers);
          assert.deepEqual(curvesOf(found), curvesOf(alone));
          const shares = threads > 1;
          if (worker !== "MakesAnew") assert.ok(found.every(([, { had }]) => had === shares), `${threads} threads`);
          else assert.equal(found[0]![1].had, shares);
          // Each thread has had more than the first events by then.
          assert.equal(found.at(-1)![1].has, false);
        }
      }
    }));
}

Deno.test('threads: "auto" has threads use the matrices that were built before', () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(200))];
    const found: { worker: string; built: boolean; curve: readonly number[] }[] = [];
    class Finds {
      processResult({ worker, payload }: ResultData<{ built: boolean; curve: readonly number[] }>) {
        found.push({ worker, ...payload });
      }
    }
    const options = { reducer: Finds, files, broadcastFirst: false, workers: 1 };
    for (const threads of ["auto", 0] as const) {
      await replay({ ...options, worker: `${CLASSES}:MakesSlowly`, threads });
    }
    const [auto, alone] = [found.slice(0, 200), found.slice(200)];
    const curves = (of: typeof found) => of.map(({ curve }) => curve.join()).sort();
    assert.deepEqual(curves(auto), curves(alone));
    assert.equal(commons.memory, undefined);
    const here = auto.filter(({ worker }) => worker === "replay-worker-0");
    assert.ok(here.every(({ built }) => built));
    if (navigator.hardwareConcurrency < 2) return;
    const there = auto.filter(({ worker }) => worker !== "replay-worker-0");
    assert.ok(there.length > 0 && there.every(({ built }) => !built));
  }));
