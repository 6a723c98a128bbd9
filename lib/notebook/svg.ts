/**
 * SVG documents that stand alone: their colours, light and dark, and the elements that figures are made of.
 *
 * @module
 */

import { escapeHtml } from "./rendering.ts";

/** The size of labels in pixels. */
const LABEL = 11;
/** The size of titles in pixels. */
const TITLE = 12;

/** The colours of curves: hues that colour-blind readers can tell apart, on white and on black. */
const curves = [
  ["#1f6fc4", "#6cb2ff"],
  ["#d1590b", "#ff9d57"],
  ["#14835a", "#4fd09a"],
  ["#b0357e", "#f28ac4"],
  ["#6f4fc0", "#b7a0ff"],
  ["#8a6a00", "#e3c04b"],
  ["#0c7f92", "#4fcbe0"],
  ["#5c6570", "#b3bcc6"],
] as const;

/** How many colours there are for curves, in the classes `c0`, `c1`, … */
export const CURVE_COLOURS = curves.length;

const light = { paper: "#fff", ink: "#1f2328", quiet: "#57606a", grid: "#e7eaee", axis: "#9aa3ad" };
const dark = { paper: "#111", ink: "#e6eaef", quiet: "#a7b0ba", grid: "#2b2f34", axis: "#6b747e" };

function colours(of: typeof light, shade: 0 | 1): string {
  return `.bg{fill:${of.paper}}.ink{fill:${of.ink}}.quiet{fill:${of.quiet}}` +
    `.grid{stroke:${of.grid}}.axis{stroke:${of.axis}}` +
    curves.map((pair, i) => `.c${i}{color:${pair[shade]}}`).join("");
}

const style = `text{font:${LABEL}px system-ui,sans-serif}.title{font-size:${TITLE}px;font-weight:600}` +
  `.end{text-anchor:end}.mid{text-anchor:middle}.grid,.axis{fill:none;stroke-width:1}` +
  `.line{fill:none;stroke:currentColor;stroke-width:1.5;stroke-linejoin:round;stroke-linecap:round}` +
  `.dot{fill:currentColor}.bar{fill:none;stroke:currentColor;stroke-opacity:.65}` +
  `.band{fill:currentColor;fill-opacity:.2;stroke:currentColor;stroke-opacity:.2}` +
  `.dash{stroke-dasharray:5 3}.none{fill:#9aa3ad}.none.tinted{fill:#c0504d}image{image-rendering:pixelated}` +
  colours(light, 0) + `@media (prefers-color-scheme:dark){${colours(dark, 1)}}`;

/** A whole document on an opaque background; `alt` is its title for those who do not see it. */
export function svgDocument(width: number, height: number, alt: string, body: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img">`,
    `<title>${escapeXml(alt)}</title>`,
    `<style>${style}</style>`,
    `<rect class="bg" width="${width}" height="${height}"/>`,
    ...body.filter((element) => element !== ""),
    "</svg>\n",
  ].join("\n");
}

/** A coordinate with at most two decimals, so that documents are small and the same on every machine. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** Text made safe for XML; characters that XML cannot hold would make the whole picture unreadable. */
export function escapeXml(text: string): string {
  // deno-lint-ignore no-control-regex -- these are the ones
  return escapeHtml(text.toWellFormed().replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd"));
}

/** A line of text. `turned` reads upwards, for the label of a vertical axis. */
export function textAt(x: number, y: number, text: string, classes: string, turned = false): string {
  const [left, top] = [coordinate(x), coordinate(y)];
  const place = turned ? `transform="translate(${left} ${top}) rotate(-90)"` : `x="${left}" y="${top}"`;
  return `<text class="${classes}" ${place}>${escapeXml(text)}</text>`;
}

/** About how many pixels a text is wide; fonts differ, so it is rather too much. */
export function textWidth(text: string, size: number = LABEL): number {
  let width = 0;
  for (const character of text) {
    if (/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/.test(character)) width += 0.42;
    else if (/[.,:;'|!il ]/.test(character)) width += 0.32;
    else if (/[mwMW@]/.test(character) || character > "\u2e80") width += 0.95;
    else if (/[A-Z−×]/.test(character)) width += 0.68;
    else width += 0.64;
  }
  return width * size;
}

/** A text that is cut at the end, with a mark, where it is wider than there is room. */
export function fitText(text: string, room: number, size: number = LABEL): string {
  const line = text.replace(/\s+/g, " ");
  if (textWidth(line, size) <= room) return line;
  const characters = [...line];
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, size) > room) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
