/**
 * Azimuthal integration of detector images.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { view } from "../array/ndarray.ts";
import { OptionError } from "../errors.ts";
import { type Form, type Integrated, integratedOf, normOf, overAzimuth } from "./curves.ts";
import type { Detector } from "./detector.ts";
import { type Edges, edgesOf } from "./edges.ts";
import { accumulatorFor } from "./fast.ts";
import { type Grid, gridOf, type Rotation, rotationOf } from "./geometry.ts";
import { type ImageLike, maskOf, type Pixels, pixelsOf, sentinelOf } from "./images.ts";
import { type Layout, removePixel } from "./layout.ts";
import {
  binsOf,
  checkIntegratorOptions,
  checkNames,
  errorsOf,
  type IntegratorOptions,
  polarizationOf,
  setupOf,
  splittingOf,
  unitOf,
} from "./options.ts";
import type { Poni } from "./poni.ts";
import { rangeOf } from "./range.ts";
import { matrixOf } from "./shared.ts";
import { linspace, type RadialUnit, type Scale, scaleOf } from "./units.ts";

export type { Integrated } from "./curves.ts";
export type { ImageLike } from "./images.ts";
export type { IntegratorOptions, Numbers } from "./options.ts";
export type { RadialUnit } from "./units.ts";

/** Options for one image. */
export interface IntegrateOptions {
  /** Pixels to leave out of this image, besides those left out of all: any value other than 0. */
  readonly mask?: ImageLike | undefined;
}

/**
 * Integrates images over the azimuth: to a curve over the radial axis and, with azimuthal bins, to a cake.
 *
 * It gives the numbers of azint 1.2.5 (https://github.com/maxiv-science/azint), whose float32 roundings it keeps, with
 * these differences:
 *
 * - A mask that is given with an image holds for that image only.
 * - Images and masks may have any integer or float dtype. 64-bit integers are rounded to float64.
 *
 * A bin holds what is more than its lower and at most its upper edge; what is outside all bins is left out. The norm of
 * a bin is the number of pixels in it, by parts; an intensity is Σ weight / correction · I / norm, and an error of
 * Poisson's model is √Σ (weight / correction)² · I / norm. **Errors of cakes are azint's**: those of the cake are
 * divided by its norm twice, and those of the curve beside it are Σ over the azimuth of errors that are divided by it
 * once, again divided by the norm of the curve. For errors of a curve, integrate without azimuthal bins.
 *
 * Units: `q` = 4π/λ · sin θ in Å⁻¹, `2th` = 2θ in degrees, `d` = 2π/q in Å, and `r` in mm, the radius of the ring on a
 * plane at right angles to the beam, through the point where the beam meets the detector. Azimuths are in degrees, 0 at
 * +x (columns), 90 at +y (rows), 0 … 360.
 *
 * What is built for a geometry is kept as long as an integrator uses it; another one with the same geometry and options
 * shares it.
 *
 * @example
 * ```ts
 * import { AzimuthalIntegrator, Detector, Poni } from "beamfold";
 *
 * const detector = new Detector({ shape: [100, 100], pixelSize: 75e-6 });
 * const poni = new Poni({ detector, dist: 0.1, poni1: 3e-3, poni2: 3e-3, wavelength: 1e-10 });
 * const integrator = new AzimuthalIntegrator(poni, { radialBins: 50, splitting: 4 });
 * const { intensity } = integrator.integrate({ data: new Uint16Array(100 * 100).fill(7), shape: [100, 100] });
 * console.log(integrator.radialAxis.length, intensity.get(0));
 * ```
 */
export class AzimuthalIntegrator {
  /** The unit of {@linkcode radialAxis}. */
  readonly unit: RadialUnit;
  /** The middles of the radial bins, in {@linkcode unit}. */
  readonly radialAxis: Float64Array;
  /** The middles of the azimuthal bins in degrees: 0 at +x, 90 at +y; undefined without a cake. */
  readonly azimuthAxis: Float64Array | undefined;
  /** Pixels in each radial bin, masked ones left out: float32, one value a radial bin. */
  readonly norm: NdArray<Float32Array>;
  /** Pixels in each bin of a cake: float32, azimuthal × radial bins; undefined without a cake. */
  readonly cakeNorm: NdArray<Float32Array> | undefined;

  readonly #shape: readonly [number, number];
  readonly #layout: Layout;
  readonly #form: Form;
  readonly #maskSentinels: boolean;
  readonly #accumulator: ReturnType<typeof accumulatorFor>;

  /**
   * Builds what maps pixels to bins.
   *
   * @param poni Where the detector stands: metres, radians.
   * @param options The bins, and how to integrate.
   * @throws OptionError for an option that is unknown, and one or a geometry that makes no sense, such as a wavelength
   * in Å.
   * @throws ArrayError for a mask that does not have the shape of the detector.
   */
  constructor(poni: Poni, options: IntegratorOptions) {
    checkIntegratorOptions(options);
    const detector: Detector | undefined = options.detector ?? poni?.detector;
    const setup = setupOf(poni, detector);
    const { unit, wavelength } = unitOf(options.unit, poni.wavelength);
    const splitting = splittingOf(options.splitting);
    const polarization = polarizationOf(options.polarization);
    const variance = errorsOf(options.errorModel);
    const radialBins = binsOf("radialBins", options.radialBins);
    const azimuthBins = options.azimuthBins === undefined ? undefined : binsOf("azimuthBins", options.azimuthBins);
    const mask = maskOf([detector?.mask, options.mask], setup.shape);

    const grid = gridOf(setup, splitting);
    const rotation = rotationOf(setup);
    const scale = scaleOf(unit, wavelength, setup.dist / (Math.cos(setup.rot1) * Math.cos(setup.rot2)));
    const radial = radialEdges(radialBins, grid, rotation, scale, unit);
    const azimuth = azimuthBins === undefined
      ? undefined
      : edgesOf(typeof azimuthBins === "number" ? linspace(0, 360, azimuthBins) : azimuthBins);
    const corrections = { solidAngle: options.solidAngle ?? true, polarization };
    this.#layout = matrixOf({
      setup,
      grid,
      rotation,
      scale,
      unit,
      wavelength,
      splitting,
      radial,
      azimuth,
      corrections,
      mask,
      progress: options.progress,
    });

    this.unit = unit;
    this.radialAxis = radial.middles;
    this.azimuthAxis = azimuth?.middles;
    this.#shape = setup.shape;
    this.#form = { radial: radial.bins, azimuth: azimuth?.bins, normalized: options.normalized ?? true };
    this.#maskSentinels = options.maskSentinels ?? false;
    this.#accumulator = accumulatorFor(this.#layout, variance);
    const norm = this.#normOf(this.#layout.total);
    this.norm = view(Float32Array.from(overAzimuth(norm, this.#form)));
    this.cakeNorm = azimuth && view(norm, [azimuth.bins, radial.bins]);
  }

  /**
   * Integrates an image.
   *
   * @param image An array of the shape of the detector, of any dtype, or its elements in C order with their shape.
   * @param options A mask for this image only.
   * @returns The curve and, as asked for, errors and cake; float32 arrays of their own.
   * @throws OptionError for an option that is unknown.
   * @throws ArrayError when the image or the mask is no array of the shape of the detector.
   * @throws ProtocolError when the image is one of a packet, compressed, and damaged.
   *
   * @example
   * ```ts
   * import { AzimuthalIntegrator, Detector, Poni } from "beamfold";
   *
   * const detector = new Detector({ shape: [2, 3], pixelSize: 75e-6 });
   * const poni = new Poni({ detector, dist: 0.1, poni1: 0, poni2: 0, wavelength: 1e-10 });
   * const integrator = new AzimuthalIntegrator(poni, { radialBins: 2, splitting: 4, errorModel: "poisson" });
   * const image = { data: Uint16Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };
   * const mask = { data: Uint8Array.of(0, 0, 1, 0, 0, 0), shape: [2, 3] };
   * console.log(integrator.integrate(image, { mask }).errors?.data);
   * ```
   */
  integrate(image: ImageLike, options: IntegrateOptions = {}): Integrated {
    checkNames("integrate", options, ["mask"]);
    const pixels = pixelsOf(image, this.#shape);
    const mask = maskOf([options.mask], this.#shape);
    let total: Float64Array;
    try {
      total = this.#add(pixels, mask);
    } catch (error) {
      // What is left of an image that is damaged must not get into the next one.
      this.#accumulator.take();
      throw error;
    }
    return integratedOf(this.#accumulator.take(), this.#normOf(total), this.#form);
  }

  /** Adds an image up; gives the points in each bin that were not left out. */
  #add({ dtype, strips }: Pixels, mask: Uint8Array | undefined): Float64Array {
    const accumulator = this.#accumulator;
    const layout = this.#layout;
    const float = dtype.startsWith("float");
    const sentinel = this.#maskSentinels && !float ? sentinelOf(dtype) : undefined;
    let total = layout.total;
    const leaveOut = (pixel: number): void => {
      if (total === layout.total) total = total.slice();
      removePixel(layout, pixel, total);
    };
    strips(layout.room, (values, from) => {
      if (mask !== undefined) {
        const part = mask.subarray(from, from + values.length);
        for (let i = part.indexOf(1); i >= 0; i = part.indexOf(1, i + 1)) {
          values[i] = 0;
          leaveOut(from + i);
        }
      }
      if (sentinel !== undefined) {
        for (let i = values.indexOf(sentinel); i >= 0; i = values.indexOf(sentinel, i + 1)) {
          values[i] = 0;
          leaveOut(from + i);
        }
      }
      if (float) {
        for (let i = 0; i < values.length; i++) {
          const value = values[i] as number;
          if (value - value === 0) continue;
          values[i] = 0;
          if (this.#maskSentinels) leaveOut(from + i);
          else accumulator.addOne(value, from + i);
        }
      }
      accumulator.add(values, from);
    });
    return total;
  }

  #normOf(total: Float64Array): Float32Array<ArrayBuffer> {
    return normOf(total.subarray(0, this.#layout.bins), this.#layout.points);
  }
}

/** The edges of radial bins: as given, or of one width between the centres of the outermost pixels. */
function radialEdges(
  bins: number | Float64Array,
  grid: Grid,
  rotation: Rotation,
  scale: Scale,
  unit: RadialUnit,
): Edges {
  if (typeof bins !== "number") return edgesOf(bins);
  const [least, greatest] = rangeOf(grid, rotation, (angle) => Number.isFinite(scale.value(angle)));
  if (least > greatest) {
    throw new OptionError(
      `AzimuthalIntegrator: no pixel has a value in the unit "${unit}", so that ${bins} bins have no range; ` +
        "give the edges of the bins as radialBins",
    );
  }
  return edgesOf(scale.steps(least, greatest, bins));
}
