import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { bandsOf } from "../../lib/azint/bands.ts";
import { buildMatrix } from "../../lib/azint/matrix.ts";
import type { BandReport, BandTask } from "./band_thread.ts";
import { assertSameMatrix, memory, type Outline, OUTLINES, partsOf, planOf, siteIn } from "./plans.ts";

/** Starts a thread; gives what it will tell. */
function start(task: BandTask) {
  const worker = new Worker(new URL("band_thread.ts", import.meta.url), { workerData: task });
  const here = Promise.withResolvers<void>();
  const done = Promise.withResolvers<Exclude<BandReport, "here">>();
  worker.on("error", (error: Error) => [here, done].forEach(({ reject }) => reject(error)));
  worker.on("message", (report: BandReport) => report === "here" ? here.resolve() : done.resolve(report));
  return { worker, here: here.promise, done: done.promise };
}

Deno.test("threads build a matrix together, each of them some bands", async () => {
  for (const [outline, count] of [[OUTLINES[1], 2], [OUTLINES[2], 3], [OUTLINES[7], 2]] as [Outline, number][]) {
    const alone = partsOf(buildMatrix(planOf(outline)));
    const task = { memory: memory(), outline, gate: new SharedArrayBuffer(4), others: count };
    const threads = Array.from({ length: count }, () => start(task));
    const reports = await Promise.all(threads.map(({ done }) => done));
    for (const { parts } of reports) assertSameMatrix(parts, alone, Deno.inspect(outline));
    const built = reports.map((report) => report.built);
    // At the end, each builds at most the one that each of the others has at hand.
    const most = bandsOf(outline.shape[0]).length + count * (count - 1);
    assert.ok(built.reduce((a, b) => a + b) <= most, `${built}`);
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }
});

Deno.test("nobody waits for a thread that stands still, or that is ended", async () => {
  const outline = OUTLINES[1] as Outline;
  const alone = partsOf(buildMatrix(planOf(outline)));
  const commons = memory();
  const stuck = start({ memory: commons, outline, gate: new SharedArrayBuffer(4), others: 2 });
  stuck.done.catch(() => {});
  await stuck.here;
  assertSameMatrix(partsOf(buildMatrix(planOf(outline), siteIn(commons, outline))), alone, "one stands still");
  await stuck.worker.terminate();
  assertSameMatrix(partsOf(buildMatrix(planOf(outline), siteIn(commons, outline))), alone, "one was ended");
});
