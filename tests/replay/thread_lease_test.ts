import assert from "node:assert/strict";
import { commons, newCommons } from "../../lib/azint/commons.ts";
import { Lease, Lent } from "../../lib/replay/threads/lease.ts";

/** A lease of new memory, and how often it asked for what is free. */
function lent() {
  const buffer = newCommons() as SharedArrayBuffer;
  let collected = 0;
  const lease = new Lease(() => collected++);
  lease.begin(buffer);
  return { lease, use: () => buffer.grow(2 * buffer.byteLength), collected: () => collected };
}

Deno.test("memory that was used is let go when workers are made, and asked for with the next events", () => {
  const { lease, use, collected } = lent();
  assert.ok(commons.buffer !== undefined);
  use();
  lease.done(0);
  assert.deepEqual([commons.buffer, collected()], [undefined, 0]);
  lease.done(1);
  lease.done(1);
  assert.deepEqual([commons.buffer, collected()], [undefined, 1]);
});

Deno.test("memory that was not used yet is kept for the first events", () => {
  const { lease, use, collected } = lent();
  lease.done(0);
  lease.done(1);
  lease.done(6);
  assert.ok(commons.buffer !== undefined);
  use();
  lease.done(1);
  lease.done(1);
  assert.deepEqual([commons.buffer, collected()], [undefined, 1]);
});

Deno.test("memory that is not used is let go after the first events, and at the end of the run", () => {
  const later = lent();
  for (let i = 0; i < 7; i++) later.lease.done(1);
  assert.ok(commons.buffer !== undefined);
  later.lease.done(1);
  assert.equal(commons.buffer, undefined);
  later.lease.done(1);
  assert.equal(later.collected(), 0);

  const ended = lent();
  ended.lease.end();
  assert.equal(commons.buffer, undefined);
  ended.lease.begin(undefined);
  ended.lease.done(0);
  assert.equal(ended.collected(), 0);
});

Deno.test("memory of a run without events is asked for in the next one", () => {
  const { lease, use, collected } = lent();
  use();
  lease.done(0);
  lease.end();
  lease.begin(undefined);
  lease.done(0);
  assert.equal(collected(), 1);
});

Deno.test("who lent memory asks for it once, after a while, if it was used and is there", () => {
  for (const [used, lends] of [[true, true], [false, true], [true, false]]) {
    let collected = 0;
    const lent = new Lent(() => collected++);
    const buffer = newCommons() as SharedArrayBuffer;
    lent.lend(lends ? buffer : undefined);
    if (used) buffer.grow(2 * buffer.byteLength);
    for (let i = 0; i < 8; i++) lent.idle();
    assert.equal(collected, 0);
    for (let i = 0; i < 20; i++) lent.idle();
    assert.equal(collected, used && lends ? 1 : 0);
    assert.ok(buffer.byteLength > 0);
  }
});
