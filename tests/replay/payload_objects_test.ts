/** Payloads with what JavaScript's objects can have besides plain fields. */

import assert from "node:assert/strict";
import { PayloadCopier } from "../../lib/replay/payload.ts";

function copied<T>(payload: T): T {
  return new PayloadCopier().copy(payload) as T;
}

Deno.test("holes of a sparse array stay holes, and its length stays", () => {
  const sparse: unknown[] = [];
  sparse[2] = "two";
  sparse.length = 5;
  const copy = copied(sparse);
  assert.deepEqual(Object.keys(copy), ["2"]);
  assert.deepEqual([copy.length, copy[2], 0 in copy], [5, "two", false]);
  assert.equal(copied(new Array(2 ** 32 - 1)).length, 2 ** 32 - 1);
});

Deno.test("fields that were added to an array arrive with it", () => {
  const match = /(?<frame>\d+)/.exec("image_0042.tif");
  const copy = copied({ match }).match;
  assert.deepEqual(Object.keys(copy ?? {}), Object.keys(match ?? {}));
  assert.deepEqual([copy?.[0], copy?.index, copy?.input], ["0042", 6, "image_0042.tif"]);
});

Deno.test("rule 4: instances of classes that extend Array or Date arrive as instances of their class", () => {
  class Curve extends Array<number> {
    total(): number {
      return this.reduce((total, value) => total + value, 0);
    }
  }
  class Stamp extends Date {}
  const copy = copied({ curve: Curve.from([1, 2]), stamp: new Stamp(7) });
  assert.ok(copy.curve instanceof Curve);
  assert.deepEqual([...copy.curve], [1, 2]);
  assert.ok(copy.stamp instanceof Stamp);
  assert.equal(copy.stamp.getTime(), 7);
});

Deno.test("a field named __proto__ is a field, and sets no prototype", () => {
  const payload: object = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
  const copy = copied(payload);
  assert.deepEqual(Object.keys(copy), ["__proto__", "a"]);
  assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  assert.equal("polluted" in copy, false);
  const nested = Object.getOwnPropertyDescriptor(copy, "__proto__")?.value;
  assert.deepEqual(nested, { polluted: true });
  assert.notEqual(nested, Object.getOwnPropertyDescriptor(payload, "__proto__")?.value);
});

Deno.test("fields may be named like methods that every object has", () => {
  const payload = { constructor: 1, toString: "text", hasOwnProperty: null, valueOf: [1] };
  assert.deepEqual(copied(payload), payload);
});

Deno.test("a record without a prototype stays without one", () => {
  const record: Record<string, unknown> = Object.create(null);
  record["__proto__"] = 1;
  record["xrd"] = [2];
  const copy = copied(record);
  assert.equal(Object.getPrototypeOf(copy), null);
  assert.deepEqual(copy, record);
});

Deno.test("a getter of an object arrives as the value it gives, a getter of a class as a getter", () => {
  let calls = 0;
  const copy = copied({
    get mean() {
      return ++calls;
    },
  });
  assert.deepEqual([copy.mean, copy.mean, calls], [1, 1, 1]);
  class Sum {
    parts = [1, 2];
    get total(): number {
      return this.parts.reduce((total, part) => total + part, 0);
    }
  }
  const sum = copied(new Sum());
  sum.parts.push(3);
  assert.equal(sum.total, 6);
});

Deno.test("neither constructor nor setters run when a class instance is copied", () => {
  let made = 0;
  let set = 0;
  class Scan {
    constructor() {
      made++;
      Object.defineProperty(this, "angle", { value: 5, enumerable: true, writable: true });
    }
    set angle(_: number) {
      set++;
    }
  }
  const copy = copied(new Scan());
  assert.deepEqual([made, set, Object.entries(copy)], [1, 0, [["angle", 5]]]);
});

Deno.test("what is frozen can be copied, and the copy can be changed", () => {
  const copy: { list: number[] } = copied(Object.freeze({ list: Object.freeze([1]) as number[] }));
  copy.list.push(2);
  assert.deepEqual(copy, { list: [1, 2] });
});

Deno.test("maps and sets keep their order, and are copied with what is in them", () => {
  const inner = [1];
  const map = new Map<unknown, unknown>([["b", inner], [1, "a"], [NaN, new Map([[undefined, null]])]]);
  const copy = copied(map);
  assert.deepEqual(copy, map);
  assert.deepEqual([...copy.keys()], ["b", 1, NaN]);
  assert.notEqual(copy.get("b"), inner);
  const set = new Set<unknown>(["b", "a", { x: 1 }]);
  assert.deepEqual([...copied(set)], ["b", "a", { x: 1 }]);
});

Deno.test("the keys of a map need not have a text", () => {
  const key: object = Object.create(null);
  const noisy = {
    toString(): string {
      throw new Error("asked for a text");
    },
  };
  class Pixel {
    constructor(readonly x: number) {}
    toString = undefined;
  }
  const copy = copied(new Map<object, number>([[key, 1], [new Pixel(3), 2]]));
  assert.deepEqual([...copy.values()], [1, 2]);
  assert.throws(() => copied(new Map([[noisy, 1]])), { name: "PayloadError" });
});

Deno.test("dates and patterns arrive, also dates that are none", () => {
  const copy = copied({ date: new Date(86_400_000), none: new Date(NaN), pattern: /a+/gi });
  assert.deepEqual([copy.date.getTime(), copy.none.getTime(), String(copy.pattern)], [86_400_000, NaN, "/a+/gi"]);
  assert.ok(copy.date instanceof Date && copy.pattern instanceof RegExp);
});

Deno.test("errors arrive with class, message, stack, cause and fields", () => {
  class FitError extends Error {
    override readonly name = "FitError";
    constructor(message: string, readonly residual: number, cause: unknown) {
      super(message, { cause });
    }
  }
  const reason = new RangeError("no peak");
  const error = new FitError("no fit", 0.5, { at: reason });
  const copy = copied(error);
  assert.ok(copy instanceof FitError && copy !== error);
  assert.deepEqual([copy.name, copy.message, copy.residual, copy.stack], ["FitError", "no fit", 0.5, error.stack]);
  const cause = copy.cause as { at: Error };
  assert.ok(cause.at instanceof RangeError && cause.at !== reason);
  assert.equal(cause.at.message, "no peak");
  assert.deepEqual(Object.keys(copied(new Error("m"))), []);
});

Deno.test("an AggregateError arrives with its errors", () => {
  const copy = copied(new AggregateError([new TypeError("a"), new Error("b")], "both"));
  assert.ok(copy instanceof AggregateError);
  assert.deepEqual(copy.errors.map(String), ["TypeError: a", "Error: b"]);
});
