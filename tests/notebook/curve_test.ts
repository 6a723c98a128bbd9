import assert from "node:assert/strict";
import fc from "fast-check";
import { bandRuns, reduceCurve, type Run } from "../../lib/notebook/curve.ts";

/** What is kept of each column of pixels, by the definition: the first, lowest, highest and last of its points. */
function naiveRuns(x: readonly number[], y: readonly number[]): Run[] {
  const runs: Run[] = [];
  let gap = true;
  for (let i = 0; i < x.length;) {
    if (Number.isNaN(y[i])) {
      gap = true;
      i++;
      continue;
    }
    const column: number[] = [];
    let inside = false;
    const here = Math.floor(x[i]!);
    for (; i < x.length && (Number.isNaN(y[i]) || Math.floor(x[i]!) === here); i++) {
      inside = Number.isNaN(y[i]);
      if (!inside) column.push(i);
    }
    const heights = column.map((at) => y[at]!);
    const [lowest, highest] = [Math.min(...heights), Math.max(...heights)].map((end) => column[heights.indexOf(end)]!);
    const kept = [...new Set([column[0]!, lowest!, highest!, column.at(-1)!])].sort((a, b) => a - b);
    if (gap) runs.push([]);
    runs.at(-1)!.push(...kept.flatMap((at) => [x[at]!, y[at]!]));
    // A gap at the end of a column is one before the next.
    gap = inside;
  }
  return runs;
}

Deno.test("a curve of many points keeps the first, lowest, highest and last of each column, and gaps between columns", () => {
  const columns = 4;
  const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(NaN)), { minLength: 20, maxLength: 60 });
  fc.assert(fc.property(values, (y) => {
    const x = y.map((_, i) => (i * columns) / y.length);
    const { runs, envelope } = reduceCurve({ x: Float64Array.from(x), y: Float64Array.from(y) }, columns);
    assert.equal(envelope, false);
    assert.deepEqual(runs, naiveRuns(x, y));
  }));
});

Deno.test("a curve of few points keeps all of them, and each gap", () => {
  const y = Float64Array.of(1, NaN, 2, 3, NaN, NaN, 4);
  const { runs } = reduceCurve({ x: Float64Array.from(y, (_, i) => i), y }, 100);
  assert.deepEqual(runs, [[0, 1], [2, 2, 3, 3], [6, 4]]);
});

Deno.test("points in no order are the extent of each column, a dot where it has none", () => {
  const count = 400;
  const x = Float64Array.from({ length: count }, (_, i) => (i * 7) % 10);
  const y = Float64Array.from({ length: count }, (_, i) => (x[i] === 3 ? 5 : (i * 13) % 100));
  const { runs, envelope } = reduceCurve({ x, y }, 10);
  assert.ok(envelope);
  const expected = Array.from({ length: 10 }, (_, column) => {
    const heights = [...y].filter((_, i) => x[i] === column);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    return column === 3 ? [3.5, 5] : [column + 0.5, low, column + 0.5, high];
  });
  assert.deepEqual([...runs].sort((a, b) => a[0]! - b[0]!), expected);
});

Deno.test("a band goes along its lower edge and back along its upper one, in a piece between two gaps", () => {
  const [x, low, high] = [[0, 1, 2, 3, 4], [1, 2, NaN, 4, 5], [11, 12, 13, 14, 15]].map((all) =>
    Float64Array.from(all)
  );
  assert.deepEqual(bandRuns(x!, low!, high!, 100), [
    [0, 1, 1, 2, 1, 12, 0, 11],
    [3, 4, 4, 5, 4, 15, 3, 14],
  ]);
});

Deno.test("a band of many points covers the extent of each column", () => {
  const x = Float64Array.of(0, 0.5, 0.9, 1, 1.5, 1.9, 2);
  const low = Float64Array.of(5, 3, 4, 8, 9, 7, 1);
  const high = Float64Array.of(6, 9, 7, 12, 10, 11, 2);
  assert.deepEqual(bandRuns(x, low, high, 2), [[0, 3, 1, 7, 2, 1, 2, 2, 1, 12, 0, 9]]);
});
