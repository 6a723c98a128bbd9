/**
 * Images drawn as SVG: the pixels as a PNG, axes and colour bar as vectors.
 *
 * @module
 */

import { encode } from "npm:fast-png@8.0.0";
import type { NdArray } from "../array/dtypes.ts";
import { ArrayError } from "../errors.ts";
import { countText, thousands } from "../units.ts";
import {
  type Area,
  type Axis,
  bottomTicks,
  horizontalAxis,
  LABEL_ROOM,
  labelsAround,
  leftTicks,
  ticksWidth,
  TITLE_ROOM,
  verticalAxis,
} from "./axes.ts";
import { type Colormap, colormap, COLOURS } from "./colormaps.ts";
import { colourLimits } from "./limits.ts";
import { ascending, binImage } from "./pixels.ts";
import type { Picture } from "./rendering.ts";
import { numberText, type Range, type ScaleKind, scaleKind, usableRange } from "./scales.ts";
import { coordinate, svgDocument, textAt } from "./svg.ts";

/** How an image is drawn. */
export interface ImageOptions {
  /** What stands above the picture. */
  readonly title?: string;
  /** What x (columns) is called, with its unit. */
  readonly xLabel?: string;
  /** What y (rows) is called, with its unit. */
  readonly yLabel?: string;
  /** Its colours; `"viridis"` when left out. */
  readonly colormap?: Colormap;
  /** How values are spread over the colours; `"linear"` when left out. */
  readonly scale?: ScaleKind;
  /** The value of the first colour; found from the pixels when left out. */
  readonly vmin?: number;
  /** The value of the last colour; found from the pixels when left out. */
  readonly vmax?: number;
  /** The values of x at the left and right edge; indices of pixels when left out. */
  readonly xExtent?: readonly [number, number];
  /** The values of y at the top and bottom edge; indices of pixels when left out. */
  readonly yExtent?: readonly [number, number];
  /** The width of the whole picture in pixels; 460 when left out. */
  readonly width?: number;
}

const TALLEST = 420;
const THINNEST = 40;
/** The colour bar: its width, and its distance to the image. */
const BAR = 12;
const GAP = 14;
/** Room for the labels of the colour bar, unless they need more. */
const LABELS = 60;
/** Colours from 1 on are those of the map; 0 is transparent, for pixels that are no measurement. */
const LEVELS = COLOURS - 1;

/**
 * Draws an array of two axes, row 0 at the top, with a colour bar. Pixels are square unless the image would be very
 * thin or high. An image larger than its drawing area is binned to it (means). NaN, infinities and the values with
 * which detectors mark dead pixels (the dtype's largest, and its smallest if it has a sign) are grey (in the map
 * `gray`: red) and counted in a note; in means and limits they do not count. Limits are found so that outliers of 0.1 %
 * at each end are clipped; the colour bar then ends in a tip.
 *
 * @param image Rows and columns, of any dtype.
 * @param options Labels, colours, limits, and the width (460 pixels).
 * @returns The picture; its warnings say what had to be changed.
 * @throws ArrayError when the array has not two axes.
 * @throws OptionError when there is no such colour map or scale.
 */
export function imagePlot(image: NdArray, options: ImageOptions = {}): Picture {
  if (image.shape.length !== 2) {
    throw new ArrayError(`an image has 2 axes, found ${image.shape.length} (shape [${image.shape.join(", ")}])`);
  }
  const [rows, columns] = image.shape as [number, number];
  const { width = 460, colormap: map = "viridis" } = options;
  const wanted = scaleKind(options.scale ?? "linear");
  const table = colormap(map);
  const warnings: string[] = [];
  const xExtent = extentFor("xExtent", options.xExtent, columns, warnings);
  const yExtent = extentFor("yExtent", options.yExtent, rows, warnings);
  const top = 12 + (options.title ? TITLE_ROOM : 0);
  const bottom = 23 + (options.xLabel ? LABEL_ROOM : 0);
  if (rows === 0 || columns === 0) return emptyImage(image, options, width, top);

  // The widest labels that there can be: those of the highest axis.
  const widest = verticalAxis("linear", yExtent, [0, TALLEST], options.yExtent === undefined);
  const left = Math.max(34, (options.yLabel ? LABEL_ROOM : 0) + ticksWidth(widest.ticks) + 14);
  const drawIn = (room: number) => {
    const area: Area = { left, top, ...sizeFor(rows, columns, width - left - GAP - BAR - room) };
    const binned = binImage(image, area.height, area.width);
    const values = ascending(binned.values);
    const limits = colourLimits({ ...options, scale: wanted, around0: map === "RdBu", values });
    const axis = verticalAxis(limits.scale, limits.domain, [area.top + area.height, area.top]);
    return { area, binned, values, limits, axis, needed: ticksWidth(axis.ticks) + 13 };
  };
  // What is written at the colour bar is known only when the image has been binned to the room beside it.
  const first = drawIn(LABELS);
  const { area, binned, values, limits, axis } = first.needed > LABELS ? drawIn(first.needed) : first;
  const { scale, domain } = limits;
  warnings.push(...limits.warnings);

  const x = horizontalAxis("linear", xExtent, [left, left + area.width], options.xExtent === undefined);
  const y = verticalAxis("linear", yExtent, [top, top + area.height], options.yExtent === undefined);
  const pixels = pngOf(colourIndices(binned.values, scale, domain), binned.columns, binned.rows, table);
  const height = top + area.height + bottom;
  const range = binned.extent === undefined ? "no finite pixel" : rangeText(binned.extent);
  const alt = `${nameOf(image, options.title)}, ${range} (${map}, ${scale})`;
  const body = [
    // Grey would be one of the colours there.
    `<rect class="${map === "gray" ? "none tinted" : "none"}" ${boxOf(area)}/>`,
    imageElement(area, pixels),
    ...bottomTicks(area, x),
    ...leftTicks(area, y, true),
    ...labelsAround(area, options, width, left),
    ...colourBar(area, table, axis, {
      below: (values[0] ?? Infinity) < domain[0],
      above: (values.at(-1) ?? -Infinity) > domain[1],
    }),
  ];
  const notes = missingText(binned.measured, rows * columns);
  return { svg: svgDocument(width, height, alt, body), width, height, alt, notes, warnings };
}

/** What an image is called in its one line, and its extents. */
function nameOf({ shape }: NdArray, title: string | undefined): string {
  return `image${title ? ` of ${title.replace(/\s+/g, " ")}:` : ""} ${shape.join("×")}`;
}

/** How many pixels are drawn in no colour; that all of them are is a warning already. */
function missingText(measured: number, count: number): string[] {
  const missing = count - measured;
  if (missing === 0 || measured === 0) return [];
  return [`${thousands(missing)} of ${countText(count, "pixel")} ${missing === 1 ? "has" : "have"} no value`];
}

function rangeText([low, high]: Range): string {
  return low === high ? `all ${numberText(low)}` : `${numberText(low)} to ${numberText(high)}`;
}

function emptyImage(image: NdArray, { title }: ImageOptions, width: number, top: number): Picture {
  const alt = `${nameOf(image, title)}, no pixels`;
  const area: Area = { left: 34, top, width: width - 50, height: THINNEST };
  const body = [
    `<rect class="axis" ${boxOf(area)}/>`,
    textAt(area.left + area.width / 2, top + THINNEST / 2 + 4, "no pixels", "quiet mid"),
    ...labelsAround(area, { title }, width, area.left),
  ];
  const height = top + THINNEST + 12;
  const warnings = [`there is nothing to draw: the shape is [${image.shape.join(", ")}]`];
  return { svg: svgDocument(width, height, alt, body), width, height, alt, warnings };
}

/** The values at the edges of an axis: pixels lie around their indices. */
function extentFor(name: string, extent: Range | undefined, count: number, warnings: string[]): Range {
  const indices: Range = [-0.5, count - 0.5];
  if (extent === undefined) return indices;
  const [first, last] = extent;
  const sorted: Range = [Math.min(first, last), Math.max(first, last)];
  // What would have to be widened, or is no number, cannot be divided into ticks.
  if (usableRange(sorted).every((end, i) => end === sorted[i])) return extent;
  warnings.push(`${name} [${first}, ${last}] has no width: indices are shown`);
  return indices;
}

/** The size of the drawing area: square pixels if it can be, whole screen pixels each if that costs little. */
function sizeFor(rows: number, columns: number, room: number): { width: number; height: number } {
  const available = Math.max(THINNEST, room);
  let scale = Math.min(available / columns, TALLEST / rows);
  if (scale > 1 && Math.floor(scale) >= 0.85 * scale) scale = Math.floor(scale);
  const within = (size: number, most: number): number => Math.round(Math.min(Math.max(size, THINNEST), most));
  return { width: within(columns * scale, available), height: within(rows * scale, TALLEST) };
}

/** The colour of each value: 1 to 255, or 0 for NaN. */
function colourIndices(values: Float64Array, scale: ScaleKind, domain: Range): Uint8Array {
  const spread = scale === "log" ? Math.log : scale === "sqrt" ? signedRoot : (value: number): number => value;
  const from = spread(domain[0]);
  const factor = LEVELS / (spread(domain[1]) - from);
  const indices = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value !== value) continue;
    // The logarithm of 0 and below is the lowest colour.
    const level = scale === "log" && value <= 0 ? 0 : Math.floor((spread(value) - from) * factor);
    indices[i] = 1 + Math.min(Math.max(level, 0), LEVELS - 1);
  }
  return indices;
}

function signedRoot(value: number): number {
  return Math.sign(value) * Math.sqrt(Math.abs(value));
}

function pngOf(data: Uint8Array, width: number, height: number, table: Uint8Array): Uint8Array {
  // The transparent colour comes first: the encoder writes transparency for the first colours only.
  const palette = [[0, 0, 0, 0]];
  for (let level = 0; level < LEVELS; level++) {
    const at = 3 * Math.round((level * (COLOURS - 1)) / (LEVELS - 1));
    palette.push([table[at] as number, table[at + 1] as number, table[at + 2] as number, 255]);
  }
  return encode({ width, height, data, depth: 8, channels: 1, palette });
}

function boxOf({ left, top, width, height }: Area): string {
  return `x="${coordinate(left)}" y="${coordinate(top)}" width="${coordinate(width)}" height="${coordinate(height)}"`;
}

function imageElement(area: Area, png: Uint8Array): string {
  return `<image ${boxOf(area)} preserveAspectRatio="none" href="data:image/png;base64,${png.toBase64()}"/>`;
}

/** The colour bar at the right of the image; it ends in a tip where pixels lie beyond its end. */
function colourBar(
  image: Area,
  table: Uint8Array,
  axis: Axis,
  beyond: { readonly below: boolean; readonly above: boolean },
): string[] {
  const area: Area = { left: image.left + image.width + GAP, top: image.top, width: BAR, height: image.height };
  const data = Uint8Array.from({ length: LEVELS }, (_, i) => LEVELS - i);
  const right = area.left + BAR;
  const tip = (y: number, way: number, index: number): string => {
    const colour = table.subarray(3 * index, 3 * index + 3).toHex();
    const d = `M${coordinate(area.left)} ${coordinate(y)}h${BAR}l${-BAR / 2} ${way * 7}z`;
    return `<path fill="#${colour}" d="${d}"/>`;
  };
  const marks = axis.ticks.values.map((value) => `M${coordinate(right)} ${coordinate(axis.at(value))}h4`).join("");
  return [
    imageElement(area, pngOf(data, 1, LEVELS, table)),
    beyond.above ? tip(area.top, -1, COLOURS - 1) : "",
    beyond.below ? tip(area.top + area.height, 1, 0) : "",
    marks === "" ? "" : `<path class="axis" d="${marks}"/>`,
    ...axis.ticks.values.map((value, i) =>
      textAt(right + 7, axis.at(value) + 4, axis.ticks.labels[i] as string, "quiet")
    ),
  ];
}
