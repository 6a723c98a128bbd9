/**
 * What azint 1.2.5 made of images, and the same by this module.
 *
 * @module
 */

import type { NdArray } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { Detector } from "../../lib/azint/detector.ts";
import { AzimuthalIntegrator, type Integrated, type IntegratorOptions } from "../../lib/azint/integrator.ts";
import { Poni } from "../../lib/azint/poni.ts";
import { shared } from "../tools.ts";

/** azint's names of options. */
interface AzintOptions {
  readonly unit?: "q" | "2th";
  readonly solid_angle?: boolean;
  readonly n_splitting?: number;
  readonly error_model?: "poisson";
  readonly normalized?: boolean;
  readonly polarization_factor?: number;
  readonly azimuth_bins?: number;
  readonly radial_bins?: number[];
  readonly mask?: string;
  readonly "mask given to integrate()"?: string;
}

/** A curve or a cake as azint gave it. */
export interface Reference {
  readonly radial_axis: number[];
  readonly azimuth_axis: number[] | null;
  readonly I: number[];
  readonly I_2d: number[][] | null;
}

/** A case of the toy detector. */
export interface ToyCase extends Reference {
  readonly options: AzintOptions;
  readonly errors_1d: number[] | null;
  readonly errors_2d: number[][] | null;
  readonly norm_1d: number[];
  readonly norm_2d: number[][] | null;
}

/** The tutorial's case: all images. */
export interface Tutorial {
  readonly radial_axis: number[];
  readonly I: number[][];
  readonly norm: number[];
  readonly first_image: number[][];
}

/** A case of the large detector. */
export interface DetectorCase {
  readonly name: string;
  readonly detector: { readonly shape: [number, number]; readonly pixel_size_m: number };
  readonly poni: {
    readonly dist: number;
    readonly poni1: number;
    readonly poni2: number;
    readonly rot1: number;
    readonly rot2: number;
    readonly rot3: number;
    readonly wavelength: number;
  };
  readonly image: string;
  readonly mask: string | null;
  readonly n_splitting: number;
  readonly bins: number;
  readonly options: AzintOptions;
  readonly result: Reference & {
    readonly norm: number[];
    readonly errors: number[] | null;
    readonly errors_2d: number[][] | null;
    readonly norm_2d: number[][] | null;
  };
}

function read(name: string): unknown {
  return JSON.parse(Deno.readTextFileSync(shared.path(`reference/${name}`)));
}

/** The tutorial and the cases of the toy detector, by name. */
export function readToy(): { tutorial: Tutorial; cases: [string, ToyCase][] } {
  const { tutorial, meta: _, ...cases } = read("azint-toy.json") as Record<string, unknown>;
  return { tutorial: tutorial as Tutorial, cases: Object.entries(cases) as [string, ToyCase][] };
}

/** The cases of the large detector. */
export function readDetectorCases(): DetectorCase[] {
  return read("azint-detector.json") as DetectorCase[];
}

/** The tutorial's geometry: 10 × 10 pixels, the point of normal incidence in the middle, 30 pixels away. */
export const toyPoni: Poni = new Poni({
  detector: new Detector({ shape: [10, 10], pixelSize: 0.75e-6 }),
  dist: 30 * 0.75e-6,
  poni1: 5 * 0.75e-6,
  poni2: 5 * 0.75e-6,
  wavelength: 1e-10,
});

/** Rows 2 and 3, columns 3 to 5. */
export function toyMask(): NdArray<Int8Array> {
  const mask = view(new Int8Array(100), [10, 10]);
  for (let y = 2; y < 4; y++) for (let x = 3; x < 6; x++) mask.set(y, x, 1);
  return mask;
}

/** The options of this module for those of azint. */
function optionsOf(options: AzintOptions, radialBins: number, splitting: number): IntegratorOptions {
  return {
    radialBins: options.radial_bins ?? radialBins,
    splitting: options.n_splitting ?? splitting,
    unit: options.unit,
    azimuthBins: options.azimuth_bins,
    solidAngle: options.solid_angle,
    polarization: options.polarization_factor,
    errorModel: options.error_model,
    normalized: options.normalized,
  };
}

/** The integrator of a case of the toy detector, and what it makes of an image. */
export function runToy({ options }: ToyCase, image: NdArray): [AzimuthalIntegrator, Integrated] {
  const integrator = new AzimuthalIntegrator(toyPoni, {
    ...optionsOf(options, 5, 4),
    mask: options.mask === undefined ? undefined : toyMask(),
  });
  const mask = options["mask given to integrate()"] === undefined ? undefined : toyMask();
  return [integrator, integrator.integrate(image, { mask })];
}

/** The integrator of a case of the large detector, and what it makes of its image. */
export function runDetector(reference: DetectorCase): [AzimuthalIntegrator, Integrated] {
  const [rows, columns] = reference.detector.shape;
  const factor = Number(/x\*y\*(\d+)/.exec(reference.image)?.[1]);
  const image = view(new Uint16Array(rows * columns), [rows, columns]);
  const mask = view(new Uint8Array(rows * columns), [rows, columns]);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      image.set(y, x, (x * x + 3 * y * y + x * y * factor) % 97);
      if (reference.mask !== null && ((y >= 195 && y < 212) || (x >= 240 && x < 246))) mask.set(y, x, 1);
    }
  }
  const detector = new Detector({ shape: [rows, columns], pixelSize: reference.detector.pixel_size_m });
  const options = optionsOf(reference.options, reference.bins, reference.n_splitting);
  const integrator = new AzimuthalIntegrator(new Poni({ ...reference.poni, detector }), { ...options, mask });
  return [integrator, integrator.integrate(image)];
}

/** The largest and the median relative difference between numbers. */
export function differences(
  found: ArrayLike<number>,
  expected: number[] | number[][],
): { max: number; median: number } {
  const flat = expected.flat();
  if (found.length !== flat.length) throw new Error(`found ${found.length} numbers, expected ${flat.length}`);
  const each = flat.map((value, i) => {
    const difference = Math.abs((found[i] as number) - value);
    return difference === 0 ? 0 : difference / Math.abs(value);
  }).sort((a, b) => a - b);
  return { max: each.at(-1) ?? 0, median: each[each.length >> 1] ?? 0 };
}

/** What can be compared between an integration and a reference, by name. */
export function comparisons(
  [integrator, result]: [AzimuthalIntegrator, Integrated],
  reference: ToyCase | DetectorCase["result"],
): [string, ArrayLike<number> | undefined, number[] | number[][] | null][] {
  const toy = "norm_1d" in reference;
  return [
    ["radial axis", integrator.radialAxis, reference.radial_axis],
    ["azimuth axis", integrator.azimuthAxis, reference.azimuth_axis],
    ["norm", result.norm.data, toy ? reference.norm_1d : reference.norm],
    ["I", result.intensity.data, reference.I],
    ["errors", result.errors?.data, toy ? reference.errors_1d : reference.errors],
    ["cake norm", result.cakeNorm?.data, reference.norm_2d],
    ["cake", result.cake?.data, reference.I_2d],
    ["cake errors", result.cakeErrors?.data, reference.errors_2d],
  ];
}
