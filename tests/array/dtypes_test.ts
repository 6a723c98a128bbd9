import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { dtypeOf, elementType, isDType, isTypedArray, zeros } from "../../lib/array/dtypes.ts";
import { extremes } from "./samples.ts";

Deno.test("every numpy spelling of a dtype gives its typed array, and > means swapped bytes", () => {
  const spellings = [
    ["i1", "int8", Int8Array],
    ["u1", "uint8", Uint8Array],
    ["i2", "int16", Int16Array],
    ["u2", "uint16", Uint16Array],
    ["i4", "int32", Int32Array],
    ["u4", "uint32", Uint32Array],
    ["i8", "int64", BigInt64Array],
    ["u8", "uint64", BigUint64Array],
    ["f4", "float32", Float32Array],
    ["f8", "float64", Float64Array],
    ["b1", "bool", Uint8Array],
  ] as const;
  for (const [short, dtype, array] of spellings) {
    const itemsize = array.BYTES_PER_ELEMENT;
    for (const name of [dtype, short, `<${short}`, `=${short}`, `|${short}`]) {
      assert.deepEqual(elementType(name), { dtype, itemsize, swapped: false, array }, name);
    }
    const swapped = itemsize > 1;
    assert.deepEqual(elementType(`>${short}`), { dtype, itemsize, swapped, array }, `>${short}`);
  }
});

Deno.test("a dtype without a typed array is refused with those that have one", () => {
  assert.throws(() => elementType("complex64"), {
    name: "ArrayError",
    message:
      'dtype "complex64" cannot be read: expected one of bool, int8, uint8, int16, uint16, int32, uint32, int64, ' +
      "uint64, float32, float64",
  });
});

Deno.test("what numpy knows but cannot be held, and what numpy does not know, is refused", () => {
  const names = ["f2", "float16", "<c8", "<M8[ns]", "|S5", "u3", "i16", "f1", "U2", "", "<", ">>u2", "<u2 ", "UINT16"];
  for (const name of names) {
    assert.throws(() => elementType(name), { name: "ArrayError" }, JSON.stringify(name));
  }
});

Deno.test("a bool has one byte: other widths are no dtype", () => {
  for (const name of ["b2", "<b4", ">b8"]) assert.throws(() => elementType(name), { name: "ArrayError" }, name);
});

Deno.test("names that every object has are no dtypes", () => {
  for (const name of ["toString", "constructor", "__proto__"]) {
    assert.equal(isDType(name), false, name);
    assert.throws(() => elementType(name), { name: "ArrayError" }, name);
  }
});

Deno.test("dtypeOf names the elements of every typed array, and of a Buffer's bytes", () => {
  for (const [dtype, array] of Object.entries(extremes)) assert.equal(dtypeOf(array), dtype);
  const bytes: Uint8Array = Buffer.from("abc");
  assert.equal(dtypeOf(bytes), "uint8");
});

Deno.test("typed arrays are told from other views, buffers and lists", () => {
  for (const array of Object.values(extremes)) assert.equal(isTypedArray(array), true, array.constructor.name);
  const others = [new DataView(new ArrayBuffer(8)), new ArrayBuffer(8), [1, 2], { length: 0 }, "abc", null, undefined];
  for (const other of others) assert.equal(isTypedArray(other), false, Deno.inspect(other));
});

Deno.test("zeros has the dtype, the length, and only zeros", () => {
  for (const [dtype, { constructor }] of Object.entries(extremes)) {
    assert.ok(isDType(dtype));
    for (const length of [0, 1, 5]) {
      const array = zeros(dtype, length);
      assert.equal(array.constructor, constructor, dtype);
      assert.deepEqual(Array.from(array, Number), new Array(length).fill(0));
    }
  }
  assert.deepEqual(zeros("bool", 2), Uint8Array.of(0, 0));
});
