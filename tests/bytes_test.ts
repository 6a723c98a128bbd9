import assert from "node:assert/strict";
import { GrowingBytes, joinedBytes, sameBytes } from "../lib/bytes.ts";

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

Deno.test("bytes grow piece by piece, and are taken in a buffer of their size", () => {
  const bytes = new GrowingBytes();
  for (let round = 0; round < 3; round++) {
    const piece = Uint8Array.of(1, 2, 3);
    const starts = [piece, new Uint8Array(0), piece.subarray(1), new Uint8Array(1000)].map((each) => bytes.add(each));
    piece.fill(9);
    assert.deepEqual([starts, bytes.length], [[0, 3, 3, 5], 1005]);
    const taken = new Uint8Array(bytes.take());
    assert.deepEqual([[...taken.subarray(0, 6)], taken.length], [[1, 2, 3, 2, 3, 0], 1005]);
    assert.equal(bytes.length, 0);
  }
  assert.equal(bytes.take().byteLength, 0);
});
