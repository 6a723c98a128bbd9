import assert from "node:assert/strict";
import { Interrupt } from "../../lib/replay/interrupt.ts";

Deno.test("when the run is to end, only what is waited for is given up", async () => {
  const controller = new AbortController();
  const interrupt = new Interrupt(controller.signal);
  const { setTimeout } = globalThis;
  let timers = 0;
  globalThis.setTimeout = ((...given: Parameters<typeof setTimeout>) => {
    timers++;
    return setTimeout(...given);
  }) as typeof setTimeout;
  try {
    assert.equal(await interrupt.wait(Promise.resolve(1), 60_000), true);
    await assert.rejects(interrupt.wait(Promise.reject(new Error("no")), 60_000), /^Error: no$/);
    const never = interrupt.wait(new Promise(() => {}), 100);
    controller.abort();
    assert.equal(timers, 1);
    assert.equal(await never, false);
    assert.equal(await interrupt.wait(Promise.resolve(2), 60_000), true);
    assert.equal(await interrupt.wait(new Promise(() => {}), 0), false);
    assert.equal(timers, 3);
  } finally {
    globalThis.setTimeout = setTimeout;
    interrupt.stop();
  }
});
