import assert from "node:assert/strict";
import { argmax, histogram, max, mean, min, type NdArray, slice, std, sum, toNested } from "beamfold";
import { contiguous, copyArray, fromBytes, view } from "../../lib/array/ndarray.ts";
import { checkAttached, isDetached } from "../../lib/array/detached.ts";

const gone = { name: "ArrayError", message: /memory was used again: with reuseFrames.*copy what is kept/ };

function detached(): NdArray[] {
  const data = new Uint16Array(600).fill(7);
  const whole = view(data, [20, 30]);
  const arrays = [whole, slice(whole, "1:, ::2"), slice(whole, "3"), whole.transpose(1, 0), view(data.subarray(600))];
  data.buffer.transfer();
  return arrays;
}

Deno.test("whatever looks at the elements of an array whose memory is gone fails", () => {
  const looks = { sum, mean, std, min, max, argmax, histogram, toNested, contiguous, copyArray };
  for (const [name, look] of Object.entries(looks)) {
    for (const array of detached().slice(0, 4)) assert.throws(() => look(array), gone, name);
  }
  for (const array of detached()) assert.throws(() => slice(array, "..."), gone);
});

Deno.test("an array whose memory is gone prints as such", () => {
  for (const array of detached()) {
    assert.match(Deno.inspect(array), /^array\(shape=\([\d, ]+\), without elements: the frame's memory was used again/);
  }
});

Deno.test("no array is made of bytes that are gone", () => {
  const bytes = new Uint8Array(8);
  bytes.buffer.transfer();
  assert.throws(() => fromBytes(bytes, "uint16", [4]), gone);
  assert.throws(() => fromBytes(bytes, "uint16", [0]), gone);
});

Deno.test("an array without elements is no array whose memory is gone", () => {
  const empty = view(new Uint16Array());
  assert.equal(isDetached(empty.data), false);
  checkAttached(new Uint8Array(new SharedArrayBuffer(0)));
  assert.equal(sum(empty), 0);
  assert.deepEqual(toNested(slice(empty, ":")), []);
  assert.match(Deno.inspect(empty), /^array\(\[\], dtype=uint16/);
});
