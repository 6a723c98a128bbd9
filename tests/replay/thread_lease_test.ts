import assert from "node:assert/strict";
import { commons, isUsed, newCommons } from "../../lib/azint/commons.ts";
import { Lease } from "../../lib/replay/threads/lease.ts";
import { OUTLINES, siteIn } from "../azint/plans.ts";

/** A lease of new memory. */
function lent() {
  const memory = newCommons() as WebAssembly.Memory;
  const lease = new Lease();
  lease.begin(memory);
  return {
    lease,
    use() {
      siteIn(memory, OUTLINES[0]!);
      assert.ok(isUsed(memory));
    },
  };
}

Deno.test("memory that was used is let go when workers are made", () => {
  const { lease, use } = lent();
  assert.ok(commons.memory !== undefined);
  use();
  lease.done(0);
  assert.equal(commons.memory, undefined);
});

Deno.test("memory that was not used yet is kept for the first events", () => {
  const { lease, use } = lent();
  lease.done(0);
  lease.done(1);
  lease.done(6);
  assert.ok(commons.memory !== undefined);
  use();
  lease.done(1);
  assert.equal(commons.memory, undefined);
});

Deno.test("memory that is not used is let go after the first events, and at the end of the run", () => {
  const { lease } = lent();
  for (let i = 0; i < 7; i++) lease.done(1);
  assert.ok(commons.memory !== undefined);
  lease.done(1);
  assert.equal(commons.memory, undefined);

  lent().lease.end();
  assert.equal(commons.memory, undefined);
});

Deno.test("memory is made when it is asked for first, and stays the same", () => {
  let made = 0;
  const lease = new Lease();
  lease.begin(() => {
    made++;
    return newCommons();
  });
  lease.done(0);
  assert.equal(made, 0);
  const { memory } = commons;
  assert.ok(memory !== undefined && commons.memory === memory);
  assert.deepEqual([made, commons.isUsed], [1, false]);
  siteIn(memory, OUTLINES[0]!);
  assert.ok(commons.isUsed);
  lease.end();
  assert.equal(commons.memory, undefined);
});
