/**
 * Tables in Markdown.
 *
 * @module
 */

import { median } from "./measure.ts";

/** A table; the first column stands to the left, numbers to the right. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((cells) => cells[i]?.length ?? 0)));
  const pad = (text: string, i: number) => i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
  const line = (cells: readonly string[]) => `| ${head.map((_, i) => pad(cells[i] ?? "", i)).join(" | ")} |`;
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** A number with some digits behind the point. */
export function fixed(value: number, digits = 2): string {
  return Number.isNaN(value) ? "–" : value.toFixed(digits);
}

/** The median, and the least and the most: `0.56 (0.54–0.61)`. */
export function spread(values: readonly number[], digits = 2): string {
  if (values.length < 2) return fixed(median(values), digits);
  const range = [Math.min(...values), Math.max(...values)].map((value) => fixed(value, digits));
  return `${fixed(median(values), digits)} (${range.join("–")})`;
}

/** A whole number, with gaps between thousands. */
export function whole(value: number): string {
  return Number.isNaN(value) ? "–" : Math.round(value).toLocaleString("en").replaceAll(",", " ");
}

/** How many times as long as others some runs took. */
export function times(some: readonly number[], others: readonly number[], digits = 1): string {
  if (some.length === 0 || others.length === 0) return "–";
  return `${fixed(median(some) / median(others), digits)}×`;
}
