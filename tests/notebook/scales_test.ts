import assert from "node:assert/strict";
import fc from "fast-check";
import { isBeamfoldError } from "../../lib/errors.ts";
import {
  axisRange,
  labelsOf,
  numberText,
  positions,
  type ScaleKind,
  scaleKind,
  ticksIn,
  usableRange,
} from "../../lib/notebook/scales.ts";

Deno.test("labels at ticks are alike, as short as can be, and tell the ticks apart", () => {
  const cases: [number[], string[]][] = [
    [[0, 5, 10], ["0", "5", "10"]],
    [[0, 0.5, 1], ["0.0", "0.5", "1.0"]],
    [[-0.5, 0, 0.5], ["−0.5", "0.0", "0.5"]],
    [[0, 10000, 20000], ["0", "10000", "20000"]],
    [[0, 100000, 200000], ["0", "100k", "200k"]],
    [[0, 500000, 1000000, 1500000], ["0", "0.5M", "1.0M", "1.5M"]],
    [[0, 2e9, 4e9], ["0", "2G", "4G"]],
    [[0, 2e20, 4e20], ["0", "2×10²⁰", "4×10²⁰"]],
    [[0, 2e-6, 4e-6], ["0", "2×10⁻⁶", "4×10⁻⁶"]],
    [[-5e-7, 0, 5e-7, 1e-6], ["−0.5×10⁻⁶", "0", "0.5×10⁻⁶", "1.0×10⁻⁶"]],
    [[0.001, 0.0015, 0.002], ["0.0010", "0.0015", "0.0020"]],
    [[1000000.1, 1000000.2], ["1000000.1", "1000000.2"]],
    [[1728288000, 1728288001], ["1728288000", "1728288001"]],
    [[7], ["7"]],
    [[0], ["0"]],
    [[], []],
  ];
  for (const [values, labels] of cases) assert.deepEqual(labelsOf(values), labels);
});

Deno.test("no two ticks of a scale have the same label, and all lie within its range", () => {
  const exponent = fc.double({ min: -200, max: 200, noNaN: true });
  const kinds = fc.constantFrom<ScaleKind>("linear", "log", "sqrt");
  fc.assert(fc.property(kinds, exponent, exponent, fc.boolean(), fc.integer({ min: 2, max: 10 }), (...all) => {
    const [kind, first, second, negative, count] = all;
    const sign = negative && kind !== "log" ? -1 : 1;
    const [a, b] = [10 ** first, sign * 10 ** second];
    const [low, high] = usableRange([Math.min(a, b), Math.max(a, b)], kind);
    const { values, labels } = ticksIn(kind, [low, high], count);
    assert.equal(labels.length, values.length);
    assert.equal(new Set(labels).size, labels.length, labels.join(" "));
    assert.deepEqual([...values].sort((x, y) => x - y), values);
    for (const value of values) assert.ok(value >= low * (1 - 1e-8) - 1e-300 || value >= low, `${value} < ${low}`);
    assert.ok(values.length <= 3 * count + 2, `${values.length} ticks for ${count}`);
  }));
});

Deno.test("ticks on a logarithmic scale are powers, or 1-2-5, or round steps, by its width", () => {
  assert.deepEqual(ticksIn("log", [1, 10000], 6).labels, ["1", "10", "100", "1000", "10000"]);
  assert.deepEqual(ticksIn("log", [1, 1e6], 7).labels, ["10⁰", "10¹", "10²", "10³", "10⁴", "10⁵", "10⁶"]);
  assert.deepEqual(ticksIn("log", [1e-20, 1e20], 6).labels, ["10⁻²⁰", "10⁻¹⁰", "10⁰", "10¹⁰", "10²⁰"]);
  assert.deepEqual(ticksIn("log", [4, 120], 6).labels, ["5", "10", "20", "50", "100"]);
  assert.deepEqual(ticksIn("log", [2e6, 9e6], 6).labels, ["2×10⁶", "5×10⁶"]);
  assert.deepEqual(ticksIn("log", [2.1, 3.4], 6).labels, ["2.2", "2.4", "2.6", "2.8", "3.0", "3.2", "3.4"]);
});

Deno.test("a range without a width is widened around its value", () => {
  assert.deepEqual(usableRange([0, 0]), [-0.5, 0.5]);
  assert.deepEqual(usableRange([100, 100]), [95, 105]);
  assert.deepEqual(usableRange([-100, -100]), [-105, -95]);
  assert.deepEqual(usableRange([8, 8], "log"), [4, 16]);
  assert.deepEqual(usableRange([1, 2]), [1, 2]);
});

Deno.test("the largest numbers leave a range that has a finite width", () => {
  const [low, high] = usableRange([-Number.MAX_VALUE, Number.MAX_VALUE]);
  assert.ok(Number.isFinite(high - low));
});

Deno.test("an axis ends at round values, and at 0 where 0 is near", () => {
  assert.deepEqual(axisRange([7, 93.6], "linear"), [0, 100]);
  assert.deepEqual(axisRange([184.1, 194.4], "linear"), [184, 196]);
  assert.deepEqual(axisRange([-3.2, 4.1], "linear"), [-4, 6]);
  const [low, high] = axisRange([2, 200], "log");
  assert.ok(low > 1 && low < 2 && high > 200 && high < 300);
});

Deno.test("positions go from one end of the pixels to the other", () => {
  for (const kind of ["linear", "log", "sqrt"] as const) {
    const at = positions(kind, [1, 100], [200, 0]);
    assert.ok(Math.abs(at(1) - 200) < 1e-9 && Math.abs(at(100)) < 1e-9, kind);
  }
  assert.ok(Math.abs(positions("log", [1, 100], [0, 200])(10) - 100) < 1e-9);
  assert.ok(Math.abs(positions("sqrt", [0, 100], [0, 200])(25) - 100) < 1e-9);
});

Deno.test("numbers in sentences have six digits, and powers of ten where they are shorter", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-0, "0"],
    [11.75, "11.75"],
    [310, "310"],
    [1 / 3, "0.333333"],
    [-2.5, "−2.5"],
    [1234567, "1234570"],
    [4294967295, "4.29497×10⁹"],
    [1e-20, "10⁻²⁰"],
    [-1e-20, "−10⁻²⁰"],
    [1.5e-6, "1.5×10⁻⁶"],
    [NaN, "NaN"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
  ];
  for (const [value, text] of cases) assert.equal(numberText(value), text);
});

Deno.test("a scale that does not exist is an error that names the ones that do", () => {
  assert.equal(scaleKind("sqrt"), "sqrt");
  assert.throws(() => scaleKind("lgo"), (error) => {
    assert.ok(isBeamfoldError(error, "OptionError"));
    assert.match(error.message, /no scale "lgo".*linear, log, sqrt.*did you mean "log"\?/);
    return true;
  });
});
