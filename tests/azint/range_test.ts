import assert from "node:assert/strict";
import fc from "fast-check";
import { gridOf, rotateExactly, rotationOf } from "../../lib/azint/geometry.ts";
import { rangeOf } from "../../lib/azint/range.ts";

const { atan, atan2, max, min, sqrt } = Math;

/** The range of all pixels, each looked at; and how many of them count. */
function naiveRange(
  setup: Parameters<typeof gridOf>[0],
  accept: (angle: number) => boolean,
): [least: number, greatest: number] {
  const { centre1, centre2, dist } = gridOf(setup, 1);
  const rotation = rotationOf(setup);
  const at = new Float64Array(3);
  let [least, greatest, nearest, farthest] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const p1 of centre1) {
    for (const p2 of centre2) {
      rotateExactly(rotation, p1, p2, dist, at);
      const [y, x, z] = at as unknown as [number, number, number];
      const squared = y * y + x * x;
      const t = squared / (z * z);
      if (z > 0 && (t > 0 || accept(0))) [nearest, farthest] = [min(nearest, t), max(farthest, t)];
      const angle = atan2(sqrt(squared), z);
      if (!(z > 0) && accept(angle)) [least, greatest] = [min(least, angle), max(greatest, angle)];
    }
  }
  if (nearest > farthest) return [least, greatest];
  return [min(least, atan(sqrt(nearest))), max(greatest, atan(sqrt(farthest)))];
}

const accepts = [() => true, (angle: number) => angle > 0, (angle: number) => angle < 2, () => false];
const angle = fc.oneof(
  fc.constant(0),
  fc.double({ min: -0.5, max: 0.5, noNaN: true }),
  fc.double({ min: -4, max: 4, noNaN: true }),
);
const place = fc.double({ min: -1.5, max: 2.5, noNaN: true });

Deno.test("the range is that of all pixels, to the last digit, wherever the detector stands", () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 120, max: 200 }));
  const pixel = fc.constantFrom(75e-6, 172e-6, 1e-3);
  const setups = fc.record({
    shape: fc.tuple(size, size),
    pixelSize: fc.tuple(pixel, pixel),
    dist: fc.constantFrom(1e-3, 0.02, 0.2, 5, -0.1),
    poni1: place,
    poni2: place,
    rot1: angle,
    rot2: angle,
    rot3: angle,
  });
  fc.assert(
    fc.property(setups, fc.constantFrom(...accepts), ({ poni1, poni2, ...setup }, accept) => {
      // The places are parts of the detector, mostly on it.
      const [extent1, extent2] = setup.shape.map((count, i) => count * setup.pixelSize[i]!) as [number, number];
      const placed = { ...setup, poni1: poni1 * extent1, poni2: poni2 * extent2 };
      assert.deepEqual(rangeOf(gridOf(placed, 1), rotationOf(placed), accept), naiveRange(placed, accept));
    }),
    { numRuns: 600 },
  );
});

Deno.test("the farthest pixel is found where a detector crosses 90°", () => {
  const tilt = fc.double({ min: 0.7, max: 2.4, noNaN: true });
  fc.assert(
    fc.property(tilt, tilt, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (a, b, part, turned) => {
      const setup = {
        shape: [260, 230] as const,
        pixelSize: [1e-3, 1e-3] as const,
        dist: 0.03,
        poni1: 0.26 * part,
        poni2: 0.23 * (1 - part),
        rot1: turned ? a : 0.1,
        rot2: turned ? 0.1 : b,
        rot3: 0.5,
      };
      for (const accept of [() => true, (angle: number) => angle < Math.PI / 2]) {
        assert.deepEqual(rangeOf(gridOf(setup, 1), rotationOf(setup), accept), naiveRange(setup, accept));
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("a pixel in the beam counts if its angle does", () => {
  for (const row of [0, 31, 32, 63, 64, 100, 149]) {
    for (const column of [0, 32, 64, 139]) {
      const setup = {
        shape: [150, 140] as const,
        pixelSize: [2 ** -10, 2 ** -10] as const,
        dist: 0.1,
        poni1: (row + 0.5) / 1024,
        poni2: (column + 0.5) / 1024,
        rot1: 0,
        rot2: 0,
        rot3: 0,
      };
      for (const accept of accepts) {
        assert.deepEqual(rangeOf(gridOf(setup, 1), rotationOf(setup), accept), naiveRange(setup, accept));
      }
      assert.equal(rangeOf(gridOf(setup, 1), rotationOf(setup), () => true)[0], 0);
    }
  }
});
