import assert from "node:assert/strict";
import { type NdArray, slice } from "beamfold";
import { arrayText } from "../../lib/array/print.ts";
import { view } from "../../lib/array/ndarray.ts";
import { counting, extremes } from "./samples.ts";

Deno.test("an array prints its elements, dtype and shape, columns in line", () => {
  assert.equal(
    arrayText(view(Int16Array.of(1, -20, 300, 4, 5, 6), [2, 3])),
    "array([[  1, -20, 300],\n       [  4,   5,   6]], dtype=int16, shape=(2, 3))",
  );
});

Deno.test("blocks of a 3-D array are set apart by an empty line", () => {
  assert.equal(
    arrayText(counting(2, 2, 2)),
    [
      "array([[[0, 1],",
      "        [2, 3]],",
      "",
      "       [[4, 5],",
      "        [6, 7]]], dtype=int32, shape=(2, 2, 2))",
    ].join("\n"),
  );
});

Deno.test("an array of one element, of none, or without axes prints its shape as numpy writes it", () => {
  assert.equal(arrayText(counting(1)), "array([0], dtype=int32, shape=(1,))");
  assert.equal(arrayText(view(Float32Array.of(1.5), [])), "array(1.5, dtype=float32, shape=())");
  assert.equal(arrayText(counting(0)), "array([], dtype=int32, shape=(0,))");
  assert.equal(arrayText(counting(0, 3)), "array([], dtype=int32, shape=(0, 3))");
});

Deno.test("every dtype is named, and 64-bit integers print all their digits", () => {
  for (const [dtype, data] of Object.entries(extremes)) {
    const array: NdArray = view(data);
    assert.ok(arrayText(array).endsWith(`], dtype=${dtype}, shape=(${data.length},))`), dtype);
  }
  assert.equal(
    arrayText(view(extremes.uint64)),
    "array([                   0,     9007199254740993, 18446744073709551615], dtype=uint64, shape=(3,))",
  );
});

Deno.test("floats print at most eight significant digits, NaN and infinities in numpy's words", () => {
  assert.equal(
    arrayText(view(Float64Array.of(1 / 3, 2.5, 1e-20, NaN, Infinity, -Infinity, 3))),
    "array([0.33333333,        2.5,      1e-20,        nan,        inf,       -inf,          3], " +
      "dtype=float64, shape=(7,))",
  );
});

Deno.test("views print what they see", () => {
  const array = counting(3, 4);
  assert.equal(arrayText(slice(array, "::-2, 1")), "array([9, 1], dtype=int32, shape=(2,))");
  assert.equal(
    arrayText(slice(array, ":2, :2").transpose(1, 0)),
    "array([[0, 4],\n       [1, 5]], dtype=int32, shape=(2, 2))",
  );
});

Deno.test("up to a thousand elements print in full, more are left out in the middle", () => {
  assert.ok(!arrayText(counting(1000)).includes("..."));
  assert.equal(
    arrayText(counting(1001)),
    "array([   0,    1,    2, ...,  998,  999, 1000], dtype=int32, shape=(1001,))",
  );
  assert.equal(
    arrayText(counting(300, 7)),
    [
      "array([[   0,    1,    2, ...,    4,    5,    6],",
      "       [   7,    8,    9, ...,   11,   12,   13],",
      "       [  14,   15,   16, ...,   18,   19,   20],",
      "       ...,",
      "       [2079, 2080, 2081, ..., 2083, 2084, 2085],",
      "       [2086, 2087, 2088, ..., 2090, 2091, 2092],",
      "       [2093, 2094, 2095, ..., 2097, 2098, 2099]], dtype=int32, shape=(300, 7))",
    ].join("\n"),
  );
});

Deno.test("short axes of a large array print in full", () => {
  const lines = arrayText(counting(6, 500)).split("\n");
  assert.equal(lines.length, 6);
  for (const line of lines) assert.match(line, /^ *(array\()?\[+ *\d+, +\d+, +\d+, \.\.\., +\d+, +\d+, +\d+\]/);
});

Deno.test("console.log prints arrays that way, for each dtype and number of axes, alone or inside others", () => {
  const inspect = (value: unknown): string => Deno.inspect(value, { colors: false });
  for (const data of Object.values(extremes)) {
    for (const shape of [[], [1], [1, 1], [1, 1, 1]]) {
      const array: NdArray = view(data, shape);
      assert.equal(inspect(array), arrayText(array));
    }
  }
  assert.equal(inspect({ mask: counting(2) }), "{ mask: array([0, 1], dtype=int32, shape=(2,)) }");
});
