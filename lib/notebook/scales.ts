/**
 * Scales, their ticks, and the numbers written at them.
 *
 * @module
 */

// @ts-types="npm:@types/d3-scale@4.0.9"
import { scaleLinear, scaleLog, scaleSqrt } from "npm:d3-scale@4.0.2";
import { closest, OptionError } from "../errors.ts";

/** How values are spread over an axis or over colours. */
export type ScaleKind = "linear" | "log" | "sqrt";

/** From where to where; the first is the smaller one unless said otherwise. */
export type Range = readonly [number, number];

/** Where ticks are, and what is written at them. */
export interface Ticks {
  /** The values with a label, ascending. */
  readonly values: readonly number[];
  /** One for each value. */
  readonly labels: readonly string[];
  /** Values between them that get a short mark only. */
  readonly minor: readonly number[];
}

/** Up to here a range, and one somewhat wider, has a width that is a number as well. */
const LARGEST = Number.MAX_VALUE / 4;
/** What is smaller than this cannot be divided into steps. */
const SMALLEST = 1e-300;

/** The function from values in `domain` to positions in `range`; a log scale needs a domain above 0. */
export function positions(kind: ScaleKind, domain: Range, range: Range): (value: number) => number {
  const make = kind === "log" ? scaleLog : kind === "sqrt" ? scaleSqrt : scaleLinear;
  return make([...domain], [...range]) as (value: number) => number;
}

/**
 * A scale by its name; notebooks do not check types.
 *
 * @throws OptionError when there is no such scale.
 */
export function scaleKind(name: string): ScaleKind {
  const kinds: readonly ScaleKind[] = ["linear", "log", "sqrt"];
  const kind = kinds.find((some) => some === name);
  if (kind !== undefined) return kind;
  const near = closest(String(name), kinds);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  throw new OptionError(`there is no scale "${name}": expected one of ${kinds.join(", ")}${hint}`);
}

/** A range that has a width and can be divided into ticks: as it is, or widened around its middle. */
export function usableRange([low, high]: Range, kind: ScaleKind = "linear"): [number, number] {
  if (kind === "log") {
    const [from, to] = [low, high].map((value) => Math.min(Math.max(value, SMALLEST), LARGEST)) as [number, number];
    return to / from > 1 + 1e-9 ? [from, to] : [from / 2, to * 2];
  }
  const [from, to] = [Math.max(low, -LARGEST), Math.min(high, LARGEST)];
  const size = Math.max(Math.abs(from), Math.abs(to));
  if (to - from > Math.max(size * 1e-12, SMALLEST)) return [from, to];
  const half = size < SMALLEST ? 0.5 : size * 0.05;
  return [from - half, to + half];
}

/** The range for an axis of measured values: rounded to ticks, and down to 0 where 0 is near. */
export function axisRange(range: Range, kind: ScaleKind): [number, number] {
  const [low, high] = usableRange(range, kind);
  if (kind === "log") {
    // Not from high / low, which may be larger than any number.
    const margin = 10 ** (0.05 * (Math.log10(high) - Math.log10(low)));
    return [Math.max(low / margin, SMALLEST / 10), Math.min(high * margin, LARGEST * 2)];
  }
  const fromZero = low > 0 && low < 0.3 * high;
  return scaleLinear([fromZero ? 0 : low, high], [0, 1]).nice(6).domain() as [number, number];
}

/** About `count` ticks at round values. */
export function ticksIn(kind: ScaleKind, domain: Range, count: number): Ticks {
  if (kind === "log") return logTicks(domain, count);
  const values = scaleLinear([...domain], [0, 1]).ticks(Math.max(1, count));
  return { values, labels: labelsOf(values), minor: [] };
}

function logTicks([low, high]: Range, count: number): Ticks {
  const inside = (value: number): boolean => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const first = Math.floor(Math.log10(low));
  const exponents = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
  const power = (exponent: number): number => Number(`1e${exponent}`);
  const multiples = (factors: readonly number[]): number[] =>
    exponents.flatMap((exponent) => factors.map((factor) => Number(`${factor}e${exponent}`))).filter(inside);
  const powers = exponents.filter((exponent) => inside(power(exponent)));
  const all = multiples([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  if (powers.length > Math.min(2, count)) {
    const fewest = powers.length / Math.max(2, count);
    const step = [1, 2, 3, 5, 10, 20, 50].find((some) => some >= fewest) ?? 100;
    const values = powers.filter((exponent) => exponent % step === 0).map(power);
    return {
      values,
      labels: powerLabels(values),
      minor: step === 1 ? all : powers.length > 20 ? [] : powers.map(power),
    };
  }
  const values = [[1, 2, 5], [1, 3], [1]].map(multiples).find((some) => some.length <= count + 1) ?? [];
  if (values.length >= 2) return { values, labels: powerLabels(values), minor: all };
  // Less than a decade: round steps tell more than multiples of powers.
  return { ...ticksIn("linear", [low, high], count), minor: all };
}

/** What is written at ticks: all alike, as short as they can be told apart. */
export function labelsOf(values: readonly number[]): string[] {
  const largest = Math.max(0, ...values.map(Math.abs));
  const gaps = values.slice(1).map((value, i) => Math.abs(value - (values[i] as number)));
  const step = Math.min(largest || 1, ...gaps);
  const plain = largest < 1e15 ? written(values, step, 1, "") : undefined;
  if (plain !== undefined && longest(plain) <= 5) return plain;
  const exponent = Math.max(-300, Math.floor(Math.log10(largest)));
  const thousands = Math.floor(exponent / 3);
  const unit = thousands > 0 ? ["", "k", "M", "G", "T"][thousands] : undefined;
  const forms = [
    plain,
    unit === undefined ? undefined : written(values, step, 10 ** (3 * thousands), unit),
    written(values, step, Number(`1e${exponent}`), `×10${superscript(exponent)}`),
  ].filter((form) => form !== undefined);
  return forms.reduce((best, form) => (longest(form) < longest(best) ? form : best));
}

function written(values: readonly number[], step: number, divisor: number, unit: string): string[] {
  const scaled = values.map((value) => value / divisor);
  let digits = 0;
  const exact = (value: number): boolean => Math.abs(value - Number(value.toFixed(digits))) <= (1e-6 * step) / divisor;
  while (digits < 17 && !scaled.every(exact)) digits++;
  return scaled.map((value) => (value === 0 && unit !== "" ? "0" : minus(value.toFixed(digits)) + unit));
}

/** Labels on a log axis: plain numbers where all are short, else powers of ten. */
function powerLabels(values: readonly number[]): string[] {
  if (values.every((value) => value >= 0.001 && value < 1e5)) return values.map(String);
  return values.map((value) => {
    const [digits, exponent] = value.toExponential().split("e") as [string, string];
    return `${digits === "1" ? "" : `${digits}×`}10${superscript(Number(exponent))}`;
  });
}

/** A number in a sentence: six significant digits, powers of ten where they are shorter. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e7)) return minus(String(Number(value.toPrecision(6))));
  const [digits, exponent] = value.toExponential(5).split("e") as [string, string];
  return minus(`${Number(digits)}×10${superscript(Number(exponent))}`.replace(/^(-?)1×/, "$1"));
}

function longest(labels: readonly string[]): number {
  return Math.max(0, ...labels.map((label) => label.replace("−", "").length));
}

/** A real minus sign, and none before 0. */
function minus(text: string): string {
  return text.replace(/^-(?=.*[1-9])/, "−").replace(/^-/, "");
}

function superscript(exponent: number): string {
  return [...String(exponent)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])).join("");
}
