/**
 * What the parts of the unpickler share: where it is, what it may still allocate, and how it fails.
 *
 * @module
 */

import { PickleError } from "../errors.ts";

/** How many elements the value may have when everything that is shared is counted wherever it is used. */
export const MOST_ELEMENTS = 10_000_000;
/** How deep values may be nested. */
export const DEEPEST = 1000;

/** Arrays up to here share buffers of at most that size: a view of one is made in a tenth of the time that a new one is. */
const SMALL = 512;
const SHARED_BUFFER = 4096;

/** One run of the unpickler. */
export class Reading {
  /** The offset of the opcode that is being executed. */
  at = 0;
  /** How many bytes constructors may still allocate. Data is copied twice at most; references cannot multiply it. */
  private spare: number;
  /** Where small arrays are, and how much of it they take. */
  private shared: ArrayBuffer | undefined;
  private taken = 0;
  /** Dicts that got a key that is no text, and the maps that stand for them. */
  replaced: Map<unknown, Map<unknown, unknown>> | undefined;

  private readonly length: number;

  constructor(length: number) {
    this.length = length;
    this.spare = 16 * length + 65_536;
  }

  /** Counts what a constructor is about to allocate. */
  charge(bytes: number): void {
    this.spare -= bytes;
    if (!(this.spare >= 0)) {
      throw this.error("its values take far more memory than the pickle, because the same data is copied many times");
    }
  }

  /** New bytes, aligned for any element. */
  allocate(length: number): Uint8Array<ArrayBuffer> {
    this.charge(length);
    if (length > SMALL) return new Uint8Array(length);
    if (this.shared === undefined || this.taken + length > this.shared.byteLength) {
      this.shared = new ArrayBuffer(Math.max(length, Math.min(this.length, SHARED_BUFFER)));
      this.taken = 0;
    }
    const at = this.taken;
    this.taken += (length + 7) & ~7;
    return new Uint8Array(this.shared, at, length);
  }

  /** An error about the opcode that is being executed. */
  error(what: string, global?: string, cause?: unknown): PickleError {
    return new PickleError(`cannot read this pickle: ${what} (byte ${this.at})`, {
      offset: this.at,
      ...(global === undefined ? {} : { global }),
      cause,
    });
  }
}

/** What only means something while a pickle is read, and is no value. */
export abstract class Internal {
  /** What it is, for messages. */
  abstract readonly label: string;
}

/** A short name of what a value is, for messages. */
export function kind(value: unknown): string {
  if (value === null) return "None";
  if (value instanceof Internal) return value.label;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Set) return "a set";
  switch (typeof value) {
    case "object":
      return isDict(value) || value instanceof Map ? "a dict" : "an object";
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    default:
      return String(value).slice(0, 40);
  }
}

/** A dict whose keys are texts. */
export type Dict = Record<string, unknown>;

/** An empty dict. It has no prototype, so that any key is harmless. */
export function dict(): Dict {
  return { __proto__: null } as unknown as Dict;
}

/** Whether a value is a dict whose keys are texts. */
export function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;
}

/** Sets items of a dict: keys and values in turn, from `from` to before `to`. */
export function setItems(reading: Reading, target: unknown, items: readonly unknown[], from: number, to: number): void {
  if ((to - from) % 2 !== 0) throw reading.error("a key has no value");
  let i = from;
  let map = target instanceof Map ? target : reading.replaced?.get(target);
  if (map === undefined) {
    if (!isDict(target)) throw reading.error(`${kind(target)} cannot have items`);
    for (; i < to; i += 2) {
      const key = items[i];
      if (typeof key !== "string") break;
      target[key] = items[i + 1];
    }
    if (i === to) return;
    reading.charge(64 * Object.keys(target).length);
    map = new Map<unknown, unknown>(Object.entries(target));
    reading.replaced ??= new Map();
    reading.replaced.set(target, map);
  }
  for (; i < to; i += 2) map.set(hashable(reading, items[i]), items[i + 1]);
}

/** A key of a dict or an element of a set. Of large integers only the low 64 bits are hashed, so they could all collide. */
export function hashable(reading: Reading, key: unknown): unknown {
  if (typeof key === "bigint" && BigInt.asIntN(65, key) !== key) {
    throw reading.error("an integer beyond 64 bits is a key or an element of a set, which is not read");
  }
  return key;
}
