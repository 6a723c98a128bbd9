/**
 * HDF5 files, drawn: the tree, and the plots that the file suggests.
 *
 * A group that says what to plot, by the NeXus conventions (`default`, `signal`, `axes`, `<name>_errors`, `units`,
 * `long_name`, `interpretation`; https://manual.nexusformat.org/classes/base_classes/NXdata.html), is taken at its
 * word. Otherwise every dataset of numbers with one or two axes is drawn, up to a sensible number.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { sizeOf } from "../array/ndarray.ts";
import type { H5Dataset } from "../hdf5/dataset.ts";
import type { H5Group } from "../hdf5/group.ts";
import { type TreeNode, treeOf } from "../hdf5/tree.ts";
import { numbersOf, picturesOf, preHtml, type ShowOptions } from "./array_view.ts";
import { imagePlot } from "./image.ts";
import { linePlot } from "./plot.ts";
import { type Picture, pictureRendering, type Rendering, stacked } from "./rendering.ts";
import { treeRendering } from "./tree.ts";

/** Datasets drawn of a file that does not say what to plot. */
const MAX_PLOTS = 6;
/** Elements read of a dataset; of a larger one every n-th row. */
const MAX_ELEMENTS = 4_000_000;

/** The tree of a group or file, and its plots. */
export function groupRendering(group: H5Group, options: ShowOptions = {}): Rendering {
  const tree = treeOf(group);
  const pictures = plotsOf(group, tree, options);
  return stacked([treeRendering(tree), ...pictures.map(pictureRendering)]);
}

/** A dataset, drawn; a value that cannot be drawn, as text. */
export function datasetRendering(dataset: H5Dataset, options: ShowOptions = {}): Rendering {
  const pictures = drawDataset(undefined, dataset, options);
  if (pictures.length > 0) return stacked(pictures.map(pictureRendering));
  const text = Deno.inspect(dataset.shape.length === 0 ? dataset.get() : dataset, { colors: false });
  return { html: preHtml(text), text };
}

/** The plots of a file: its default, or those of its datasets. */
export function plotsOf(group: H5Group, tree: TreeNode, options: ShowOptions = {}): Picture[] {
  const data = defaultData(group);
  if (data !== undefined) {
    const drawn = drawData(data, options);
    if (drawn.length > 0) return drawn;
  }
  const pictures: Picture[] = [];
  for (const { path } of drawable(tree)) {
    const parentPath = path.replace(/\/[^/]*$/, "") || "/";
    const parent = parentPath === "/" ? group.group("/") : group.group(parentPath);
    pictures.push(...drawDataset(parent, group.dataset(path), options));
    if (pictures.length >= MAX_PLOTS) break;
  }
  return pictures.slice(0, MAX_PLOTS);
}

/** Datasets of numbers with one to three axes, without axes and errors of others. */
function drawable(tree: TreeNode): TreeNode[] {
  const helpers = new Set<string>();
  const walk = (node: TreeNode): TreeNode[] => {
    const names = new Set(node.children.map(({ name }) => name));
    for (const { name, path } of node.children) {
      if (name.endsWith("_errors") && names.has(name.slice(0, -"_errors".length))) helpers.add(path);
      if (name.endsWith("_axis")) helpers.add(path);
    }
    return node.kind === "dataset" ? [node] : node.children.flatMap(walk);
  };
  return walk(tree).filter(({ dataset, path }) => {
    if (dataset === undefined || helpers.has(path)) return false;
    const numeric = /^(u?int(8|16|32|64)|float(32|64))$/.test(dataset.dtype);
    return numeric && dataset.shape.length >= 1 && dataset.shape.length <= 3 && sizeOf(dataset.shape) > 1;
  });
}

/** The group with the data that a file shows by default, by way of `default` attributes. */
function defaultData(group: H5Group): H5Group | undefined {
  let at = group;
  const seen = new Set<string>();
  for (;;) {
    if (typeof at.attrs.get("signal") === "string") return at;
    const next = at.attrs.get("default");
    if (typeof next !== "string" || seen.has(at.path) || at.kind(next) !== "group") return undefined;
    seen.add(at.path);
    at = at.group(next);
  }
}

function drawData(group: H5Group, options: ShowOptions): Picture[] {
  const signal = group.attrs.get("signal");
  if (typeof signal !== "string" || group.kind(signal) !== "dataset") return [];
  const given = group.attrs.get("axes");
  const axes = typeof given === "string" ? given.split(/[:,]/) : Array.isArray(given) ? given.map(String) : [];
  const title = group.attrs.get("title") ??
    (group.kind("title") === "dataset" ? group.dataset("title").get() : undefined);
  const titled = typeof title === "string" ? { title } : {};
  return drawDataset(group, group.dataset(signal), { ...titled, ...options }, axes);
}

/** A dataset with axes: those named, else 1-D datasets beside it whose name ends in `_axis` and whose length fits. */
function drawDataset(
  group: H5Group | undefined,
  dataset: H5Dataset,
  options: ShowOptions,
  axes?: readonly string[],
): Picture[] {
  const { shape } = dataset;
  const name = dataset.path.split("/").at(-1) ?? "";
  if (!/^(u?int|float)/.test(dataset.dtype) || shape.length === 0 || shape.length > 3 || sizeOf(shape) === 0) return [];
  const named = { title: labelOf(dataset, name), ...options };
  const axis = (position: number): H5Dataset | undefined =>
    axisOf(group, axes?.[position], shape[position] as number, axes === undefined);
  const spectrum = dataset.attrs.get("interpretation") === "spectrum";
  if (shape.length === 1 || (shape.length === 2 && spectrum)) {
    const last = axis(shape.length - 1);
    const errors = shape.length === 1 ? errorsOf(group, name, shape[0] as number) : undefined;
    const array = thinned(dataset);
    const rows = shape.length === 1 ? [array] : rowsOf(array);
    const step = Math.max(1, Math.ceil(Math.max(1, shape.at(-1) as number) / (array.shape.at(-1) as number)));
    const x = last === undefined ? undefined : numbersOf(last.read(`::${step}`));
    return [linePlot({
      yLabel: labelOf(dataset, name),
      ...(last === undefined ? { xLabel: "index" } : { xLabel: labelOf(last, last.path.split("/").at(-1) ?? "") }),
      ...named,
      series: rows.map((row, i) => ({
        y: numbersOf(row),
        ...(x === undefined
          ? (step > 1 ? { x: Float64Array.from({ length: row.size }, (_, k) => k * step) } : {})
          : { x }),
        ...(errors === undefined ? {} : { errors: numbersOf(errors.read(`::${step}`)) }),
        ...(rows.length > 1 ? { label: String(i) } : {}),
      })),
    })];
  }
  if (shape.length === 3) return picturesOf(thinned(dataset), named);
  const [rows, columns] = [axis(0), axis(1)];
  return [imagePlot(thinned(dataset), {
    ...(columns === undefined ? {} : { xLabel: nameWithUnits(columns), xExtent: extentOf(columns) }),
    ...(rows === undefined ? {} : { yLabel: nameWithUnits(rows), yExtent: extentOf(rows) }),
    ...named,
  })];
}

function axisOf(
  group: H5Group | undefined,
  name: string | undefined,
  extent: number,
  search: boolean,
): H5Dataset | undefined {
  if (group === undefined) return undefined;
  const fits = (candidate: string): H5Dataset | undefined => {
    if (candidate === "." || group.kind(candidate) !== "dataset") return undefined;
    const dataset = group.dataset(candidate);
    return dataset.shape.length === 1 && dataset.shape[0] === extent && /^(u?int|float)/.test(dataset.dtype)
      ? dataset
      : undefined;
  };
  if (name !== undefined) return fits(name.trim());
  if (!search) return undefined;
  for (const key of group.keys()) {
    const found = key.endsWith("_axis") ? fits(key) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function errorsOf(group: H5Group | undefined, name: string, extent: number): H5Dataset | undefined {
  if (group === undefined) return undefined;
  for (const candidate of [`${name}_errors`, "errors"]) {
    if (candidate === name || group.kind(candidate) !== "dataset") continue;
    const dataset = group.dataset(candidate);
    if (dataset.shape.length === 1 && dataset.shape[0] === extent) return dataset;
  }
  return undefined;
}

/** The elements, of a very large dataset every n-th row of the slowest axis (and column, where there is only one row). */
function thinned(dataset: H5Dataset): NdArray {
  const size = sizeOf(dataset.shape);
  if (size <= MAX_ELEMENTS) return dataset.read();
  if (dataset.shape.length === 3) {
    const middle = Math.floor(((dataset.shape[0] as number) - 1) / 2);
    return dataset.read(`${middle}:${middle + 1}`);
  }
  return dataset.read(`::${Math.ceil(size / MAX_ELEMENTS)}`);
}

function rowsOf(array: NdArray): NdArray[] {
  const count = Math.min(array.shape[0] as number, 12);
  return Array.from({ length: count }, (_, row) => array.pick(row, null));
}

function labelOf(dataset: H5Dataset, name: string): string {
  const long = dataset.attrs.get("long_name");
  if (typeof long === "string" && long !== "") return long;
  const units = dataset.attrs.get("units");
  return typeof units === "string" && units !== "" ? `${name} (${units})` : name;
}

function nameWithUnits(dataset: H5Dataset): string {
  return labelOf(dataset, dataset.path.split("/").at(-1) ?? "");
}

/** The outer edges of the first and last pixel, half a step beyond their centres. */
function extentOf(axis: H5Dataset): [number, number] {
  const values = numbersOf(axis.read());
  const first = values[0] ?? 0;
  const last = values[values.length - 1] ?? first;
  const half = values.length > 1 ? (last - first) / (values.length - 1) / 2 : 0.5;
  return [first - half, last + half];
}
