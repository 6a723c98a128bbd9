import assert from "node:assert/strict";
import { cube } from "../../lib/azint/cube.ts";
import { edgesBelow, edgesOf, thresholdsOf } from "../../lib/azint/edges.ts";
import { gridOf, rotated, rotationOf, type Setup, twoTheta } from "../../lib/azint/geometry.ts";
import { type Rows, rowsOf } from "../../lib/azint/rows.ts";
import { linspace, type RadialUnit, scaleOf } from "../../lib/azint/units.ts";

const { fround, sqrt } = Math;

interface Case {
  readonly setup: Setup;
  readonly unit: RadialUnit;
  readonly splitting: number;
  readonly edges: Float64Array;
}

function setupOf(shape: readonly [number, number], rest: Partial<Setup> = {}): Setup {
  const place = { dist: 0.03, poni1: 4.3e-3, poni2: 5.7e-3, rot1: 0, rot2: 0, rot3: 0 };
  return { shape, pixelSize: [1e-3, 1e-3], ...place, ...rest };
}

function made({ setup, unit, splitting, edges }: Case): Rows {
  const scale = scaleOf(unit, 1e-10, setup.dist);
  const thresholds = thresholdsOf(edgesOf(edges), scale);
  return rowsOf(setup, gridOf(setup, splitting), rotationOf(setup), splitting, thresholds);
}

/** Holds what is told of a detector against all its points in float32; gives the part of the pixels that is told. */
function assertLocated(each: Case): number {
  const { setup, unit, splitting, edges } = each;
  const rows = made(each);
  const { sub1, sub2, dist } = gridOf(setup, splitting);
  const rotation = rotationOf(setup);
  const scale = scaleOf(unit, 1e-10, setup.dist);
  const single = Float32Array.from(edges);
  const what = Deno.inspect(each, { iterableLimit: 5 });
  let told = 0;
  for (let row = 0; row < setup.shape[0]; row++) {
    const places = rows.locate(row);
    for (let column = 0; column < setup.shape[1]; column++) {
      const below = places[2 * column] as number;
      if (below < 0) continue;
      told++;
      let beyond = 0;
      for (const p1 of sub1.subarray(row * splitting, (row + 1) * splitting)) {
        for (const p2 of sub2.subarray(column * splitting, (column + 1) * splitting)) {
          const [y, x, z] = ([1, 2, 3] as const).map((axis) =>
            rotation.none ? [p1, p2, dist][axis - 1] as number : rotated(rotation, axis, p1, p2, dist)
          ) as [number, number, number];
          const passed = edgesBelow(single, scale.value(twoTheta(y, x, z)));
          const more = (scale.falling ? single.length - passed : passed) - below;
          assert.ok(more === 0 || more === 1, `${what}, row ${row}, column ${column}: ${more}`);
          beyond += more;
        }
      }
      assert.equal(places[2 * column + 1], beyond, `${what}, row ${row}, column ${column}`);
    }
  }
  return told / (setup.shape[0] * setup.shape[1]);
}

Deno.test("the kernel's solid angles are cubes of cosines, bit by bit", () => {
  for (const columns of [1, 2, 3, 4, 5, 7, 8, 1021]) {
    for (const dist of [1e-3, 0.0123, 0.0317, 0.1, 0.2009, 1.7, 12]) {
      const setup = setupOf([9, columns], { dist });
      const { centre1, centre2 } = gridOf(setup, 1);
      const rows = made({ setup, unit: "2th", splitting: 1, edges: Float64Array.of(0, 1) });
      const squared = fround(dist * dist);
      centre1.forEach((p1, row) => {
        const found = rows.solidAngles(row);
        centre2.forEach((p2, column) => {
          const far = fround(sqrt(fround(fround(squared + fround(p1 * p1)) + fround(p2 * p2))));
          assert.equal(found[column], cube(fround(fround(dist) / far)), `dist ${dist}, row ${row}, column ${column}`);
        });
      });
    }
  }
});

Deno.test("what the kernel tells of pixels is true of all their points", () => {
  const tilts = [{}, { rot3: 1 }, { rot1: 0.1, rot2: -0.2, rot3: 0.3 }, { rot1: 1.4 }, { rot2: 2.2 }];
  for (const shape of [[1, 1], [12, 1], [9, 2], [7, 3], [12, 9], [20, 21]] as const) {
    for (const tilt of tilts) {
      for (const splitting of [1, 2, 5]) {
        const setup = setupOf(shape, tilt);
        const lists: [RadialUnit, Float64Array][] = [
          ["2th", linspace(0, 180, 50)],
          ["2th", linspace(0, 40, 40000)],
          ["q", linspace(-1, 3, 12)],
          ["q", Float64Array.of(1, 1.5, 1.5000001, 2.5)],
          ["d", Float64Array.of(-1, 0, 2, 3, 4, 5, 1e4)],
          ["r", Float64Array.of(2, 3, 6, 7)],
        ];
        for (const [unit, edges] of lists) assertLocated({ setup, unit, splitting, edges });
      }
    }
  }
});

Deno.test("little takes a closer look: of pixels narrower than bins, those around edges", () => {
  for (const tilt of [{}, { rot1: 0.1, rot2: -0.2, rot3: 0.3 }]) {
    const setup = setupOf([60, 60], tilt);
    const told = assertLocated({ setup, unit: "2th", splitting: 4, edges: linspace(0, 90, 30) });
    assert.ok(told > 0.98, `${told} of the pixels`);
  }
});

Deno.test("nothing is told of distances and coordinates for which float32 has not enough digits", () => {
  for (const tilt of [{}, { rot1: 0.1 }]) {
    for (const size of [1e-25, 1e25]) {
      const place = { pixelSize: [size, size] as const, dist: size, poni1: 0, poni2: 0 };
      const setup = setupOf([5, 6], { ...place, ...tilt });
      assert.equal(assertLocated({ setup, unit: "2th", splitting: 2, edges: linspace(0, 180, 10) }), 0);
    }
  }
});
