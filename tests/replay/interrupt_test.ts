import assert from "node:assert/strict";
import { Interrupt } from "../../lib/replay/interrupt.ts";

Deno.test("what was waited for is given up no more when the run is to end", async () => {
  const controller = new AbortController();
  const interrupt = new Interrupt(controller.signal);
  try {
    assert.equal(await interrupt.wait(Promise.resolve(1), 60_000), true);
    await assert.rejects(interrupt.wait(Promise.reject(new Error("no")), 60_000), /^Error: no$/);
    const never = interrupt.wait(new Promise(() => {}), 20);
    // The test fails where another timer than that of the last promise is left.
    controller.abort();
    assert.equal(await never, false);
    assert.equal(await interrupt.wait(Promise.resolve(2), 60_000), true);
  } finally {
    interrupt.stop();
  }
});
