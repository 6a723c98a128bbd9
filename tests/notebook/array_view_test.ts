import assert from "node:assert/strict";
import { show } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { isBeamfoldError } from "../../lib/errors.ts";
import { picturesOf, type ShowOptions } from "../../lib/notebook/array_view.ts";
import { renderingOf } from "../../lib/notebook/view.ts";
import { assertDocument, imagesIn, piecesIn, textsIn } from "./snapshot.ts";

/** The picture of a 1-D array. */
function drawn(y: readonly number[], options: ShowOptions) {
  const [picture] = picturesOf(view(Float64Array.from(y)), options);
  assert(picture !== undefined);
  assertDocument(picture.svg);
  return picture;
}

/** The points that are marked, from left to right in the order of the data. */
const dots = (svg: string) =>
  [...svg.matchAll(/<circle class="dot" cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);

Deno.test("x is where the elements of a curve stand, with round values at the ticks", () => {
  const { svg } = drawn([1, 2, 3], { x: [10, 11, 14] });
  const [a = [], b = [], c = []] = dots(svg);
  assert.ok(Math.abs((c[0]! - b[0]!) / (b[0]! - a[0]!) - 3) < 0.01, `${a[0]}, ${b[0]}, ${c[0]}`);
  assert.deepEqual(textsIn(svg, "mid"), ["10", "11", "12", "13", "14"]);
});

Deno.test("x may be a list, a typed array or an array with any stride, of whole numbers of 64 bits as well", () => {
  const expected = drawn([1, 5, 2], { x: [7, 8, 10] }).svg;
  const strided = view(Float64Array.of(10, 0, 8, 0, 7), [3], [-2], 4);
  for (const x of [Int16Array.of(7, 8, 10), BigInt64Array.of(7n, 8n, 10n), view(Float32Array.of(7, 8, 10)), strided]) {
    assert.equal(drawn([1, 5, 2], { x }).svg, expected);
  }
});

Deno.test("x that falls is drawn with small values at the left, as x that grows is", () => {
  const { svg } = drawn([1, 2, 5], { x: [30, 20, 10] });
  const [first = [], , last = []] = dots(svg);
  assert.ok(first[0]! > last[0]! && first[1]! > last[1]!);
  const ticks = textsIn(svg, "mid");
  assert.deepEqual([ticks[0], ticks.at(-1)], ["10", "30"]);
});

Deno.test("NaN in x is a gap", () => {
  const { svg } = drawn([1, 2, 3, 4, 5], { x: [0, 1, NaN, 3, 4] });
  assert.deepEqual(piecesIn(svg, "line").map((run) => run.length), [2, 2]);
  assert.equal(dots(svg).length, 4);
});

Deno.test("x of another length, of more axes, or that is no array is an error that says what it needs", async () => {
  const cases: [unknown, RegExp][] = [
    [[1, 2], /^x has 2 elements, y has 3: give one x for each element of y$/],
    [[1, 2, 3, 4], /^x has 4 elements, y has 3/],
    [Float64Array.of(1), /^x has 1 element, y has 3/],
    [view(new Float64Array(3), [3, 1]), /^x has shape \[3, 1\]: give an array of one axis with 3 numbers$/],
    ["abc", /^x is "abc": give an array with 3 numbers$/],
    [null, /^x is null/],
  ];
  for (const [x, message] of cases) {
    await assert.rejects(show([1, 2, 3], { x } as ShowOptions), (error) => {
      assert.ok(isBeamfoldError(error, "ArrayError"));
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("labels and title stand around a curve, and x does not disturb an image", async () => {
  const { svg, alt } = drawn([1, 2], { x: [3, 4], title: "edge", xLabel: "energy / eV", yLabel: "µ" });
  assert.deepEqual(textsIn(svg, "ink"), ["edge", "energy / eV", "µ"]);
  assert.equal(alt, "line plot of edge: 2 points from 1 to 2");
  assert.match((await renderingOf([[1, 2], [3, 4]], { x: [1] })).text, /^image 2×2/);
});

Deno.test("of a stack the images with the index in their title are drawn", () => {
  const stack = view(Float64Array.from({ length: 7 * 2 * 3 }, (_, i) => (i % 6) + 10 * Math.floor(i / 6)), [7, 2, 3]);
  const pictures = picturesOf(stack, { title: "xrd" });
  assert.deepEqual(pictures.map(({ alt }) => alt), [
    "image of xrd [0]: 2×3, 0 to 5 (viridis, linear)",
    "image of xrd [3]: 2×3, 30 to 35 (viridis, linear)",
    "image of xrd [6]: 2×3, 60 to 65 (viridis, linear)",
  ]);
  const even = picturesOf(stack.lo(3, 0, 0), {}).map(({ alt }) => alt.replace(/:.*/, ""));
  assert.deepEqual(even, ["image of [0]", "image of [1]", "image of [3]"]);
  for (const { svg } of pictures) assert.deepEqual([imagesIn(svg)[0]?.width, imagesIn(svg)[0]?.height], [3, 2]);
});

Deno.test("whole numbers of 64 bits are drawn as the numbers next to them", () => {
  const [picture] = picturesOf(view(BigInt64Array.of(-(2n ** 60n), 0n, 2n ** 60n)), {});
  assert.match(picture?.alt ?? "", /3 points from −1.15292×10¹⁸ to 1.15292×10¹⁸/);
});
