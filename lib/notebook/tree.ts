/**
 * The tree of an HDF5 file, to be folded and unfolded.
 *
 * @module
 */

import { isNdArray } from "../array/ndarray.ts";
import { arrayText } from "../array/print.ts";
import { type TreeNode, typeText } from "../hdf5/tree.ts";
import type { H5Value } from "../hdf5/types.ts";
import { escapeHtml, type Rendering } from "./rendering.ts";

/** Characters of a value that are shown. */
const MAX_VALUE = 120;

/** A tree as `<details>` elements, the first two levels open, and as indented text. */
export function treeRendering(node: TreeNode): Rendering {
  return { html: `<div style="line-height:1.5">${childrenHtml(node, 0)}</div>`, text: treeLines(node).join("\n") };
}

function childrenHtml(node: TreeNode, depth: number): string {
  const attributes = [...node.attrs].map(([name, value]) =>
    `<div style="opacity:.75">@${escapeHtml(name)} = ${escapeHtml(valueText(value))}</div>`
  );
  return [...attributes, ...node.children.map((child) => nodeHtml(child, depth))].join("");
}

function nodeHtml(node: TreeNode, depth: number): string {
  const label = `<b>${escapeHtml(node.name)}</b>${node.kind === "group" ? "/" : ""} ` +
    `<span style="opacity:.75">${escapeHtml(describe(node))}</span>`;
  const inside = childrenHtml(node, depth + 1);
  if (inside === "") return `<div style="margin-left:1.1em">${label}</div>`;
  const open = node.kind === "group" && depth < 2 ? " open" : "";
  return `<details style="margin-left:.2em"${open}><summary>${label}</summary>` +
    `<div style="margin-left:1.1em">${inside}</div></details>`;
}

/**
 * The tree as lines with branches.
 *
 * @param content What stands behind the name of a dataset: type, extents and the value of a scalar, when left out.
 */
export function treeLines(node: TreeNode, content = describe, indent = ""): string[] {
  const attributes = [...node.attrs].map(([name, value], i, all) => {
    const last = i === all.length - 1 && node.children.length === 0;
    return `${indent}${last ? "└" : "├"} @${name} = ${valueText(value)}`;
  });
  const children = node.children.flatMap((child, i) => {
    const last = i === node.children.length - 1;
    const behind = child.kind === "dataset" ? `  ${content(child)}` : child.kind === "group" ? "/" : ` (${child.kind})`;
    const line = `${indent}${last ? "└" : "├"} ${child.name}${behind}`.trimEnd();
    return [line, ...treeLines(child, content, `${indent}${last ? " " : "│"} `)];
  });
  return [...attributes, ...children];
}

/** Element type, extents and the value of a scalar; what else it is for what is no dataset. */
function describe(node: TreeNode): string {
  const { dataset, kind } = node;
  if (dataset === undefined) return kind === "group" ? "" : `(${kind})`;
  return dataset.shape.length === 0 ? `${typeText(node)} = ${valueText(node.value ?? null)}` : typeText(node);
}

/** A value on one line. */
export function valueText(value: H5Value): string {
  const text = typeof value === "string"
    ? JSON.stringify(value)
    : isNdArray(value)
    ? arrayText(value).replace(/\s+/g, " ")
    : Array.isArray(value)
    ? `[${value.map(valueText).join(", ")}]`
    : String(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
