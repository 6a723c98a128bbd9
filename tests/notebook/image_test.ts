import assert from "node:assert/strict";
import fc from "fast-check";
import type { NdArray, TypedArray } from "../../lib/array/dtypes.ts";
import { view } from "../../lib/array/ndarray.ts";
import { slice } from "../../lib/array/slice.ts";
import { isBeamfoldError } from "../../lib/errors.ts";
import { type Colormap, colormap } from "../../lib/notebook/colormaps.ts";
import { type ImageOptions, imagePlot } from "../../lib/notebook/image.ts";
import { textWidth } from "../../lib/notebook/svg.ts";
import { assertDocument, imagesIn, matchesSnapshot, type Pixels, textsIn } from "./snapshot.ts";

const image = (rows: number, columns: number, f: (row: number, column: number) => number): NdArray =>
  view(Float64Array.from({ length: rows * columns }, (_, i) => f(Math.floor(i / columns), i % columns)), [
    rows,
    columns,
  ]);

function pixelsOf(array: NdArray, options?: ImageOptions): Pixels {
  const { svg } = imagePlot(array, options);
  assertDocument(svg);
  return imagesIn(svg)[0] as Pixels;
}

/** Red, green, blue of a pixel, or undefined where it is transparent. */
function colourAt({ width, data, palette }: Pixels, row: number, column: number): number[] | undefined {
  const [red, green, blue, alpha] = palette[data[row * width + column] as number] as [number, number, number, number];
  return alpha === 0 ? undefined : [red, green, blue];
}

const tables = new Map<Colormap, Uint8Array>();

/** The colour of a value by the definition: 255 steps of equal width between the limits. */
function naiveColour(map: Colormap, value: number, [low, high]: [number, number], f = (x: number) => x): number[] {
  const part = (f(value) - f(low)) / (f(high) - f(low));
  const level = Math.min(Math.max(Math.floor(part * 255), 0), 254);
  const at = 3 * Math.round((level * 255) / 254);
  const table = tables.get(map) ?? colormap(map);
  tables.set(map, table);
  return [...table.subarray(at, at + 3)];
}

Deno.test("an image with labels looks as it did", () => {
  const rings = image(64, 64, (row, column) => {
    const r = Math.hypot(row - 32, column - 32);
    return (row * column) % 97 === 5 ? NaN : Math.round(150 + 150 * Math.cos(r / 3));
  });
  const { svg, alt, warnings, width } = imagePlot(rings, { title: "rings", xLabel: "x / px", yLabel: "y / px" });
  assert.equal(alt, "image of rings: 64×64, 0 to 300 (viridis, linear)");
  assert.deepEqual([width, warnings], [460, []]);
  assertDocument(svg);
  matchesSnapshot("image", svg);
});

Deno.test("an image with axis values, a logarithmic scale and clipped ends looks as it did", () => {
  const cake = image(36, 90, (row, column) => 10 ** ((row + column) / 20));
  const { svg, alt } = imagePlot(cake, {
    colormap: "magma",
    scale: "log",
    vmin: 10,
    vmax: 1e5,
    xExtent: [0, 4.5],
    yExtent: [180, -180],
    width: 400,
  });
  assert.match(alt, /^image 36×90, 1 to \S+ \(magma, log\)$/);
  assertDocument(svg);
  matchesSnapshot("image_log", svg);
});

Deno.test("each pixel has the colour of its value, on every scale and map", () => {
  const array = image(9, 14, (row, column) => 1 + row * 14 + column);
  const scales = [["linear", (x: number) => x], ["log", Math.log], ["sqrt", Math.sqrt]] as const;
  for (const [scale, f] of scales) {
    for (const map of ["viridis", "magma", "gray", "turbo", "RdBu"] as const) {
      const pixels = pixelsOf(array, { scale, colormap: map });
      assert.deepEqual([pixels.width, pixels.height], [14, 9]);
      for (let row = 0; row < 9; row++) {
        for (let column = 0; column < 14; column++) {
          const expected = naiveColour(map, array.get(row, column) as number, [1, 126], f);
          assert.deepEqual(colourAt(pixels, row, column), expected, `${scale}, ${map}, ${row}, ${column}`);
        }
      }
    }
  }
});

Deno.test("on a logarithmic scale 0 and below have the lowest colour", () => {
  const array = image(1, 4, (_, column) => [-7, 0, 1, 100][column] as number);
  const [negative, zero, low, high] = [0, 1, 2, 3].map((column) =>
    colourAt(pixelsOf(array, { scale: "log" }), 0, column)
  );
  assert.deepEqual(low, naiveColour("viridis", 1, [1, 100], Math.log));
  assert.deepEqual(high, naiveColour("viridis", 100, [1, 100], Math.log));
  assert.deepEqual([negative, zero], [low, low]);
});

Deno.test("on a square root scale negative values lie below 0, as far as positive ones above", () => {
  const array = image(1, 5, (_, column) => [-100, -25, 0, 25, 100][column] as number);
  const root = (x: number) => Math.sign(x) * Math.sqrt(Math.abs(x));
  for (const column of [0, 1, 2, 3, 4]) {
    const expected = naiveColour("viridis", array.get(0, column) as number, [-100, 100], root);
    assert.deepEqual(colourAt(pixelsOf(array, { scale: "sqrt" }), 0, column), expected);
  }
});

Deno.test("the widest labels of a colour bar are inside of the picture", () => {
  for (const values of [[0, 1], [1e10 + 0.25, 1e10 + 0.75], [-123456.5, -123456.25]]) {
    const { svg, width } = imagePlot(image(2, 2, (row) => values[row] as number), { width: 300 });
    const labels = [...svg.matchAll(/<text class="quiet" x="([\d.]+)"[^>]*>([^<]*)</g)];
    assert.ok(labels.length > 1);
    for (const [, x, text] of labels) assert.ok(Number(x) + textWidth(text as string) <= width, String(text));
  }
});

Deno.test("views with any stride are drawn as their elements are", () => {
  const whole = image(12, 10, (row, column) => row * 10 + column);
  for (const part of [whole.transpose(1, 0), slice(whole, "::-1, 2:8"), slice(whole, "1:9:2, ::3")]) {
    const copy = image(part.shape[0] as number, part.shape[1] as number, (...at) => part.get(...at) as number);
    assert.equal(imagePlot(part).svg, imagePlot(copy).svg);
  }
});

Deno.test("every dtype is drawn, 64-bit integers too, with its sentinels in no colour", () => {
  const arrays: [TypedArray, boolean][] = [
    [Uint8Array.of(0, 5, 10, 255), true],
    [Uint16Array.of(0, 5, 10, 65535), true],
    [Uint32Array.of(0, 5, 10, 4294967295), true],
    [BigUint64Array.of(0n, 5n, 10n, 2n ** 64n - 1n), true],
    [Int8Array.of(0, 5, 10, -128), true],
    [Int8Array.of(0, 5, 10, 127), true],
    [Int16Array.of(0, 5, 10, 32767), true],
    [Int32Array.of(0, 5, 10, -(2 ** 31)), true],
    [Int32Array.of(0, 5, 10, 2 ** 31 - 1), true],
    [BigInt64Array.of(0n, 5n, 10n, 2n ** 63n - 1n), true],
    [BigInt64Array.of(0n, 5n, 10n, -(2n ** 63n)), true],
    [Int32Array.of(0, 5, 10, -1), false],
    [Float32Array.of(0, 5, 10, NaN), true],
    [Float32Array.of(0, 5, 10, Infinity), true],
    [Float64Array.of(0, 5, 10, -Infinity), true],
  ];
  for (const [data, neutral] of arrays) {
    const pixels = pixelsOf(view(data, [2, 2]));
    const low = neutral ? 0 : -1;
    assert.deepEqual(colourAt(pixels, 0, 1), naiveColour("viridis", 5, [low, 10]), data.constructor.name);
    assert.deepEqual(colourAt(pixels, 1, 0), naiveColour("viridis", 10, [low, 10]));
    assert.equal(colourAt(pixels, 1, 1) === undefined, neutral, data.constructor.name);
  }
});

Deno.test("pixels without a value are counted in a note", () => {
  const cases: [TypedArray, string[]][] = [
    [Uint16Array.of(0, 1, 2, 3), []],
    [Uint16Array.of(0, 65535, 2, 3), ["1 of 4 pixels has no value"]],
    [Int16Array.of(0, 32767, -32768, 3), ["2 of 4 pixels have no value"]],
    [Float32Array.of(NaN, Infinity, -Infinity, 3), ["3 of 4 pixels have no value"]],
    // A warning says it already.
    [Float32Array.of(NaN, NaN, NaN, NaN), []],
  ];
  for (const [data, notes] of cases) assert.deepEqual(imagePlot(view(data, [2, 2])).notes, notes);
  const large = view(new Uint8Array(1100 * 1000).fill(255, 0, 3000), [1100, 1000]);
  const { notes } = imagePlot(large);
  assert.deepEqual(notes, ["3 000 of 1 100 000 pixels have no value"]);
});

Deno.test("pixels without a value are of a colour that no map has in its middle", () => {
  const backgrounds = (["viridis", "magma", "gray", "turbo", "RdBu"] as const).map((map) => {
    const [, classes] = /<rect class="(none[^"]*)"/.exec(imagePlot(image(2, 2, () => NaN), { colormap: map }).svg) ??
      [];
    return classes;
  });
  // Grey is a colour of "gray".
  assert.deepEqual(backgrounds, ["none", "none", "none tinted", "none", "none"]);
});

Deno.test("an image larger than its area is binned to means of what can be measured", () => {
  const [rows, columns] = [730, 900];
  const array = image(
    rows,
    columns,
    (row, column) => (row + column) % 7 === 0 || row < 20 ? NaN : (row * column) % 101,
  );
  const options = { vmin: 20, vmax: 80 };
  const pixels = pixelsOf(array, options);
  assert.ok(pixels.width < 400 && pixels.height < 400);
  const sums = Array.from({ length: pixels.height }, () => new Array<[number, number]>(pixels.width));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = array.get(row, column) as number;
      const line = sums[Math.floor((row * pixels.height) / rows)] as [number, number][];
      const bin = line[Math.floor((column * pixels.width) / columns)] ??= [0, 0];
      if (!Number.isNaN(value)) bin[0] += value, bin[1]++;
    }
  }
  for (const [row, line] of sums.entries()) {
    for (const [column, [sum, count]] of line.entries()) {
      const expected = count === 0 ? undefined : naiveColour("viridis", sum / count, [20, 80]);
      assert.equal(String(colourAt(pixels, row, column)), String(expected), `${row}, ${column}`);
    }
  }
});

Deno.test("a detector of 4096×4096 pixels is a small picture", () => {
  const data = new Uint32Array(4096 * 4096);
  for (let i = 0; i < data.length; i++) data[i] = (i * 2654435761) >>> 20;
  const { svg, alt } = imagePlot(view(data, [4096, 4096]));
  assert.ok(svg.length < 500_000, `${svg.length} characters`);
  assert.equal(alt, "image 4096×4096, 0 to 4095 (viridis, linear)");
});

Deno.test("images of one row, one column and one pixel are neither thin nor high", () => {
  const sizes: [number, number][] = [[1, 300], [300, 1], [1, 1], [1, 100_000], [100_000, 1], [2, 3]];
  for (const [rows, columns] of sizes) {
    const { svg } = imagePlot(image(rows, columns, (row, column) => row + column));
    assertDocument(svg);
    const box = /<image x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="([\d.]+)"/.exec(svg);
    const [width, tall] = [Number(box?.[1]), Number(box?.[2])];
    assert.ok(width >= 40 && width <= 460 && tall >= 40 && tall <= 420, `${rows}×${columns}: ${width}×${tall}`);
  }
});

Deno.test("pixels are square", () => {
  for (const [rows, columns] of [[30, 60], [128, 128], [100, 30]] as const) {
    const box = /<image x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="([\d.]+)"/.exec(
      imagePlot(image(rows, columns, (row) => row)).svg,
    );
    assert.ok(Math.abs(Number(box?.[1]) / columns / (Number(box?.[2]) / rows) - 1) < 0.02);
  }
});

Deno.test("an image without pixels says so", () => {
  for (const shape of [[0, 5], [5, 0], [0, 0]]) {
    const { svg, alt, warnings } = imagePlot(view(new Float32Array(0), shape), { title: "empty" });
    assert.equal(alt, `image of empty: ${shape.join("×")}, no pixels`);
    assert.deepEqual(warnings, [`there is nothing to draw: the shape is [${shape.join(", ")}]`]);
    assertDocument(svg);
  }
});

Deno.test("limits that make no sense are named, and usable ones take their place", () => {
  const array = image(4, 4, (row, column) => row * 4 + column);
  const cases: [ImageOptions, string][] = [
    [{ vmin: 5, vmax: 5 }, "vmin (5) is not below vmax (5): the automatic limits are used"],
    [{ vmin: 9, vmax: 3 }, "vmin (9) is not below vmax (3): the automatic limits are used"],
    [{ vmin: NaN }, "vmin is NaN, not finite: the automatic limit is used"],
    [{ vmax: Infinity }, "vmax is ∞, not finite: the automatic limit is used"],
    [{ vmin: 0, scale: "log" }, "vmin is 0, not above 0, as the scale needs it: the automatic limit is used"],
    [{ vmin: 100 }, "vmin (100) is not below the upper limit of the pixels (15)"],
    [{ vmax: -100 }, "vmax (−100) is not above the lower limit of the pixels (0)"],
    [{ xExtent: [3, 3] }, "xExtent [3, 3] has no width: indices are shown"],
    [{ yExtent: [NaN, 3] }, "yExtent [NaN, 3] has no width: indices are shown"],
  ];
  for (const [options, warning] of cases) {
    const { svg, warnings } = imagePlot(array, options);
    assert.deepEqual(warnings, [warning]);
    assertDocument(svg);
  }
  assert.deepEqual(colourAt(pixelsOf(array, { vmin: 9, vmax: 3 }), 3, 3), naiveColour("viridis", 15, [0, 15]));
});

Deno.test("limits asked for win", () => {
  const array = image(4, 4, (row, column) => row * 4 + column);
  const pixels = pixelsOf(array, { vmin: 2, vmax: 6 });
  for (const value of [0, 2, 4, 6, 15]) {
    assert.deepEqual(
      colourAt(pixels, Math.floor(value / 4), value % 4),
      naiveColour("viridis", value, [2, 6]),
      String(value),
    );
  }
});

Deno.test("images without a range are drawn, with a warning", () => {
  const cases: [NdArray, ImageOptions, string[]][] = [
    [image(2, 2, () => NaN), {}, ["the image has no finite pixel"]],
    [image(2, 2, () => NaN), { scale: "log" }, ["the image has no finite pixel"]],
    [image(2, 2, () => 7), {}, ["all pixels are 7"]],
    [image(2, 2, () => 0), {}, ["all pixels are 0"]],
    [image(2, 2, (row) => row * 3), { scale: "log" }, ["all positive pixels are 3"]],
    [
      image(2, 2, (row) => -row),
      { scale: "log" },
      ["a logarithmic scale needs positive pixels, and the largest is 0: the scale is linear"],
    ],
  ];
  for (const [array, options, expected] of cases) {
    const { svg, warnings } = imagePlot(array, options);
    assert.deepEqual(warnings, expected);
    assertDocument(svg);
  }
});

Deno.test("a few outliers do not take the colours, and the colour bar shows that they are beyond", () => {
  const smooth = (row: number, column: number) => 100 + ((row * 31 + column * 17) % 100);
  const array = image(100, 100, (row, column) => (row === 3 && column === 4 ? 1e6 : smooth(row, column)));
  const { svg, alt, warnings } = imagePlot(array);
  assert.equal(alt, "image 100×100, 100 to 1000000 (viridis, linear)");
  assert.equal(warnings.length, 0);
  assert.deepEqual(colourAt(pixelsOf(array), 0, 1), naiveColour("viridis", 117, [100, 199]));
  assert.equal([...svg.matchAll(/<path fill="#fde725"/g)].length, 1);
  assert.doesNotMatch(imagePlot(image(100, 100, smooth)).svg, /<path fill=/);
});

Deno.test("a few bright pixels on a level ground are what is to be seen", () => {
  const array = image(100, 100, (row, column) => (row === 3 && column === 4 ? 50 : 0));
  assert.deepEqual(colourAt(pixelsOf(array), 3, 4), naiveColour("viridis", 50, [0, 50]));
});

Deno.test("RdBu has its middle at 0 where values lie on both sides", () => {
  const pixels = pixelsOf(image(1, 3, (_, column) => [-1, 0, 4][column] as number), { colormap: "RdBu" });
  assert.deepEqual(colourAt(pixels, 0, 0), naiveColour("RdBu", -1, [-4, 4]));
  assert.deepEqual(colourAt(pixels, 0, 1), naiveColour("RdBu", 0, [-4, 4]));
});

Deno.test("ticks of indices are whole, and row 0 is at the top", () => {
  const { svg } = imagePlot(image(2, 3, (row, column) => row + column));
  assert.deepEqual(textsIn(svg, "mid"), ["0", "1", "2"]);
  const beside = [...svg.matchAll(/<text class="quiet end" x="[\d.]+" y="([\d.]+)">([^<]*)</g)];
  assert.deepEqual(beside.map(([, , text]) => text), ["0", "1"]);
  assert.ok(Number(beside[0]?.[1]) < Number(beside[1]?.[1]));
});

Deno.test("the colour bar goes from the first colour at its bottom to the last at its top", () => {
  const bar = imagesIn(imagePlot(image(2, 2, (row, column) => row + column), { colormap: "gray" }).svg)[1] as Pixels;
  assert.deepEqual([colourAt(bar, 0, 0), colourAt(bar, bar.height - 1, 0)], [[255, 255, 255], [0, 0, 0]]);
});

Deno.test("any image of any numbers makes a document", () => {
  const shapes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
  const scales = fc.constantFrom("linear" as const, "log" as const, "sqrt" as const);
  const property = fc.property(shapes, fc.array(fc.double(), { minLength: 25, maxLength: 25 }), scales, (...all) => {
    const [[rows, columns], numbers, scale] = all;
    const { svg } = imagePlot(image(rows, columns, (row, column) => numbers[row * 5 + column] as number), { scale });
    assertDocument(svg);
  });
  fc.assert(property, { numRuns: 200 });
});

Deno.test("an array with another number of axes, or an unknown map or scale, is an error", () => {
  const isError = (name: string, message: RegExp) => (error: unknown) => {
    assert.ok(isBeamfoldError(error, name));
    assert.match((error as Error).message, message);
    return true;
  };
  assert.throws(
    () => imagePlot(view(new Float32Array(8), [2, 2, 2])),
    isError("ArrayError", /an image has 2 axes, found 3 \(shape \[2, 2, 2\]\)/),
  );
  const array = image(2, 2, (row) => row);
  assert.throws(
    () => imagePlot(array, { colormap: "turb" as Colormap }),
    isError("OptionError", /did you mean "turbo"/),
  );
  assert.throws(() => imagePlot(array, { scale: "Log" as "log" }), isError("OptionError", /no scale "Log"/));
});
