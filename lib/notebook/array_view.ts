/**
 * Arrays, drawn: a line, an image, or the first, middle and last image of a stack.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { contiguous, sizeOf } from "../array/ndarray.ts";
import { arrayText } from "../array/print.ts";
import { type ImageOptions, imagePlot } from "./image.ts";
import { linePlot, type LinePlotOptions } from "./plot.ts";
import { escapeHtml, type Picture, pictureHtml, type Rendering } from "./rendering.ts";

/** How something is drawn; what does not fit the thing is left aside. */
export interface ShowOptions extends Omit<ImageOptions, "width">, Omit<LinePlotOptions, "series" | "width"> {
  /** The width of a picture in pixels. */
  width?: number;
}

/** An array as a picture, by its number of axes. */
export function arrayRendering(array: NdArray, options: ShowOptions = {}): Rendering {
  const text = arrayText(array);
  const pictures = picturesOf(array, options);
  if (pictures.length === 0) return { html: preHtml(text), text };
  const html = pictures.map((picture) =>
    `<div style="display:inline-block;margin-right:8px">${pictureHtml(picture)}</div>`
  );
  return { html: html.join(""), text: [...pictures.map(({ alt }) => alt), text].join("\n") };
}

/** The pictures of an array: none for a scalar or an empty array, one for one or two axes, up to three for more. */
export function picturesOf(array: NdArray, options: ShowOptions = {}): Picture[] {
  const { shape } = array;
  if (shape.length === 0 || sizeOf(shape) === 0) return [];
  if (shape.length === 1) return [linePlot({ ...options, series: [{ y: numbersOf(array) }] })];
  if (shape.length === 2) return [imagePlot(array, options)];
  const count = shape[0] as number;
  const shown = [...new Set([0, Math.floor((count - 1) / 2), count - 1])];
  return shown.flatMap((index) => {
    const title = [options.title, `[${index}]`].filter(Boolean).join(" ");
    const inner = array.pick(index, ...new Array<null>(shape.length - 1).fill(null));
    return picturesOf(inner, { width: 300, ...options, title }).slice(0, 1);
  });
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
