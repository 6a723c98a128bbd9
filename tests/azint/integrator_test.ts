import assert from "node:assert/strict";
import type { TypedArray } from "beamfold";
import fc from "fast-check";
import { view } from "../../lib/array/ndarray.ts";
import { AzimuthalIntegrator, type RadialUnit } from "../../lib/azint/integrator.ts";
import { naiveSums } from "./naive.ts";
import { assertClose, imageOf, poniOf, type Shape, someImage, total } from "./small.ts";

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
