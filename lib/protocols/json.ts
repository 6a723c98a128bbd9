/**
 * What the parsers of protocols share: JSON parts whose integers stay exact, and keys read with errors that name them.
 *
 * @module
 */

import { ProtocolError } from "../errors.ts";
import type { StreamData } from "../event.ts";

/** The keys of a packet and what they hold. */
export type Fields = Record<string, unknown>;

/**
 * What errors call a part; made only for an error. V8 keeps the text of each number that it was asked for, as it may be
 * asked for again: with that of every image, memory would grow with the capture.
 */
export type Naming = () => string;

const firstFrame: Naming = () => "the first frame";

/** What is thrown for frames that are not what their protocol says. */
export function invalid(typ: string, message: string, cause?: unknown): ProtocolError {
  return new ProtocolError(`cannot parse this as ${typ}: ${message}`, { protocol: typ, cause });
}

/** What is thrown for a packet that cannot be encoded. */
export function unwritable(typ: string, message: string, cause?: unknown): ProtocolError {
  return new ProtocolError(`cannot encode this as ${typ}: ${message}`, { protocol: typ, cause });
}

/** Refuses the data of a stream of another type. */
export function assertTyp(data: StreamData, typ: string): void {
  if (data.typ === typ) return;
  throw invalid(
    typ,
    `the stream's type is ${JSON.stringify(data.typ)}, expected "${typ}": use the parser for that type`,
  );
}

/** The only frame of a stream of one type. */
export function onlyFrame(data: StreamData, typ: string): Uint8Array {
  assertTyp(data, typ);
  const [frame] = data.frames;
  if (frame === undefined || data.frames.length > 1) {
    throw invalid(typ, `found ${data.frames.length} frames, expected one`);
  }
  return frame;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/**
 * Reads a JSON object. Integers beyond 53 bits become BigInts; `NaN` and `Infinity` are read as Python writes them.
 *
 * @param frame The bytes of it.
 * @param typ The type of the stream, for errors.
 * @param what What errors call the frame.
 * @throws ProtocolError when the frame holds no JSON, or no object.
 */
export function readJson(frame: Uint8Array, typ: string, what: Naming = firstFrame): Fields {
  let fields: unknown;
  try {
    fields = parseJson(decoder.decode(frame));
  } catch (cause) {
    throw invalid(typ, `${what()} is not JSON (${(cause as Error).message})`, cause);
  }
  if (!isFields(fields)) throw invalid(typ, `${what()} holds ${shown(fields)}, expected a JSON object`);
  return fields;
}

/** Whether a value has keys: an object that is no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  const parse = /(?<![.\d])\d{16}/.test(text) ? parseExact : JSON.parse;
  try {
    return parse(text);
  } catch (error) {
    // Only what is no JSON can be JSON as Python writes it.
    if (!/NaN|Infinity/.test(text)) throw error;
    return parsePython(text, error);
  }
}

interface Context {
  readonly source?: string;
}

function parseExact(text: string): unknown {
  return JSON.parse(text, (_: string, value: unknown, context?: Context) => exact(value, context));
}

function exact(value: unknown, context: Context | undefined): unknown {
  const integer = typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "");
  return integer ? BigInt(context?.source ?? 0) : value;
}

/** JSON with numbers that JSON does not have, which are looked for outside texts. */
function parsePython(text: string, error: unknown): unknown {
  let nan = "0e0";
  while (text.includes(nan)) nan = nan.padEnd(2 * nan.length, "0");
  const literals: Readonly<Record<string, string>> = { NaN: nan, Infinity: "1e999", "-Infinity": "-1e999" };
  try {
    const json = text.replace(
      // A text that does not end goes on to the end: looking for its end only once keeps this linear.
      /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|(?<![\w.+-])(?:NaN|-?Infinity)(?![\w.])/g,
      (found) => found.startsWith('"') ? found : literals[found] as string,
    );
    return JSON.parse(
      json,
      (_: string, value: unknown, context?: Context) => context?.source === nan ? NaN : exact(value, context),
    );
  } catch {
    throw error;
  }
}

/**
 * Writes JSON so that it is read as it was: BigInts as digits, `NaN` and `Infinity` as Python writes them, and other
 * numbers beyond 53 bits, and -0, with a fraction.
 */
export function writeJson(fields: object): Uint8Array<ArrayBuffer> {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  let python = false;
  const json = JSON.stringify(fields, (_, value) => {
    if (typeof value === "bigint") return rawJSON(String(value));
    if (typeof value !== "number" || (Number.isSafeInteger(value) && !Object.is(value, -0))) return value;
    if (Number.isFinite(value)) {
      return /^\d+$/.test(String(Math.abs(value))) ? rawJSON(`${Object.is(value, -0) ? "-0" : value}.0`) : value;
    }
    python = true;
    return rawJSON(placeholders[String(value)] as string);
  });
  if (!python) return encoder.encode(json);
  const names: Readonly<Record<string, string>> = { "0e0": "NaN", "1e0": "Infinity", "-1e0": "-Infinity" };
  const named = json.replace(
    /"[^"\\]*(?:\\.[^"\\]*)*"|-?[01]e0/g,
    (found) => found.startsWith('"') ? found : names[found] as string,
  );
  return encoder.encode(named);
}

/** Numbers as they are never written otherwise: with an exponent that has no sign. */
const placeholders: Readonly<Record<string, string>> = { NaN: "0e0", Infinity: "1e0", "-Infinity": "-1e0" };

/** What a key holds, when it is a whole number that a number can hold. */
export function wholeNumber(fields: Fields, key: string, typ: string): number {
  const value = fields[key];
  if (!Number.isSafeInteger(value)) throw unexpected(fields, key, "a whole number", typ);
  return value as number;
}

/** What a key holds, when it is a whole number of any size: a BigInt beyond 53 bits. */
export function integer(fields: Fields, key: string, typ: string): number | bigint {
  const value = fields[key];
  return typeof value === "bigint" ? value : wholeNumber(fields, key, typ);
}

/** What a key holds, when it is a number. */
export function real(fields: Fields, key: string, typ: string): number {
  const value = fields[key];
  if (typeof value !== "number") throw unexpected(fields, key, "a number", typ);
  return value;
}

/** What a key holds, when it is a text. */
export function text(fields: Fields, key: string, typ: string): string {
  const value = fields[key];
  if (typeof value !== "string") throw unexpected(fields, key, "a text", typ);
  return value;
}

/** What a key holds, when it is a time as text: a date and a time of day, perhaps with a fraction and an offset. */
export function timeText(fields: Fields, key: string, typ: string): string {
  const value = fields[key];
  const isTime = typeof value === "string" && !Number.isNaN(Date.parse(value)) &&
    /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i.test(value);
  if (!isTime) throw unexpected(fields, key, 'a time, such as "2024-10-07T08:49:10.627Z"', typ);
  return value;
}

/** What a key holds, when it is the extents of an array. */
export function extents(fields: Fields, key: string, typ: string): number[] {
  const value = fields[key];
  if (!Array.isArray(value) || !value.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw unexpected(fields, key, "a list of whole numbers", typ);
  }
  if (value.length > MAX_AXES) throw invalid(typ, `"${key}" has ${value.length} axes, expected at most ${MAX_AXES}`);
  return value;
}

/** As many as numpy has. */
const MAX_AXES = 32;

/** A value as errors show it. */
export function shown(value: unknown): string {
  const text = Deno.inspect(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** The error for a key that is missing or holds something else. */
export function unexpected(fields: Fields, key: string, expected: string, typ: string): ProtocolError {
  return invalid(typ, `"${key}" is ${shown(fields[key])}, expected ${expected}`);
}
