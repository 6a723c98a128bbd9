import assert from "node:assert/strict";
import { view } from "../../lib/array/ndarray.ts";
import { ascending, binImage, quantile } from "../../lib/notebook/pixels.ts";

Deno.test("a quantile is the nearest value on the outer side of so many of the others", () => {
  const thousand = Float64Array.from({ length: 1001 }, (_, i) => i);
  const cases: [number, number][] = [[0, 0], [0.001, 1], [0.0015, 1], [0.999, 999], [0.9985, 999], [1, 1000]];
  for (const [fraction, expected] of cases) assert.equal(quantile(thousand, fraction), expected, String(fraction));
  const few = Float64Array.of(1, 2, 3);
  assert.deepEqual([quantile(few, 0.001), quantile(few, 0.999)], [1, 3]);
  assert.ok(Number.isNaN(quantile(new Float64Array(0), 0.5)));
});

Deno.test("values in order leave out what is no measurement", () => {
  assert.deepEqual([...ascending(Float64Array.of(3, NaN, -1, 20, 3))], [-1, 3, 3, 20]);
});

Deno.test("a bin is the mean of its measurements, and a last partial bin as well", () => {
  const image = view(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 255, 9, 255, 255, 12, 1, 1, 4), [3, 5]);
  const { values, rows, columns, extent, measured } = binImage(image, 2, 2);
  // Rows 0 and 1, columns 0 to 2; then columns 3 and 4; then the last row.
  assert.deepEqual([rows, columns, extent, measured], [2, 2, [1, 12], 12]);
  assert.deepEqual([...values], [(1 + 2 + 3 + 6 + 7) / 5, (4 + 5 + 9) / 3, (12 + 1) / 2, (1 + 4) / 2]);
});
