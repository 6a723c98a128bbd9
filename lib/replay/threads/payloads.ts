/**
 * Payloads on their way from one thread to another. A message keeps plain data and what is there twice, but loses
 * classes: so these are noted beside, and given back at the other end.
 *
 * @module
 */

import { type DType, dtypeOf, isTypedArray, zeros } from "../../array/dtypes.ts";
import { isNdArray, view } from "../../array/ndarray.ts";
import { PayloadError } from "../../errors.ts";
import type { ClassRegistry } from "./registry.ts";

/** Payloads in a message. */
export interface SentPayload {
  readonly values: readonly unknown[];
  readonly marks: readonly Mark[];
}

/** An object that is an instance: of a class in the registry, an array of numbers, or of nothing (`null`). */
type Mark = readonly [object: object, is: string | null, hidden?: readonly string[]];

/** Takes payloads apart that belong to nobody else any more. */
export class PayloadSender {
  readonly #registry: ClassRegistry;
  #values: unknown[] = [];
  #marks: Mark[] = [];
  #transfer = new Set<ArrayBuffer>();

  constructor(registry: ClassRegistry) {
    this.#registry = registry;
  }

  /**
   * Adds a payload, which is of no use afterwards.
   *
   * @returns Its place among the values.
   * @throws PayloadError for an instance of a class that the other end cannot know.
   */
  add(payload: unknown): number {
    // A number is what most workers give of a small event.
    if (typeof payload === "object") this.#takeApart(payload);
    return this.#values.push(payload) - 1;
  }

  #takeApart(payload: unknown): void {
    const marks = this.#marks.length;
    try {
      this.#visit(payload, "payload", new Set());
    } catch (error) {
      this.#marks.length = marks;
      throw error;
    }
  }

  /** What was added, with the buffers that go along. */
  take(): { payloads: SentPayload; transfer: ArrayBuffer[] } {
    const taken = { payloads: { values: this.#values, marks: this.#marks }, transfer: [...this.#transfer] };
    this.#values = [];
    this.#marks = [];
    this.#transfer = new Set();
    return taken;
  }

  #visit(value: unknown, path: string, seen: Set<object>): void {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (isTypedArray(value) || value instanceof DataView) return this.#buffer(value.buffer);
    if (value instanceof ArrayBuffer) return this.#buffer(value);
    if (value instanceof RegExp) return;
    if (value instanceof Map) {
      for (const [key, element] of value) {
        this.#visit(key, `a key of ${path}`, seen);
        this.#visit(element, `${path}.get(…)`, seen);
      }
    } else if (value instanceof Set) {
      for (const element of value) this.#visit(element, `an element of ${path}`, seen);
    } else if (isNdArray(value)) {
      this.#mark(value, `array ${dtypeOf(value.data)} ${value.dimension}`, Object.prototype);
      this.#buffer(value.data.buffer);
    } else this.#object(value, path, seen);
  }

  #object(value: object, path: string, seen: Set<object>): void {
    const plain = Array.isArray(value) ? Array.prototype : value instanceof Date ? Date.prototype : Object.prototype;
    const prototype: object | null = Object.getPrototypeOf(value);
    if (prototype !== plain) this.#mark(value, this.#keyOf(prototype, path), plain);
    for (const [key, property] of Object.entries(value)) {
      if (typeof property === "object") this.#visit(property, `${path}.${key}`, seen);
    }
  }

  #keyOf(prototype: object | null, path: string): string | null {
    if (prototype === null) return null;
    const key = this.#registry.keyOf(prototype);
    if (key !== undefined) return key;
    const name = prototype.constructor?.name || "an unnamed class";
    throw new PayloadError(
      `${path} cannot be handed to the reducer in another thread: its class ${name} is exported by no file of the ` +
        `analysis; export it where it is defined, or return plain objects`,
      { path },
    );
  }

  #mark(value: object, is: string | null, plain: object): void {
    // What is not enumerable would not be in the message.
    const hidden = Object.getOwnPropertyNames(value).filter((key) =>
      !Object.prototype.propertyIsEnumerable.call(value, key) && !(Array.isArray(value) && key === "length")
    );
    for (const key of hidden) Object.defineProperty(value, key, { enumerable: true });
    Object.setPrototypeOf(value, plain);
    this.#marks.push(hidden.length > 0 ? [value, is, hidden] : [value, is]);
  }

  #buffer(buffer: ArrayBufferLike): void {
    if (buffer instanceof ArrayBuffer) this.#transfer.add(buffer);
  }
}

/** Puts payloads together again; gives them in the order in which they were added. */
export function receivedPayloads({ values, marks }: SentPayload, registry: ClassRegistry): readonly unknown[] {
  for (const [object, is, hidden] of marks) {
    Object.setPrototypeOf(object, prototypeOf(is, registry));
    for (const key of hidden ?? []) Object.defineProperty(object, key, { enumerable: false });
  }
  return values;
}

function prototypeOf(is: string | null, registry: ClassRegistry): object | null {
  if (is === null) return null;
  const [, dtype, axes] = /^array (\w+) (\d+)$/.exec(is) ?? [];
  if (dtype === undefined) return registry.prototypeOf(is);
  // npm `ndarray` has a class for each dtype and number of axes.
  return Object.getPrototypeOf(view(zeros(dtype as DType, 1), Array(Number(axes)).fill(1)));
}
