import assert from "node:assert/strict";
import type { NdArray } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { Detector } from "../../lib/azint/detector.ts";
import { AzimuthalIntegrator, type RadialUnit } from "../../lib/azint/integrator.ts";
import { Poni } from "../../lib/azint/poni.ts";
import { linspace } from "../../lib/azint/units.ts";
import { naiveSums } from "./naive.ts";
import { assertClose, imageOf, poniOf, type Shape, someImage, total } from "./small.ts";

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
