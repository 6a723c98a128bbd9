import assert from "node:assert/strict";
import type { NdArray, TypedArray } from "beamfold";
import fc from "fast-check";
import { view } from "../../lib/array/ndarray.ts";
import { Detector } from "../../lib/azint/detector.ts";
import { AzimuthalIntegrator, type RadialUnit } from "../../lib/azint/integrator.ts";
import { Poni } from "../../lib/azint/poni.ts";
import { linspace } from "../../lib/azint/units.ts";
import { naiveSums } from "./naive.ts";

type Shape = [rows: number, columns: number];

/** A detector with pixels of 1 mm, 30 mm away from the sample, in the beam. */
function poniOf(shape: Shape, rotations: { rot1?: number; rot2?: number; rot3?: number } = {}): Poni {
  const [rows, columns] = shape;
  const detector = new Detector({ shape, pixelSize: 1e-3 });
  return new Poni({ detector, dist: 0.03, poni1: rows / 2e3, poni2: columns / 2e3, wavelength: 1e-10, ...rotations });
}

function imageOf(shape: Shape, value: (y: number, x: number) => number): NdArray<Int32Array> {
  const [rows, columns] = shape;
  const data = Int32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns));
  return view(data, shape);
}

const someImage = (shape: Shape): NdArray<Int32Array> => imageOf(shape, (y, x) => (x * x + 3 * y * y + x * y) % 97);

function assertClose(found: ArrayLike<number>, expected: ArrayLike<number>, what: string, tolerance = 1e-6): void {
  assert.equal(found.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [found[i] as number, expected[i] as number];
    assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${what}, bin ${i}: found ${a}, expected ${b}`);
  }
}

const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);

Deno.test("sums are those of a plain loop, whatever the shape, unit, splitting, rotation and edges", () => {
  const shapes: Shape[] = [[1, 1], [1, 7], [9, 1], [2, 3], [13, 8], [21, 34]];
  const edges: Record<RadialUnit, number[]> = {
    q: [0, 0.1, 0.4, 0.41, 2, 5, 9],
    "2th": [-3, 0, 1, 2.5, 10, 30, 80, 100, 170],
    d: [0.5, 0.8, 1, 1.1, 2, 5, 50],
    r: [0, 1, 2, 3, 3.5, 10, 12, 40, 300],
  };
  const tilts = [{}, { rot1: 0.12, rot2: -0.07, rot3: 0.31 }, { rot1: 1.2, rot2: 0.9 }];
  const sectors = [undefined, [0, 90, 180, 270, 360], [10, 20, 200, 210, 359], [-5, 45]];
  for (const shape of shapes) {
    for (const tilt of tilts) {
      for (const [unit, radial] of Object.entries(edges) as [RadialUnit, number[]][]) {
        for (const azimuth of sectors) {
          for (const splitting of [1, 3]) {
            const what = Deno.inspect({ shape, tilt, unit, azimuth, splitting });
            const poni = poniOf(shape, tilt);
            const image = someImage(shape);
            const options = { radialBins: radial, azimuthBins: azimuth, unit, splitting, solidAngle: false };
            const integrator = new AzimuthalIntegrator(poni, { ...options, normalized: false });
            const found = integrator.integrate(image);
            const naive = naiveSums(poni, image, { unit, splitting, radial, ...(azimuth && { azimuth }) });
            assertClose((found.cake ?? found.intensity).data, naive.signal, `signal of ${what}`);
            assertClose((found.cakeNorm ?? found.norm).data, naive.norm, `norm of ${what}`);
          }
        }
      }
    }
  }
});

Deno.test("an image of ones gives ones where there are pixels and zeros elsewhere", () => {
  const shape: Shape = [31, 17];
  const integrator = new AzimuthalIntegrator(poniOf(shape), {
    radialBins: [0, 0.5, 1, 4, 100, 200],
    azimuthBins: 3,
    splitting: 3,
    solidAngle: false,
  });
  const { intensity, cake, norm } = integrator.integrate(imageOf(shape, () => 1));
  assertClose(intensity.data, Array.from(norm.data, (n) => n > 0 ? 1 : 0), "intensity");
  assert.equal(intensity.get(4), 0);
  assert.ok(cake !== undefined && cake.shape.join() === "3,5");
});

Deno.test("norms add up to the pixels inside the edges, whatever the splitting", () => {
  const shape: Shape = [23, 40];
  const mask = imageOf(shape, (y, x) => y === 3 || x % 7 === 0 ? 5 : 0);
  const pixels = mask.data.filter((value) => value === 0).length;
  for (const splitting of [1, 2, 5, 16, 17]) {
    for (const azimuthBins of [undefined, 7]) {
      const options = { radialBins: [-1, 0.3, 0.9, 1000], splitting, azimuthBins, mask };
      const integrator = new AzimuthalIntegrator(poniOf(shape), options);
      assert.ok(Math.abs(total(integrator.norm.data) - pixels) < 1e-3, `splitting ${splitting}`);
    }
  }
});

Deno.test("a detector turned by 90° about the beam sees the turned image", () => {
  const shape: Shape = [20, 20];
  const image = someImage(shape);
  const turned = imageOf(shape, (y, x) => Number(image.get(19 - x, y)));
  const options = { radialBins: [0.05, 0.33, 0.71, 1.3, 2.2], splitting: 4, azimuthBins: [5, 98, 199, 350] };
  const straight = new AzimuthalIntegrator(poniOf(shape), options).integrate(image);
  const other = new AzimuthalIntegrator(poniOf(shape, { rot3: Math.PI / 2 }), options).integrate(turned);
  assertClose(other.norm.data, straight.norm.data, "norm");
  assertClose(other.intensity.data, straight.intensity.data, "intensity");
  assertClose(other.cake!.data, straight.cake!.data, "cake");
});

Deno.test("a detector that is all masked gives zeros", () => {
  const shape: Shape = [4, 6];
  const options = { radialBins: 3, azimuthBins: 2, errorModel: "poisson", splitting: 2 } as const;
  const integrator = new AzimuthalIntegrator(poniOf(shape), { ...options, mask: imageOf(shape, () => 1) });
  const { intensity, errors, cake, cakeErrors, norm } = integrator.integrate(someImage(shape));
  for (const each of [intensity, errors, cake, cakeErrors, norm]) assert.ok(each?.data.every((value) => value === 0));
});

Deno.test("every dtype gives the same curve", () => {
  const shape: Shape = [19, 23];
  const integrator = new AzimuthalIntegrator(poniOf(shape), { radialBins: 6, splitting: 2, errorModel: "poisson" });
  const image = someImage(shape);
  const expected = integrator.integrate(image);
  const numbers = Array.from(image.data);
  const arrays: TypedArray[] = [
    Int8Array.from(numbers),
    Uint8Array.from(numbers),
    Int16Array.from(numbers),
    Uint16Array.from(numbers),
    Uint32Array.from(numbers),
    Float32Array.from(numbers),
    Float64Array.from(numbers),
    BigInt64Array.from(numbers.map(BigInt)),
    BigUint64Array.from(numbers.map(BigInt)),
  ];
  for (const data of arrays) {
    for (const each of [view(data, shape), { data, shape }]) {
      const found = integrator.integrate(each);
      assert.deepEqual(found.intensity.data, expected.intensity.data);
      assert.deepEqual(found.errors?.data, expected.errors?.data);
    }
  }
  const transposed = view(Int32Array.from(numbers, (_, i) => image.get(i % 19, Math.floor(i / 19))), [23, 19]);
  assert.deepEqual(integrator.integrate(transposed.transpose(1, 0)).intensity.data, expected.intensity.data);
});

Deno.test("a mask for one image holds for that image only, and is that of an integrator with the mask", () => {
  const shape: Shape = [12, 31];
  const mask = imageOf(shape, (y, x) => (x + y) % 5 === 0 || y > 9 ? -1 : 0);
  for (const azimuthBins of [undefined, 4]) {
    const options = { radialBins: [0, 0.3, 0.31, 0.8, 2], splitting: 3, azimuthBins, errorModel: "poisson" } as const;
    const integrator = new AzimuthalIntegrator(poniOf(shape), options);
    const before = integrator.integrate(someImage(shape));
    const masked = integrator.integrate(someImage(shape), { mask });
    const other = new AzimuthalIntegrator(poniOf(shape), { ...options, mask }).integrate(someImage(shape));
    assert.deepEqual(masked.norm.data, other.norm.data);
    assertClose(masked.intensity.data, other.intensity.data, "intensity", 1e-6);
    assertClose(masked.errors!.data, other.errors!.data, "errors", 1e-6);
    assert.deepEqual(integrator.integrate(someImage(shape)), before);
  }
});

Deno.test("pixels with the greatest value of their dtype are left out where asked", () => {
  const shape: Shape = [10, 9];
  const arrays = {
    Uint8Array: [new Uint8Array(90), 255],
    Int16Array: [new Int16Array(90), 32767],
    Uint32Array: [new Uint32Array(90), 2 ** 32 - 1],
    BigUint64Array: [new BigUint64Array(90), 2n ** 64n - 1n],
    Float32Array: [new Float32Array(90), NaN],
    Float64Array: [new Float64Array(90), Infinity],
  } as const;
  const mask = imageOf(shape, (y, x) => y * 9 + x === 30 || y * 9 + x === 89 ? 1 : 0);
  for (const [name, [data, sentinel]] of Object.entries(arrays)) {
    const typed = data as unknown as { fill(value: number | bigint): void; [index: number]: number | bigint };
    typed.fill(typeof sentinel === "bigint" ? 3n : 3);
    typed[30] = typed[89] = sentinel;
    const options = { radialBins: 4, splitting: 2, solidAngle: false };
    const { intensity, norm } = new AzimuthalIntegrator(poniOf(shape), { ...options, maskSentinels: true })
      .integrate({ data, shape });
    assertClose(intensity.data, [3, 3, 3, 3], name);
    const plain = new AzimuthalIntegrator(poniOf(shape), options);
    assert.deepEqual(norm.data, plain.integrate(someImage(shape), { mask }).norm.data, name);
    assert.ok(plain.integrate({ data, shape }).intensity.data.some((value) => !(Math.abs(value - 3) < 1)), name);
  }
});

Deno.test("floats that are not finite reach only the bins of their pixel", () => {
  const shape: Shape = [15, 15];
  const integrator = new AzimuthalIntegrator(poniOf(shape), { radialBins: 5, unit: "r" });
  const data = new Float32Array(225).fill(1);
  data[7 * 15 + 9] = NaN;
  const bad = Array.from(integrator.integrate({ data, shape }).intensity.data, Number.isNaN);
  assert.equal(bad.filter(Boolean).length, 1);
});

Deno.test("errors are Poisson's, negative sums have none", () => {
  const shape: Shape = [11, 11];
  const options = { radialBins: [0, 100], solidAngle: false, errorModel: "poisson" } as const;
  const integrator = new AzimuthalIntegrator(poniOf(shape), options);
  const pixels = integrator.norm.get(0);
  assertClose(integrator.integrate(imageOf(shape, () => 4)).errors!.data, [2 / Math.sqrt(pixels)], "errors");
  assert.equal(integrator.integrate(imageOf(shape, () => -4)).errors!.get(0), 0);
});

Deno.test("intensities are linear in the image", () => {
  const shape: Shape = [8, 12];
  const integrator = new AzimuthalIntegrator(poniOf(shape), { radialBins: 7, splitting: 4, polarization: 0.9 });
  const images = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 96, maxLength: 96 });
  fc.assert(
    fc.property(images, images, (a, b) => {
      const curve = (values: number[]) => integrator.integrate({ data: Int32Array.from(values), shape }).intensity.data;
      const [one, other] = [curve(a), curve(b)];
      assertClose(curve(a.map((value, i) => value + b[i]!)), one.map((value, i) => value + other[i]!), "sum", 1e-3);
    }),
    { numRuns: 30 },
  );
});

Deno.test("progress grows to 1, and an integrator like another one is there at once", () => {
  const reports: number[] = [];
  const options = { radialBins: 20, splitting: 3, progress: (done: number) => void reports.push(done) };
  const first = new AzimuthalIntegrator(poniOf([200, 30]), options);
  assert.ok(reports.length > 2 && reports[0] === 0 && reports.at(-1) === 1);
  assert.deepEqual(reports, reports.toSorted((a, b) => a - b));
  reports.length = 0;
  const second = new AzimuthalIntegrator(poniOf([200, 30]), options);
  assert.deepEqual(reports, [1]);
  const image = someImage([200, 30]);
  assert.deepEqual(second.integrate(image), first.integrate(image));
});

Deno.test("cakes of very many bins are those of a plain loop", () => {
  const shape: Shape = [6, 7];
  const radial = Array.from({ length: 201 }, (_, i) => i / 30);
  const azimuth = Array.from({ length: 401 }, (_, i) => (i * 360) / 400);
  const options = { radialBins: radial, azimuthBins: azimuth, splitting: 2, solidAngle: false, normalized: false };
  const { cake, cakeNorm } = new AzimuthalIntegrator(poniOf(shape), options).integrate(someImage(shape));
  const naive = naiveSums(poniOf(shape), someImage(shape), { unit: "q", splitting: 2, radial, azimuth });
  assertClose(cake!.data, naive.signal, "signal");
  assertClose(cakeNorm!.data, naive.norm, "norm");
});

/** A detector with oblong pixels, off the beam, tilted. */
function obliquePoni([rows, columns]: Shape, turned = false): Poni {
  const straight = { pixelSize: [1e-3, 1.3e-3], poni1: 4.4e-3, poni2: 7.3e-3, rot1: 0.2, rot2: 0 } as const;
  const place = turned
    ? { pixelSize: [1.3e-3, 1e-3], poni1: 7.3e-3, poni2: 4.4e-3, rot1: 0, rot2: -0.2 } as const
    : straight;
  const { pixelSize, ...where } = place;
  return new Poni({
    detector: new Detector({ shape: [rows, columns], pixelSize }),
    dist: 0.03,
    wavelength: 1e-10,
    ...where,
  });
}

/** The divisor of a pixel of {@link obliquePoni}: its solid angle and the polarization, in float64. */
const obliqueDivisor = (solidAngle: boolean, polarization?: number) => (y: number, x: number): number => {
  const [p1, p2, dist] = [(y + 0.5) * 1e-3 - 4.4e-3, (x + 0.5) * 1.3e-3 - 7.3e-3, 0.03];
  const solid = solidAngle ? (dist / Math.hypot(p1, p2, dist)) ** 3 : 1;
  if (polarization === undefined) return solid;
  const across = Math.cos(0.2) * p2 + Math.sin(0.2) * dist;
  const along = Math.cos(0.2) * dist - Math.sin(0.2) * p2;
  const twoTheta = Math.atan2(Math.hypot(p1, across), along);
  const azimuth = Math.atan2(p1, across);
  const squared = Math.cos(twoTheta) ** 2;
  return (solid * (1 + squared - polarization * Math.cos(2 * azimuth) * (1 - squared))) / 2;
};

const UNITS: readonly RadialUnit[] = ["q", "2th", "d", "r"];

Deno.test("ones give ones in every bin with a norm, and norms add up, in all units, masked and turned", () => {
  const shape: Shape = [14, 17];
  const ones = imageOf(shape, () => 1);
  const mask = imageOf(shape, (y, x) => (x * y) % 5 === 1 || y === 6 ? -2 : 0);
  const pixels = mask.data.filter((value) => value === 0).length;
  const edges = { q: [-1, 0.2, 0.9, 2, 20], "2th": [-1, 3, 8, 20, 180], d: [0, 3, 6, 20, 1e9], r: [-1, 2, 5, 9, 1e4] };
  for (const unit of UNITS) {
    for (const rotations of [{}, { rot1: 0.3, rot2: -0.2, rot3: 2 }]) {
      for (let splitting = 1; splitting <= 5; splitting++) {
        for (const radialBins of [edges[unit], 6]) {
          for (const azimuthBins of [undefined, [-1, 45, 300, 360]]) {
            const options = { unit, splitting, radialBins, azimuthBins, mask, solidAngle: false };
            const what = Deno.inspect({ unit, rotations, splitting, radialBins, azimuthBins });
            const poni = poniOf([14, 17], rotations);
            const { intensity, norm, cake, cakeNorm } = new AzimuthalIntegrator(poni, options).integrate(ones);
            assertClose(intensity.data, Array.from(norm.data, (n) => n > 0 ? 1 : 0), what);
            if (cake) assertClose(cake.data, Array.from(cakeNorm!.data, (n) => n > 0 ? 1 : 0), what);
            if (radialBins !== 6) assert.ok(Math.abs(total(norm.data) - pixels) < 1e-3, what);
            else assert.ok(total(norm.data) > pixels * 0.8 && total(norm.data) <= pixels, what);
          }
        }
      }
    }
  }
});

Deno.test("turning the detector about the beam leaves the curve what it is", () => {
  const shape: Shape = [15, 18];
  for (const unit of UNITS) {
    const radialBins =
      { q: [0.11, 0.73, 1.61, 3.2], "2th": [1.3, 5.1, 11.7, 33], d: [1.9, 4.3, 7.7, 40], r: [0.7, 3.1, 7.7, 19] }[unit];
    const options = { unit, radialBins, splitting: 3, errorModel: "poisson" } as const;
    for (const tilt of [{}, { rot1: 0.11, rot2: 0.07 }]) {
      const straight = new AzimuthalIntegrator(poniOf(shape, tilt), options).integrate(someImage(shape));
      for (const rot3 of [-2, 0.3, 1, Math.PI / 2, 4]) {
        const turned = new AzimuthalIntegrator(poniOf(shape, { ...tilt, rot3 }), options).integrate(someImage(shape));
        assertClose(turned.norm.data, straight.norm.data, `norm, ${unit}, rot3 ${rot3}`);
        assertClose(turned.intensity.data, straight.intensity.data, `intensity, ${unit}, rot3 ${rot3}`);
        assertClose(turned.errors!.data, straight.errors!.data, `errors, ${unit}, rot3 ${rot3}`);
      }
    }
  }
});

Deno.test("image and geometry may be transposed, with the polarization turned", () => {
  const image = someImage([13, 16]);
  for (
    const [solidAngle, polarization] of [[false, undefined], [true, undefined], [true, 0.9], [false, -0.3]] as const
  ) {
    for (const splitting of [1, 4]) {
      const options = { radialBins: [0.21, 0.93, 1.77, 2.9], solidAngle, splitting };
      const one = new AzimuthalIntegrator(obliquePoni([13, 16]), { ...options, polarization });
      const two = new AzimuthalIntegrator(obliquePoni([16, 13], true), {
        ...options,
        polarization: polarization === undefined ? undefined : -polarization,
      });
      assertClose(two.norm.data, one.norm.data, "norm");
      const [straight, turned] = [one.integrate(image), two.integrate(image.transpose(1, 0))];
      assertClose(turned.intensity.data, straight.intensity.data, "intensity");
    }
  }
});

Deno.test("a cake over all azimuths adds up to the curve", () => {
  const shape: Shape = [19, 16];
  for (const rotations of [{}, { rot1: 0.2, rot2: 0.1, rot3: 1 }]) {
    for (const splitting of [1, 3]) {
      const options = {
        radialBins: [0.05, 0.3, 0.5, 1.1, 4],
        splitting,
        polarization: 0.5,
        errorModel: "poisson",
      } as const;
      const azimuthBins = [-1, 30, 77, 200, 360];
      for (const normalized of [true, false]) {
        const plain = new AzimuthalIntegrator(poniOf(shape, rotations), { ...options, normalized });
        const caked = new AzimuthalIntegrator(poniOf(shape, rotations), { ...options, azimuthBins, normalized });
        const curve = plain.integrate(someImage(shape));
        const { intensity, norm, errors, cake, cakeNorm, cakeErrors } = caked.integrate(someImage(shape));
        assertClose(caked.norm.data, plain.norm.data, "norm of all");
        assertClose(norm.data, curve.norm.data, "norm");
        assertClose(intensity.data, curve.intensity.data, "intensity");
        for (let bin = 0; bin < 4; bin++) {
          const column = [0, 1, 2, 3].map((row) => Number(cake!.get(row, bin)));
          const norms = [0, 1, 2, 3].map((row) => Number(cakeNorm!.get(row, bin)));
          assertClose([total(norms)], [norm.get(bin)], "norms of the cake");
          const sum = normalized
            ? total(column.map((value, row) => value * norms[row]!)) / total(norms)
            : total(column);
          assertClose([sum], [curve.intensity.get(bin)], "the cake");
          if (normalized) continue;
          const deviations = [0, 1, 2, 3].map((row) => Number(cakeErrors!.get(row, bin)) ** 2);
          assertClose([errors!.get(bin)], [Math.sqrt(total(deviations))], "errors of the cake");
          // A pixel in two sectors counts as two pixels there.
          if (splitting === 1) assertClose([errors!.get(bin)], [curve.errors!.get(bin)], "errors");
        }
      }
    }
  }
});

Deno.test("corrected sums and their errors are those of a plain loop, of pixels in any number of bins", () => {
  const shape: Shape = [13, 16];
  const image = someImage(shape);
  const mask = imageOf(shape, (y, x) => (3 * y + x) % 7 === 0 ? 9 : 0);
  const leaveOut = (y: number, x: number) => mask.get(y, x) !== 0;
  const corrections = [[false, undefined], [true, undefined], [true, 0], [false, 1], [true, -0.7]] as const;
  const bins = [
    { radial: [0.1, 1, 2, 5] },
    { radial: Array.from({ length: 80 }, (_, i) => i / 20) },
    { radial: [0.1, 0.5, 1, 2, 5], azimuth: Array.from({ length: 37 }, (_, i) => 10 * i) },
  ];
  for (const [solidAngle, polarization] of corrections) {
    for (const { radial, azimuth } of bins) {
      for (const splitting of [1, 4, 16]) {
        const poni = obliquePoni(shape);
        const how = { unit: "q", splitting } as const;
        const options = { ...how, radialBins: radial, azimuthBins: azimuth, solidAngle, polarization };
        const integrator = new AzimuthalIntegrator(poni, { ...options, errorModel: "poisson", normalized: false });
        for (const masked of [false, true]) {
          const what = Deno.inspect({ solidAngle, polarization, bins: radial.length, azimuth, splitting, masked });
          const found = integrator.integrate(image, masked ? { mask } : {});
          const naive = naiveSums(poni, image, {
            ...how,
            radial,
            divisor: obliqueDivisor(solidAngle, polarization),
            ...(azimuth && { azimuth }),
            ...(masked && { leaveOut }),
          });
          assertClose((found.cake ?? found.intensity).data, naive.signal, `signal of ${what}`);
          assertClose((found.cakeErrors ?? found.errors)!.data, naive.variance.map(Math.sqrt), `errors of ${what}`);
          assertClose((found.cakeNorm ?? found.norm).data, naive.norm, `norm of ${what}`);
          if (masked) continue;
          assertClose((integrator.cakeNorm ?? integrator.norm).data, naive.norm, `norm of all of ${what}`);
        }
      }
    }
  }
});

Deno.test("sums below 0 have no errors where nothing is divided", () => {
  const options = { radialBins: [0, 1, 100], azimuthBins: 2, errorModel: "poisson", normalized: false } as const;
  const { errors, cakeErrors } = new AzimuthalIntegrator(poniOf([9, 9]), options).integrate(imageOf([9, 9], () => -3));
  for (const each of [errors, cakeErrors]) assert.ok(each?.data.every((value) => value === 0));
});

Deno.test("masks and sentinels are left out of images of many strips, wherever they are", () => {
  const shape: Shape = [260, 255];
  const bins = { radial: [0, 3, 10, 30, 1000], unit: "r", splitting: 1 } as const;
  const image = imageOf(shape, (y, x) => (x * 31 + y * 17) % 1009 === 0 ? 2147483647 : (x + y) % 50);
  const mask = imageOf(shape, (y, x) => (x * 7 + y * 3) % 1013 < 2 ? 1 : 0);
  const options = { unit: bins.unit, radialBins: bins.radial, solidAngle: false, normalized: false } as const;
  const hidden = (y: number, x: number) => mask.get(y, x) !== 0;
  const saturated = (y: number, x: number) => image.get(y, x) === 2147483647;
  for (const maskSentinels of [false, true]) {
    const integrator = new AzimuthalIntegrator(poniOf(shape), { ...options, maskSentinels });
    for (const masked of [false, true]) {
      const found = integrator.integrate(image, masked ? { mask } : {});
      const leaveOut = (y: number, x: number) => (masked && hidden(y, x)) || (maskSentinels && saturated(y, x));
      const naive = naiveSums(poniOf(shape), image, { ...bins, leaveOut });
      assertClose(found.intensity.data, naive.signal, "signal");
      assertClose(found.norm.data, naive.norm, "norm");
    }
  }
});

Deno.test("the masks of the detector, the integrator and the image all count, whatever their sign", () => {
  const shape: Shape = [6, 7];
  const at = (row: number) => (y: number) => y === row ? 1 : 0;
  const mask = view(Uint8Array.from(imageOf(shape, at(1)).data), shape);
  const poni = poniOf(shape);
  const detector = new Detector({ shape, pixelSize: 1e-3, mask });
  const options = { radialBins: [0, 1000], unit: "r", splitting: 2 } as const;
  const normOf = (extra: Partial<typeof options> & { detector?: Detector; mask?: NdArray }) =>
    new AzimuthalIntegrator(poni, { ...options, ...extra });
  assert.equal(normOf({ detector }).norm.get(0), 35);
  assert.equal(normOf({ mask: imageOf(shape, (y) => -at(2)(y)) }).norm.get(0), 35);
  const all = normOf({ detector, mask: imageOf(shape, (y) => -at(2)(y)) });
  assert.equal(all.norm.get(0), 28);
  const half = { data: Float32Array.from(imageOf(shape, at(4)).data, (value) => value / -2), shape };
  assert.equal(all.integrate(someImage(shape), { mask: half }).norm.get(0), 21);
  assert.equal(all.integrate(someImage(shape)).norm.get(0), 28);
});

Deno.test("a pixel that is not finite reaches each of its bins, and no other", () => {
  const shape: Shape = [8, 9];
  const radial = Array.from({ length: 60 }, (_, i) => i / 5);
  for (const radialBins of [radial, [0, 2, 4, 6, 8]]) {
    const options = { unit: "r", splitting: 4, radialBins, solidAngle: false } as const;
    const integrator = new AzimuthalIntegrator(poniOf(shape), options);
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const pixel of [0, 13, 40, 71]) {
        const data = new Float64Array(72).fill(1);
        data[pixel] = bad;
        const { intensity } = integrator.integrate({ data, shape });
        const leaveOut = (y: number, x: number) => 9 * y + x !== pixel;
        const { norm } = naiveSums(poniOf(shape), someImage(shape), {
          unit: "r",
          splitting: 4,
          radial: radialBins,
          leaveOut,
        });
        norm.forEach((points, bin) => assert.equal(!Number.isFinite(intensity.get(bin)), points > 0, `bin ${bin}`));
      }
    }
  }
});

Deno.test("images and masks with more axes, or more elements than their shape, are refused", () => {
  const shape: Shape = [4, 6];
  const integrator = new AzimuthalIntegrator(poniOf(shape), { radialBins: 3 });
  for (const bad of [view(new Uint8Array(24), [4, 6, 1]), { data: new Uint8Array(25), shape }]) {
    assert.throws(() => integrator.integrate(bad), { name: "ArrayError" });
    assert.throws(() => integrator.integrate(someImage(shape), { mask: bad }), { name: "ArrayError" });
  }
});

Deno.test("the steps of bins end at the greatest value, to the last digit", () => {
  for (let count = 1; count < 200; count++) {
    const edges = linspace(0.1, 0.7, count);
    assert.equal(edges.length, count + 1);
    assert.ok(edges[0] === 0.1 && edges[count] === 0.7);
  }
});
