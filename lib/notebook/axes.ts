/**
 * The axes of a figure: grid, ticks, labels and title around a drawing area.
 *
 * @module
 */

import { labelsOf, positions, type Range, type ScaleKind, type Ticks, ticksIn } from "./scales.ts";
import { coordinate, fitText, textAt, textWidth } from "./svg.ts";

/** The drawing area, in pixels from the top left. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One axis: where values are, and its ticks. */
export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: Ticks;
}

/** What is written around the drawing area. */
export interface Labels {
  readonly title?: string | undefined;
  readonly xLabel?: string | undefined;
  readonly yLabel?: string | undefined;
}

/** Room for a title, and for the labels of the axes. */
export const TITLE_ROOM = 20;
export const LABEL_ROOM = 17;
const TICK = 4;

/** A horizontal axis over the pixels of `range`, with as many ticks as its labels leave room for. */
export function horizontalAxis(kind: ScaleKind, domain: Range, range: Range, whole = false): Axis {
  const at = positions(kind, domain, range);
  const sorted: Range = domain[0] <= domain[1] ? domain : [domain[1], domain[0]];
  const room = Math.abs(range[1] - range[0]);
  for (let count = Math.max(2, Math.floor(room / 60)); count > 1; count--) {
    const ticks = wholeTicks(ticksIn(kind, sorted, count), whole);
    if (!overlap(ticks, at)) return { at, ticks };
  }
  const { values, labels } = wholeTicks(ticksIn(kind, sorted, 1), whole);
  return { at, ticks: { values: values.slice(0, 1), labels: labels.slice(0, 1), minor: [] } };
}

function overlap({ values, labels }: Ticks, at: (value: number) => number): boolean {
  return values.slice(1).some((value, i) => {
    const width = (textWidth(labels[i] as string) + textWidth(labels[i + 1] as string)) / 2;
    return Math.abs(at(value) - at(values[i] as number)) < width + 10;
  });
}

/** A vertical axis over the pixels of `range`, from the value at the first to that at the second. */
export function verticalAxis(kind: ScaleKind, domain: Range, range: Range, whole = false): Axis {
  const at = positions(kind, domain, range);
  const sorted: Range = domain[0] <= domain[1] ? domain : [domain[1], domain[0]];
  const count = Math.max(2, Math.min(8, Math.floor(Math.abs(range[1] - range[0]) / 34)));
  // One tick alone does not tell the scale: a short axis may need smaller steps.
  const tries = [0, 1, 2, 4].map((more) => spaced(wholeTicks(ticksIn(kind, sorted, count + more), whole), at));
  return { at, ticks: tries.find(({ values }) => values.length > 1) ?? tries[0] as Ticks };
}

/** Where a scale is not linear, ticks may come too close to each other; the first ones stay. */
function spaced(ticks: Ticks, at: (value: number) => number): Ticks {
  let last: number | undefined;
  const kept = ticks.values.map((value) => {
    const keep = last === undefined || Math.abs(at(value) - last) >= 13;
    if (keep) last = at(value);
    return keep;
  });
  const chosen = <T>(of: readonly T[]): T[] => of.filter((_, i) => kept[i]);
  return { values: chosen(ticks.values), labels: chosen(ticks.labels), minor: ticks.minor };
}

function wholeTicks(ticks: Ticks, whole: boolean): Ticks {
  if (!whole) return ticks;
  const values = ticks.values.filter(Number.isInteger);
  return { values, labels: labelsOf(values), minor: [] };
}

/** The width of the widest label. */
export function ticksWidth({ labels }: Ticks): number {
  return Math.ceil(Math.max(0, ...labels.map((label) => textWidth(label))));
}

/** Light lines through the ticks. */
export function grid(area: Area, x: Axis, y: Axis): string {
  const vertical = x.ticks.values.map((value) => `M${coordinate(x.at(value))} ${coordinate(area.top)}v${area.height}`);
  const horizontal = y.ticks.values.map((value) =>
    `M${coordinate(area.left)} ${coordinate(y.at(value))}h${area.width}`
  );
  return path("grid", [...horizontal, ...vertical]);
}

/** Ticks and labels below the area. */
export function bottomTicks(area: Area, x: Axis): string[] {
  const base = area.top + area.height;
  const mark = (value: number, length: number): string => `M${coordinate(x.at(value))} ${coordinate(base)}v${length}`;
  return [
    path("axis", [
      `M${coordinate(area.left)} ${coordinate(base)}h${coordinate(area.width)}`,
      ...x.ticks.values.map((value) => mark(value, TICK)),
      ...x.ticks.minor.map((value) => mark(value, TICK / 2)),
    ]),
    ...x.ticks.values.map((value, i) => textAt(x.at(value), base + 15, x.ticks.labels[i] as string, "quiet mid")),
  ];
}

/** Ticks and labels at the left of the area; with `line` there is a line along it. */
export function leftTicks(area: Area, y: Axis, line: boolean): string[] {
  const mark = (value: number, length: number): string =>
    `M${coordinate(area.left)} ${coordinate(y.at(value))}h${-length}`;
  return [
    path("axis", [
      line ? `M${coordinate(area.left)} ${coordinate(area.top)}v${coordinate(area.height)}` : "",
      ...y.ticks.values.map((value) => mark(value, TICK)),
      ...y.ticks.minor.map((value) => mark(value, TICK / 2)),
    ]),
    ...y.ticks.values.map((value, i) =>
      textAt(area.left - 7, y.at(value) + 4, y.ticks.labels[i] as string, "quiet end")
    ),
  ];
}

/** The title above, and what the axes are called. `left` is where the labels of the vertical axis end. */
export function labelsAround(area: Area, labels: Labels, width: number, left: number): string[] {
  const { title, xLabel, yLabel } = labels;
  const middle = area.left + area.width / 2;
  const parts: string[] = [];
  if (title) parts.push(textAt(left, 17, fitText(title, width - left - 8, 12.8), "ink title"));
  if (xLabel) {
    const room = 2 * Math.min(middle, width - middle) - 8;
    parts.push(textAt(middle, area.top + area.height + 15 + LABEL_ROOM, fitText(xLabel, room), "ink mid"));
  }
  if (yLabel) {
    const text = fitText(yLabel, area.height + area.top + 10);
    // A label longer than its axis is pushed down, not out of the picture.
    const centre = Math.max(area.top + area.height / 2, textWidth(text) / 2 + 4);
    parts.push(textAt(13, centre, text, "ink mid", true));
  }
  return parts;
}

/** One path of several pieces; nothing if there is none. */
export function path(classes: string, pieces: readonly string[]): string {
  const d = pieces.join("");
  return d === "" ? "" : `<path class="${classes}" d="${d}"/>`;
}
