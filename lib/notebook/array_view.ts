/**
 * Arrays, drawn: a line, an image, or the first, middle and last image of a stack.
 *
 * @module
 */

import { isTypedArray, type NdArray, type TypedArray } from "../array/dtypes.ts";
import { contiguous, isNdArray, sizeOf } from "../array/ndarray.ts";
import { arrayText } from "../array/print.ts";
import { ArrayError } from "../errors.ts";
import { countText, thousands } from "../units.ts";
import { type ImageOptions, imagePlot } from "./image.ts";
import { linePlot, type LinePlotOptions, type Series } from "./plot.ts";
import { besideEachOther, escapeHtml, type Picture, type Rendering } from "./rendering.ts";

/**
 * How something is drawn; what does not fit the thing is left aside.
 *
 * @example
 * ```ts
 * import { show } from "beamfold";
 *
 * const energy = [7100, 7110, 7120, 7130];
 * await show([0.1, 0.2, 0.9, 1.0], { x: energy, xLabel: "energy / eV", yLabel: "µ", title: "Fe K edge" });
 * ```
 */
export interface ShowOptions extends Omit<ImageOptions, "width">, Omit<LinePlotOptions, "series" | "width"> {
  /**
   * For an array of one axis: where its elements stand on the horizontal axis, one number for each, in any order; NaN
   * and infinities are gaps. Indices when left out.
   */
  readonly x?: NdArray | TypedArray | readonly number[];
  /** The width of a picture in pixels. */
  width?: number;
}

/** An array as a picture, by its number of axes. */
export function arrayRendering(array: NdArray, options: ShowOptions = {}): Rendering {
  const text = arrayText(array);
  const pictures = picturesOf(array, options);
  if (pictures.length === 0) return { html: preHtml(text), text };
  const drawn = besideEachOther(pictures);
  return { html: drawn.html, text: `${drawn.text}\n${text}` };
}

/** The pictures of an array: none for a scalar or an empty array, one for one or two axes, up to three for more. */
export function picturesOf(array: NdArray, options: ShowOptions = {}): Picture[] {
  const { shape } = array;
  if (shape.length === 0 || sizeOf(shape) === 0) return [];
  if (shape.length === 1) return [linePlot({ ...options, series: [seriesOf(array, options)] })];
  if (shape.length === 2) return [imagePlot(array, options)];
  const inner = (index: number): NdArray => array.pick(index, ...new Array<null>(shape.length - 1).fill(null));
  return stackPictures(shape[0] as number, inner, options);
}

/** The first, middle and last of a stack of so many arrays. */
export function stackPictures(count: number, arrayAt: (index: number) => NdArray, options: ShowOptions): Picture[] {
  const shown = [...new Set([0, Math.floor((count - 1) / 2), count - 1])];
  return shown.flatMap((index) => {
    const title = [options.title, `[${index}]`].filter(Boolean).join(" ");
    return picturesOf(arrayAt(index), { width: 300, ...options, title }).slice(0, 1);
  });
}

function seriesOf(array: NdArray, { x }: ShowOptions): Series {
  const y = numbersOf(array);
  return x === undefined ? { y } : { y, x: positionsFor(x, y.length) };
}

/** Notebooks do not check types: `x` may be anything. */
function positionsFor(x: unknown, count: number): ArrayLike<number> {
  if (!isNdArray(x) && !isTypedArray(x) && !Array.isArray(x)) {
    throw new ArrayError(`x is ${Deno.inspect(x, { depth: 0 })}: give an array with ${countText(count, "number")}`);
  }
  if (isNdArray(x) && x.shape.length !== 1) {
    throw new ArrayError(
      `x has shape [${x.shape.join(", ")}]: give an array of one axis with ${countText(count, "number")}`,
    );
  }
  const values = isNdArray(x) ? numbersOf(x) : Float64Array.from<number | bigint>(x, Number);
  if (values.length === count) return values;
  throw new ArrayError(
    `x has ${countText(values.length, "element")}, y has ${thousands(count)}: give one x for each element of y`,
  );
}

/** The elements in C order as numbers; 64-bit integers are rounded to float64. */
export function numbersOf(array: NdArray): ArrayLike<number> {
  const elements = contiguous(array);
  return elements instanceof BigInt64Array || elements instanceof BigUint64Array
    ? Float64Array.from(elements, Number)
    : elements;
}

/** Text as it is, in HTML. */
export function preHtml(text: string): string {
  return `<pre style="margin:0;white-space:pre-wrap;font-family:monospace">${escapeHtml(text)}</pre>`;
}
