import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { unpickle } from "../../lib/pickle/unpickle.ts";
import { python, testWith } from "../tools.ts";
import { bytes, dict, pickleError, pythonPickles } from "./support.ts";

/** Python expressions, and what they are here. */
const values: readonly (readonly [expression: string, expected: unknown])[] = [
  ["None", null],
  ["True", true],
  ["False", false],
  ["0", 0],
  ["255", 255],
  ["256", 256],
  ["65535", 65535],
  ["65536", 65536],
  ["-1", -1],
  ["2**31 - 1", 2 ** 31 - 1],
  ["-2**31", -(2 ** 31)],
  ["2**31", 2 ** 31],
  ["2**53 - 1", Number.MAX_SAFE_INTEGER],
  ["-2**53 + 1", Number.MIN_SAFE_INTEGER],
  ["2**53", 2n ** 53n],
  ["2**63 - 1", 2n ** 63n - 1n],
  ["-2**63", -(2n ** 63n)],
  ["2**64 + 1", 2n ** 64n + 1n],
  ["-3**700", -(3n ** 700n)],
  ["7**1000", 7n ** 1000n],
  ["1704807770443944912", 1704807770443944912n],
  ["0.1", 0.1],
  ["-0.0", -0],
  ["1e300", 1e300],
  ["5e-324", 5e-324],
  ["float('inf')", Infinity],
  ["float('-inf')", -Infinity],
  ["float('nan')", NaN],
  ["''", ""],
  ["'status'", "status"],
  ["'\\xe9\\xff\\u20ac\\U0001f600'", "éÿ€😀"],
  ["'\\ufeffmark'", "\ufeffmark"],
  ["'back\\\\slash \\\\u0041 \\n\\r\\0 \"\\''", "back\\slash \\u0041 \n\r\0 \"'"],
  ["'lone \\ud800 and \\udfff'", "lone \ud800 and \udfff"],
  ["'x' * 300", "x".repeat(300)],
  ["'\\xe9' * 300", "é".repeat(300)],
  ["'abcdefg' * 17", "abcdefg".repeat(17)],
  ["b''", new Uint8Array(0)],
  ["b'\\x00\\xff\\n'", Uint8Array.of(0, 255, 10)],
  ["bytes(range(256)) * 2", Uint8Array.from({ length: 512 }, (_, i) => i)],
  ["bytearray(b'\\x80ab')", Uint8Array.of(128, 97, 98)],
  ["bytearray()", new Uint8Array(0)],
  ["[]", []],
  ["[1]", [1]],
  ["[1, [2, 'x'], None]", [1, [2, "x"], null]],
  ["()", []],
  ["(1,)", [1]],
  ["(1, 2)", [1, 2]],
  ["(1, 2, 3)", [1, 2, 3]],
  ["(1, 2, 3, 4)", [1, 2, 3, 4]],
  ["list(range(2500))", Array.from({ length: 2500 }, (_, i) => i)],
  ["{}", dict({})],
  ["{'a': 1}", dict({ a: 1 })],
  ["{'a': {'b': [1]}, 'c': ()}", dict({ a: dict({ b: [1] }), c: [] })],
  ["{'constructor': 1, 'toString': 2}", dict({ constructor: 1, toString: 2 })],
  ["{str(i): i for i in range(2500)}", dict(Object.fromEntries(Array.from({ length: 2500 }, (_, i) => [i, i])))],
  ["{1: 'a', 'b': 2}", new Map<unknown, unknown>([[1, "a"], ["b", 2]])],
  ["{'b': 2, None: 1, (1, 2): 3}", new Map<unknown, unknown>([["b", 2], [null, 1], [[1, 2], 3]])],
  ["collections.OrderedDict([('b', 1), ('a', 2)])", dict({ b: 1, a: 2 })],
  ["collections.OrderedDict([(2, 1), (1, 2)])", new Map([[2, 1], [1, 2]])],
  ["set()", new Set()],
  ["{1, 'a', None}", new Set([1, "a", null])],
  ["frozenset([1, (2, 3)])", new Set<unknown>([1, [2, 3]])],
  ["dt(2024, 10, 7, 8, 49, 10, 627000)", "2024-10-07T08:49:10.627000"],
  ["dt(2024, 10, 7, 8, 49, 10)", "2024-10-07T08:49:10"],
  ["dt(1, 1, 1)", "0001-01-01T00:00:00"],
  ["dt(9999, 12, 31, 23, 59, 59, 999999)", "9999-12-31T23:59:59.999999"],
  ["dt(2024, 2, 29, 1, 2, 3, 1, timezone.utc)", "2024-02-29T01:02:03.000001Z"],
  ["dt(2024, 10, 27, 2, 30, fold=1)", "2024-10-27T02:30:00"],
  ["dt(2024, 10, 7, tzinfo=timezone(timedelta(hours=1)))", "2024-10-07T00:00:00+01:00"],
  ["dt(2024, 10, 7, tzinfo=timezone(timedelta(hours=-9, minutes=-30), 'X'))", "2024-10-07T00:00:00-09:30"],
  ["dt(2024, 10, 7, tzinfo=timezone(timedelta(seconds=-61)))", "2024-10-07T00:00:00-00:01:01"],
  ["datetime.date(2024, 10, 7)", "2024-10-07"],
  ["datetime.time(8, 49, 10, 5)", "08:49:10.000005"],
  ["datetime.time(8, 49, tzinfo=timezone.utc)", "08:49:00Z"],
  ["datetime.time(8, 49, fold=1)", "08:49:00"],
  ["timedelta(days=-1, seconds=3, microseconds=500000)", -86396.5],
  ["timezone.utc", "Z"],
  ["timezone(timedelta(microseconds=1500000))", "+00:00:01.500000"],
  ["np.float64(0.1)", 0.1],
  ["np.float32(0.5)", 0.5],
  ["np.int64(-5)", -5],
  ["np.int64(2**53)", 2n ** 53n],
  ["np.uint64(2**64 - 1)", 2n ** 64n - 1n],
  ["np.uint8(200)", 200],
  ["np.int8(-100)", -100],
  ["np.bool_(True)", true],
  ["np.bool_(False)", false],
];

testWith([python], "every type that Python pickles is read, with every protocol", async (t) => {
  const pickles = await pythonPickles(values.map(([expression]) => expression));
  for (const [i, [expression, expected]] of values.entries()) {
    await t.step(expression, () => {
      for (const [protocol, pickle] of (pickles[i] as Uint8Array[]).entries()) {
        assert.deepStrictEqual(unpickle(pickle), expected, `protocol ${protocol}`);
      }
    });
  }
});

testWith([python], "what is shared in Python is shared here, and a dict that becomes a Map too", async () => {
  const expressions = ["(lambda a: [a, a])({'x': [1]})", "(lambda a: [a, {'a': a}, a])({'x': 1, 2: 3})"];
  for (const pickle of (await pythonPickles(expressions)).flat()) {
    const value = unpickle(pickle) as unknown[];
    assert.equal(value[0], value.at(-1));
    if (value.length === 3) {
      assert.deepStrictEqual(value[0], new Map<unknown, unknown>([["x", 1], [2, 3]]));
      assert.equal((value[1] as { a: unknown }).a, value[0]);
    }
  }
});

Deno.test("a dict that is filled again after it became a Map goes on as that Map", () => {
  // EMPTY_DICT BINPUT 0, key 1, then key "a" by way of BINGET 0, in a list with itself.
  const pickle = bytes("]}q\0K\x01K\x02sah\0U\x01aK\x03sah\0a.");
  const both = new Map<unknown, unknown>([[1, 2], ["a", 3]]);
  assert.deepStrictEqual(unpickle(pickle), [both, both, both]);
});

Deno.test("a key is only a key, whatever it is called", () => {
  const pickle = bytes("}(U\x09__proto__}U\x01aK\x01sU\x0bconstructorNu.");
  const value = unpickle(pickle) as Record<string, unknown>;
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepStrictEqual(Object.keys(value), ["__proto__", "constructor"]);
  assert.equal(({} as Record<string, unknown>)["a"], undefined);
});

Deno.test("opcodes that Python 3 no longer writes are read", () => {
  const cases: [pickle: string, expected: unknown][] = [
    ["S'it\\'s \\x41\\102\\n'\n.", "it's AB\n"],
    ['S"quo\\"te"\n.', 'quo"te'],
    ["S'\\xff\\x00'\n.", Uint8Array.of(255, 0)],
    ["S'unknown \\q stays'\n.", "unknown \\q stays"],
    ["U\x02ab.", "ab"],
    ["U\x02a\xe9.", Uint8Array.of(97, 0xe9)],
    ["T\x03\0\0\0abc.", "abc"],
    ["I01\n.", true],
    ["I00\n.", false],
    ["I-12\n.", -12],
    ["L12345678901234567890L\n.", 12345678901234567890n],
    ["L-3\n.", -3],
    ["F.5\n.", 0.5],
    ["F-inf\n.", -Infinity],
    ["(lp0\nI1\naI2\na.", [1, 2]],
    ["(I1\nI2\nl.", [1, 2]],
    ["(dp0\nS'a'\nI1\ns.", dict({ a: 1 })],
    ["(S'a'\nI1\nd.", dict({ a: 1 })],
    ["K\x01K\x020.", 1],
    ["K\x01(K\x02K\x031.", 1],
    ["K\x01(0.", 1],
    ["](K\x012e.", [1, 1]],
    ["K\x052\x86.", [5, 5]],
    ["\x8b\x03\0\0\0\0\0\x80.", -(2 ** 23)],
    ["\x8a\0.", 0],
    ["(ccollections\nOrderedDict\no.", dict({})],
    ["(icollections\nOrderedDict\n.", dict({})],
    ["(((U\x01aK\x01tticollections\nOrderedDict\n.", dict({ a: 1 })],
    ["\x80\x05]r\x03\0\0\0j\x03\0\0\0\x86.", [[], []]],
    ["\x8d\x02\0\0\0\0\0\0\0ab.", "ab"],
    ["\x8e\x02\0\0\0\0\0\0\0ab.", Uint8Array.of(97, 98)],
  ];
  for (const [pickle, expected] of cases) {
    assert.deepStrictEqual(unpickle(bytes(pickle)), expected, JSON.stringify(pickle));
  }
});

Deno.test("bytes are views of the pickle, and a Buffer is read as plain bytes", () => {
  const pickle = bytes("C\x03abc.");
  const value = unpickle(pickle) as Uint8Array;
  assert.equal(value.buffer, pickle.buffer);
  assert.equal((unpickle(Buffer.from(pickle)) as object).constructor, Uint8Array);
});

Deno.test("bytes behind the end are counted", () => {
  const error = pickleError(() => unpickle(bytes("N.N.")));
  assert.equal(error.message, "cannot read this pickle: 2 bytes follow behind its end (byte 1)");
  assert.equal(error.offset, 1);
});
