/**
 * Small pictures for a terminal.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { contiguous } from "../array/ndarray.ts";
import { numberText } from "../units.ts";

const LEVELS = "▁▂▃▄▅▆▇█";

/** Values as a line of bars, one for each, or for each run of them where they are more than `width`. */
export function sparkline(array: NdArray, width = 48): string {
  const values = binned(array, width);
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return "";
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  return values.map((value) => {
    if (!Number.isFinite(value)) return " ";
    const level = span === 0 ? 0 : Math.round(((value - low) / span) * (LEVELS.length - 1));
    return LEVELS[level];
  }).join("");
}

/** Values as bars of several lines, with the range at the left. */
export function barChart(array: NdArray, options: { width: number; height: number }): string {
  const values = binned(array, options.width);
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return "(no finite value)";
  const low = Math.min(0, ...finite);
  const high = Math.max(0, ...finite) || (low < 0 ? 0 : 1);
  const labels = [numberText(high), numberText(low)];
  const margin = Math.max(...labels.map((label) => label.length));
  const wide = Math.max(1, Math.floor(options.width / values.length));
  const steps = LEVELS.length;
  const lines: string[] = [];
  for (let row = options.height - 1; row >= 0; row--) {
    const bars = values.map((value) => {
      const filled = Number.isFinite(value) ? ((value - low) / (high - low)) * options.height * steps : 0;
      const level = Math.round(Math.min(steps, Math.max(0, filled - row * steps)));
      // A zero that was measured shows as a thin line at the foot.
      const sign = level === 0 ? (row === 0 && Number.isFinite(value) ? LEVELS[0] : " ") : LEVELS[level - 1];
      return (sign as string).repeat(Math.max(1, wide - 1)) + (wide > 1 ? " " : "");
    });
    const label = row === options.height - 1 ? labels[0] : row === 0 ? labels[1] : "";
    lines.push(
      `${(label as string).padStart(margin)} ${row === options.height - 1 || row === 0 ? "┤" : "│"}${bars.join("")}`,
    );
  }
  return lines.map((line) => line.trimEnd()).join("\n");
}

const SHADES = " ░▒▓█";

/** An image in shades, two columns a pixel, binned down to `rows` lines. */
export function shadedImage(image: NdArray, rows: number): string {
  const [height = 0, width = 0] = image.shape;
  const data = contiguous(image);
  const bin = Math.max(1, Math.ceil(height / rows));
  const means: number[][] = [];
  for (let y = 0; y < height; y += bin) {
    const line: number[] = [];
    for (let x = 0; x < width; x += bin) {
      let [total, count] = [0, 0];
      for (let v = y; v < Math.min(height, y + bin); v++) {
        for (let u = x; u < Math.min(width, x + bin); u++, count++) total += Number(data[v * width + u]);
      }
      line.push(total / count);
    }
    means.push(line);
  }
  const high = Math.max(...means.flat().filter(Number.isFinite), Number.MIN_VALUE);
  return means.map((line) =>
    line.map((value) => (SHADES[Math.round((Math.max(0, value) / high) * (SHADES.length - 1))] ?? " ").repeat(2)).join(
      "",
    )
  ).join("\n");
}

/** Means of runs of values, so that there are at most `width`. */
function binned(array: NdArray, width: number): number[] {
  const values = Array.from(contiguous(array) as ArrayLike<number | bigint>, Number);
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, i) => {
    const run = values.slice(Math.floor((i * values.length) / width), Math.floor(((i + 1) * values.length) / width))
      .filter(Number.isFinite);
    return run.reduce((total, value) => total + value, 0) / run.length;
  });
}
