import { type EventData, replay, type ReplayOptions, type Setup } from "beamfold";
import assert from "node:assert/strict";
import { inFolder } from "../tools.ts";
import { Keep, numbered, Numbers, upTo } from "./parts.ts";

/** For each worker, the events that it got. */
async function shares(folder: string, options: Partial<ReplayOptions>): Promise<number[][]> {
  const files = [await numbered(`${folder}/scan.cbors`, upTo(20))];
  const { reducer } = await replay({ worker: Numbers, reducer: Keep, files, ...options, workers: 3 });
  const { results } = reducer as Keep;
  return upTo(3).map((i) =>
    results.filter(({ worker }) => worker === `replay-worker-${i}`).map(({ eventNumber }) => eventNumber)
  );
}

Deno.test("rule 2: the first event goes to every worker, in their order", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, [5, 6])];
    const { reducer, events, results } = await replay({ worker: Numbers, reducer: Keep, files, workers: 3 });
    assert.deepEqual(reducer.results.map(({ eventNumber, worker }) => [eventNumber, worker]), [
      [5, "replay-worker-0"],
      [5, "replay-worker-1"],
      [5, "replay-worker-2"],
      [6, "replay-worker-0"],
    ]);
    assert.deepEqual([events, results], [2, 4]);
  }));

Deno.test("rule 2: every other event goes to one worker, in turn", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await shares(folder, {}), [
      [0, 1, 4, 7, 10, 13, 16, 19],
      [0, 2, 5, 8, 11, 14, 17],
      [0, 3, 6, 9, 12, 15, 18],
    ]);
  }));

Deno.test("rule 2: without broadcastFirst the first event goes to one worker as well", () =>
  inFolder(async (folder) => {
    const given = await shares(folder, { broadcastFirst: false });
    assert.deepEqual(given.map((share) => share.slice(0, 2)), [[0, 3], [1, 4], [2, 5]]);
    assert.deepEqual(given.flat().sort((a, b) => a - b), upTo(20));
  }));

Deno.test("rule 2: at random, events go to the same workers on every run with the same seed", () =>
  inFolder(async (folder) => {
    const [one, again, other] = [
      await shares(folder, { distribute: "random", seed: 4 }),
      await shares(folder, { distribute: "random", seed: 4 }),
      await shares(folder, { distribute: "random", seed: 5 }),
    ];
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, other);
    // Event 0 reaches all three workers, every other one exactly one of them.
    for (const given of [one, other]) assert.deepEqual(given.flat().toSorted((a, b) => a - b), [0, 0, ...upTo(20)]);
    assert.notDeepEqual(one, await shares(folder, {}));
  }));

Deno.test("rule 2: two workers share the events when no number of workers is given", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(5))];
    const { reducer } = await replay({ worker: Numbers, reducer: Keep, files });
    const names = new Set(reducer.results.map(({ worker }) => worker));
    assert.deepEqual([...names], ["replay-worker-0", "replay-worker-1"]);
  }));

Deno.test("rule 2: workers keep what they learnt from the first event", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, [100, 101, 102, 103])];
    class Offset {
      origin = 0;
      processEvent({ eventNumber }: EventData) {
        this.origin ||= eventNumber;
        return eventNumber - this.origin;
      }
    }
    const { reducer } = await replay({ worker: Offset, reducer: Keep, files, workers: 3 });
    assert.deepEqual(reducer.payloads, [0, 0, 0, 1, 2, 3]);
  }));

Deno.test("constructors are given the parameters, a context of their own, and their names", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, [0])];
    const setups: Setup[] = [];
    class Worker extends Numbers {
      constructor(setup: Setup) {
        super();
        setups.push(setup);
      }
    }
    class Reducer extends Keep {
      constructor(setup: Setup) {
        super();
        setups.push(setup);
      }
    }
    const { parameters } = await replay({ worker: Worker, reducer: Reducer, files });
    assert.deepEqual(setups.map(({ state }) => state.name), ["replay-worker-0", "replay-worker-1", "reducer"]);
    for (const setup of setups) {
      assert.equal(setup.parameters, parameters);
      assert.deepEqual(setup.context, { captures: files });
    }
    assert.equal(new Set(setups.map(({ context }) => context)).size, 3);
  }));
