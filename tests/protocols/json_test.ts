import assert from "node:assert/strict";
import fc from "fast-check";
import { readJson, writeJson } from "../../lib/protocols/json.ts";
import { extras, jsonFrame, refuses } from "./support.ts";

const read = (text: string): unknown => readJson(jsonFrame(text), "test");
const written = (fields: object): string => new TextDecoder().decode(writeJson(fields));

Deno.test("JSON is read as it was written, with every number and key", () => {
  fc.assert(fc.property(extras, (fields) => assert.deepEqual(readJson(writeJson(fields), "test"), fields)));
});

Deno.test("integers beyond 53 bits are BigInts, all other numbers are numbers", () => {
  const cases: [string, unknown][] = [
    ["9007199254740991", 9007199254740991],
    ["-9007199254740991", -9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["-9007199254740993", -9007199254740993n],
    ["1704807770443944912", 1704807770443944912n],
    ["9007199254740993.0", 9007199254740992],
    ["9007199254740993e0", 9007199254740992],
    ["0.1234567890123456789", 0.12345678901234568],
    ["1e999", Infinity],
    [`1${"0".repeat(400)}`, 10n ** 400n],
  ];
  for (const [text, value] of cases) {
    assert.deepEqual(read(`{"a": [${text}]}`), { a: [value] }, text);
    assert.deepEqual(read(`{"a":${text},"b":9007199254740993,"c":"9007199254740993"}`), {
      a: value,
      b: 9007199254740993n,
      c: "9007199254740993",
    });
  }
});

Deno.test("numbers are written so that Python reads the same kind", () => {
  const fields = { a: [1, -0, 0.5, 2 ** 53, -(2 ** 60), 1e21, 2n ** 70n, 5n, NaN, Infinity, -Infinity], b: 'NaN"0e0' };
  assert.equal(
    written(fields),
    '{"a":[1,-0.0,0.5,9007199254740992.0,-1152921504606847000.0,1e+21,1180591620717411303424,5,' +
      'NaN,Infinity,-Infinity],"b":"NaN\\"0e0"}',
  );
});

Deno.test("NaN and Infinity are read outside texts, beside any other number", () => {
  const text =
    '{"a": NaN, "b": [-Infinity,Infinity], "NaN": "NaN, \\"NaN\\\\", "c": [0e0, 0e00, 9007199254740993, NaN]}';
  assert.deepEqual(read(text), {
    a: NaN,
    b: [-Infinity, Infinity],
    NaN: 'NaN, "NaN\\',
    c: [0, 0, 9007199254740993n, NaN],
  });
});

Deno.test("what only looks like NaN or Infinity is no JSON, and the error is about the text as it is", () => {
  for (
    const value of [
      "-NaN",
      "NaNs",
      "1NaN",
      "+Infinity",
      "nan",
      "Infinity.5",
      "--Infinity",
      "[NaN",
      "{NaN: 1}",
      "NaN NaN",
    ]
  ) {
    refuses(() => read(`{"a": ${value}}`), "test", /: the first frame is not JSON \(.*JSON/);
  }
  refuses(() => read('{"a": NaN, "b": x}'), "test", /Unexpected token 'N'/);
});

Deno.test("a key named __proto__ is a key like any other", () => {
  for (const text of ['{"__proto__": {"polluted": 1}, "a": 1}', '{"__proto__": {"polluted": 1}, "a": NaN}']) {
    const fields = read(text) as Record<string, unknown>;
    assert.equal(Object.getPrototypeOf(fields), Object.prototype);
    assert.deepEqual(Object.keys(fields), ["__proto__", "a"]);
    assert.equal("polluted" in fields, false);
    assert.match(written(fields), /^\{"__proto__":\{"polluted":1\}/);
  }
});

Deno.test("what is no text, no JSON, or no object is refused", () => {
  refuses(() => readJson(Uint8Array.of(0x22, 0xff, 0x22), "test"), "test", /: the first frame is not JSON \(.*encoded/);
  refuses(() => readJson(new Uint8Array(), "test", () => "the last frame"), "test", /: the last frame is not JSON \(/);
  refuses(() => read("[".repeat(1e6)), "test", /not JSON/);
  const others = [["3", "3"], ["null", "null"], ["[1]", "[ 1 ]"], ['"a"', '"a"'], ["NaN", "NaN"], [
    "99999999999999999",
    "99999999999999999n",
  ]];
  for (const [text, shown] of others) {
    refuses(() => read(text as string), "test", `the first frame holds ${shown}, expected a JSON object`);
  }
});

Deno.test("long texts and numbers are read, and nonsense is refused, without delay", () => {
  const long = '\\"x'.repeat(1e6);
  assert.deepEqual(read(`{"a": "${long}", "b": NaN}`), { a: '"x'.repeat(1e6), b: NaN });
  for (const end of ["", "\\", "\\\n"]) refuses(() => read(`{"b": NaN, "a": "${long}${end}`), "test", /not JSON/);
  assert.deepEqual(read(`{"a": 0e${"0".repeat(1e5)}, "b": NaN}`), { a: 0, b: NaN });
  assert.throws(() => read("9".repeat(1e5)), ({ message }: Error) => message.length < 300);
  assert.throws(() => read(`["${"x".repeat(1e5)}"]`), ({ message }: Error) => message.length < 300);
});
