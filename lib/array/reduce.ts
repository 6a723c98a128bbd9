/**
 * Numbers drawn from whole arrays. Sums are kept in float64, whatever the dtype.
 *
 * @module
 */

import { ArrayError } from "../errors.ts";
import { checkAttached } from "./detached.ts";
import { type ElementOf, type NdArray, type TypedArray, zeros } from "./dtypes.ts";
import { isNdArray, Runs, sizeOf, view } from "./ndarray.ts";
import { packedOf } from "./packed.ts";
import { type NumberArray, sumOfRun } from "./sum.ts";

/**
 * The sum of all elements.
 *
 * @param array An array of any shape and dtype.
 * @returns The sum in float64 (also of 64-bit integers); `0` for an empty array, `NaN` if an element is.
 *
 * @example
 * ```ts
 * import { openCapture, stins, sum } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(sum(packet.data));
 * ```
 */
export function sum(array: NdArray): number {
  let total = 0;
  const packed = packedOf(checked("sum", array));
  if (packed !== undefined && !packed.dtype.endsWith("int64")) {
    packed.strips((elements) => total += sumOfRun(elements as NumberArray, 0, 1, elements.length));
    return total;
  }
  const { data } = array;
  checkAttached(data);
  if (isBig(data)) {
    eachElement(array, (value) => total += Number(value));
    return total;
  }
  const runs = new Runs(array);
  while (runs.next()) total += sumOfRun(data, runs.start, runs.step, runs.count);
  return total;
}

/**
 * The arithmetic mean of all elements.
 *
 * @param array An array of any shape and dtype.
 * @returns The mean in float64; `NaN` for an empty array or if an element is.
 *
 * @example
 * ```ts
 * import { mean, openCapture, stins } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(mean(packet.data));
 * ```
 */
export function mean(array: NdArray): number {
  return sum(checked("mean", array)) / sizeOf(array.shape);
}

/**
 * The standard deviation of all elements: √(Σ(x − mean)² / n), as numpy's `std`.
 *
 * @param array An array of any shape and dtype.
 * @returns The deviation in float64; `NaN` for an empty array or if an element is.
 *
 * @example
 * ```ts
 * import { openCapture, std, stins } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(std(packet.data));
 * ```
 */
export function std(array: NdArray): number {
  const centre = mean(checked("std", array));
  let total = 0;
  eachElement(array, (value) => total += (Number(value) - centre) ** 2);
  return Math.sqrt(total / sizeOf(array.shape));
}

/**
 * The smallest element.
 *
 * @param array An array of any shape and dtype.
 * @returns The element, a BigInt for 64-bit integers; `NaN` if an element is.
 * @throws ArrayError when the array is empty.
 *
 * @example
 * ```ts
 * import { min, openCapture, stins } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(min(packet.data));
 * ```
 */
export function min<Data extends TypedArray>(array: NdArray<Data>): ElementOf<Data> {
  return extreme("min", array, (a, b) => a < b).value;
}

/**
 * The largest element.
 *
 * @param array An array of any shape and dtype.
 * @returns The element, a BigInt for 64-bit integers; `NaN` if an element is.
 * @throws ArrayError when the array is empty.
 *
 * @example
 * ```ts
 * import { max, openCapture, stins } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(max(packet.data));
 * ```
 */
export function max<Data extends TypedArray>(array: NdArray<Data>): ElementOf<Data> {
  return extreme("max", array, (a, b) => a > b).value;
}

/**
 * Where the largest element is: the first one, counted in C order, as numpy's `argmax`.
 *
 * @param array An array of any shape and dtype.
 * @returns The flat index; that of the first `NaN` if there is one.
 * @throws ArrayError when the array is empty.
 *
 * @example
 * ```ts
 * import { argmax, openCapture, stins } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(argmax(packet.data));
 * ```
 */
export function argmax(array: NdArray): number {
  return extreme("argmax", array, (a, b) => a > b).index;
}

/** Counts in bins of equal width, with the bins' edges. */
export interface Histogram {
  /** Elements in each bin: float64, one for each bin. */
  readonly counts: NdArray<Float64Array>;
  /** The bins' edges: float64, one more than bins. */
  readonly edges: NdArray<Float64Array>;
}

/**
 * Counts the elements in bins of equal width, as numpy's `histogram`: a bin holds its lower edge, the last one its
 * upper edge as well. Elements outside the range, and `NaN`, are not counted.
 *
 * @param array An array of any shape and dtype.
 * @param options `bins`: how many (10). `range`: from where to where (the smallest and largest finite element).
 * @returns Counts and edges.
 * @throws ArrayError when the number of bins is not a positive integer, or the range is not finite and ascending.
 *
 * @example
 * ```ts
 * import { histogram, openCapture, stins } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(histogram(packet.data, { bins: 4 }).counts);
 * ```
 */
export function histogram(array: NdArray, options: { bins?: number; range?: [number, number] } = {}): Histogram {
  checked("histogram", array);
  const { bins = 10 } = options;
  if (!Number.isInteger(bins) || bins < 1) throw new ArrayError(`histogram: bins is ${bins}, expected 1 or more`);
  const [low, high] = options.range ?? finiteRange(array);
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    throw new ArrayError(`histogram: range is [${low}, ${high}], expected two finite numbers in ascending order`);
  }
  // As numpy does: a range of no width becomes one of width 1 around its value.
  // Far from zero, where the neighbours of a number are further away than that, as wide as the bins need.
  const half = low === high ? Math.max(0.5, Math.abs(low) * bins * 2 ** -52) : 0;
  const [from, to] = [low - half, high + half];
  // Where the width of all bins is no float, half of it still is.
  const part = Number.isFinite(to - from) ? 1 : 0.5;
  const span = part * to - part * from;
  const edges = zeros("float64", bins + 1) as Float64Array;
  const exact = Number.isFinite(bins * (to - from));
  for (let i = 0; i < bins; i++) edges[i] = exact ? from + (i * span) / bins : from * (1 - i / bins) + to * (i / bins);
  edges[bins] = to;
  const counts = zeros("float64", bins) as Float64Array;
  eachElement(array, (element) => {
    const value = Number(element);
    if (!(value >= from && value <= to)) return;
    let bin = Math.min(bins - 1, Math.floor(((part * value - part * from) / span) * bins));
    // The product above may round to the wrong side of an edge; the edges decide.
    if (value < (edges[bin] as number)) bin--;
    else if (bin < bins - 1 && value >= (edges[bin + 1] as number)) bin++;
    counts[bin] = (counts[bin] as number) + 1;
  });
  return { counts: view(counts), edges: view(edges) };
}

/** Cells of a notebook are not type-checked: an image is easily taken of a packet that has none. */
function checked(operation: string, array: NdArray): NdArray {
  if (isNdArray(array)) return array;
  throw new ArrayError(`${operation}: expected an array, found ${Deno.inspect(array, { depth: 0, colors: false })}`);
}

function finiteRange(array: NdArray): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  eachElement(array, (element) => {
    const value = Number(element);
    if (!Number.isFinite(value)) return;
    if (value < low) low = value;
    if (value > high) high = value;
  });
  return low <= high ? [low, high] : [0, 1];
}

function extreme<Data extends TypedArray>(
  operation: string,
  array: NdArray<Data>,
  better: (candidate: number | bigint, best: number | bigint) => boolean,
): { value: ElementOf<Data>; index: number } {
  checked(operation, array);
  if (sizeOf(array.shape) === 0) {
    throw new ArrayError(`${operation}: the array is empty (shape [${array.shape.join(", ")}])`);
  }
  let best: number | bigint | undefined;
  let index = 0;
  let position = 0;
  eachElement(array, (value) => {
    const nan = value !== value;
    if (best === undefined || (best === best && (nan || better(value, best)))) {
      best = value;
      index = position;
    }
    position++;
  });
  return { value: best as ElementOf<Data>, index };
}

function eachElement(array: NdArray, visit: (value: number | bigint) => void): void {
  checkAttached(array.data);
  const data: { readonly [index: number]: number | bigint } = array.data;
  const runs = new Runs(array);
  while (runs.next()) {
    const { start, step, count } = runs;
    for (let i = 0, at = start; i < count; i++, at += step) visit(data[at] as number | bigint);
  }
}

function isBig(data: TypedArray): data is BigInt64Array | BigUint64Array {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}
