import assert from "node:assert/strict";
import { BinaryParameter, BoolParameter, FloatParameter, IntParameter, StrParameter } from "beamfold";
import fc from "fast-check";
import { show } from "../lib/parameters.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

const NOT_UTF8 = Uint8Array.of(0xff, 0xfe);

Deno.test("a parameter keeps how it was described", () => {
  const described = { default: 5, description: "rows", unit: "px", min: 1, max: 9, choices: [5, 7] };
  for (
    const parameter of [new IntParameter({ name: "n", ...described }), new FloatParameter({ name: "n", ...described })]
  ) {
    const { default: fallback, description, unit, min, max, choices } = parameter;
    assert.deepEqual({ default: fallback, description, unit, min, max, choices }, described);
    assert.equal(parameter.name, "n");
  }
});

Deno.test("without a default it is zero, nothing, or no", () => {
  assert.equal(new IntParameter({ name: "n" }).default, 0);
  assert.equal(new FloatParameter({ name: "n" }).default, 0);
  assert.equal(new StrParameter({ name: "n" }).default, "");
  assert.equal(new BoolParameter({ name: "n" }).default, false);
  assert.deepEqual(new BinaryParameter({ name: "n" }).default, new Uint8Array());
});

Deno.test("each kind has the name that a deployment knows it by", () => {
  const kinds = [IntParameter, FloatParameter, StrParameter, BoolParameter, BinaryParameter];
  assert.deepEqual(kinds.map((Kind) => new Kind({ name: "n" }).dtype), ["int", "float", "str", "bool", "binary"]);
});

Deno.test("rule 9: an int is read from a whole number in digits, and from nothing else", () => {
  const parameter = new IntParameter({ name: "n" });
  const read: Record<string, number | undefined> = {
    "3": 3,
    "-12": -12,
    "+7": 7,
    " 3\n": 3,
    "007": 7,
    "9007199254740991": Number.MAX_SAFE_INTEGER,
    "9007199254740992": undefined,
    "": undefined,
    " ": undefined,
    "3.0": undefined,
    "1e3": undefined,
    "0x10": undefined,
    "3 4": undefined,
    "three": undefined,
    "NaN": undefined,
    "True": undefined,
  };
  for (const [given, value] of Object.entries(read)) {
    assert.equal(parameter.fromBytes(bytes(given)), value, JSON.stringify(given));
  }
  assert.equal(parameter.fromBytes(NOT_UTF8), undefined);
});

Deno.test("rule 9: a float is read from a decimal, also NaN and infinities, and from nothing else", () => {
  const parameter = new FloatParameter({ name: "x" });
  const read: Record<string, number | undefined> = {
    "1.5": 1.5,
    "-2": -2,
    "+.5": 0.5,
    "5.": 5,
    "1e-3": 0.001,
    "1.5E+2": 150,
    " 12.4 ": 12.4,
    "nan": NaN,
    "inf": Infinity,
    "-Infinity": -Infinity,
    "": undefined,
    ".": undefined,
    "e5": undefined,
    "1,5": undefined,
    "0x1": undefined,
    "1.2.3": undefined,
    "infinite": undefined,
    "12.4 keV": undefined,
  };
  for (const [given, value] of Object.entries(read)) {
    assert.equal(parameter.fromBytes(bytes(given)), value, JSON.stringify(given));
  }
  assert.equal(parameter.fromBytes(NOT_UTF8), undefined);
});

Deno.test("rule 9: a bool is read from Python's or JSON's words, and from nothing else", () => {
  const parameter = new BoolParameter({ name: "b" });
  for (const given of ["True", "true", " True\n"]) assert.equal(parameter.fromBytes(bytes(given)), true, given);
  for (const given of ["False", "false"]) assert.equal(parameter.fromBytes(bytes(given)), false, given);
  for (const given of ["", "1", "0", "yes", "TRUE", "none"]) {
    assert.equal(parameter.fromBytes(bytes(given)), undefined, given);
  }
});

Deno.test("a text is read from UTF-8 as it stands, bytes from any bytes", () => {
  const str = new StrParameter({ name: "s" });
  assert.equal(str.fromBytes(bytes(" Å \n")), " Å \n");
  assert.equal(str.fromBytes(NOT_UTF8), undefined);
  assert.equal(new BinaryParameter({ name: "b" }).fromBytes(NOT_UTF8), NOT_UTF8);
});

Deno.test("rule 9: values in code must be of the parameter's type: none is converted", () => {
  const values = [3, -0.5, NaN, Infinity, 2 ** 53, 3n, 2n ** 53n, "3", "", true, null, undefined, [3], {}, new Date(0)];
  const accepted = (parameter: { fromValue(value: unknown): unknown }): unknown[] =>
    values.filter((value) => parameter.fromValue(value) !== undefined);
  assert.deepEqual(accepted(new IntParameter({ name: "n" })), [3, 3n]);
  assert.deepEqual(accepted(new FloatParameter({ name: "n" })), [3, -0.5, NaN, Infinity, 2 ** 53]);
  assert.deepEqual(accepted(new StrParameter({ name: "n" })), ["3", ""]);
  assert.deepEqual(accepted(new BoolParameter({ name: "n" })), [true]);
  assert.deepEqual(accepted(new BinaryParameter({ name: "n" })), ["3", ""]);
  assert.equal(new IntParameter({ name: "n" }).fromValue(3n), 3);
});

Deno.test("bytes may be given as bytes, or as a text that stands for its UTF-8", () => {
  const parameter = new BinaryParameter({ name: "mask" });
  assert.equal(parameter.fromValue(NOT_UTF8), NOT_UTF8);
  assert.deepEqual(parameter.fromValue("Å"), Uint8Array.of(0xc3, 0x85));
  assert.equal(parameter.fromValue(new Float32Array(1)), undefined);
});

Deno.test("values are stored as a deployment stores them", () => {
  assert.equal(text(new IntParameter({ name: "n" }).toBytes(-3)), "-3");
  assert.equal(text(new FloatParameter({ name: "x" }).toBytes(12.4)), "12.4");
  assert.equal(text(new StrParameter({ name: "s" }).toBytes("Kα")), "Kα");
  assert.equal(text(new BoolParameter({ name: "b" }).toBytes(true)), "True");
  assert.equal(text(new BoolParameter({ name: "b" }).toBytes(false)), "False");
  assert.deepEqual(new BinaryParameter({ name: "m" }).toBytes(NOT_UTF8), NOT_UTF8);
});

Deno.test("what is stored is read back as it was", () => {
  const int = new IntParameter({ name: "n" });
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => assert.equal(int.fromBytes(int.toBytes(value)), value)));
  const float = new FloatParameter({ name: "x" });
  // The sign of a zero is not kept.
  const floats = fc.double().map((value) => value === 0 ? 0 : value);
  fc.assert(fc.property(floats, (value) => assert.equal(float.fromBytes(float.toBytes(value)), value)));
  const str = new StrParameter({ name: "s" });
  const texts = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(texts, (value) => assert.equal(str.fromBytes(str.toBytes(value)), value)));
});

Deno.test("rule 9: a number outside its bounds is refused, one on them is not", () => {
  for (const Kind of [IntParameter, FloatParameter]) {
    const parameter = new Kind({ name: "n", min: -1, max: 4 });
    for (const value of [-1, 0, 4]) assert.equal(parameter.refusal(value), undefined);
    assert.equal(parameter.refusal(-2), "is less than its minimum -1");
    assert.equal(parameter.refusal(5), "is more than its maximum 4");
    assert.equal(new Kind({ name: "n" }).refusal(-1e9), undefined);
  }
  assert.equal(new FloatParameter({ name: "x", min: 0 }).refusal(Infinity), undefined);
  for (const bounds of [{ min: 0 }, { max: 0 }]) {
    assert.equal(typeof new FloatParameter({ name: "x", ...bounds }).refusal(NaN), "string", Deno.inspect(bounds));
  }
});

Deno.test("rule 9: a value that is not among its choices is refused with them", () => {
  const edge = new StrParameter({ name: "edge", default: "K", choices: ["K", "L3"] });
  assert.equal(edge.refusal("L3"), undefined);
  assert.equal(edge.refusal("k"), 'is not one of its choices "K", "L3"');
  const bin = new IntParameter({ name: "bin", min: 0, choices: [1, 2, 4] });
  assert.equal(bin.refusal(4), undefined);
  assert.equal(bin.refusal(3), "is not one of its choices 1, 2, 4");
  assert.equal(bin.refusal(-1), "is less than its minimum 0");
  assert.equal(new BoolParameter({ name: "b", choices: [true] }).refusal(false), "is not one of its choices true");
});

Deno.test("bytes are among the choices when they are equal to one", () => {
  const mask = new BinaryParameter({ name: "mask", choices: [Uint8Array.of(1, 2), Uint8Array.of(3)] });
  assert.equal(mask.refusal(Uint8Array.of(1, 2)), undefined);
  assert.equal(typeof mask.refusal(Uint8Array.of(2, 1)), "string");
  assert.equal(typeof mask.refusal(Uint8Array.of(1)), "string");
});

Deno.test("messages show texts in quotes, bytes as text or by their number", () => {
  assert.equal(show('a "b"'), '"a \\"b\\""');
  assert.equal(show(bytes("abc")), "abc");
  assert.equal(show(bytes("x".repeat(50))), "x".repeat(40));
  assert.equal(show(NOT_UTF8), "2 bytes");
  assert.equal(show(3n), "3n");
  assert.equal(show(undefined), "undefined");
  assert.equal(show({ a: [1, 2] }), "{ a: [ 1, 2 ] }");
});
