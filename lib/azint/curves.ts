/**
 * Curves and cakes of what was added up.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { view } from "../array/ndarray.ts";
import type { Sums } from "./plain.ts";

const { fround, max, sqrt } = Math;

/** What an image was integrated to. Bins that no pixel reached are 0. */
export interface Integrated {
  /** The curve: one value a radial bin. */
  readonly intensity: NdArray<Float32Array>;
  /** Its errors, where an error model was given. */
  readonly errors?: NdArray<Float32Array>;
  /** Pixels in each radial bin, of this image. */
  readonly norm: NdArray<Float32Array>;
  /** The cake, where azimuthal bins were given: a row for each azimuthal bin, a column for each radial bin. */
  readonly cake?: NdArray<Float32Array>;
  /** Its errors, where an error model was given. */
  readonly cakeErrors?: NdArray<Float32Array>;
  /** Pixels in each bin of the cake, of this image. */
  readonly cakeNorm?: NdArray<Float32Array>;
}

/** How sums are laid out and shown. */
export interface Form {
  readonly radial: number;
  /** Azimuthal bins; undefined without a cake. */
  readonly azimuth: number | undefined;
  readonly normalized: boolean;
}

/** `Float32Array.from`, which takes a hundred times as long. */
function mapped(values: ArrayLike<number>, of: (value: number, i: number) => number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = of(values[i] as number, i);
  return result;
}

/** Pixels in each bin, of points in each. */
export function normOf(points: Float64Array, perPixel: number): Float32Array<ArrayBuffer> {
  return mapped(points, (count) => count / perPixel);
}

/** Sums over rows of a cake. */
export function overAzimuth(values: ArrayLike<number>, { radial, azimuth = 1 }: Form): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(radial);
  for (let row = 0, i = 0; row < azimuth; row++) {
    for (let bin = 0; bin < radial; bin++, i++) sums[bin]! += values[i] as number;
  }
  return sums;
}

/**
 * The curve, the cake and their errors, 0 where no pixel is.
 *
 * Those of a cake are azint's own: √variance / norm of the cake, once more divided by that norm; for the curve
 * Σ over the azimuth of √variance / norm of the cake, divided by the norm of the curve. Where nothing is divided, they
 * are what they should be, the roots of the variances.
 *
 * @param norm Pixels in each bin.
 */
export function integratedOf({ signal, variance }: Sums, norm: Float32Array<ArrayBuffer>, form: Form): Integrated {
  const { radial, azimuth, normalized } = form;
  const divide = (values: ArrayLike<number>, by: ArrayLike<number>): Float32Array<ArrayBuffer> =>
    mapped(values, (value, i) => {
      if (!normalized) return value;
      return by[i] === 0 ? 0 : fround(value) / (by[i] as number);
    });
  const deviation = variance === undefined ? undefined : mapped(variance, (value) => sqrt(max(0, value)));
  if (azimuth === undefined) {
    return {
      intensity: view(divide(signal, norm)),
      ...(deviation && { errors: view(divide(deviation, norm)) }),
      norm: view(norm),
    };
  }
  const shape = [azimuth, radial];
  const curveNorm = Float32Array.from(overAzimuth(norm, form));
  const curve = {
    intensity: view(divide(overAzimuth(signal, form), curveNorm)),
    norm: view(curveNorm),
    cake: view(divide(signal, norm), shape),
    cakeNorm: view(norm, shape),
  };
  if (deviation === undefined || variance === undefined) return curve;
  if (!normalized) {
    const errors = mapped(overAzimuth(variance, form), (value) => sqrt(max(0, value)));
    return { ...curve, errors: view(errors), cakeErrors: view(deviation, shape) };
  }
  const once = divide(deviation, norm);
  const errors = divide(overAzimuth(once, form), curveNorm);
  return { ...curve, errors: view(errors), cakeErrors: view(divide(once, norm), shape) };
}
