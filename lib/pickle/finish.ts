/**
 * The last look at what was unpickled: nothing unfinished is left in it, and it can be walked.
 *
 * @module
 */

import { Global } from "./globals.ts";
import { PendingArray } from "./numpy.ts";
import { PickledObject } from "./object.ts";
import { DEEPEST, type Dict, Internal, isDict, MOST_ELEMENTS, type Reading } from "./reading.ts";

/**
 * Replaces what stands for arrays and dicts, and checks depth and size.
 *
 * What is shared is visited wherever it is used, as anything that prints or copies the value would, so that the limit on
 * the number of elements also bounds this walk. A value inside itself is as deep as one likes.
 *
 * @throws PickleError when something is no value, too deep, inside itself, or too large.
 */
export function finish(value: unknown, reading: Reading): unknown {
  if (typeof value !== "object" || value === null) return value;
  const walk = new Walk(reading);
  const finished = walk.visit(value);
  // Any key was harmless as long as keys were set; from now on a dict is an object like any other.
  for (const dict of walk.dicts) if (isDict(dict)) Object.setPrototypeOf(dict, Object.prototype);
  return finished;
}

class Walk {
  /** All dicts, those that are shared more than once. */
  readonly dicts: Dict[] = [];
  private elements = 0;
  private readonly path: object[] = [];
  private readonly reading: Reading;
  constructor(reading: Reading) {
    this.reading = reading;
  }

  visit(found: object): unknown {
    let value = found;
    if (value instanceof Internal) {
      if (!(value instanceof PendingArray) || value.array === undefined) {
        throw this.reading.error(`${value.label} is no value`, value instanceof Global ? value.label : undefined);
      }
      return value.array;
    }
    if (this.reading.replaced !== undefined) value = this.reading.replaced.get(value) ?? value;
    if (Array.isArray(value)) {
      this.enter(value, value.length);
      for (let i = 0; i < value.length; i++) {
        const item = value[i];
        if (typeof item === "object" && item !== null) value[i] = this.visit(item);
      }
    } else if (isDict(value)) {
      return this.dict(value);
    } else if (value instanceof Map) {
      this.enter(value, value.size);
      for (const [key, item] of value) {
        this.fixed(key);
        if (typeof item === "object" && item !== null) value.set(key, this.visit(item));
      }
    } else if (value instanceof Set) {
      this.enter(value, value.size);
      for (const item of value) this.fixed(item);
    } else if (value instanceof PickledObject) {
      this.enter(value, 1);
      this.dict(value.fields);
    } else {
      return value;
    }
    this.path.pop();
    return value;
  }

  private dict(value: Dict): Dict {
    this.enter(value, 0);
    this.dicts.push(value);
    for (const key in value) {
      this.elements++;
      const item = value[key];
      if (typeof item === "object" && item !== null) value[key] = this.visit(item);
    }
    this.path.pop();
    return value;
  }

  /** Keys and elements of sets stay what they are. */
  private fixed(key: unknown): void {
    if (typeof key === "object" && key !== null && this.visit(key) !== key) {
      throw this.reading.error("a dict or an array is a key or an element of a set");
    }
  }

  private enter(container: object, size: number): void {
    this.elements += size;
    if (this.elements > MOST_ELEMENTS) {
      throw this.reading.error(`its values have more than ${MOST_ELEMENTS} elements, what is shared counted each time`);
    }
    this.path.push(container);
    if (this.path.length <= DEEPEST) return;
    const inside = new Set(this.path).size < this.path.length;
    throw this.reading.error(inside ? "a value is inside itself" : `its values are nested more than ${DEEPEST} deep`);
  }
}
