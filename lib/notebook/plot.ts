/**
 * Curves drawn as SVG.
 *
 * @module
 */

import {
  type Area,
  type Axis,
  bottomTicks,
  grid,
  horizontalAxis,
  LABEL_ROOM,
  labelsAround,
  leftTicks,
  path,
  ticksWidth,
  TITLE_ROOM,
  verticalAxis,
} from "./axes.ts";
import { bandRuns, reduceCurve, type Run } from "./curve.ts";
import type { Picture } from "./rendering.ts";
import { axisRange, numberText, usableRange } from "./scales.ts";
import { measure, type Measured, type Series } from "./series.ts";
import { coordinate, CURVE_COLOURS, fitText, svgDocument, textAt, textWidth } from "./svg.ts";

export type { Series } from "./series.ts";

/** What to draw, and how. */
export interface LinePlotOptions {
  /** The curves, in the order of their colours. */
  readonly series: readonly Series[];
  /** What stands above the picture. */
  readonly title?: string;
  /** What x is called, with its unit. */
  readonly xLabel?: string;
  /** What y is called, with its unit. */
  readonly yLabel?: string;
  /** Whether the y axis is logarithmic; values of 0 and below are left out then. */
  readonly log?: boolean;
  /** The width of the whole picture in pixels; 560 when left out. */
  readonly width?: number;
  /** The height of the whole picture in pixels; 260 when left out. */
  readonly height?: number;
}

/** Up to so many points, each is marked. */
const MARKED = 60;
/** Beyond so many points, errors are a band. */
const BARS = 200;
/** The distance of the outermost points to the edge of the drawing area, in pixels. */
const INSET = 6;

/**
 * Draws curves over common axes. Points that are NaN or infinite are gaps; a point between two gaps is a dot. Curves
 * of more points than pixels are reduced so that no peak disappears.
 *
 * @param options The curves, labels and size (560×260 pixels).
 * @returns The picture; its warnings say what is not to be seen.
 */
export function linePlot(options: LinePlotOptions): Picture {
  const { width = 560, height = 260, log = false } = options;
  const kind = log ? "log" : "linear";
  const warnings: string[] = [];
  const curves = options.series.map((series) => measure(series, log, (warning) => warnings.push(warning)));
  const drawn = curves.filter((curve) => curve.drawn > 0);
  const range = drawn.length === 0 ? undefined : hull(drawn.map((curve) => curve.withErrors));
  const yDomain = range === undefined ? (log ? [1, 10] as const : [0, 1] as const) : axisRange(range, kind);
  const xDomain = usableRange(drawn.length === 0 ? [0, 1] : hull(drawn.map((curve) => curve.xRange)));
  const alt = describe(options, curves);
  if (drawn.length === 0) warnings.unshift(nothing(curves));

  const legend = legendRows(options.series, width - 70);
  const top = 10 + (options.title ? TITLE_ROOM : 0) + 17 * legend.length;
  const bottom = 23 + (options.xLabel ? LABEL_ROOM : 0);
  const areaHeight = Math.max(20, height - top - bottom);
  const y = verticalAxis(kind, yDomain, [top + areaHeight, top]);
  const labelLeft = options.yLabel ? LABEL_ROOM : 0;
  const left = Math.max(34, labelLeft + ticksWidth(y.ticks) + 14);
  const whole = drawn.every(({ wholeX }) => wholeX);
  const xAxis = (areaWidth: number): Axis =>
    horizontalAxis("linear", xDomain, [left + INSET, left + areaWidth - INSET], whole);
  const room = Math.max(20, width - left - 16);
  const over = overhang(xAxis(room), width);
  const area: Area = { left, top, width: Math.max(20, room - over), height: areaHeight };
  const x = xAxis(area.width);

  const body = [
    grid(area, x, y),
    ...bottomTicks(area, x),
    ...leftTicks(area, y, false),
    ...labelsAround(area, options, width, left),
    ...legendElements(legend, left, options.title ? TITLE_ROOM + 14 : 14),
    ...curves.map((curve, i) => drawCurve(curve, i, area, x.at, y.at, (warning) => warnings.push(warning))),
  ];
  if (drawn.length === 0) {
    body.push(textAt(left + area.width / 2, top + areaHeight / 2 + 4, "nothing to draw", "quiet mid"));
  }
  return { svg: svgDocument(width, height, alt, body), width, height, alt, warnings };
}

/** How many pixels the last label reaches out of the picture. */
function overhang({ at, ticks: { values, labels } }: Axis, width: number): number {
  if (values.length === 0) return 0;
  const end = at(values.at(-1) as number) + textWidth(labels.at(-1) as string) / 2 + 4;
  return Math.ceil(Math.max(0, end - width));
}

function hull(ranges: readonly (readonly [number, number])[]): [number, number] {
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}

function drawCurve(
  curve: Measured,
  number: number,
  area: Area,
  xAt: (value: number) => number,
  yAt: (value: number) => number,
  warn: (warning: string) => void,
): string {
  const count = curve.y.length;
  const x = curve.x.map(xAt);
  const y = curve.y.map(yAt);
  const { runs, envelope } = reduceCurve({ x, y }, area.width);
  if (envelope) warn(`${curve.name}: x goes to and fro too often for a line; the extent at each x is drawn`);
  const marked = curve.drawn <= MARKED;
  const parts: string[] = [];
  if (curve.errors !== undefined && !envelope) {
    const floor = area.top + area.height;
    // On a log axis an error as large as its value reaches down to 0, which is the end of the axis.
    const pixel = (value: number): number => Math.min(floor, Math.max(area.top, finite(yAt(value), floor)));
    const low = curve.y.map((value, i) => pixel(value + (curve.errors as Float64Array)[i]!));
    const high = curve.y.map((value, i) => pixel(value - (curve.errors as Float64Array)[i]!));
    parts.push(
      count > BARS
        ? path("band", bandRuns(x, low, high, area.width).map((run) => `${line(run)}Z`))
        : path("bar", whiskers(x, low, high, marked ? 3 : 0)),
    );
  }
  parts.push(path(number % (2 * CURVE_COLOURS) < CURVE_COLOURS ? "line" : "line dash", lines(runs)));
  for (const [px, py] of marked ? pairs(runs.flat()) : lone(runs)) {
    parts.push(`<circle class="dot" cx="${coordinate(px)}" cy="${coordinate(py)}" r="${marked ? 2.5 : 1.5}"/>`);
  }
  return `<g class="c${number % CURVE_COLOURS}">${parts.join("")}</g>`;
}

/** What yAt makes of 0 and below on a log axis is no number. */
function finite(pixel: number, otherwise: number): number {
  return Number.isFinite(pixel) ? pixel : otherwise;
}

function whiskers(x: Float64Array, low: Float64Array, high: Float64Array, cap: number): string[] {
  return Array.from(x, (px, i) => {
    const [from, to] = [low[i] as number, high[i] as number];
    if (!(Math.abs(from - to) > 0) || Number.isNaN(px)) return "";
    const [lower, upper] = [coordinate(from), coordinate(to)];
    const ends = cap === 0 ? "" : [lower, upper].map((at) => `M${coordinate(px - cap)} ${at}h${2 * cap}`).join("");
    return `M${coordinate(px)} ${lower}V${upper}${ends}`;
  });
}

/** Path data of the runs that have a length. */
function lines(runs: readonly Run[]): string[] {
  return runs.filter((run) => run.length > 2).map(line);
}

function line(run: Run): string {
  let d = "M";
  for (let i = 0; i < run.length; i += 2) {
    d += `${i === 0 ? "" : i === 2 ? "L" : " "}${coordinate(run[i] as number)} ${coordinate(run[i + 1] as number)}`;
  }
  return d;
}

function lone(runs: readonly Run[]): [number, number][] {
  return pairs(runs.filter((run) => run.length === 2).flat());
}

function pairs(run: readonly number[]): [number, number][] {
  return Array.from({ length: run.length / 2 }, (_, i) => [run[2 * i] as number, run[2 * i + 1] as number]);
}

interface Entry {
  readonly label: string;
  readonly number: number;
  readonly x: number;
}

/** Labels of the curves in rows, if there are labels to tell apart. */
function legendRows(series: readonly Series[], room: number): Entry[][] {
  const labelled = series.map(({ label }, number) => ({ label: label ?? "", number })).filter(({ label }) => label);
  if (labelled.length < 2) return [];
  const entries = labelled.map(({ label, number }) => ({ number, label: fitText(label, Math.min(room - 24, 200)) }));
  const widths = entries.map(({ label }) => 22 + textWidth(label) + 14);
  // Entries in several rows stand below each other.
  const column = widths.reduce((sum, width) => sum + width, 0) > room ? Math.max(...widths) : 0;
  const rows: Entry[][] = [];
  let x = Infinity;
  for (const [i, { label, number }] of entries.entries()) {
    const width = Math.max(column, widths[i] as number);
    if (x + width > room && x > 0) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ label, number, x });
    x += width;
  }
  return rows;
}

function legendElements(rows: readonly Entry[][], left: number, top: number): string[] {
  return rows.flatMap((row, i) =>
    row.map(({ label, number, x }) => {
      const middle = top + 17 * i - 1;
      const dash = number % (2 * CURVE_COLOURS) < CURVE_COLOURS ? "line" : "line dash";
      return `<g class="c${number % CURVE_COLOURS}">${path(dash, [`M${coordinate(left + x)} ${middle}h16`])}</g>` +
        textAt(left + x + 22, middle + 4, label, "ink");
    })
  );
}

function describe({ series, title, yLabel }: LinePlotOptions, curves: readonly Measured[]): string {
  const names = series.map(({ label }) => label).filter((label) => label !== undefined && label !== "") as string[];
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  const listed = shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : shown[0];
  const name = title && listed && listed !== title ? `${title} (${listed})` : title || listed || yLabel;
  const counts = curves.map((curve) => curve.y.length);
  const same = counts.every((count) => count === counts[0]);
  const points = counts.length === 0
    ? "no points"
    : counts.length > 1
    ? `${counts.length} curves of ${same ? counts[0] : `${Math.min(...counts)} to ${Math.max(...counts)}`} points`
    : counts[0] === 0
    ? "no points"
    : counts[0] === 1
    ? "1 point"
    : `${counts[0]} points`;
  const ranges = curves.filter((curve) => curve.drawn > 0).map((curve) => curve.yRange);
  const [low, high] = ranges.length === 0 ? [NaN, NaN] : hull(ranges);
  const span = ranges.length === 0 ? "" : low === high ? ` at ${numberText(low)}` : ` from ${numberText(low)} to ` +
    numberText(high);
  return `line plot${!name ? "" : ` of ${name.replace(/\s+/g, " ")}`}: ${points}${span}`;
}

function nothing(curves: readonly Measured[]): string {
  const count = curves.reduce((total, curve) => total + curve.y.length, 0);
  return count === 0
    ? "there is nothing to draw: no points"
    : `there is nothing to draw: none of ${count} points can be drawn`;
}
