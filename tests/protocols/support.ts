/**
 * What the tests of protocols share: frames made by hand, and keys and values that were never heard of.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { StreamData } from "beamfold";
import fc from "fast-check";
import { streamData } from "../../lib/event.ts";

const encoder = new TextEncoder();

/** A frame of JSON, or of a text as it is. */
export function jsonFrame(json: unknown): Uint8Array {
  return encoder.encode(typeof json === "string" ? json : JSON.stringify(json));
}

/** Stream data: JSON (or a text), then other parts. */
export function frames(typ: string, json: unknown, ...parts: Uint8Array[]): StreamData {
  return streamData(typ, [jsonFrame(json), ...parts]);
}

/** The texts of a stream's frames. */
export function textsOf({ frames }: StreamData): string[] {
  return frames.map((frame) => new TextDecoder().decode(frame));
}

/** Asserts that parsing is refused; a text is the whole message without `cannot parse this as …: `. */
export function refuses(parse: () => unknown, typ: string, message: string | RegExp): void {
  const expected = typeof message === "string" ? `cannot parse this as ${typ}: ${message}` : message;
  assert.throws(parse, { name: "ProtocolError", protocol: typ, message: expected });
}

/** Asserts that encoding is refused. */
export function refusesToEncode(encode: () => unknown, typ: string, message: string): void {
  const expected = `cannot encode this as ${typ}: ${message}`;
  assert.throws(encode, { name: "ProtocolError", protocol: typ, message: expected });
}

/**
 * Asserts that each key of a packet is looked at: that it is missing, null, or of another type is refused by its name.
 *
 * @param packet A packet that is read.
 * @param keys Its required keys, and what is expected of each.
 * @param parse How it is read.
 * @param dict How an object of one key, `a`, is shown.
 */
export function refusesWithoutKeys(
  packet: object,
  keys: Readonly<Record<string, string>>,
  typ: string,
  parse: (packet: object) => unknown,
): void {
  assert.ok(parse(packet));
  for (const [key, expected] of Object.entries(keys)) {
    const others: [unknown, string][] = [[null, "null"], [true, "true"], [{ a: 1 }, "{ a: 1 }"]];
    if (expected !== "a number") others.push([1.5, "1.5"]);
    for (const [value, shown] of [[undefined, "undefined"] as const, ...others]) {
      const { [key]: _, ...rest } = packet as Record<string, unknown>;
      const changed = value === undefined ? rest : { ...rest, [key]: value };
      refuses(() => parse(changed), typ, `"${key}" is ${shown}, expected ${expected}`);
    }
  }
}

/** Every number, and BigInts that numbers cannot hold. */
export const numbers: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 2 ** 53, -(2 ** 60), 1e21, 0.1, 5e-324),
  fc.bigInt().filter((value) => BigInt.asIntN(54, value) !== value),
);

/** Texts with anything in them, also what looks like a number or the end of a text. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "NaN",
    '"NaN',
    '\\"NaN,',
    "-Infinity",
    "\\",
    "0e0",
    "1e0",
    "[NaN]",
    "1704807770443944912",
    "__proto__",
  ),
);

/** Any value that JSON or a pickle can hold. Lists and dicts are nested up to three deep. */
export const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts,
    numbers,
    fc.constantFrom(true, false, null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(texts, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** Keys that may be sent besides those of the protocol, and anything in them. */
export const extras: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  texts,
  values,
  { maxKeys: 5, noNullPrototype: true },
);

/** A copy in which objects have no prototype, however they came to be. */
export function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  const prototype = typeof value === "object" && value !== null ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== null && prototype !== Object.prototype) return value;
  const copied = Object.entries(value as object).map(([key, item]) => [key, withoutPrototypes(item)]);
  return Object.setPrototypeOf(Object.fromEntries(copied), null);
}
