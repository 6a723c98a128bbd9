/**
 * The classes that two threads both know, by keys that mean the same in each.
 *
 * @module
 */

import { eventData, resultData, streamData } from "../../event.ts";

/** The classes of errors that there are everywhere. */
const ERRORS = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError];

/** Classes by key, and keys by class. */
export class ClassRegistry {
  readonly #keys = new Map<object, string>();
  readonly #prototypes = new Map<string, object>();

  constructor() {
    for (const { name, prototype } of ERRORS) this.#set(`global ${name}`, prototype);
    this.#set("event", Object.getPrototypeOf(eventData(0, {})));
    this.#set("stream", Object.getPrototypeOf(streamData("", [])));
    this.#set("result", Object.getPrototypeOf(resultData(0, "", "", undefined)));
  }

  /** Adds the classes among some values. */
  add(origin: string, values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (typeof value !== "function" || typeof value.prototype !== "object" || value.prototype === null) continue;
      this.#set(`${origin}#${name}`, value.prototype);
    }
  }

  /** The key of a class, by its prototype; undefined for one that is not known. */
  keyOf(prototype: object): string | undefined {
    return this.#keys.get(prototype);
  }

  /** The prototype of the class with a key. */
  prototypeOf(key: string): object {
    const prototype = this.#prototypes.get(key);
    if (prototype === undefined) throw new Error(`there is no class ${key}`);
    return prototype;
  }

  #set(key: string, prototype: object): void {
    if (!this.#keys.has(prototype)) this.#keys.set(prototype, key);
    this.#prototypes.set(key, prototype);
  }
}
