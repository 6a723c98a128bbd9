import assert from "node:assert/strict";
import { colourLimits, type LimitOptions } from "../../lib/notebook/limits.ts";

const limits = (values: readonly number[], options: Partial<LimitOptions> = {}) =>
  colourLimits({ scale: "linear", around0: false, ...options, values: Float64Array.from(values).sort() });

/** The numbers from 100 to 199, ten times each. */
const smooth = Array.from({ length: 1000 }, (_, i) => 100 + (i % 100));

Deno.test("of a thousand values one that lies far out is clipped, at either end; ten are what is to be seen", () => {
  assert.deepEqual(limits([...smooth, 1e6]).domain, [100, 199]);
  assert.deepEqual(limits([...smooth, -1e6]).domain, [100, 199]);
  assert.deepEqual(limits([...smooth, ...new Array(10).fill(1e6)]).domain, [100, 1e6]);
  assert.deepEqual(limits([...smooth, ...new Array(10).fill(-1e6)]).domain, [-1e6, 199]);
});

Deno.test("an end that is only a little further out is kept", () => {
  assert.deepEqual(limits([...smooth, 220]).domain, [100, 220]);
  assert.deepEqual(limits([...smooth, 80]).domain, [80, 199]);
  assert.deepEqual(limits([...smooth, 230]).domain, [100, 199]);
  assert.deepEqual(limits([...smooth, 70]).domain, [100, 199]);
});

Deno.test("on a logarithmic scale limits are those of the positive values, and far is counted in decades", () => {
  assert.deepEqual(limits([...smooth, 0, 0, 0, -50], { scale: "log" }).domain, [100, 199]);
  // The values span a third of a decade; a quarter of that further out is the most that is kept.
  assert.deepEqual(limits([...smooth, 230], { scale: "log" }).domain, [100, 230]);
  assert.deepEqual(limits([...smooth, 2000], { scale: "log" }).domain, [100, 199]);
});

Deno.test("equal values are in the middle of their limits", () => {
  assert.deepEqual(limits([7, 7, 7]).domain, [3.5, 10.5]);
  assert.deepEqual(limits([-4, -4]).domain, [-6, -2]);
  assert.deepEqual(limits([0, 0]).domain, [0, 1]);
  assert.deepEqual(limits([8, 8, 0], { scale: "log" }).domain, [4, 16]);
});

Deno.test("limits around 0 are as far out as the further end, unless asked for", () => {
  assert.deepEqual(limits([-2, 0, 5], { around0: true }).domain, [-5, 5]);
  assert.deepEqual(limits([-8, 0, 5], { around0: true }).domain, [-8, 8]);
  assert.deepEqual(limits([1, 5], { around0: true }).domain, [1, 5]);
  assert.deepEqual(limits([-2, 0, 5], { around0: true, vmax: 3 }).domain, [-2, 3]);
});
