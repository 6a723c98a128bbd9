import assert from "node:assert/strict";
import fc from "fast-check";
import { Ring } from "../../lib/replay/threads/ring.ts";
import { scriptPrints } from "../tools.ts";

Deno.test("a ring has what a Map has, however numbers come and go", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 200 });
  fc.assert(fc.property(steps, fc.oneof(fc.nat(1e9), fc.bigInt(0n, 2n ** 50n).map(Number)), (taken, start) => {
    const ring = new Ring<string>();
    const map = new Map<number, string>();
    for (const [sets, offset] of taken) {
      const number = start + offset;
      if (sets && !map.has(number)) {
        ring.set(number, `value ${number}`);
        map.set(number, `value ${number}`);
      } else {
        assert.equal(ring.take(number), map.get(number));
        map.delete(number);
      }
      assert.equal(ring.size, map.size);
      for (let n = start - 1; n <= start + 41; n++) assert.equal(ring.get(n), map.get(n));
    }
  }));
});

Deno.test("numbers go up while one stays, and its value as well", () => {
  const ring = new Ring<number>();
  ring.set(0, -1);
  for (let number = 1; number < 100_000; number++) {
    ring.set(number, number);
    if (number > 3) assert.equal(ring.take(number - 3), number - 3);
  }
  assert.deepEqual([ring.get(0), ring.get(1), ring.get(99_999), ring.size], [-1, undefined, 99_999, 4]);
});

Deno.test("of values that are gone nothing stays, until V8 looks through the whole heap", async () => {
  const script = `
    import { Ring } from "${new URL("../../lib/replay/threads/ring.ts", import.meta.url).href}";
    const ring = new Ring();
    let before = 0;
    for (let number = 0; number < 100_000; number++) {
      ring.set(number, { number });
      if (number >= 100) ring.take(number - 100);
      // Some values are there at one collection, none at two.
      if (number % 130 === 0) gc({ type: "minor" });
      if (number === 20_000) before = Deno.memoryUsage().heapUsed;
    }
    console.log((Deno.memoryUsage().heapUsed - before) / 80_000);
  `;
  const bytes = Number(await scriptPrints(["--v8-flags=--expose-gc"], script));
  // In a Map, half of them.
  assert.ok(bytes < 4, `${bytes} bytes for each`);
});
