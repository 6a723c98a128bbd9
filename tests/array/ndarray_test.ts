import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { toNested, type TypedArray } from "beamfold";
import fc from "fast-check";
import type { NdArray } from "../../lib/array/dtypes.ts";
import { contiguous, copyArray, fromBytes, isNdArray, Runs, sizeOf, view } from "../../lib/array/ndarray.ts";
import { arrays, counting, elementsOf, extremes, nestedOf } from "./samples.ts";

/** The bytes of numbers, at an address that is a multiple of nothing when `shift` is odd. */
function bytesOf(array: TypedArray, options: { bigEndian?: boolean; shift?: number } = {}): Uint8Array {
  const { bigEndian = false, shift = 0 } = options;
  const bytes = new Uint8Array(shift + array.byteLength).subarray(shift);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  const size = array.BYTES_PER_ELEMENT;
  if (bigEndian) { for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse(); }
  return bytes;
}

Deno.test("bytes of every dtype are read in both byte orders, aligned or not", () => {
  for (const [dtype, array] of Object.entries(extremes)) {
    const short = `${dtype[0]}${array.BYTES_PER_ELEMENT}`;
    for (const shift of [0, 1, 3]) {
      const little = fromBytes(bytesOf(array, { shift }), `<${short}`, [array.length]);
      const big = fromBytes(bytesOf(array, { shift, bigEndian: true }), `>${short}`, [array.length]);
      assert.deepEqual(little.data, array, `<${short} at ${shift}`);
      assert.deepEqual(big.data, array, `>${short} at ${shift}`);
    }
  }
});

Deno.test("aligned bytes in native order are not copied", () => {
  const bytes = bytesOf(Uint16Array.of(1, 2, 3, 4));
  const array = fromBytes(bytes, "uint16", [2, 2]);
  bytes[0] = 7;
  assert.deepEqual(toNested(array), [[7, 2], [3, 4]]);
});

Deno.test("reading swapped or unaligned bytes leaves them as they were", () => {
  const bytes = bytesOf(Float64Array.of(1.5, -2), { bigEndian: true, shift: 8 });
  const before = bytes.slice();
  const array = fromBytes(bytes, ">f8", [2]);
  array.set(0, 99);
  assert.deepEqual(bytes, before);
});

Deno.test("unaligned bytes of a Buffer are read like any others", () => {
  assert.deepEqual(toNested(fromBytes(Buffer.from([9, 1, 0, 0, 2]).subarray(1), "<u2", [2])), [1, 512]);
});

Deno.test("the shape is kept: no axes, empty axes, several axes", () => {
  assert.deepEqual(toNested(fromBytes(Uint8Array.of(5), "uint8", [])), 5);
  assert.deepEqual(fromBytes(new Uint8Array(), "float32", [0, 3]).shape, [0, 3]);
  assert.deepEqual(toNested(fromBytes(Uint8Array.of(1, 2, 3, 4, 5, 6), "uint8", [3, 1, 2])), [[[1, 2]], [[3, 4]], [[
    5,
    6,
  ]]]);
});

Deno.test("bytes that are not as many as the shape takes are refused with both numbers", () => {
  for (const found of [0, 11, 13]) {
    assert.throws(() => fromBytes(new Uint8Array(found), "<u2", [2, 3]), {
      name: "ArrayError",
      message: `uint16 of shape [2, 3] takes 12 bytes, found ${found}`,
    });
  }
});

Deno.test("view takes C order over all elements unless told otherwise", () => {
  const data = Int8Array.of(1, 2, 3, 4, 5, 6);
  assert.deepEqual(nestedOf(view(data)), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(nestedOf(view(data, [2, 3])), [[1, 2, 3], [4, 5, 6]]);
  assert.deepEqual(nestedOf(view(data, [3, 2], [1, 3])), [[1, 4], [2, 5], [3, 6]]);
  assert.deepEqual(nestedOf(view(data, [2], [-2], 5)), [6, 4]);
});

Deno.test("isNdArray tells arrays from lists, typed arrays and look-alikes", () => {
  assert.equal(isNdArray(counting(2)), true);
  assert.equal(isNdArray(counting()), true);
  const others = [[1], Uint8Array.of(1), { data: [], shape: [] }, null, undefined, 3, "array"];
  for (const other of others) assert.equal(isNdArray(other), false, Deno.inspect(other));
});

Deno.test("sizeOf multiplies the extents; no axes hold one element", () => {
  assert.deepEqual([[], [0], [7], [3, 0, 2], [3, 5, 2]].map(sizeOf), [1, 0, 7, 0, 30]);
});

Deno.test("contiguous, toNested and copyArray give the elements in C order, whatever the strides", () => {
  fc.assert(fc.property(arrays(), (array) => {
    const expected = nestedOf(array);
    assert.deepEqual(toNested(array), expected);
    assert.deepEqual(Array.from<number | bigint>(contiguous(array)), elementsOf(array));
    const copy = copyArray(array);
    assert.deepEqual(nestedOf(copy), expected);
    assert.deepEqual(copy.shape, array.shape);
    assert.equal(copy.data.constructor, array.data.constructor);
  }));
});

Deno.test("a copy holds its elements alone, and shares none", () => {
  fc.assert(fc.property(arrays(), (array) => {
    const copy = copyArray(array);
    assert.equal(copy.data.length, sizeOf(array.shape));
    assert.equal(copy.data.buffer.byteLength, copy.data.byteLength);
    assert.notEqual(copy.data.buffer, array.data.buffer);
  }));
});

Deno.test("a copy of an array over a Buffer shares nothing with it", () => {
  const data: Uint8Array = Buffer.from([1, 2, 3]);
  const copy = copyArray(view(data));
  data[0] = 9;
  assert.equal(copy.get(0), 1);
});

Deno.test("contiguous elements are handed out without a copy", () => {
  const array = counting(4, 3);
  assert.equal(contiguous(array).buffer, array.data.buffer);
  assert.equal(contiguous(array.lo(1, 0)).buffer, array.data.buffer);
  assert.equal(contiguous(array.step(2, 1).hi(1, 3)).buffer, array.data.buffer);
  assert.notEqual(contiguous(array.transpose(1, 0)).buffer, array.data.buffer);
});

Deno.test("runs visit every element once, in C order", () => {
  fc.assert(fc.property(arrays(), (array) => {
    const visited: (number | bigint | undefined)[] = [];
    const runs = new Runs(array);
    while (runs.next()) {
      for (let i = 0; i < runs.count; i++) visited.push(array.data[runs.start + i * runs.step]);
    }
    assert.deepEqual(visited, elementsOf(array));
  }));
});

Deno.test("a contiguous array is one run, a strided one a run a row, an empty one none", () => {
  const runs = (array: NdArray): number[][] => {
    const found: number[][] = [];
    const runs = new Runs(array);
    while (runs.next()) found.push([runs.start, runs.step, runs.count]);
    return found;
  };
  assert.deepEqual(runs(counting(2, 3)), [[0, 1, 6]]);
  assert.deepEqual(runs(counting(2, 3).step(1, 2)), [[0, 2, 2], [3, 2, 2]]);
  assert.deepEqual(runs(counting(2, 3).step(-1, -1)), [[5, -1, 3], [2, -1, 3]]);
  assert.deepEqual(runs(counting()), [[0, 1, 1]]);
  assert.deepEqual(runs(counting(3, 0)), []);
});

Deno.test("nested lists are as numpy's tolist: a number for no axes, BigInts for 64-bit integers", () => {
  assert.equal(toNested(view(Float32Array.of(1.5), [])), 1.5);
  assert.deepEqual(toNested(view(BigUint64Array.of(2n ** 64n - 1n, 0n))), [2n ** 64n - 1n, 0n]);
  assert.deepEqual(toNested(view(new Int8Array(), [0, 3])), []);
  assert.deepEqual(toNested(view(new Int8Array(), [3, 0])), [[], [], []]);
  assert.deepEqual(toNested(view(new Int8Array(), [2, 0, 3])), [[], []]);
  assert.deepEqual(toNested(view(Float64Array.of(NaN, -Infinity, -0))), [NaN, -Infinity, -0]);
});
