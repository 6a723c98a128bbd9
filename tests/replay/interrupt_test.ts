import assert from "node:assert/strict";
import { Interrupt } from "../../lib/replay/interrupt.ts";
import { scriptPrints } from "../tools.ts";

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

Deno.test("of waits that are over nothing stays, also when V8 took something of one for old", async () => {
  const script = `
    import { Interrupt } from "${new URL("../../lib/replay/interrupt.ts", import.meta.url).href}";
    const interrupt = new Interrupt();
    const { promise, resolve } = Promise.withResolvers();
    const old = interrupt.wait(promise);
    gc();
    resolve();
    await old;
    let before = 0;
    for (let number = 0; number < 40_000; number++) {
      await interrupt.wait(Promise.resolve());
      if (number % 100 === 0) gc({ type: "minor" });
      if (number === 20_000) before = Deno.memoryUsage().heapUsed;
    }
    console.log((Deno.memoryUsage().heapUsed - before) / 20_000);
    interrupt.stop();
  `;
  const bytes = Number(await scriptPrints(["--v8-flags=--expose-gc"], script));
  assert.ok(bytes < 20, `${bytes} bytes for each`);
});

Deno.test("an error that comes by itself is thrown to those who wait", async () => {
  const interrupt = new Interrupt(undefined);
  try {
    interrupt.check();
    const never = interrupt.wait(new Promise(() => {}));
    interrupt.fail(new Error("first"));
    interrupt.fail(new Error("second"));
    await assert.rejects(never, /^Error: first$/);
    interrupt.check();
    assert.equal(await interrupt.wait(Promise.resolve()), true);
  } finally {
    interrupt.stop();
  }
});

Deno.test("nobody who is spared hears of it, but the next look does", async () => {
  const interrupt = new Interrupt(undefined);
  try {
    interrupt.spareWaiting();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waited = interrupt.wait(promise);
    interrupt.fail(new Error("first"));
    resolve();
    assert.equal(await waited, true);
    assert.throws(() => interrupt.check(), /^Error: first$/);
    interrupt.check();
  } finally {
    interrupt.stop();
  }
});

Deno.test("what was given up waits for nothing any more", async () => {
  const controller = new AbortController();
  const interrupt = new Interrupt(controller.signal);
  try {
    controller.abort();
    assert.equal(await interrupt.wait(new Promise(() => {}), 0), false);
    interrupt.fail(new Error("later"));
    assert.throws(() => interrupt.check(), /^Error: later$/);
  } finally {
    interrupt.stop();
  }
});
