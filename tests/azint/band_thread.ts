/**
 * A thread of the tests that builds a matrix together with others.
 *
 * @module
 */

import { parentPort, workerData } from "node:worker_threads";
import { buildMatrix } from "../../lib/azint/matrix.ts";
import { type Outline, partsOf, planOf, siteIn } from "./plans.ts";

/** What it is given. */
export interface BandTask {
  readonly memory: WebAssembly.Memory;
  readonly outline: Outline;
  /** Counts those who are there, at 0. */
  readonly gate: SharedArrayBuffer;
  /** For how many it waits before it builds its first band. */
  readonly others: number;
}

/** What it tells: first that it has come, with a band begun; then what it built. */
export type BandReport = "here" | { readonly parts: Record<string, Uint8Array>; readonly built: number };

if (parentPort !== null) {
  const { memory, outline, gate, others } = workerData as BandTask;
  const port = parentPort;
  const tell = (report: BandReport): void => port.postMessage(report);
  const count = new Int32Array(gate);
  let waits = true;
  const plan = planOf(outline, () => {
    if (!waits) return;
    waits = false;
    tell("here");
    Atomics.add(count, 0, 1);
    Atomics.notify(count, 0);
    for (let here; (here = Atomics.load(count, 0)) < others;) Atomics.wait(count, 0, here);
  });
  const site = siteIn(memory, outline);
  let built = 0;
  const counted = {
    ...site,
    publish(...given: Parameters<typeof site.publish>) {
      built++;
      site.publish(...given);
    },
  };
  const parts = partsOf(buildMatrix(plan, counted));
  tell({ parts, built });
}
