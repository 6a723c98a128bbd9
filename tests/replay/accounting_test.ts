import { type EventData, replay, type Setup } from "beamfold";
import fc from "fast-check";
import assert from "node:assert/strict";
import { inFolder } from "../tools.ts";
import { Keep, numbered } from "./parts.ts";

/** Random captures (their event numbers), and how they are replayed. */
const runs = fc.record({
  captures: fc.array(fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 25 }), { minLength: 1, maxLength: 4 }),
  workers: fc.integer({ min: 1, max: 5 }),
  broadcastFirst: fc.boolean(),
  /** Event numbers for which the worker throws, and numbers that are not selected. */
  broken: fc.uniqueArray(fc.nat(40), { maxLength: 6 }),
  unwanted: fc.uniqueArray(fc.nat(40), { maxLength: 12 }),
});

type Run = typeof runs extends fc.Arbitrary<infer T> ? T : never;

/** Who gets what, written down the naive way: all events in a list, the workers in turn. */
function whoGetsWhat({ captures, workers, broadcastFirst, unwanted }: Run): string[] {
  const numbers = [...new Set(captures.flat())].sort((a, b) => a - b).filter((number) => !unwanted.includes(number));
  const streamsOf = (number: number) => captures.flatMap((numbers, i) => numbers.includes(number) ? [`s${i}`] : []);
  let turn = 0;
  return numbers.flatMap((number, i) => {
    const everyone = i === 0 && broadcastFirst;
    const who = everyone ? Array.from({ length: workers }, (_, worker) => worker) : [turn++ % workers];
    return who.map((worker) => `${number} ${streamsOf(number)} to replay-worker-${worker}`);
  });
}

Deno.test("rules 1 and 2: every event of any captures is processed, skipped or unselected, by the worker it is due to", () =>
  inFolder(async (folder) => {
    let round = 0;
    await fc.assert(fc.asyncProperty(runs, async (run) => {
      round++;
      const { captures, workers, broadcastFirst, broken, unwanted } = run;
      const ascending = captures.map((numbers) => numbers.toSorted((a, b) => a - b));
      const files = await Promise.all(
        ascending.map((numbers, i) => numbered(`${folder}/${round}-${i}.cbors`, numbers, `s${i}`)),
      );
      const seen: string[] = [];
      class Breaks {
        constructor(readonly setup: Setup) {}
        processEvent({ eventNumber, streams }: EventData) {
          seen.push(`${eventNumber} ${Object.keys(streams).sort()} to ${this.setup.state.name}`);
          if (broken.includes(eventNumber)) throw new Error("broken");
          return eventNumber;
        }
      }
      const outcome = await replay({
        worker: Breaks,
        reducer: Keep,
        files,
        workers,
        broadcastFirst,
        select: (eventNumber) => !unwanted.includes(eventNumber),
        onError: "skip",
      });

      assert.deepEqual(seen, whoGetsWhat(run));
      const all = [...new Set(captures.flat())].sort((a, b) => a - b);
      const wanted = all.filter((number) => !unwanted.includes(number));
      const whole = wanted.filter((number) => !broken.includes(number));
      assert.equal(outcome.unselected, all.length - wanted.length);
      assert.equal(outcome.skipped, wanted.length - whole.length);
      assert.equal(outcome.events, whole.length);
      assert.equal(outcome.lastEvent, whole.at(-1));
      assert.deepEqual([...new Set(outcome.reducer.eventNumbers)], whole);
      assert.equal(outcome.results, outcome.reducer.results.length);
    }));
  }));
