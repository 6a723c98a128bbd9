/**
 * From which value to which the colours of an image go.
 *
 * @module
 */

import { quantile } from "./pixels.ts";
import { numberText, type ScaleKind, usableRange } from "./scales.ts";

/** What limits are found from. */
export interface LimitOptions {
  readonly scale: ScaleKind;
  /** Limits asked for; they win over those found, unless they make no sense. */
  readonly vmin?: number | undefined;
  readonly vmax?: number | undefined;
  /** Whether 0 is to be in the middle, where values lie on both sides of it. */
  readonly around0: boolean;
  /** What is drawn, ascending. */
  readonly values: Float64Array;
}

/** Limits that can be drawn. */
export interface Limits {
  readonly scale: ScaleKind;
  readonly domain: readonly [number, number];
  readonly warnings: readonly string[];
}

/** The part of the pixels that may be clipped at each end. */
const CLIPPED = 0.001;
/** An end is clipped only if it is so much further out, in parts of what is left. */
const FAR = 0.25;

/** The limits for an image; what was asked for and had to be changed is named in the warnings. */
export function colourLimits(options: LimitOptions): Limits {
  const { values } = options;
  const warnings: string[] = [];
  let { scale } = options;
  const largest = values.at(-1);
  if (largest === undefined) warnings.push("the image has no finite pixel");
  else if (scale === "log" && largest <= 0) {
    warnings.push(
      `a logarithmic scale needs positive pixels, and the largest is ${numberText(largest)}: the scale is linear`,
    );
    scale = "linear";
  }
  const asked = (name: "vmin" | "vmax"): number | undefined => {
    const value = options[name];
    if (value === undefined || (Number.isFinite(value) && !(scale === "log" && value <= 0))) return value;
    const why = Number.isFinite(value) ? "not above 0, as the scale needs it" : "not finite";
    warnings.push(`${name} is ${numberText(value)}, ${why}: the automatic limit is used`);
    return undefined;
  };
  let [vmin, vmax] = [asked("vmin"), asked("vmax")];
  if (vmin !== undefined && vmax !== undefined && vmin >= vmax) {
    warnings.push(
      `vmin (${numberText(vmin)}) is not below vmax (${numberText(vmax)}): the automatic limits are used`,
    );
    vmin = vmax = undefined;
  }
  const counted = scale === "log" ? values.subarray(values.findIndex((value) => value > 0)) : values;
  const around0 = options.around0 && vmin === undefined && vmax === undefined;
  const [low, high] = automatic(counted, scale, around0);
  const from = vmin ?? low;
  const to = vmax ?? high;
  if (from < to) return { scale, domain: usableRange([from, to], scale), warnings };
  if (vmin === undefined && vmax === undefined) {
    const all = counted.length === values.length ? "pixels" : "positive pixels";
    warnings.push(`all ${all} are ${numberText(from)}`);
    return { scale, domain: usableRange(widened(from, scale), scale), warnings };
  }
  if (vmin !== undefined) {
    warnings.push(`vmin (${numberText(vmin)}) is not below the upper limit of the pixels (${numberText(high)})`);
    return { scale, domain: usableRange([vmin, above(vmin, scale)], scale), warnings };
  }
  warnings.push(`vmax (${numberText(to)}) is not above the lower limit of the pixels (${numberText(low)})`);
  return { scale, domain: usableRange([beneath(to, scale), to], scale), warnings };
}

/** The limits of ascending values, without the few that lie far out. */
function automatic(values: Float64Array, scale: ScaleKind, around0: boolean): [number, number] {
  const [lowest, highest] = [values[0], values.at(-1)];
  if (lowest === undefined || highest === undefined) return scale === "log" ? [1, 10] : [0, 1];
  const along = (value: number): number => (scale === "log" ? Math.log(value) : value);
  let [low, high] = [quantile(values, CLIPPED), quantile(values, 1 - CLIPPED)];
  const far = FAR * (along(high) - along(low));
  // Where all but a few are equal, the few are what is to be seen.
  if (!(low < high) || along(low) - along(lowest) <= far) low = lowest;
  if (!(low < high) || along(highest) - along(high) <= far) high = highest;
  if (around0 && low < 0 && high > 0) {
    high = Math.max(-low, high);
    low = -high;
  }
  return [low, high];
}

function widened(value: number, scale: ScaleKind): [number, number] {
  if (scale === "log") return [value / 2, value * 2];
  if (value === 0) return [0, 1];
  const half = Math.abs(value) / 2;
  return [value - half, value + half];
}

function above(value: number, scale: ScaleKind): number {
  return scale === "log" ? value * 10 : value + (Math.abs(value) || 1);
}

function beneath(value: number, scale: ScaleKind): number {
  return scale === "log" ? value / 10 : value - (Math.abs(value) || 1);
}
