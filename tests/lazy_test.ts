import assert from "node:assert/strict";
import { defineLazy } from "../lib/lazy.ts";

Deno.test("a lazy property is computed when it is read first, once, and again after an error", () => {
  const object: { answer?: number; other?: number } = {};
  let computed = 0;
  defineLazy(object, "answer", () => {
    if (++computed === 1) throw new Error("not yet");
    return 42;
  });
  defineLazy(object, "other", () => 1, true);
  assert.deepEqual([computed, Object.keys(object)], [0, ["other"]]);
  assert.throws(() => object.answer, /not yet/);
  assert.deepEqual([object.answer, object.answer, computed, object.other], [42, 42, 2, 1]);
  defineLazy(object, "other", () => 2);
  assert.deepEqual([object.other, Object.keys(object)], [2, []]);
});

Deno.test("lazy properties leave nothing else to be seen, and getters that keep nothing", () => {
  const [one, other] = [{}, Object.freeze([1])];
  defineLazy(one, "value", () => 1);
  assert.deepEqual(Reflect.ownKeys(one), ["value"]);
  assert.throws(() => defineLazy(other, "value", () => 1), TypeError);
  const second = {};
  defineLazy(second, "value", () => 2);
  // V8 keeps getters, so that one for each object would keep what is computed of it.
  const getter = (object: object) => Object.getOwnPropertyDescriptor(object, "value")?.get;
  assert.equal(getter(one), getter(second));
  assert.deepEqual([(one as { value: number }).value, (second as { value: number }).value], [1, 2]);
  assert.equal(Reflect.get(one, "value", {}), undefined);
});
