import assert from "node:assert/strict";
import { view } from "../../lib/array/ndarray.ts";
import { Detector } from "../../lib/azint/detector.ts";
import { azimuthOf, twoTheta } from "../../lib/azint/geometry.ts";
import { AzimuthalIntegrator, type IntegratorOptions, type RadialUnit } from "../../lib/azint/integrator.ts";
import { arraysIn, roomFor } from "../../lib/azint/layout.ts";
import { RestBuilder } from "../../lib/azint/rest.ts";
import { Poni, type PoniOptions } from "../../lib/azint/poni.ts";
import { linspace } from "../../lib/azint/units.ts";
import { OptionError } from "../../lib/errors.ts";
import { naiveSums } from "./naive.ts";

const { atan2, cos, hypot, PI, sin, tan } = Math;

interface Place extends Partial<PoniOptions> {
  readonly shape: readonly [number, number];
  readonly pixelSize?: number | readonly [number, number];
}

/** A detector 30 mm away from the sample, with pixels of 1 mm. */
function poniOf({ shape, pixelSize = 1e-3, ...rest }: Place): Poni {
  const detector = new Detector({ shape, pixelSize });
  return new Poni({ detector, dist: 0.03, poni1: 1e-3, poni2: 2e-3, wavelength: 1e-10, ...rest });
}

function imageOf(shape: readonly [number, number]) {
  return view(Int32Array.from({ length: shape[0] * shape[1] }, (_, i) => (i * i) % 89 + 1), shape);
}

interface Bins {
  readonly unit: RadialUnit;
  readonly radial: readonly number[];
  readonly azimuth?: readonly number[];
  readonly splitting: number;
}

/** Integrates an image with and without this module's shortcuts; gives the integrator, which others may share. */
function assertNaive(poni: Poni, bins: Bins, what: string): AzimuthalIntegrator {
  const { unit, radial, azimuth, splitting } = bins;
  const image = imageOf(poni.detector!.shape);
  const options: IntegratorOptions = { unit, splitting, radialBins: radial, azimuthBins: azimuth };
  const integrator = new AzimuthalIntegrator(poni, { ...options, solidAngle: false, normalized: false });
  const found = integrator.integrate(image);
  const naive = naiveSums(poni, image, bins);
  for (
    const [kind, values, expected] of [
      ["signal", (found.cake ?? found.intensity).data, naive.signal],
      ["norm", (found.cakeNorm ?? found.norm).data, naive.norm],
    ] as const
  ) {
    assert.equal(values.length, expected.length, what);
    expected.forEach((value, i) => {
      const close = Math.abs((values[i] as number) - value) <= 1e-6 * Math.max(1, value);
      assert.ok(close, `${kind} of ${what}, bin ${i}: found ${values[i]}, expected ${value}`);
    });
  }
  return integrator;
}

Deno.test("the parts of a room lie apart in its memory, each large enough", () => {
  for (const pixels of [1, 42, 1000]) {
    for (const bins of [1, 7, 4094, 4096, 65533, 65534, 70000]) {
      const extent = { pixels, bins, points: bins % 2 === 0 ? 16 : 256 };
      const room = roomFor(extent);
      const { first, weights, hits } = arraysIn(room, extent);
      assert.equal(hits instanceof Uint32Array, extent.points >= 256);
      const wide = first instanceof Uint32Array;
      assert.ok(wide || bins < 65536);
      // The kernel writes to pairs of the bins 0 … bins.
      assert.ok(room.copy >= 16 * (bins + 1) && room.copy % 16 === 0);
      const parts: [number, number][] = [
        [first.byteOffset, first.byteLength],
        [weights.byteOffset, weights.byteLength],
        [hits.byteOffset, hits.byteLength],
        [room.strip, room.stripBytes],
        [room.work, room.workBytes],
      ];
      if (!wide) parts.push([room.sums, 4 * room.copy]);
      parts.sort(([a], [b]) => a - b);
      parts.push([room.memory.buffer.byteLength, 0]);
      let end = 0;
      for (const [from, size] of parts) {
        assert.ok(from >= end, `${pixels} pixels, ${bins} bins: ${Deno.inspect(parts)}`);
        end = from + size;
      }
    }
  }
});

Deno.test("any number of pixels with any number of bins is collected", () => {
  for (const pixels of [0, 1, 62, 63, 64, 65, 127, 128, 129, 1000]) {
    for (const bins of [1, 3, 4, 9]) {
      const builder = new RestBuilder();
      const entries: number[] = [];
      for (let pixel = 0; pixel < pixels; pixel++) {
        builder.begin(3 * pixel);
        for (let bin = 0; bin < bins; bin++) {
          entries.push(entries.length);
          builder.add(entries.length, entries.length + 7, entries.length / 4);
        }
      }
      assert.deepEqual(builder.take(), {
        pixel: Uint32Array.from({ length: pixels }, (_, i) => 3 * i),
        start: Uint32Array.from({ length: pixels + 1 }, (_, i) => i * bins),
        bin: Uint32Array.from(entries, (i) => i + 1),
        weight: Float32Array.from(entries, (i) => (i + 1) / 4),
        hits: Uint32Array.from(entries, (i) => i + 8),
      });
    }
  }
});

Deno.test("bins around the number that takes wide numbers are all reached", () => {
  const poni = poniOf({ shape: [1, 40], poni1: 0.5e-3 });
  for (let bins = 65530; bins <= 65541; bins++) {
    for (const splitting of [1, 2]) {
      const radial = [...linspace(0, splitting === 1 ? 37.5001 : 37.751, bins)];
      const integrator = assertNaive(poni, { unit: "r", radial, splitting }, `${bins} bins`);
      assert.ok(integrator.norm.get(bins - 1) as number > 0);
    }
  }
});

Deno.test("edges may lie below all values, and beyond them", () => {
  const edges: Record<RadialUnit, number[][]> = {
    q: [[-2, -1], [-1, 0, 3, 40], [11, 12.6, 13], [-7, -2, 0.5, 1]],
    "2th": [[-3, -2], [-90, 0, 10, 200], [170, 181], [-20, -10, 20, 40]],
    d: [[-2, -1], [-1, 0, 0.5, 3], [-3, -2, 1.1, 100], [0, 0.4, 0.9], [0.1, 0.2, 1.2]],
    r: [[-2, -1], [-40, -2, 5, 12], [-9, 0, 1e9], [1e5, 1e9]],
  };
  for (const [unit, lists] of Object.entries(edges) as [RadialUnit, number[][]][]) {
    for (const radial of lists) {
      for (const tilt of [{}, { rot1: 0.4, rot3: 1 }, { rot1: 1.5 }, { rot2: 2.2 }]) {
        for (const splitting of [1, 3]) {
          const poni = poniOf({ shape: [12, 9], ...tilt });
          assertNaive(poni, { unit, radial, splitting }, Deno.inspect({ unit, radial, tilt, splitting }));
        }
      }
    }
  }
});

Deno.test("pixels around the beam and across the edges of sectors count in the sectors of their points", () => {
  const sectors = [[0, 180, 360], [0, 360], [90, 270], [-10, 45, 400], [0, 1, 359, 360], [100, 280, 300]];
  for (const azimuth of sectors) {
    for (const pixelSize of [1e-3, [1e-3, 4e-3], [4e-3, 1e-3]] as const) {
      for (const [poni1, poni2] of [[5.2e-3, 5.3e-3], [5.4e-3, 5.9e-3], [5.7e-3, 5.1e-3], [-0.2e-3, 3e-3]] as const) {
        for (const tilt of [{}, { rot1: 0.02, rot2: -0.01, rot3: 2.5 }]) {
          const poni = poniOf({ shape: [9, 11], pixelSize, poni1, poni2, ...tilt });
          const bins = { unit: "r", radial: [0, 1, 2, 4, 60], azimuth, splitting: 5 } as const;
          assertNaive(poni, bins, Deno.inspect({ azimuth, pixelSize, poni1, poni2, tilt }));
        }
      }
    }
  }
});

Deno.test("sectors are told in float32, also where pixels are small for it", () => {
  const shape = [48, 48] as const;
  const tilt = { rot1: 0.1, rot2: 0.2, rot3: 0.3 };
  const poni = poniOf({ shape, pixelSize: SMALL, dist: 0.5, poni1: -1.3, poni2: -0.7, ...tilt });
  const centre = azimuthOfDiagonal(poni, 24);
  for (let step = -60; step <= 60; step++) {
    const azimuth = [0, centre + step * 3e-6, 360];
    assertNaive(poni, { unit: "2th", radial: [0, 180], azimuth, splitting: 1 }, `step ${step}`);
  }
});

const SMALL = 1e-7;

/** The azimuth of a pixel on the diagonal, in float64. */
function azimuthOfDiagonal(poni: Poni, i: number): number {
  const { y, x } = turned(poni, (i + 0.5) * SMALL - poni.poni1, (i + 0.5) * SMALL - poni.poni2);
  return ((atan2(y, x) * 180) / PI + 360) % 360;
}

/** A position after rotation: about axis 1, then 2, then 3. */
function turned({ dist, rot1, rot2, rot3 }: Poni, p1: number, p2: number): { y: number; x: number; z: number } {
  const x1 = cos(rot1) * p2 + sin(rot1) * dist;
  const z1 = cos(rot1) * dist - sin(rot1) * p2;
  const y2 = cos(rot2) * p1 - sin(rot2) * z1;
  const z = sin(rot2) * p1 + cos(rot2) * z1;
  return { y: cos(rot3) * y2 - sin(rot3) * x1, x: sin(rot3) * y2 + cos(rot3) * x1, z };
}

Deno.test("bins of one width reach from the nearest to the farthest centre of a pixel, in every unit", () => {
  const shape = [7, 10] as const;
  const tilts = [{}, { rot1: 0.3 }, { rot1: 1.5, rot2: -0.2 }, { rot2: 1.45 }, { rot1: 2.4 }, { rot1: PI, rot2: 0.3 }];
  // A beam in the middle of a pixel has no d.
  for (const [poni1, poni2] of [[0.5e-3, 2.5e-3], [3.1e-3, 4.6e-3]] as const) {
    for (const tilt of tilts) {
      const poni = poniOf({ shape, poni1, poni2, ...tilt });
      const angles: number[] = [];
      for (let row = 0; row < 7; row++) {
        for (let column = 0; column < 10; column++) {
          const { y, x, z } = turned(poni, (row + 0.5) * 1e-3 - poni1, (column + 0.5) * 1e-3 - poni2);
          angles.push(atan2(hypot(y, x), z));
        }
      }
      const direct = poni.dist / (cos(poni.rot1) * cos(poni.rot2));
      const values: Record<RadialUnit, number[]> = {
        q: angles.map((angle) => 4 * PI * sin(angle / 2)),
        "2th": angles.map((angle) => (angle * 180) / PI),
        d: angles.filter((angle) => angle > 1e-5).map((angle) => 1 / 2 / sin(angle / 2)),
        r: angles.filter((angle) => angle < PI / 2).map((angle) => 1e3 * direct * tan(angle)),
      };
      for (const [unit, list] of Object.entries(values) as [RadialUnit, number[]][]) {
        const make = () => new AzimuthalIntegrator(poni, { radialBins: 4, unit });
        if (list.length === 0) {
          assert.throws(make, OptionError);
          continue;
        }
        const [least, greatest] = [Math.min(...list), Math.max(...list)];
        make().radialAxis.forEach((middle, i) => {
          const expected = least + ((greatest - least) * (i + 0.5)) / 4;
          const close = Math.abs(middle - expected) < 1e-5 * Math.max(Math.abs(expected), 1e-3);
          assert.ok(close, `${unit}, ${Deno.inspect(tilt)}, bin ${i}: found ${middle}, expected ${expected}`);
        });
      }
    }
  }
});

Deno.test("a detector of one pixel has bins without width, and nothing in them", () => {
  const integrator = new AzimuthalIntegrator(poniOf({ shape: [1, 1] }), { radialBins: 2, unit: "2th" });
  assert.equal(integrator.radialAxis[0], integrator.radialAxis[1]);
  assert.deepEqual([...integrator.norm.data], [0, 0]);
});

Deno.test("angles on the axes are what they should be", () => {
  const { fround } = Math;
  assert.equal(twoTheta(0, 0, 1), 0);
  assert.equal(twoTheta(0, 0, -1), fround(PI));
  assert.equal(twoTheta(0, 3, 0), fround(PI / 2));
  assert.equal(twoTheta(0, -3, 3), fround(PI / 4));
  assert.equal(twoTheta(3, 0, -3), fround((PI * 3) / 4));
  assert.equal(azimuthOf(-0, 1), 360);
  assert.equal(azimuthOf(1, 0), 90);
  assert.equal(azimuthOf(0, -1), 180);
  assert.equal(azimuthOf(-1, 0), 270);
  assert.equal(azimuthOf(2, 2), 45);
  assert.equal(azimuthOf(-2, -2), 225);
});

Deno.test("integrators that differ in anything share nothing", () => {
  const place: Place = { shape: [12, 9], rot1: 0.1, rot2: 0.2, rot3: 0.3 };
  const bins: Bins = { unit: "q", radial: [0.1, 1, 2, 5], azimuth: [10, 100, 210], splitting: 3 };
  const cases: [Partial<Place>, Partial<Bins>][] = [
    [{}, {}],
    [{ shape: [9, 12] }, {}],
    [{ pixelSize: 1.1e-3 }, {}],
    [{ pixelSize: [1e-3, 1.1e-3] }, {}],
    [{ dist: 0.031 }, {}],
    [{ poni1: 2e-3 }, {}],
    [{ poni2: 3e-3 }, {}],
    [{ rot1: 0.12 }, {}],
    [{ rot2: 0.22 }, {}],
    [{ rot3: 0.32 }, {}],
    [{ wavelength: 1.1e-10 }, {}],
    [{}, { unit: "2th" }],
    [{}, { unit: "d" }],
    [{}, { splitting: 2 }],
    [{}, { radial: [0.1, 1, 3, 5] }],
    [{}, { azimuth: [10, 110, 210] }],
    [{}, { radial: [0.1, 1, 2], azimuth: [5, 10, 100, 210] }],
    [{}, { radial: [0.1, 1, 2, 5, 10, 100, 210] }],
  ];
  const kept = cases.map(([where, how]) =>
    assertNaive(poniOf({ ...place, ...where }), { ...bins, ...how }, Deno.inspect({ where, how }))
  );
  const image = imageOf([12, 9]);
  const options: IntegratorOptions = { radialBins: bins.radial, splitting: 3 };
  const mask = view(Uint8Array.from({ length: 108 }, (_, i) => i % 4 === 0 ? 1 : 0), [12, 9]);
  const other = view(Uint8Array.from({ length: 108 }, (_, i) => i % 4 === 1 ? 1 : 0), [12, 9]);
  const changed: Partial<IntegratorOptions>[] = [
    {},
    { solidAngle: false },
    { polarization: 0 },
    { polarization: 0.9 },
    { polarization: 0.9, solidAngle: false },
    { mask },
    { mask: other },
    { azimuthBins: 1 },
  ];
  const integrators = changed.map((each) => new AzimuthalIntegrator(poniOf(place), { ...options, ...each }));
  const curves = integrators.map((each) => each.integrate(image).intensity.data.join());
  curves.pop();
  assert.equal(new Set(curves).size, curves.length);
  assert.equal(integrators.at(-1)?.cakeNorm?.shape.join(), "1,3");
  assert.equal(kept.length, cases.length);
});
