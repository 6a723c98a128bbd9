import assert from "node:assert/strict";
import fc from "fast-check";
import { edgesOf } from "../../lib/azint/edges.ts";
import { FastAccumulator } from "../../lib/azint/fast.ts";
import { gridOf, rotationOf } from "../../lib/azint/geometry.ts";
import { pixelsOf, type Values } from "../../lib/azint/images.ts";
import { type Layout, STRIP } from "../../lib/azint/layout.ts";
import { buildMatrix } from "../../lib/azint/matrix.ts";
import { Accumulator } from "../../lib/azint/plain.ts";
import { linspace, scaleOf } from "../../lib/azint/units.ts";

/** A matrix with pixels in one bin, in two, in more, and in none. */
function layoutOf(rows: number, columns: number, bins: number): Layout {
  const setup = {
    shape: [rows, columns] as const,
    pixelSize: [1e-3, 2e-3] as const,
    dist: 0.05,
    poni1: 0.0201,
    poni2: 0.0113,
    rot1: 0.1,
    rot2: 0.2,
    rot3: 0,
  };
  return buildMatrix({
    setup,
    grid: gridOf(setup, 3),
    rotation: rotationOf(setup),
    scale: scaleOf("2th", NaN, NaN),
    unit: "2th",
    wavelength: NaN,
    splitting: 3,
    radial: edgesOf(linspace(10, 80, bins)),
    azimuth: undefined,
    corrections: { solidAngle: true, polarization: 0.9 },
    mask: undefined,
    progress: undefined,
  });
}

function sumsOf(accumulator: Accumulator | FastAccumulator, layout: Layout, elements: Values) {
  const shape = [1, elements.length] as const;
  const { strips } = pixelsOf({ data: elements, shape }, shape);
  strips(layout.room, (values, from) => accumulator.add(values, from));
  return accumulator.take();
}

function assertSame(found: Float64Array | undefined, expected: Float64Array | undefined): void {
  assert.ok(found !== undefined && expected !== undefined && found.length === expected.length);
  const largest = Math.max(1, ...expected.map(Math.abs));
  for (let i = 0; i < found.length; i++) {
    assert.ok(Math.abs((found[i] as number) - (expected[i] as number)) <= 1e-12 * largest, `bin ${i}`);
  }
}

Deno.test("the kernel gives what plain TypeScript gives, for every dtype, and starts afresh", () => {
  const kinds = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array];
  for (
    const [rows, columns, bins] of [[1, 1, 3], [1, 17, 4], [31, 1, 2], [40, 33, 5], [
      300,
      STRIP / 128,
      900,
    ]] as const
  ) {
    const layout = layoutOf(rows, columns, bins);
    const fast = new FastAccumulator(layout, true);
    const plain = new Accumulator(layout, true);
    for (const sparse of [true, false]) {
      for (const kind of kinds) {
        const elements = Float64Array.from({ length: rows * columns }, (_, i) => {
          const value = (i * 2654435761) % 4294967296;
          return sparse && i % 23 !== 0 ? 0 : value;
        });
        const image = kind.from(elements);
        const expected = sumsOf(plain, layout, image);
        const found = sumsOf(fast, layout, image);
        assertSame(found.signal, expected.signal);
        assertSame(found.variance, expected.variance);
      }
    }
  }
});

Deno.test("any image gives the same in the kernel and in plain TypeScript", () => {
  const layout = layoutOf(13, 11, 7);
  const fast = new FastAccumulator(layout, true);
  const plain = new Accumulator(layout, true);
  fc.assert(fc.property(fc.int32Array({ minLength: 143, maxLength: 143 }), (image) => {
    const expected = sumsOf(plain, layout, image);
    const found = sumsOf(fast, layout, image);
    assertSame(found.signal, expected.signal);
    assertSame(found.variance, expected.variance);
  }));
});

Deno.test("the kernel gives what plain TypeScript gives without errors, too", () => {
  for (const [rows, columns, bins] of [[1, 1, 3], [13, 11, 7], [40, 33, 5], [150, 512, 900]] as const) {
    const layout = layoutOf(rows, columns, bins);
    const fast = new FastAccumulator(layout, false);
    const plain = new Accumulator(layout, false);
    const both = new Accumulator(layout, true);
    for (const step of [1, 3]) {
      const image = Int32Array.from({ length: rows * columns }, (_, i) => i % step === 0 ? (i * 7919) % 1000 - 300 : 0);
      const expected = sumsOf(both, layout, image).signal;
      for (const accumulator of [plain, fast]) {
        const { signal, variance } = sumsOf(accumulator, layout, image);
        assertSame(signal, expected);
        assert.equal(variance, undefined);
      }
    }
  }
});
