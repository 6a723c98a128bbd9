import assert from "node:assert/strict";
import { argmax, max, mean, min, type NdArray, std, sum } from "beamfold";
import fc from "fast-check";
import { view } from "../../lib/array/ndarray.ts";
import {
  arrays,
  bigIntegers,
  counting,
  elementsOf,
  everyDtype,
  extremes,
  smallIntegers,
  tameFloats,
} from "./samples.ts";

const EPSILON = 2 ** -52;

function numbersOf(array: NdArray): number[] {
  return elementsOf(array).map(Number);
}

function magnitude(array: NdArray): number {
  return numbersOf(array).reduce((total, value) => total + Math.abs(value), 0);
}

function assertNear(found: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(found - expected) <= tolerance, `found ${found}, expected ${expected} ± ${tolerance}`);
}

Deno.test("the sum of integers is exact", () => {
  fc.assert(fc.property(arrays(smallIntegers), (array) => {
    assert.equal(sum(array), numbersOf(array).reduce((total, value) => total + value, 0));
  }));
});

Deno.test("the sum of 64-bit integers is as near to the exact one as float64 allows", () => {
  fc.assert(fc.property(arrays(bigIntegers), (array) => {
    const exact = elementsOf(array).reduce<bigint>((total, value) => total + BigInt(value), 0n);
    assertNear(sum(array), Number(exact), (1 + array.size) * EPSILON * magnitude(array));
  }));
});

Deno.test("the sum of floats is that of a plain loop, but for rounding", () => {
  fc.assert(fc.property(arrays(tameFloats), (array) => {
    const plain = numbersOf(array).reduce((total, value) => total + value, 0);
    assertNear(sum(array), plain, array.size * EPSILON * magnitude(array));
  }));
});

Deno.test("every element counts once in a sum, whatever the number of elements", () => {
  for (let length = 0; length <= 17; length++) {
    const powers = view(Float64Array.from({ length }, (_, i) => 2 ** i));
    assert.equal(sum(powers), 2 ** length - 1);
    assert.equal(sum(powers.step(-1)), 2 ** length - 1);
  }
});

Deno.test("sums do not wrap round as the dtype would", () => {
  assert.equal(sum(view(Uint8Array.of(255, 255, 255))), 765);
  assert.equal(sum(view(Uint32Array.of(2 ** 32 - 1, 2 ** 32 - 1))), 2 ** 33 - 2);
  assert.equal(sum(view(BigUint64Array.of(2n ** 63n, 2n ** 63n))), 2 ** 64);
});

Deno.test("the mean is the sum over the number of elements", () => {
  fc.assert(fc.property(arrays([...smallIntegers, ...tameFloats], 1), (array) => {
    const numbers = numbersOf(array);
    const plain = numbers.reduce((total, value) => total + value, 0) / numbers.length;
    assertNear(mean(array), plain, array.size * EPSILON * magnitude(array));
  }));
  assert.equal(mean(view(BigInt64Array.of(-3n, 4n))), 0.5);
  assert.equal(mean(view(Int8Array.of(7), [])), 7);
});

Deno.test("the deviation is that of all pairs of elements", () => {
  fc.assert(fc.property(arrays([...smallIntegers, ...tameFloats], 1), (array) => {
    const numbers = numbersOf(array);
    let squares = 0;
    for (const [i, one] of numbers.entries()) for (const other of numbers.slice(i)) squares += (one - other) ** 2;
    // Squares below 1e-308 lose digits, so deviations below 1e-150 do.
    const tolerance = 1e-10 * Math.max(...numbers.map(Math.abs)) + 1e-150;
    assertNear(std(array), Math.sqrt(squares) / numbers.length, tolerance);
  }));
});

Deno.test("the deviation divides by n, and keeps its digits far from zero", () => {
  assert.equal(std(view(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9))), 2);
  assert.equal(std(view(Float64Array.of(1e9 + 1, 1e9 + 3))), 1);
  assert.equal(std(view(BigInt64Array.of(-1n, 1n))), 1);
  assert.equal(std(view(Int8Array.of(7))), 0);
});

Deno.test("an empty array has the sum 0, no mean and no deviation", () => {
  for (const data of Object.values(extremes)) {
    const empty: NdArray = view(data.slice(0, 0), [2, 0]);
    assert.equal(sum(empty), 0);
    assert.equal(mean(empty), NaN);
    assert.equal(std(empty), NaN);
  }
});

Deno.test("min, max and argmax are the first smallest and largest element, or the first NaN", () => {
  fc.assert(fc.property(arrays(everyDtype, 1), (array) => {
    const elements = elementsOf(array);
    const nan = elements.findIndex(Number.isNaN);
    const largest = nan >= 0 ? nan : elements.findIndex((one) => elements.every((other) => one >= other));
    const smallest = nan >= 0 ? nan : elements.findIndex((one) => elements.every((other) => one <= other));
    assert.equal(argmax(array), largest);
    assert.equal(max(array), elements[largest]);
    assert.equal(min(array), elements[smallest]);
  }));
});

Deno.test("the extremes of every dtype come out exactly", () => {
  for (const dtype of ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const) {
    const data = extremes[dtype];
    const array: NdArray = view(data);
    assert.equal(min(array), data.at(0), dtype);
    assert.equal(max(array), data.at(-1), dtype);
  }
  assert.equal(min(view(BigUint64Array.of(2n ** 53n + 1n, 2n ** 53n + 2n))), 2n ** 53n + 1n);
});

Deno.test("argmax counts in C order, also in a transposed view", () => {
  const array = view(Int8Array.of(1, 2, 3, 4, 9, 5), [2, 3]);
  assert.equal(argmax(array), 4);
  assert.equal(argmax(array.transpose(1, 0)), 3);
  assert.equal(argmax(view(Int8Array.of(7, 9, 9))), 1);
  assert.equal(argmax(view(Float32Array.of(1, NaN, Infinity, NaN))), 1);
});

Deno.test("NaN and infinities are carried along", () => {
  const infinite = view(Float64Array.of(1, Infinity, 2));
  assert.deepEqual([sum(infinite), mean(infinite), max(infinite), min(infinite)], [Infinity, Infinity, Infinity, 1]);
  const opposed = view(Float32Array.of(Infinity, -Infinity));
  assert.deepEqual([sum(opposed), max(opposed), min(opposed)], [NaN, Infinity, -Infinity]);
  const nan = view(Float64Array.of(1, NaN, -Infinity));
  assert.deepEqual([sum(nan), mean(nan), std(nan), max(nan), min(nan)], [NaN, NaN, NaN, NaN, NaN]);
});

Deno.test("what is the largest of nothing is refused with the shape", () => {
  for (const [name, reduce] of Object.entries({ min, max, argmax })) {
    const message = `${name}: the array is empty (shape [3, 0])`;
    assert.throws(() => reduce(counting(3, 0)), { name: "ArrayError", message });
  }
});
