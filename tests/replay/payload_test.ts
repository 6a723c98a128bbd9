import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type NdArray, slice, toNested } from "beamfold";
import fc from "fast-check";
import { view } from "../../lib/array/ndarray.ts";
import { streamData } from "../../lib/event.ts";
import { PayloadCopier } from "../../lib/replay/payload.ts";
import { arrays, counting, extremes, nestedOf } from "../array/samples.ts";

function copied<T>(payload: T): T {
  return new PayloadCopier().copy(payload) as T;
}

/** Everything in a payload that could be changed. */
function objectsIn(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== "object" || value === null || found.has(value)) return found;
  found.add(value);
  if (ArrayBuffer.isView(value)) return objectsIn(value.buffer, found);
  if (value instanceof Map) { for (const entry of value) objectsIn(entry, new Set()).forEach((one) => found.add(one)); }
  if (value instanceof Set) { for (const entry of value) objectsIn(entry, found); }
  for (const property of Object.values(value)) objectsIn(property, found);
  return found;
}

class Point {
  constructor(readonly x: number, readonly y: number) {}
  get radius(): number {
    return Math.hypot(this.x, this.y);
  }
}

class Peak extends Point {
  neighbours: Peak[] = [];
  label = "";
  rename(label: string): this {
    this.label = label;
    return this;
  }
}

Deno.test("rule 4: numbers, texts and nothing are handed on as they are", () => {
  for (const value of [0, -0, NaN, -Infinity, 2n ** 70n, "", "Å", true, false, null, undefined]) {
    assert.equal(copied(value), value);
  }
});

Deno.test("rule 4: a copy equals the payload and shares nothing with it", () => {
  const payload = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  fc.assert(fc.property(payload, (value) => {
    const copy = copied(value);
    assert.deepEqual(copy, value);
    assert.ok(objectsIn(copy).isDisjointFrom(objectsIn(value)));
  }));
});

Deno.test("rule 4: class instances arrive as instances of their class, with fields and methods", () => {
  const peak = new Peak(3, 4).rename("first");
  const copy = copied({ found: [peak] }).found[0];
  assert.ok(copy instanceof Peak && copy instanceof Point && copy !== peak);
  assert.deepEqual(copy, peak);
  assert.equal(copy.radius, 5);
  assert.equal(copy.rename("second").label, "second");
  assert.equal(peak.label, "first");
});

Deno.test("rule 4: a class need not be written as a class", () => {
  function Spot(this: { x: number }, x: number): void {
    this.x = x;
  }
  Spot.prototype = { twice: 2 };
  const spot: object = Reflect.construct(Spot, [7]);
  const copy = copied(spot);
  assert.equal(Object.getPrototypeOf(copy), Spot.prototype);
  assert.deepEqual({ ...copy }, { x: 7 });
});

Deno.test("rule 4: what the worker changes later does not reach the copy", () => {
  const inner = { n: 1 };
  const payload = {
    list: [1, [2]],
    map: new Map([["a", inner]]),
    set: new Set([1]),
    date: new Date(1000),
    typed: Float32Array.of(1, 2),
    array: counting(2, 2),
    bytes: Uint8Array.of(1, 2).buffer,
    view: new DataView(Uint8Array.of(1, 2).buffer),
    buffer: Buffer.from([1, 2]),
    error: new Error("before"),
    peak: new Peak(1, 2),
  };
  const copy = copied(payload);
  payload.list.push(3);
  inner.n = 9;
  payload.set.add(9);
  payload.date.setTime(9);
  payload.typed[0] = 9;
  payload.array.set(0, 0, 9);
  new Uint8Array(payload.bytes)[0] = 9;
  payload.view.setUint8(0, 9);
  payload.buffer[0] = 9;
  payload.error.message = "after";
  payload.peak.rename("after").neighbours.push(new Peak(0, 0));
  assert.deepEqual([copy.list, copy.map, copy.set], [[1, [2]], new Map([["a", { n: 1 }]]), new Set([1])]);
  assert.deepEqual([copy.date, copy.typed], [new Date(1000), Float32Array.of(1, 2)]);
  assert.deepEqual([toNested(copy.array), new Uint8Array(copy.bytes)], [[[0, 1], [2, 3]], Uint8Array.of(1, 2)]);
  assert.deepEqual([copy.view.getUint8(0), copy.buffer[0]], [1, 1]);
  assert.deepEqual([copy.error.message, copy.peak], ["before", new Peak(1, 2)]);
});

Deno.test("rule 4: what the reducer changes does not reach the worker", () => {
  const payload = { counts: Uint16Array.of(1, 2), list: [1] };
  const copy = copied(payload);
  copy.counts.fill(0);
  copy.list.length = 0;
  assert.deepEqual(payload, { counts: Uint16Array.of(1, 2), list: [1] });
});

Deno.test("a payload may hold itself", () => {
  const peak = new Peak(0, 0);
  const ring: unknown[] = [peak];
  ring.push(ring);
  const map = new Map<unknown, unknown>();
  map.set(map, map).set("ring", ring);
  peak.neighbours.push(peak);
  const copy = copied({ ring, map });
  assert.equal(copy.ring[1], copy.ring);
  assert.ok(copy.map.get(copy.map) === copy.map && copy.map.get("ring") === copy.ring);
  const found = copy.ring[0] as Peak;
  assert.ok(found.neighbours[0] === found && found !== peak);
});

Deno.test("what a payload holds twice, its copy holds twice", () => {
  const key = { id: 1 };
  const mask = Uint8Array.of(1, 0);
  const copy = copied({ masks: [mask, mask], map: new Map([[key, 1]]), set: new Set([key]), key });
  assert.ok(copy.masks[0] === copy.masks[1] && copy.masks[0] !== mask);
  assert.ok(copy.map.has(copy.key) && copy.set.has(copy.key) && !copy.map.has(key));
});

Deno.test("one copier keeps payloads apart", () => {
  const copier = new PayloadCopier();
  const state = { total: 1 };
  const first = copier.copy(state);
  state.total = 2;
  assert.deepEqual([first, copier.copy(state)], [{ total: 1 }, { total: 2 }]);
});

Deno.test("only the part of a buffer that a typed array sees is copied", () => {
  for (const data of Object.values(extremes)) {
    const copy = copied(data.subarray(1, 3));
    assert.deepEqual(copy, data.slice(1, 3));
    assert.equal(copy.buffer.byteLength, 2 * data.BYTES_PER_ELEMENT);
  }
  const window = copied(new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2));
  assert.deepEqual([window.getUint8(0), window.getUint8(1), window.buffer.byteLength], [2, 3, 2]);
});

Deno.test("only the elements of an array are copied, also of a view into a stack of images", () => {
  const image = copied(slice(counting(100, 4, 5), "7, ::-1, ::2"));
  assert.equal(image.data.length, 12);
  assert.deepEqual(toNested(image), [[155, 157, 159], [150, 152, 154], [145, 147, 149], [140, 142, 144]]);
});

Deno.test("arrays of every dtype, shape and stride arrive as arrays", () => {
  fc.assert(fc.property(arrays(), (array) => {
    const { found } = copied({ found: array });
    assert.deepEqual(nestedOf(found), nestedOf(array));
    assert.notEqual(found.data.buffer, array.data.buffer);
  }));
});

Deno.test("a Buffer arrives as a Buffer, without the pool that it lies in; an array over one is copied too", () => {
  const buffer = Buffer.from("abcdef").subarray(2, 4);
  const data: Uint8Array = buffer;
  const copy: { buffer: Uint8Array; array: NdArray } = copied({ buffer: data, array: view(data) });
  buffer.fill(0);
  assert.ok(Buffer.isBuffer(copy.buffer));
  assert.deepEqual([copy.buffer.toString(), copy.buffer.buffer.byteLength], ["cd", 2]);
  assert.deepEqual(toNested(copy.array), [99, 100]);
});

Deno.test("shared memory arrives as memory of its own", () => {
  const live = new Int32Array(new SharedArrayBuffer(8));
  const copy = copied({ live }).live;
  live[0] = 9;
  assert.ok(!(copy.buffer instanceof SharedArrayBuffer));
  assert.deepEqual(Array.from(copy), [0, 0]);
});

Deno.test("the frames of a stream are copied without what they are views of", () => {
  const chunk = Uint8Array.of(0, 1, 2, 3);
  const copy = copied(streamData("STINS", [chunk.subarray(1, 3)]));
  chunk.fill(9);
  assert.deepEqual([copy.typ, copy.length, copy.frames], ["STINS", 1, [Uint8Array.of(1, 2)]]);
  assert.equal(copy.frames[0]?.buffer.byteLength, 2);
});
