/**
 * Tables, as HTML and as text in columns.
 *
 * @module
 */

import { escapeHtml, type Rendering } from "./rendering.ts";

/** A cell: text, or a number, which stands to the right. */
export type Cell = string | number;

const CELL = "padding:2px 10px;border:none";

/** A table with a head. */
export function tableRendering(head: readonly string[], rows: readonly (readonly Cell[])[]): Rendering {
  const cell = (tag: string, value: Cell): string =>
    `<${tag} style="${CELL};text-align:${typeof value === "number" ? "right" : "left"}">${
      escapeHtml(String(value))
    }</${tag}>`;
  const line = (tag: string, cells: readonly Cell[]): string =>
    `<tr>${cells.map((value) => cell(tag, value)).join("")}</tr>`;
  const html = `<table style="border-collapse:collapse;margin:4px 0"><thead>${line("th", head)}</thead><tbody>${
    rows.map((cells) => line("td", cells)).join("")
  }</tbody></table>`;
  return { html, text: columns([head, ...rows]) };
}

/** Names and values, a line each. */
export function factsRendering(facts: readonly (readonly [name: string, value: string])[]): Rendering {
  const rows = facts.map(([name, value]) =>
    `<tr><td style="${CELL};text-align:left;opacity:.75">${escapeHtml(name)}</td>` +
    `<td style="${CELL};text-align:left">${escapeHtml(value)}</td></tr>`
  );
  return {
    html: `<table style="border-collapse:collapse;margin:4px 0"><tbody>${rows.join("")}</tbody></table>`,
    text: columns(facts),
  };
}

/** Rows in columns of equal width; numbers stand to the right. */
export function columns(rows: readonly (readonly Cell[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, String(cell).length);
  }
  return rows.map((row) =>
    row.map((cell, i) => typeof cell === "number" ? String(cell).padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))
      .join("  ").trimEnd()
  ).join("\n");
}
