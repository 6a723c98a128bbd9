import assert from "node:assert/strict";
import type { NdArray, TypedArray } from "beamfold";
import fc from "fast-check";
import { isNdArray, view } from "../../lib/array/ndarray.ts";
import { isTypedArray, zeros } from "../../lib/array/dtypes.ts";
import { pickle } from "../../lib/pickle/pickle.ts";
import { unpickle } from "../../lib/pickle/unpickle.ts";
import { python, pythonJson, testWith } from "../tools.ts";
import { contents, own, pickleError } from "./support.ts";

/** What a value is after pickling and unpickling. */
function normal(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (isNdArray(value)) return contents(value);
  if (isTypedArray(value)) return contents(view(value as TypedArray));
  if (Array.isArray(value)) return Array.from(value, normal);
  if (value instanceof Set) return new Set([...value].map(normal));
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  if (entries.some(([key]) => typeof key !== "string")) {
    return new Map(entries.map(([key, item]) => [normal(key), normal(item)]));
  }
  const made = {};
  for (const [key, item] of entries) own(made, key, normal(item));
  return made;
}

const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom("a", "é", "\ud800", "😀") }));
const bigint = fc.oneof(fc.bigInt(), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }));
const leaf = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), bigint, text, fc.boolean(), fc.uint8Array());
const array = fc.tuple(
  fc.constantFrom("int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64", "int64", "uint64"),
  fc.array(fc.nat(3), { maxLength: 3 }),
  fc.boolean(),
).map(([dtype, shape, turned]) => {
  const data = zeros(dtype as "int8", shape.reduce((product, extent) => product * extent, 1));
  for (let i = 0; i < data.length; i++) (data as Uint8Array)[i] = (dtype.endsWith("int64") ? BigInt(i) : i) as number;
  const made: NdArray = view(data, shape);
  return turned ? made.transpose(...shape.keys().toArray().reverse()) : made;
});
const typed = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.int16Array(),
  fc.bigInt64Array(),
  fc.uint8ClampedArray(),
);
const key = fc.letrec((tie) => ({
  key: fc.oneof(
    { depthSize: "small" },
    text,
    fc.integer(),
    bigint.filter((n) => BigInt.asIntN(64, n) === n),
    fc.array(tie("key")),
  ),
})).key;
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    leaf,
    fc.constantFrom(null, undefined, -0, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 2n ** 53n, 255, 256, -1),
    array,
    typed,
    fc.array(tie("value")),
    fc.dictionary(text, tie("value")),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => new Map(entries as [unknown, unknown][])),
    fc.array(key, { maxLength: 4 }).map((items) => new Set(items)),
  ),
})).value;

Deno.test("what is pickled is unpickled", () => {
  fc.assert(
    fc.property(value, (value) => {
      assert.deepStrictEqual(normal(unpickle(pickle(value))), normal(value));
    }),
    { numRuns: 3000 },
  );
});

/** Python's repr of what a value is there. */
const values: readonly (readonly [value: unknown, repr: string])[] = [
  [null, "None"],
  [undefined, "None"],
  [true, "True"],
  [false, "False"],
  [0, "0"],
  [255, "255"],
  [256, "256"],
  [-1, "-1"],
  [2 ** 31 - 1, "2147483647"],
  [2 ** 31, "2147483648"],
  [-(2 ** 31), "-2147483648"],
  [-(2 ** 31) - 1, "-2147483649"],
  [Number.MAX_SAFE_INTEGER, "9007199254740991"],
  [2 ** 53, "9007199254740992.0"],
  [1e300, "1e+300"],
  [-0, "-0.0"],
  [0.5, "0.5"],
  [NaN, "nan"],
  [-Infinity, "-inf"],
  [0n, "0"],
  [127n, "127"],
  [128n, "128"],
  [-128n, "-128"],
  [-129n, "-129"],
  [2n ** 63n, "9223372036854775808"],
  [-(2n ** 63n), "-9223372036854775808"],
  [3n ** 1500n, String(3n ** 1500n)],
  [-(3n ** 1500n), String(-(3n ** 1500n))],
  ["", "''"],
  ["é€😀", "'é€😀'"],
  ["x\ud800y", "'x\\ud800y'"],
  ["a".repeat(300), `'${"a".repeat(300)}'`],
  [Uint8Array.of(0, 255), "b'\\x00\\xff'"],
  [new Uint8Array(300).fill(97), `b'${"a".repeat(300)}'`],
  [[], "[]"],
  [[1, [2, "x"]], "[1, [2, 'x']]"],
  [[1, , 3], "[1, None, 3]"], // deno-lint-ignore-line
  [{}, "{}"],
  [{ a: 1, __proto__: null }, "{'a': 1}"],
  [{ a: { b: undefined } }, "{'a': {'b': None}}"],
  [new Map<unknown, unknown>([[1, "a"], [[1, [2]], "b"]]), "{1: 'a', (1, (2,)): 'b'}"],
  [new Set([1]), "{1}"],
  [new Set(), "set()"],
  [new Set([[1, 2]]), "{(1, 2)}"],
  [
    new Date(Date.UTC(2024, 9, 7, 8, 49, 10, 627)),
    "datetime.datetime(2024, 10, 7, 8, 49, 10, 627000, tzinfo=datetime.timezone.utc)",
  ],
  [
    new Date("9999-12-31T23:59:59.999Z"),
    "datetime.datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=datetime.timezone.utc)",
  ],
  [Float64Array.of(0.5, NaN), "array([0.5, nan])"],
  [Float32Array.of(0.5), "array([0.5], dtype=float32)"],
  [BigInt64Array.of(-(2n ** 63n)), "array([-9223372036854775808])"],
  [BigUint64Array.of(2n ** 64n - 1n), "array([18446744073709551615], dtype=uint64)"],
  [Uint8ClampedArray.of(1), "array([1], dtype=uint8)"],
  [view(Uint8Array.of(1, 2, 3, 4), [2, 2]), "array([[1, 2],\n       [3, 4]], dtype=uint8)"],
  [
    view(Int16Array.of(1, 2, 3, 4, 5, 6), [2, 3]).transpose(1, 0),
    "array([[1, 4],\n       [2, 5],\n       [3, 6]], dtype=int16)",
  ],
  [view(Int16Array.of(1, 2, 3, 4)).step(-2), "array([4, 2], dtype=int16)"],
  [view(Int8Array.of(7), []), "array(7, dtype=int8)"],
  [view(new Uint32Array(0), [0, 3]), "array([], shape=(0, 3), dtype=uint32)"],
  [
    [Int8Array.of(1), Int8Array.of(2), Int32Array.of(3)],
    "[array([1], dtype=int8), array([2], dtype=int8), array([3], dtype=int32)]",
  ],
  [((shared) => [shared, [shared, "k", "k"], { k: shared }])([1]), "[[1], [[1], 'k', 'k'], {'k': [1]}]"],
  [
    Array.from({ length: 300 }, (_, i) => String(i)).concat("299", "7"),
    `[${[...Array(300).keys(), 299, 7].map((i) => `'${i}'`).join(", ")}]`,
  ],
];

testWith([python], "Python reads what is pickled", async (t) => {
  const script = `
import datetime, json, pickle, sys
print(json.dumps([repr(pickle.loads(bytes.fromhex(p))) for p in sys.argv[1:]]))`;
  const found = await pythonJson(script, values.map(([value]) => pickle(value).toHex())) as string[];
  for (const [i, [, repr]] of values.entries()) {
    await t.step(repr.slice(0, 60), () => assert.equal(found[i], repr));
  }
});

testWith([python], "Python reads it with its own unpickler in Python too, and arrays can be written to", async () => {
  const script = `
import io, json, pickle, sys
value = pickle._loads(bytes.fromhex(sys.argv[1]))
value["a"][0] = 5
print(json.dumps([value["a"].tolist(), value["a"].flags.c_contiguous, value["b"] is value["c"]]))`;
  const shared = [1];
  const bytes = pickle({ a: Float64Array.of(1, 2), b: shared, c: shared });
  assert.deepStrictEqual(await pythonJson(script, [bytes.toHex()]), [[5, 2], true, true]);
});

Deno.test("what is no plain data is refused, with the path to it", () => {
  class Fit {}
  const inside: Record<string, unknown> = {};
  inside["a"] = [1, { b: inside }];
  let deep: unknown = null;
  for (let i = 0; i < 1001; i++) deep = [deep];
  const cases: [value: unknown, message: RegExp][] = [
    [() => 1, /cannot pickle this: value is a function, and only plain data can be pickled/],
    [{ fit: { callback: () => 1 } }, /value\.fit\.callback is a function/],
    [[1, Symbol("x")], /value\[1\] is a symbol/],
    [{ "a b": { "0": new Fit() } }, /value\["a b"\]\["0"\] is an instance of Fit/],
    [{ url: new URL("http://localhost") }, /value\.url is an instance of URL/],
    [new Map([[1, Fit]]), /value\[1\] is a function/],
    [new Map([[{}, 1]]), /a key of value is an instance of Object, which Python takes neither as a key/],
    [new Set([[new Map()]]), /an element of value\[0\] is an instance of Map, which Python/],
    [new Set([Float64Array.of(1)]), /an element of value is an instance of Float64Array/],
    [{ [Symbol("s")]: 1 }, /value\[Symbol\(s\)\] is named by a symbol/],
    [inside, /value\.a\[1\]\.b is inside itself/],
    [deep, /nested more than 1000 deep/],
    [{ at: new Date(NaN) }, /value\.at is a date outside of the years 1 to 9999/],
    [new Date(Date.UTC(10000, 0)), /value is a date outside/],
    [{ data: new DataView(new ArrayBuffer(1)) }, /value\.data is an instance of DataView/],
    [new ArrayBuffer(1), /value is an instance of ArrayBuffer/],
    [2n ** 600_000n, /an integer of more than 64 KiB/],
    [Object.create({ inherited: 1 }), /value is an instance of/],
    [Promise.resolve(1), /value is an instance of Promise/],
  ];
  for (const [value, message] of cases) assert.match(pickleError(() => pickle(value)).message, message);
});

Deno.test("what is shared is written once, and stays shared", () => {
  const frame = new Uint8Array(1000);
  const image = view(new Uint16Array(1000));
  const list = [1, 2];
  const written = pickle([frame, frame, image, image, list, list, { list }]);
  assert.ok(written.length < 3300);
  const [first, second, third, fourth, fifth, sixth, last] = unpickle(written) as unknown[];
  assert.equal(first, second);
  assert.equal(third, fourth);
  assert.equal(fifth, sixth);
  assert.equal((last as { list: unknown }).list, fifth);
});

Deno.test("a list that is also a key is a tuple there only", () => {
  const list = [1];
  const [first, map] = unpickle(pickle([list, new Map([[list, list]])])) as [unknown, Map<unknown, unknown>];
  assert.deepStrictEqual([...map], [[[1], [1]]]);
  assert.equal(map.get([...map.keys()][0]), first);
});

Deno.test("values as deep as can be read are written", () => {
  let deep: unknown = null;
  for (let i = 0; i < 1000; i++) deep = i % 2 === 0 ? [deep] : { deep };
  assert.deepStrictEqual(normal(unpickle(pickle(deep))), normal(deep));
});

Deno.test("a pickle is of protocol 4, whose numbers are as short as Python's", () => {
  assert.equal(
    pickle([1, 300, -1]).toHex(),
    "8004" + "5d94" + "28" + "4b01" + "4a2c010000" + "4affffffff" + "65" + "2e",
  );
});
