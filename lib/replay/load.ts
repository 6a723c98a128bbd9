/**
 * Worker and reducer classes, given as classes or as `"path.ts:Class"`.
 *
 * @module
 */

import { asError, closest, OptionError } from "../errors.ts";
import { fileUrl } from "../file_url.ts";
import { userFrames } from "./user_error.ts";

/** A class as it comes from a user: nothing is known of it but that it can be called with `new`. */
export type AnyClass = new (...given: never[]) => object;

/**
 * The class that a user names.
 *
 * @param given A class, or `"path.ts:Class"`; without `:Class` the only fitting class that the file exports.
 * @param role What it shall be, and the method that makes it that.
 * @throws OptionError when the file cannot be loaded, has no such export, or the class lacks the method.
 */
export async function loadClass(given: unknown, role: { name: string; method: string }): Promise<AnyClass> {
  if (typeof given === "string") return await loadFrom(given, role);
  if (isClass(given)) return withMethod(given, role, given.name || `the ${role.name} class`);
  throw new OptionError(`the ${role.name} is ${Deno.inspect(given)}, expected a class or "path.ts:Class"`);
}

async function loadFrom(given: string, role: { name: string; method: string }): Promise<AnyClass> {
  const { path, name } = splitName(given);
  const exported = await importFrom(path, given, role.name);
  const classes = Object.entries(exported).filter(([, value]) => isClass(value));
  const list = classes.length === 0 ? "no class" : classes.map(([other]) => `"${other}"`).join(", ");
  if (name === undefined) {
    const fitting = classes.filter(([, value]) => role.method in ((value as AnyClass).prototype as object));
    if (fitting.length === 1) return (fitting[0] as [string, AnyClass])[1];
    throw new OptionError(
      `the ${role.name} "${given}" names no class: write "${path}:Class"; "${path}" exports ${list}`,
    );
  }
  const found = exported[name];
  if (found === undefined) {
    const similar = closest(name, classes.map(([other]) => other));
    throw new OptionError(
      `the ${role.name} "${given}" is not there: "${path}" exports ${list}` +
        (similar === undefined ? "" : `; did you mean "${path}:${similar}"?`),
    );
  }
  if (!isClass(found)) {
    throw new OptionError(
      `the ${role.name} "${given}" is a ${typeof found}, expected a class; "${path}" exports ${list}`,
    );
  }
  return withMethod(found, role, `"${given}"`);
}

/** File and class of `"path.ts:Class"`: split at the last colon, which on Windows is not that of the drive. */
export function splitName(given: string): { path: string; name: string | undefined } {
  const match = /^(.+):([A-Za-z_$][\w$]*)$/.exec(given);
  return match === null ? { path: given, name: undefined } : { path: match[1] as string, name: match[2] };
}

async function importFrom(path: string, given: string, role: string): Promise<Record<string, unknown>> {
  let url: string;
  try {
    url = fileUrl(Deno.realPathSync(path));
  } catch {
    throw new OptionError(
      `the ${role} "${given}" cannot be loaded: there is no file "${path}" (looked in "${Deno.cwd()}"); ` +
        `write "path.ts:Class"`,
    );
  }
  try {
    return await import(url) as Record<string, unknown>;
  } catch (cause) {
    const error = asError(cause);
    const frames = userFrames(error).map((frame) => `\n    ${frame}`).join("");
    // A module that is missing comes with its own frames in the message, coloured ones.
    const [message] = error.message.replaceAll("file://", "").split("\n    at ");
    throw new OptionError(`the ${role} "${given}" cannot be loaded: ${message}${frames}`, { cause });
  }
}

function isClass(value: unknown): value is AnyClass {
  return typeof value === "function" && typeof value.prototype === "object" && value.prototype !== null;
}

function withMethod(found: AnyClass, role: { name: string; method: string }, label: string): AnyClass {
  const prototype = found.prototype as Record<string, unknown>;
  // A method may also be a field that holds a function; then only an instance has it.
  const source = Function.prototype.toString.call(found);
  if (typeof prototype[role.method] === "function" || new RegExp(`\\b${role.method}\\s*=`).test(source)) return found;
  const methods = Object.getOwnPropertyNames(prototype).filter((method) => method !== "constructor");
  const similar = closest(role.method, methods) ?? methods.find((method) => sameLetters(method, role.method));
  throw new OptionError(
    `${label} is no ${role.name}: it has no method ${role.method}` +
      (similar === undefined ? "" : `; did you mean "${similar}" to be it?`),
  );
}

/** Python's `process_event` for `processEvent`. */
function sameLetters(a: string, b: string): boolean {
  const letters = (name: string): string => name.replaceAll("_", "").toLowerCase();
  return letters(a) === letters(b);
}
