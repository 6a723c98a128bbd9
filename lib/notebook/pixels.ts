/**
 * The pixels of an image as they are drawn: which of them are measurements, what they amount to, and means over bins.
 *
 * @module
 */

import { checkAttached } from "../array/detached.ts";
import { dtypeOf, type NdArray } from "../array/dtypes.ts";

/** An image reduced to what can be drawn. */
export interface Binned {
  /** Means of the measurements in each bin, in C order; NaN where there is none. */
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** The extremes of all measurements; undefined if there is none. */
  readonly extent: readonly [number, number] | undefined;
  /** How many pixels are measurements. */
  readonly measured: number;
}

/** Values between these two, both excluded, are measurements. */
function measurements(image: NdArray): readonly [below: number, above: number] {
  checkAttached(image.data);
  const dtype = dtypeOf(image.data);
  if (dtype.startsWith("float")) return [-Infinity, Infinity];
  const bits = Number(dtype.replace(/\D/g, ""));
  // Detectors mark gaps and dead pixels with the largest (and, where there is a sign, the smallest) value.
  return dtype.startsWith("u") ? [-1, Number(2n ** BigInt(bits) - 1n)] : [-(2 ** (bits - 1)), intMax(bits)];
}

function intMax(bits: number): number {
  return Number(2n ** BigInt(bits - 1) - 1n);
}

/**
 * Means over bins of neighbouring pixels, so that there are at most `rows`×`columns`.
 *
 * @param image An array of two axes, of any dtype.
 */
export function binImage(image: NdArray, rows: number, columns: number): Binned {
  const [height, width] = image.shape as [number, number];
  const outRows = Math.min(rows, height);
  const outColumns = Math.min(columns, width);
  const [below, above] = measurements(image);
  const sums = new Float64Array(outRows * outColumns);
  const counts = new Uint32Array(outRows * outColumns);
  const binOf = Int32Array.from({ length: width }, (_, column) => Math.floor((column * outColumns) / width));
  const row = new Float64Array(width);
  let low = Infinity;
  let high = -Infinity;
  let measured = 0;
  for (let i = 0; i < height; i++) {
    copyRow(image, i, row);
    const start = Math.floor((i * outRows) / height) * outColumns;
    for (let j = 0; j < width; j++) {
      const value = row[j] as number;
      if (!(value > below && value < above)) continue;
      measured++;
      if (value < low) low = value;
      if (value > high) high = value;
      const bin = start + (binOf[j] as number);
      sums[bin] = (sums[bin] as number) + value;
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  // A sum of numbers near the largest one may be none any more; the mean is still a number.
  const largest = Number.MAX_VALUE;
  const values = sums.map((sum, bin) => Math.max(-largest, Math.min(largest, sum / (counts[bin] as number))));
  return { values, rows: outRows, columns: outColumns, extent: measured > 0 ? [low, high] : undefined, measured };
}

/** A row in float64: one type for the loop above, whatever the image's. */
function copyRow({ data, stride, offset, shape }: NdArray, row: number, into: Float64Array): void {
  const start = offset + row * (stride[0] as number);
  const step = stride[1] as number;
  const width = shape[1] as number;
  if (step === 1 && !(data instanceof BigInt64Array || data instanceof BigUint64Array)) {
    into.set(data.subarray(start, start + width));
    return;
  }
  for (let j = 0, at = start; j < width; j++, at += step) into[j] = Number(data[at]);
}

/** The values that are measurements, ascending. */
export function ascending(values: Float64Array): Float64Array {
  return values.filter((value) => value === value).sort();
}

/** The value below which `fraction` of the ascending values are: the nearest one, on the outer side. */
export function quantile(sorted: Float64Array, fraction: number): number {
  const at = fraction * (sorted.length - 1);
  return sorted[fraction < 0.5 ? Math.floor(at) : Math.ceil(at)] ?? NaN;
}
