import assert from "node:assert/strict";
import { openFile } from "beamfold";
import { exists } from "../../lib/cli/environment.ts";
import { pool } from "../../lib/replay/threads/pool.ts";
import { inFolder, ROOT } from "../tools.ts";
import { numbered, rejection, upTo } from "./parts.ts";
import { CLASSES, run } from "./thread_run.ts";

Deno.test("the pool gives no thread that died while nobody had it", () => {
  const first = pool.acquire();
  pool.release(first);
  first.kill();
  const second = pool.acquire();
  assert.ok(second !== first && !second.dead);
  second.kill();
});

Deno.test("a thread that dies is an error that names the event", () =>
  inFolder(async (folder) => {
    const error = await rejection(run(folder, "Dies"));
    assert.match(error.message, /^the thread of Dies ended at event 5: it exited with status 3/);
    const node = await rejection(run(folder, "DiesAsInNode"));
    assert.match(node.message, /^the thread of DiesAsInNode ended at event 5: it exited with status 4/);
    const browser = await rejection(run(folder, "DiesAsInBrowsers"));
    assert.match(browser.message, /^the thread of DiesAsInBrowsers ended at event 5: it exited with status 0/);
    // The pool has no dead threads.
    const { events } = await run(folder, "Numbers");
    assert.equal(events, 20);
  }));

Deno.test("a thread that dies between two replays is not used again", () =>
  inFolder(async (folder) => {
    assert.equal((await run(folder, "LeavesBehind")).events, 20);
    const threads = [pool.acquire(), pool.acquire()];
    while (!threads.some(({ dead }) => dead)) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const thread of threads) pool.release(thread);
    assert.equal((await run(folder, "Numbers")).events, 20);
  }));

Deno.test("rule 11: an abort ends a wait for what never comes, and all workers finish", () =>
  inFolder(async (folder) => {
    const controller = new AbortController();
    const progress = ({ events }: { events: number }): void => events > 0 ? controller.abort() : undefined;
    const error = await rejection(run(folder, "WaitsForever", { signal: controller.signal, progress }));
    assert.equal(error.message.match(/WaitsForever\.finish failed in replay-worker-\d: Error: finished/g)?.length, 2);
  }));

Deno.test("rule 11: an abort ends a thread that never comes back, and keeps what was reduced", () =>
  inFolder(async (folder) => {
    const controller = new AbortController();
    let abortedAt = NaN;
    const progress = ({ events }: { events: number }): void => {
      if (events === 0 || controller.signal.aborted) return;
      abortedAt = performance.now();
      controller.abort();
    };
    const outcome = await run(folder, "Hangs", { signal: controller.signal, progress });
    assert.ok(outcome.aborted);
    assert.ok(performance.now() - abortedAt < 3000);
    assert.equal(outcome.reducer.finished, 1);
    assert.ok(outcome.reducer.results.length > 0);
    const { events } = await run(folder, "Numbers");
    assert.equal(events, 20);
  }));

Deno.test("a program that replays in threads ends by itself, and the next replay may have them again", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/few.cbors`, upTo(4))];
    const script = `import { replay } from "${ROOT}mod.ts";
      for (const n of [0, 1]) {
        await replay({ worker: "${CLASSES}:Numbers", reducer: "${CLASSES}:Keep", files: ["${files[0]}"], threads: 2 });
      }
      console.log("done");`;
    const args = ["eval", "--config", `${ROOT}deno.json`, script];
    const { success, stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: folder, signal: timeout() })
      .output();
    assert.ok(success);
    assert.equal(new TextDecoder().decode(stdout).trim(), "done");
  }));

/** Kills what would never end. */
const timeout = (): AbortSignal => AbortSignal.timeout(30_000);

Deno.test("killing what runs in threads leaves a file that can be read, and no process", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/busy.cbors`, upTo(2000))];
    const script = `import { replay } from "${ROOT}mod.ts";
      await replay({ worker: "${CLASSES}:Busy", reducer: "${CLASSES}:WritesFile", files: ["${
      files[0]
    }"], threads: 2 });`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--config", `${ROOT}deno.json`, script],
      cwd: folder,
      stdout: "null",
      stderr: "null",
    }).spawn();
    while (rowsIn(`${folder}/written.h5`) === 0) await new Promise((go) => setTimeout(go, 50));
    child.kill("SIGTERM");
    await child.status;
    const rows = rowsIn(`${folder}/written.h5`);
    assert.ok(rows > 0 && rows < 2000, `${rows} rows`);
  }));

/** The rows that another process has written so far; 0 while there is no file, or nothing in it. */
function rowsIn(path: string): number {
  if (!exists(path)) return 0;
  using file = openFile(path);
  return file.keys().includes("seen") ? file.dataset("seen").shape[0] as number : 0;
}
