import assert from "node:assert/strict";
import { resultData } from "../../lib/event.ts";
import { type Arrival, queueFor, WINDOW } from "../../lib/replay/verify/arrival.ts";
import { upTo } from "./parts.ts";

/** The results of a header at every worker, and of events that are given to them in turn; as `event:worker`. */
function resultsOf(workers: number, events: number): string[] {
  return [...upTo(workers).map((worker) => `0:${worker}`), ...upTo(events).map((i) => `${i + 1}:${i % workers}`)];
}

/** In which order results come out of a queue, and how many of them it held at most. */
function through(arrival: Arrival, results: readonly string[]): { order: string[]; held: number } {
  const queue = queueFor(arrival);
  const order: string[] = [];
  let held = 0;
  const takeAll = (ended: boolean) => {
    for (let next = queue.take(ended); next !== undefined; next = queue.take(ended)) {
      order.push(next.result.payload as string);
    }
  };
  for (const [i, result] of results.entries()) {
    const [event = "", worker = ""] = result.split(":");
    queue.add({ result: resultData(Number(event), worker, "", result), given: undefined });
    takeAll(false);
    held = Math.max(held, i + 1 - order.length);
  }
  takeAll(true);
  return { order, held };
}

Deno.test("results in order come as they are", () => {
  const results = resultsOf(2, 20);
  assert.deepEqual(through({ way: "in order" }, results), { order: results, held: 0 });
});

Deno.test("shuffled results all come, once, in another order, the same for the same seed, in a bounded window", () => {
  for (const events of [2, 3, 7, 8, 9, 100]) {
    for (const seed of upTo(20)) {
      const results = resultsOf(3, events);
      const { order, held } = through({ way: "shuffled", seed }, results);
      assert.deepEqual(order.toSorted(), results.toSorted());
      assert.deepEqual(order.slice(0, 3), results.slice(0, 3), "those of the first event come first");
      assert.notDeepEqual(order, results);
      assert.notEqual(order.at(-1), results.at(-1), "the last one does not come last");
      assert.ok(held < WINDOW);
      assert.deepEqual(order, through({ way: "shuffled", seed }, results).order);
    }
  }
  const [one, two] = [1, 2].map((seed) => through({ way: "shuffled", seed }, resultsOf(2, 50)).order);
  assert.notDeepEqual(one, two);
});

Deno.test("results of the first event come late, but before what the same worker sends behind them", () => {
  assert.deepEqual(through({ way: "first late" }, resultsOf(2, 4)).order, ["0:1", "2:1", "4:1", "0:0", "1:0", "3:0"]);
  for (const [workers, events] of [[2, 100], [5, 100], [3, 2], [20, 300]] as const) {
    const results = resultsOf(workers, events);
    const { order, held } = through({ way: "first late" }, results);
    assert.deepEqual(order.toSorted(), results.toSorted());
    assert.ok(held < WINDOW);
    for (const worker of upTo(workers)) {
      const own = (list: readonly string[]) => list.filter((result) => result.endsWith(`:${worker}`));
      assert.deepEqual(own(order), own(results));
    }
    // Behind those of later events, if only a few.
    assert.ok(order.slice(0, order.indexOf("0:0")).some((result) => !result.startsWith("0:")));
  }
});

Deno.test("a first event that one worker alone has comes late, too", () => {
  assert.deepEqual(through({ way: "first late" }, ["0:0", "1:1", "2:0", "3:1"]).order, ["1:1", "3:1", "0:0", "2:0"]);
  assert.deepEqual(through({ way: "first late" }, ["0:0"]).order, ["0:0"]);
  assert.deepEqual(through({ way: "first late" }, []).order, []);
});
