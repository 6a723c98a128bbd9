import assert from "node:assert/strict";
import { type EventData, replay } from "beamfold";
import { type OutcomeFacts, outcomeRendering } from "../../lib/notebook/outcome_view.ts";
import { Keep } from "../replay/parts.ts";

const files = ["data/xrd.cbors"];

/** What is drawn of an outcome, as lines. */
function linesOf(facts: Partial<OutcomeFacts>): string[] {
  const outcome = {
    events: 0,
    results: 0,
    skipped: facts.errors?.length ?? 0,
    unselected: 0,
    errors: [],
    warnings: [],
    files: [],
    parameters: {},
    seconds: 0,
    aborted: false,
    lastEvent: undefined,
    ...facts,
  };
  return outcomeRendering(outcome).text.split("\n");
}

/** The lines on skipped events, without stack frames. */
const skippedIn = (errors: readonly Error[]) => linesOf({ errors }).filter((line) => line.startsWith("skipped:"));

const failed = (worker: string, what: string) =>
  Object.assign(new Error(`Hot.processEvent failed at event 0 in ${worker}: Error: ${what}`), { worker });

Deno.test("an error that all workers have at the first event is listed once, other errors for themselves", async () => {
  class Hot {
    processEvent({ eventNumber }: EventData) {
      if (eventNumber === 0 || eventNumber === 4) throw new Error("no header");
    }
  }
  const { errors } = await replay({ worker: Hot, reducer: Keep, files, workers: 2, onError: "skip" });
  assert.deepEqual(skippedIn(errors), [
    'skipped: Hot.processEvent failed at event 0 (stream "xrd") in 2 workers: Error: no header',
    'skipped: Hot.processEvent failed at event 4 (stream "xrd") in replay-worker-1: Error: no header',
  ]);
});

Deno.test("workers that fail in different ways are listed each with its own error", () => {
  assert.deepEqual(skippedIn([failed("w0", "cold"), failed("w1", "hot"), failed("w2", "cold")]), [
    "skipped: Hot.processEvent failed at event 0 in 2 workers: Error: cold",
    "skipped: Hot.processEvent failed at event 0 in w1: Error: hot",
  ]);
  assert.equal(skippedIn([new Error("the same"), new Error("the same")]).length, 2);
});

Deno.test("of many errors the first are listed, and all others are counted", () => {
  const same = [failed("w0", "cold"), failed("w1", "cold"), failed("w2", "cold")];
  const others = Array.from({ length: 7 }, (_, i) => new Error(`error ${i}`));
  assert.deepEqual(skippedIn([...same, ...others]), [
    "skipped: Hot.processEvent failed at event 0 in 3 workers: Error: cold",
    ...[0, 1, 2, 3].map((i) => `skipped: error ${i}`),
    "skipped: 3 more errors",
  ]);
  assert.equal(skippedIn(others.slice(0, 6)).at(-1), "skipped: 1 more error");
  assert.equal(skippedIn(others.slice(0, 5)).at(-1), "skipped: error 4");
});

Deno.test("of many warnings the first are listed, and the others are counted", () => {
  const warnings = (count: number) =>
    linesOf({ warnings: Array.from({ length: count }, (_, i) => `cut ${i}`) }).slice(1);
  assert.deepEqual(warnings(5), [0, 1, 2, 3, 4].map((i) => `⚠ cut ${i}`));
  assert.deepEqual(warnings(7), [...[0, 1, 2, 3, 4].map((i) => `⚠ cut ${i}`), "⚠ 2 more warnings"]);
});

Deno.test("the first line has counts, time and rate, and where an aborted replay ended", () => {
  const first = (facts: Partial<OutcomeFacts>) => linesOf({ events: 30, results: 31, seconds: 0.5, ...facts })[0];
  assert.equal(first({}), "30 events → 31 results in 0.50 s");
  assert.equal(first({ seconds: 0.0042 }), "30 events → 31 results in 4.2 ms");
  assert.equal(first({ seconds: 2 }), "30 events → 31 results in 2.00 s, 15 events/s");
  assert.equal(
    first({ skipped: 1, unselected: 1 }),
    "30 events → 31 results, 1 event skipped, 1 event not selected in 0.50 s",
  );
  assert.equal(first({ aborted: true, lastEvent: 7 }), "30 events → 31 results in 0.50 s; aborted at event 7");
  assert.match(first({ aborted: true }) ?? "", /; aborted before the first event$/);
});

Deno.test("a file that was moved away is a remark, not an error", () => {
  const [, path, remark] = linesOf({ files: ["/nowhere/a.h5"] });
  assert.equal(path, "/nowhere/a.h5");
  assert.match(remark ?? "", /^⚠ .*there is no such file/);
});

Deno.test("what was verified is told below the warnings", () => {
  const verified = { status: "complete", differences: [], summary: "verified: the same with 1 worker" };
  assert.deepEqual(linesOf({ verified }).slice(1), ["✓ verified: the same with 1 worker"]);
  const differing = { ...verified, differences: [{}], summary: "verify found that\n- a[1] differs" };
  assert.deepEqual(linesOf({ warnings: ["w"], verified: differing }).slice(1), [
    "⚠ w",
    "✗ verify found that",
    "- a[1] differs",
  ]);
  assert.match(linesOf({ verified: { ...verified, status: "aborted" } })[1] ?? "", /^✗ /);
});
