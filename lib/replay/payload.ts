/**
 * Payloads handed from worker to reducer: copies that keep their classes (rule 4).
 *
 * @module
 */

import { checkAttached } from "../array/detached.ts";
import { copyArray, isNdArray } from "../array/ndarray.ts";
import { isTypedArray } from "../array/dtypes.ts";
import { PayloadError } from "../errors.ts";

/**
 * Copies payloads. Numbers and texts are handed on as they are, typed arrays copied in one piece, objects property by
 * property, with their class. What one payload holds twice, its copy holds twice.
 */
export class PayloadCopier {
  /** Whether instances of a class can be copied; undefined means yes, a text why not. */
  readonly #refusals = new Map<unknown, string | undefined>();

  /**
   * @throws PayloadError for a function, symbol or socket, with the path to it.
   */
  copy(payload: unknown): unknown {
    if (typeof payload === "object" && payload !== null) return this.#object(payload, "payload", undefined);
    refuseUncopyable(payload, "payload");
    return payload;
  }

  #any(value: unknown, path: string, seen: Map<object, unknown>): unknown {
    if (typeof value === "object" && value !== null) return this.#object(value, path, seen);
    refuseUncopyable(value, path);
    return value;
  }

  #object(value: object, path: string, seen: Map<object, unknown> | undefined): unknown {
    const known = seen?.get(value);
    if (known !== undefined) return known;
    const leaf = copyLeaf(value);
    if (leaf !== undefined) {
      seen?.set(value, leaf);
      return leaf;
    }
    seen ??= new Map();
    if (Array.isArray(value)) {
      const copy = withPrototypeOf(new Array<unknown>(value.length), value);
      seen.set(value, copy);
      // Holes of a sparse array stay holes; fields that are no elements, such as those of a match, are kept.
      const target = copy as unknown as Record<string, unknown>;
      for (const [key, element] of Object.entries(value)) {
        target[key] = isPrimitive(element) ? element : this.#any(element, placeOf(path, key), seen);
      }
      return copy;
    }
    const prototype = Object.getPrototypeOf(value);
    if (value instanceof Map && prototype === Map.prototype) return this.#map(value, path, seen);
    if (value instanceof Set && prototype === Set.prototype) return this.#set(value, path, seen);
    return this.#instance(value, prototype, path, seen);
  }

  #map(map: Map<unknown, unknown>, path: string, seen: Map<object, unknown>): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    seen.set(map, copy);
    for (const [key, value] of map) {
      const place = `${path}.get(${
        typeof key === "object" ? "…" : typeof key === "string" ? JSON.stringify(key) : String(key)
      })`;
      copy.set(this.#any(key, `a key of ${path}`, seen), this.#any(value, place, seen));
    }
    return copy;
  }

  #set(set: Set<unknown>, path: string, seen: Map<object, unknown>): Set<unknown> {
    const copy = new Set<unknown>();
    seen.set(set, copy);
    for (const value of set) copy.add(this.#any(value, `an element of ${path}`, seen));
    return copy;
  }

  #instance(value: object, prototype: object | null, path: string, seen: Map<object, unknown>): object {
    const refusal = this.#refusalOf(value, prototype) ?? refusalOfSymbols(value, prototype);
    if (refusal !== undefined) throw new PayloadError(`${path} cannot be handed to the reducer: ${refusal}`, { path });
    const copy = Object.create(prototype) as Record<string, unknown>;
    seen.set(value, copy);
    for (const key of Object.keys(value)) {
      const property = (value as Record<string, unknown>)[key];
      const copied = isPrimitive(property) ? property : this.#any(property, placeOf(path, key), seen);
      // A plain assignment would run a setter of the class, or set the prototype for "__proto__".
      if (key in copy) {
        Object.defineProperty(copy, key, { value: copied, writable: true, enumerable: true, configurable: true });
      } else copy[key] = copied;
    }
    // An Error keeps its own facts in properties that are not enumerable.
    if (value instanceof Error) {
      for (const key of ["message", "stack", "cause", "errors"]) {
        if (!Object.hasOwn(value, key)) continue;
        const property = this.#any((value as unknown as Record<string, unknown>)[key], `${path}.${key}`, seen);
        Object.defineProperty(copy, key, { value: property, writable: true, enumerable: false, configurable: true });
      }
    }
    return copy;
  }

  #refusalOf(value: object, prototype: object | null): string | undefined {
    if (prototype === null || prototype === Object.prototype) return undefined;
    if (!this.#refusals.has(prototype)) this.#refusals.set(prototype, refusalOfClass(value, prototype));
    return this.#refusals.get(prototype);
  }
}

/** The path to a property, as one would write it in code. */
function placeOf(path: string, key: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}.${key}`;
  return /^\d+$/.test(key) ? `${path}[${key}]` : `${path}[${JSON.stringify(key)}]`;
}

/** A copy of something without parts, or undefined when it has parts. */
function copyLeaf(value: object): object | undefined {
  if (isTypedArray(value)) return copyTyped(value);
  if (isNdArray(value)) return copyArray(value);
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (value instanceof DataView) {
    return new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
  }
  if (value instanceof Date) return withPrototypeOf(new Date(value), value);
  if (value instanceof RegExp) return new RegExp(value);
  return undefined;
}

/** Only the part that the array sees is copied; a subclass such as Buffer, whose `slice` shares, too. */
function copyTyped<A extends ArrayBufferView>(array: A): A {
  checkAttached(array);
  const { slice } = Object.getPrototypeOf(Uint8Array.prototype) as { slice(this: A): A };
  return slice.call(array);
}

/** What is handed on as it is, so that no path to it has to be kept. */
function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol");
}

function refuseUncopyable(value: unknown, path: string): void {
  if (typeof value !== "function" && typeof value !== "symbol") return;
  const what = typeof value === "symbol"
    ? `it is ${String(value)}`
    : `it is the function ${value.name || "(anonymous)"}`;
  throw new PayloadError(
    `${path} cannot be handed to the reducer: ${what}; return data only (methods of a class are kept)`,
    { path },
  );
}

const uncopyableTags = new Set(["Promise", "WeakMap", "WeakSet", "WeakRef", "Generator", "AsyncGenerator"]);

/** Why instances of a class cannot be copied from outside. */
function refusalOfClass(value: object, prototype: object): string | undefined {
  const name = prototype.constructor?.name || "an unnamed class";
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (uncopyableTags.has(tag)) return `it is a ${tag}${tag === "Promise" ? "; await it in processEvent" : ""}`;
  for (let level: object | null = prototype; level !== null && level !== Object.prototype;) {
    const source = Object.hasOwn(level, "constructor") && typeof level.constructor === "function"
      ? Function.prototype.toString.call(level.constructor)
      : "";
    if (source.includes("[native code]") && level !== Error.prototype && !isErrorPrototype(level)) {
      return `it is a ${name}, which the runtime does not let anyone copy`;
    }
    const field = privateFieldOf(source);
    if (field !== undefined) {
      return `it is a ${name}, whose private ${field} cannot be copied; use public (readonly) fields in payloads`;
    }
    level = Object.getPrototypeOf(level);
  }
  return undefined;
}

/** Sockets, files, streams and other objects of the web platform are branded with symbols. */
function refusalOfSymbols(value: object, prototype: object | null): string | undefined {
  if (Object.getOwnPropertySymbols(value).length === 0) return undefined;
  const name = prototype?.constructor?.name || "an unnamed class";
  return `it is a ${name}, which holds a resource or a symbol; return data only`;
}

/** A private field that instances have: one that is used, and is not the class's own. */
function privateFieldOf(source: string): string | undefined {
  const own = new Set(Array.from(source.matchAll(/\bstatic\s+(?:\w+\s+|\*\s*)*(#[\w$]+)/g), (match) => match[1]));
  return Array.from(source.matchAll(/\.\s*(#[A-Za-z_$][\w$]*)/g), (match) => match[1]).find((field) => !own.has(field));
}

function withPrototypeOf<T extends object>(copy: T, original: object): T {
  const prototype = Object.getPrototypeOf(original);
  return Object.getPrototypeOf(copy) === prototype ? copy : Object.setPrototypeOf(copy, prototype);
}

function isErrorPrototype(prototype: object): boolean {
  return prototype instanceof Error;
}
