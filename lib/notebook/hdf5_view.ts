/**
 * HDF5 files, drawn: the tree, and the plots that the file suggests.
 *
 * A group that says what to plot, by the conventions of NeXus, is taken at its word. Otherwise every dataset of numbers
 * with one to three axes is drawn, up to a sensible number.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { sizeOf } from "../array/ndarray.ts";
import type { H5Dataset } from "../hdf5/dataset.ts";
import type { H5Group } from "../hdf5/group.ts";
import { type TreeNode, treeOf } from "../hdf5/tree.ts";
import { countText, thousands } from "../units.ts";
import { numbersOf, preHtml, type ShowOptions, stackPictures } from "./array_view.ts";
import { imagePlot } from "./image.ts";
import {
  axesOf,
  axisNames,
  defaultData,
  errorsOf,
  extentOf,
  isDrawable,
  labelOf,
  nameOf,
  titleOf,
  unitsOf,
} from "./nexus.ts";
import { linePlot, type LinePlotOptions, type Series } from "./plot.ts";
import { type Picture, pictureRendering, type Rendering, stacked } from "./rendering.ts";
import { treeRendering } from "./tree.ts";

/** Datasets drawn of a file that does not say what to plot. */
const MAX_PLOTS = 6;
/** Points of a curve that are read; of a longer one every n-th. */
const MAX_POINTS = 4_000_000;
/** Pixels of an image that are read; of a larger one every n-th row and column, at most so many of each. */
const MAX_PIXELS = 40_000_000;
const LARGE_SIDE = 6000;
/** Rows of a set of spectra that are drawn. */
const MAX_ROWS = 12;

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
  const pictures: Picture[] = [];
  for (const signal of signalsOf(group, tree)) {
    pictures.push(...drawSignal(signal, options));
    if (pictures.length >= MAX_PLOTS) break;
  }
  return pictures.slice(0, MAX_PLOTS);
}

/** A dataset that is worth drawing. */
export interface Signal {
  readonly dataset: H5Dataset;
  /** The group with its axes. */
  readonly group: H5Group;
  /** The names of its axes, where they are given. */
  readonly names?: readonly string[];
  /** The title that its group has. */
  readonly title?: string;
}

/** What is worth drawing of a file: its default, or all of its datasets that are no axes or errors of others. */
export function signalsOf(group: H5Group, tree: TreeNode = treeOf(group)): Signal[] {
  const signal = defaultSignal(group);
  if (signal !== undefined) return [signal];
  return drawable(tree).map(({ path }) => {
    const parent = path.replace(/\/[^/]*$/, "") || "/";
    return { dataset: group.dataset(path), group: group.group(parent) };
  });
}

function defaultSignal(group: H5Group): Signal | undefined {
  const data = defaultData(group);
  const name = data?.attrs.get("signal");
  if (data === undefined || typeof name !== "string" || data.kind(name) !== "dataset") return undefined;
  const dataset = data.dataset(name);
  if (!isDrawable(dataset.dtype) || !isDrawableShape(dataset.shape)) return undefined;
  const title = titleOf(data);
  return { dataset, group: data, names: axisNames(data), ...(title === undefined ? {} : { title }) };
}

/** Draws a signal. */
export function drawSignal({ dataset, group, names, title }: Signal, options: ShowOptions): Picture[] {
  return drawDataset(group, dataset, { ...(title === undefined ? {} : { title }), ...options }, names);
}

/** A signal with one axis, as a curve. */
export function curveOf({ dataset, group, names }: Signal): Series {
  const [axis] = axesOf(group, dataset.shape, names);
  return curve(dataset, axis, errorsOf(group, dataset)).series;
}

/** What a curve is drawn over: its axis with its units, or indices. */
export function axisLabelOf({ dataset, group, names }: Signal): string {
  const [axis] = axesOf(group, dataset.shape, names);
  return axis === undefined ? "index" : labelOf(axis);
}

function isDrawableShape(shape: readonly number[]): boolean {
  return shape.length >= 1 && shape.length <= 3 && sizeOf(shape) > 0;
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
    return isDrawable(dataset.dtype) && sizeOf(dataset.shape) > 1;
  });
}

/** A dataset with its axes, in the group that has them. */
function drawDataset(
  group: H5Group | undefined,
  dataset: H5Dataset,
  options: ShowOptions,
  names?: readonly string[],
): Picture[] {
  const { shape } = dataset;
  if (!isDrawable(dataset.dtype) || !isDrawableShape(shape)) return [];
  const axes = axesOf(group, shape, names);
  if (shape.length === 1) return [drawCurve(dataset, options, axes[0], errorsOf(group, dataset))];
  const spectra = dataset.attrs.get("interpretation") === "spectrum";
  if (shape.length === 2 && spectra) return [drawSpectra(dataset, options, axes[1])];
  if (shape.length === 2) return [drawImage(dataset, options, axes)];
  const image = (index: number): NdArray => dataset.read(`${index}:${index + 1}`).pick(0, null, null);
  return stackPictures(shape[0] as number, image, { title: labelOf(dataset), ...options });
}

function drawCurve(
  dataset: H5Dataset,
  options: ShowOptions,
  axis: H5Dataset | undefined,
  errors: H5Dataset | undefined,
): Picture {
  const { series, step } = curve(dataset, axis, errors);
  const picture = linePlot({ ...labelsOf(dataset, axis, options), ...options, series: [series] });
  return step === 1 ? picture : noted(picture, `1 of ${thousands(step)} points is drawn`);
}

/** The points of a curve, of a long one every `step`-th. */
function curve(
  dataset: H5Dataset,
  axis: H5Dataset | undefined,
  errors: H5Dataset | undefined,
): { series: Series; step: number } {
  const step = Math.ceil(sizeOf(dataset.shape) / MAX_POINTS);
  const part = (of: H5Dataset): ArrayLike<number> => numbersOf(of.read(`::${step}`));
  const y = part(dataset);
  const x = axis !== undefined ? part(axis) : step > 1 ? Float64Array.from(y, (_, i) => i * step) : undefined;
  const series = {
    y,
    ...(x === undefined ? {} : { x }),
    ...(errors === undefined ? {} : { errors: part(errors) }),
  };
  return { series, step };
}

function drawSpectra(dataset: H5Dataset, options: ShowOptions, axis: H5Dataset | undefined): Picture {
  const [rows] = dataset.shape as [number, number];
  const array = dataset.read(`:${MAX_ROWS}`);
  const x = axis === undefined ? {} : { x: numbersOf(axis.read()) };
  const series = Array.from({ length: array.shape[0] as number }, (_, row) => ({
    y: numbersOf(array.pick(row, null)),
    ...x,
    ...(rows > 1 ? { label: String(row) } : {}),
  }));
  const picture = linePlot({ ...labelsOf(dataset, axis, options), ...options, series });
  return rows <= MAX_ROWS ? picture : noted(picture, `${MAX_ROWS} of ${countText(rows, "row")} are drawn`);
}

/** Title and labels of curves, none of which repeats another: without a title given, the title says what is drawn. */
function labelsOf(dataset: H5Dataset, axis: H5Dataset | undefined, { title }: ShowOptions): Partial<LinePlotOptions> {
  const name = nameOf(dataset);
  const yLabel = title === undefined || title === name ? unitsOf(dataset) : labelOf(dataset);
  return {
    title: name,
    xLabel: axis === undefined ? "index" : labelOf(axis),
    ...(yLabel === undefined || yLabel === title ? {} : { yLabel }),
  };
}

function drawImage(
  dataset: H5Dataset,
  options: ShowOptions,
  [rows, columns]: readonly (H5Dataset | undefined)[],
): Picture {
  const [height, width] = dataset.shape as [number, number];
  const steps = [height, width].map((extent) => height * width > MAX_PIXELS ? Math.ceil(extent / LARGE_SIDE) : 1);
  const array = dataset.read(steps.map((step) => `::${step}`).join(", "));
  const whole = array.shape[0] === height && array.shape[1] === width;
  const picture = imagePlot(array, {
    title: labelOf(dataset),
    // Of a part the indices are those of the whole.
    ...(whole ? {} : { xExtent: [-0.5, width - 0.5], yExtent: [-0.5, height - 0.5] }),
    ...(columns === undefined ? {} : { xLabel: labelOf(columns), xExtent: extentOf(columns) }),
    ...(rows === undefined ? {} : { yLabel: labelOf(rows), yExtent: extentOf(rows) }),
    ...options,
  });
  return whole ? picture : noted(picture, `${array.shape.join("×")} of ${height}×${width} pixels are drawn`);
}

function noted(picture: Picture, note: string): Picture {
  return { ...picture, notes: [...picture.notes ?? [], note] };
}
