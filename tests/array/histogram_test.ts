import assert from "node:assert/strict";
import { type Histogram, histogram, type NdArray, toNested } from "beamfold";
import fc from "fast-check";
import { view } from "../../lib/array/ndarray.ts";
import { arrays, counting, elementsOf, extremes, smallIntegers } from "./samples.ts";

/** Floats on a grid of eighths, so that many lie on the edges of bins. */
const eighths = (length: number) =>
  fc.int16Array({ minLength: length, maxLength: length, min: -80, max: 80 })
    .map((data) => Float64Array.from(data, (value) => value / 8));

/** Counts by the definition: a bin holds its lower edge, the last one its upper edge too. */
function naiveCounts(array: NdArray, edges: readonly number[]): number[] {
  const numbers = elementsOf(array).map(Number);
  return edges.slice(1).map((upper, bin) => {
    const lower = edges[bin] ?? NaN;
    const last = bin === edges.length - 2;
    return numbers.filter((value) => value >= lower && (value < upper || (last && value === upper))).length;
  });
}

function plain({ counts, edges }: Histogram): { counts: number[]; edges: number[] } {
  return { counts: toNested(counts) as number[], edges: toNested(edges) as number[] };
}

Deno.test("each bin counts the elements between its edges", () => {
  const edge = fc.integer({ min: -90, max: 90 });
  const sample = fc.record({
    array: arrays([...smallIntegers, eighths]),
    bins: fc.integer({ min: 1, max: 12 }),
    ends: fc.tuple(edge, edge).map(([a, b]): [number, number] => [Math.min(a, b) / 8, Math.max(a, b) / 8 + 1]),
  });
  fc.assert(fc.property(sample, ({ array, bins, ends: [low, high] }) => {
    const { counts, edges } = plain(histogram(array, { bins, range: [low, high] }));
    assert.deepEqual(counts, naiveCounts(array, edges));
    assert.equal(edges.length, bins + 1);
    assert.deepEqual([edges[0], edges[bins]], [low, high]);
    for (const [i, found] of edges.entries()) {
      assert.ok(Math.abs(found - (low + (i / bins) * (high - low))) <= 1e-12 * (1 + Math.abs(low) + Math.abs(high)));
    }
  }));
});

Deno.test("without a range the bins span all elements, and count each of them", () => {
  fc.assert(fc.property(arrays([...smallIntegers, eighths], 1), fc.integer({ min: 1, max: 12 }), (array, bins) => {
    const { counts, edges } = plain(histogram(array, { bins }));
    assert.deepEqual(counts, naiveCounts(array, edges));
    assert.equal(counts.reduce((total, count) => total + count), elementsOf(array).length);
  }));
});

Deno.test("what lies on an edge is counted above it, what lies just below it is counted below", () => {
  const sample = fc.record({
    low: fc.double({ min: -1000, max: 1000, noNaN: true }),
    width: fc.double({ min: 0.001, max: 1000, noNaN: true }),
    bins: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(fc.property(sample, ({ low, width, bins }) => {
    const options = { bins, range: [low, low + width] satisfies [number, number] };
    const { edges } = histogram(counting(0), options);
    const ones = new Array<number>(bins).fill(1);
    assert.deepEqual(plain(histogram(edges, options)).counts, ones.with(-1, 2));
    const below = edges.data.slice(1).map((edge) => edge - Math.abs(edge) * 2 ** -52 - 2 ** -1074);
    assert.deepEqual(plain(histogram(view(below), options)).counts, ones);
  }));
});

Deno.test("there are ten bins unless told otherwise", () => {
  const { counts, edges } = plain(histogram(counting(11)));
  assert.deepEqual(counts, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
  assert.deepEqual(edges, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

Deno.test("64-bit integers are counted", () => {
  const { counts, edges } = plain(histogram(view(BigInt64Array.of(-4n, 0n, 3n, 4n)), { bins: 2 }));
  assert.deepEqual({ counts, edges }, { counts: [1, 3], edges: [-4, 0, 4] });
});

Deno.test("NaN, infinities and what lies outside the range are not counted", () => {
  const array = view(Float32Array.of(NaN, -Infinity, 1, 2, 3, Infinity));
  assert.deepEqual(plain(histogram(array, { bins: 2 })), { counts: [1, 2], edges: [1, 2, 3] });
  assert.deepEqual(plain(histogram(array, { bins: 1, range: [1.5, 2.5] })).counts, [1]);
  assert.deepEqual(plain(histogram(array, { bins: 1, range: [8, 9] })).counts, [0]);
});

Deno.test("equal elements lie in the middle of a range of width 1, as numpy has it", () => {
  assert.deepEqual(plain(histogram(view(Int16Array.of(7, 7, 7)), { bins: 4 })), {
    counts: [0, 0, 3, 0],
    edges: [6.5, 6.75, 7, 7.25, 7.5],
  });
  assert.deepEqual(plain(histogram(counting(3), { bins: 1, range: [2, 2] })), { counts: [1], edges: [1.5, 2.5] });
});

Deno.test("nothing to count gives empty bins from 0 to 1", () => {
  const expected = { counts: [0, 0], edges: [0, 0.5, 1] };
  assert.deepEqual(plain(histogram(counting(0, 3), { bins: 2 })), expected);
  assert.deepEqual(plain(histogram(view(Float64Array.of(NaN, Infinity)), { bins: 2 })), expected);
});

Deno.test("no finite element is lost, however near together or far apart they are", async (t) => {
  const samples: Record<string, NdArray> = {
    "equal, beyond 53 bits": view(new BigUint64Array(5).fill(2n ** 64n - 1n)),
    "timestamps a nanosecond apart": view(BigInt64Array.of(1704807770443944912n, 1704807770443944913n)),
    "the two smallest floats": view(Float64Array.of(0, 2 ** -1074)),
    "neighbours among floats": view(Float64Array.of(1, 1 + 2 ** -52)),
    "far apart": view(Float64Array.of(0, 5e307, 1e308)),
    "further apart than the largest float": view(Float64Array.of(-1e308, 0, 1e308)),
    "all of float64": view(extremes.float64.filter(Number.isFinite)),
  };
  for (const [name, array] of Object.entries(samples)) {
    await t.step(name, () => {
      const { counts, edges } = plain(histogram(array));
      assert.equal(counts.reduce((total, count) => total + count), array.size);
      assert.deepEqual(edges.filter((edge) => !Number.isFinite(edge)), []);
    });
  }
});

Deno.test("bins that are no positive whole number are refused", () => {
  for (const bins of [0, -1, 2.5, NaN, Infinity]) {
    assert.throws(() => histogram(counting(3), { bins }), {
      name: "ArrayError",
      message: new RegExp(`^histogram: bins is ${bins}, expected `),
    });
  }
});

Deno.test("a range that is not finite and ascending is refused", () => {
  for (const range of [[3, 2], [NaN, 1], [0, NaN], [-Infinity, 0], [0, Infinity]] satisfies [number, number][]) {
    assert.throws(() => histogram(counting(3), { range }), {
      name: "ArrayError",
      message: `histogram: range is [${range.join(", ")}], expected two finite numbers in ascending order`,
    });
  }
});
