import assert from "node:assert/strict";
import { joinedBytes, sameBytes } from "../lib/bytes.ts";

Deno.test("pieces are put together in order, in memory of their own", () => {
  const piece = Uint8Array.of(1, 2, 3);
  const whole = joinedBytes([piece.subarray(1), new Uint8Array(0), piece]);
  assert.deepEqual([...whole], [2, 3, 1, 2, 3]);
  assert.equal(whole.buffer.byteLength, 5);
  whole[2] = 9;
  assert.equal(piece[0], 1);
  assert.equal(joinedBytes([]).length, 0);
});

Deno.test("bytes are the same where all of them are", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  assert.ok(sameBytes(bytes, Uint8Array.of(0, 1, 2, 3).subarray(1)));
  for (const other of [[1, 2], [1, 2, 3, 4], [1, 2, 4], [0, 2, 3]]) {
    assert.equal(sameBytes(bytes, Uint8Array.from(other)), false);
  }
  assert.ok(sameBytes(new Uint8Array(0), new Uint8Array(0)));
});
