/**
 * The values of a run's parameters: given in code, in a file or in the shell, checked against what is described.
 *
 * @module
 */

import { joinedBytes } from "./bytes.ts";
import { closest, ParameterError } from "./errors.ts";
import {
  type AnyParameter,
  type GivenParameters,
  Parameter,
  type ParameterValue,
  type ParameterValues,
  show,
} from "./parameters.ts";

/**
 * The value of every described parameter: the given ones, checked, and defaults for the rest.
 *
 * @throws ParameterError for a name that is not described, a wrong type, or a value out of bounds.
 */
export function resolveParameters(described: readonly AnyParameter[], given: GivenParameters = {}): ParameterValues {
  const byName = new Map<string, AnyParameter>();
  for (const parameter of described) {
    const other = byName.get(parameter.name);
    if (other !== undefined && other.dtype !== parameter.dtype) {
      throw new ParameterError(
        `parameter "${parameter.name}" is described twice, as ${other.dtype} and as ${parameter.dtype}: ` +
          `let worker and reducer agree, or describe it in one of them`,
        { parameter: parameter.name },
      );
    }
    byName.set(parameter.name, parameter);
  }
  const entries = new Map<string, Entry>();
  for (const entry of entriesOf(given)) {
    if (!byName.has(entry.name)) throw notDescribed(entry.name, [...byName.keys()]);
    entries.set(entry.name, entry);
  }
  const values: Record<string, ParameterValue> = Object.create(null);
  for (const [name, parameter] of byName) {
    const entry = entries.get(name);
    values[name] = entry === undefined ? defaultOf(parameter) : setBy(parameter, entry);
  }
  return values;
}

type Entry = Setting | { name: string; data: string | Uint8Array } | { name: string; value: unknown };

/** A parameter as a shell sets it: a text; for a binary one `@path` are the bytes of a file, and `@@` is an `@`. */
export class Setting {
  /** @param data The text behind `name=`. */
  constructor(readonly name: string, readonly data: string) {}
}

/** Given parameters, in whatever form, as a list of names with values, or with texts or bytes. */
export function entriesOf(given: GivenParameters): Entry[] {
  if (Array.isArray(given)) return given.map(listEntry);
  return Object.entries(given).map(([name, value]) => {
    if (value instanceof Parameter) return { name, value: value.default };
    return { name, value: isValueObject(value) ? value.value : value };
  });
}

function listEntry(entry: unknown, index: number): Entry {
  if (entry instanceof Setting) return entry;
  if (entry instanceof Parameter) return { name: entry.name, value: entry.default };
  if (isNamed(entry)) {
    if ("value" in entry) return { name: entry.name, value: entry.value };
    if ("data" in entry) {
      const { name, data } = entry;
      return typeof data === "string" || data instanceof Uint8Array ? { name, data } : { name, value: data };
    }
  }
  throw new ParameterError(
    `entry ${index} of the parameters is ${
      show(entry)
    }: expected { "name": …, "data": … } or { "name": …, "value": … }`,
  );
}

function isNamed(entry: unknown): entry is { readonly name: string } {
  return typeof entry === "object" && entry !== null && "name" in entry && typeof entry.name === "string";
}

/** Whether a value is that of a parameter, as an outcome has them. */
export function isValueObject(value: unknown): value is ParameterValue {
  return typeof value === "object" && value !== null && "name" in value && "value" in value && "data" in value;
}

// The five kinds have methods of different value types; inside this function they are one.
type Kind = Parameter<string, unknown>;

function setBy(parameter: Kind, entry: Entry): ParameterValue {
  if (parameter.dtype === "binary") {
    const file = fileOf(entry);
    if (file !== undefined) return checked(parameter, readBytes(parameter.name, file));
    if (entry instanceof Setting) return setBy(parameter, { name: entry.name, data: entry.data.replace(/^@@/, "@") });
  }
  const asBytes = "data" in entry;
  const given = asBytes ? entry.data : entry.value;
  const value = asBytes
    ? parameter.fromBytes(typeof entry.data === "string" ? new TextEncoder().encode(entry.data) : entry.data)
    : parameter.fromValue(entry.value);
  if (value === undefined) {
    throw new ParameterError(
      `parameter "${parameter.name}" is ${show(given)}, which is not ${article(parameter.dtype)}`,
      { parameter: parameter.name },
    );
  }
  return checked(parameter, value);
}

/** The file whose bytes are meant. */
function fileOf(entry: Entry): string | undefined {
  if (entry instanceof Setting) return /^@(?!@)(.*)$/s.exec(entry.data)?.[1];
  return "value" in entry && isFile(entry.value) ? entry.value.file : undefined;
}

/** Whether a value stands for the bytes of a file. */
export function isFile(value: unknown): value is { readonly file: string } {
  return hasOnly(value, "file") && typeof value.file === "string";
}

function readBytes(parameter: string, path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    throw new ParameterError(`parameter "${parameter}" is the file "${path}", which cannot be read: ${whyNot(cause)}`, {
      parameter,
      cause,
    });
  }
}

/** Why a file cannot be read. */
function whyNot(cause: unknown): string {
  return cause instanceof Deno.errors.NotFound
    ? `there is no such file (looked in "${Deno.cwd()}")`
    : (cause as Error).message;
}

function checked(parameter: Kind, value: unknown): ParameterValue {
  const refusal = parameter.refusal(value);
  if (refusal !== undefined) {
    throw new ParameterError(`parameter "${parameter.name}" is ${show(value)}, which ${refusal}`, {
      parameter: parameter.name,
    });
  }
  return new PrintableValue(parameter, value, parameter.toBytes(value));
}

function defaultOf(parameter: Kind): ParameterValue {
  try {
    return checked(parameter, parameter.default);
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    throw new ParameterError(`${error.message}; that is its default, so a value has to be given`, {
      parameter: parameter.name,
    });
  }
}

class PrintableValue implements ParameterValue {
  readonly name: string;
  readonly dtype: string;
  readonly unit: string | undefined;

  constructor({ name, dtype, unit }: Kind, readonly value: unknown, readonly data: Uint8Array) {
    this.name = name;
    this.dtype = dtype;
    this.unit = unit;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return `${this.name} = ${show(this.value)}`;
  }
}

function notDescribed(name: string, known: string[]): ParameterError {
  const similar = closest(name, known);
  const hint = similar === undefined ? "" : `, did you mean "${similar}"?`;
  const list = known.length === 0
    ? "neither worker nor reducer describes any (static describeParameters)"
    : `described are ${known.map((other) => `"${other}"`).join(", ")}`;
  return new ParameterError(`parameter "${name}" is not described${hint || ":"} ${hint ? `(${list})` : list}`, {
    parameter: name,
  });
}

const articles: Record<string, string> = {
  int: "a whole number of at most 53 bits (int)",
  float: "a number (float)",
  str: "a text (str)",
  bool: "True or False (bool)",
  binary: "bytes (binary)",
};

function article(dtype: string): string {
  return articles[dtype] ?? dtype;
}

/**
 * Reads a parameter file: a list `[{"name": "till_x", "data": "3"}]` or an object `{"till_x": 3}`, as JSON. In both,
 * `{"file": "detector.poni"}` in place of a value is a file beside the parameter file, and `{"base64": "AAEC"}` stands for
 * its bytes.
 *
 * @throws ParameterError when the file cannot be read or is neither.
 */
export function readParameterFile(path: string): GivenParameters {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (cause) {
    throw new ParameterError(`cannot read the parameter file "${path}": ${whyNot(cause)}`, { cause });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new ParameterError(
      `the parameter file "${path}" is not JSON (${(cause as Error).message}): ` +
        `write {"till_x": 3} or [{"name": "till_x", "data": "3"}]`,
      { cause },
    );
  }
  if (typeof parsed !== "object" || parsed === null) {
    throw new ParameterError(
      `the parameter file "${path}" holds ${show(parsed)}: write {"till_x": 3} or [{"name": "till_x", "data": "3"}]`,
    );
  }
  const folder = path.replace(/[^/\\]*$/, "");
  if (!Array.isArray(parsed)) return placedIn(folder, parsed);
  return parsed.map((entry) => isNamed(entry) ? placedIn(folder, entry, entry.name) : entry);
}

/**
 * Values by key, in which files have the folder that they are relative to, and base64 has become bytes. They belong to
 * one parameter, or where none is named to those that the keys name.
 */
function placedIn(folder: string, values: object, parameter?: string): Record<string, unknown> {
  const placed = (key: string, value: unknown): unknown => {
    if (isFile(value) && !/^([/\\]|[A-Za-z]:)/.test(value.file)) return { file: `${folder}${value.file}` };
    return hasOnly(value, "base64") ? bytesOf(parameter ?? key, value["base64"]) : value;
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, placed(key, value)]));
}

function bytesOf(parameter: string, base64: unknown): Uint8Array {
  try {
    return Uint8Array.fromBase64(String(base64));
  } catch (cause) {
    throw new ParameterError(`parameter "${parameter}" is {"base64": ${show(base64)}}, which is no base64`, {
      parameter,
      cause,
    });
  }
}

/** Whether a value is an object with one key. */
function hasOnly<Key extends string>(value: unknown, key: Key): value is Readonly<Record<Key, unknown>> {
  return typeof value === "object" && value !== null && Object.keys(value).join() === key;
}

/** The SHA-256 (hex) over names and bytes of all values, names sorted: which set of values a result was made with. */
export async function hashParameters(values: ParameterValues): Promise<string> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const name of Object.keys(values).sort()) {
    const data = values[name]?.data ?? new Uint8Array();
    parts.push(encoder.encode(`${JSON.stringify(name)}:${data.length}:`), data);
  }
  const digest = await crypto.subtle.digest("SHA-256", joinedBytes(parts));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
