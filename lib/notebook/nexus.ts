/**
 * What an HDF5 file says about its data, by the conventions of NeXus (`default`, `signal`, `axes`, `<name>_errors`,
 * `units`, `long_name`; https://manual.nexusformat.org/classes/base_classes/NXdata.html), and what its names suggest.
 *
 * @module
 */

import type { H5Dataset } from "../hdf5/dataset.ts";
import type { H5Group } from "../hdf5/group.ts";
import { isNumeric } from "../hdf5/types.ts";
import { numbersOf } from "./array_view.ts";

/** Whether elements are numbers that can be read and drawn. */
export function isDrawable(dtype: string): boolean {
  return isNumeric(dtype) && dtype !== "bool";
}

/** The group with the data that a file shows by default, by way of `default` attributes. */
export function defaultData(group: H5Group): H5Group | undefined {
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

/** The names of the axes of a group's signal, slowest first; "." stands for none. */
export function axisNames(group: H5Group): string[] {
  const axes = group.attrs.get("axes");
  const names = typeof axes === "string" ? axes.split(/[:,]/) : Array.isArray(axes) ? axes.map(String) : [];
  return names.map((name) => name.trim());
}

/** The title of a group: an attribute or a dataset. */
export function titleOf(group: H5Group): string | undefined {
  const title = group.attrs.get("title") ??
    (group.kind("title") === "dataset" ? group.dataset("title").get() : undefined);
  return typeof title === "string" ? title : undefined;
}

/**
 * The dataset with the values along each axis, where there is one: those named, else 1-D datasets beside it whose name
 * ends in `_axis` and whose length fits, no one twice.
 */
export function axesOf(
  group: H5Group | undefined,
  shape: readonly number[],
  names: readonly string[] | undefined,
): (H5Dataset | undefined)[] {
  if (group === undefined) return [];
  if (names !== undefined) return shape.map((extent, position) => curveOf(group, names[position], extent));
  const beside = group.keys().filter((key) => key.endsWith("_axis"));
  const fitting = shape.map((extent) => beside.flatMap((key) => curveOf(group, key, extent) ?? []));
  return shape.map((extent, position) => {
    const same = shape.flatMap((other, i) => (other === extent ? [i] : []));
    const found = fitting[position] ?? [];
    // Of a square image one axis alone does not say whether it is that of the rows or of the columns.
    return found.length < same.length ? undefined : found[same.indexOf(position)];
  });
}

/** The standard deviations of a 1-D dataset. */
export function errorsOf(group: H5Group | undefined, dataset: H5Dataset): H5Dataset | undefined {
  const name = lastName(dataset);
  const [extent = 0] = dataset.shape;
  const [found] = [`${name}_errors`, "errors"]
    .filter((candidate) => candidate !== name)
    .flatMap((candidate) => (group === undefined ? [] : curveOf(group, candidate, extent) ?? []));
  return found;
}

/** A 1-D dataset of numbers that has so many elements. */
function curveOf(group: H5Group, name: string | undefined, extent: number): H5Dataset | undefined {
  if (name === undefined || group.kind(name) !== "dataset") return undefined;
  const dataset = group.dataset(name);
  return dataset.shape.length === 1 && dataset.shape[0] === extent && isDrawable(dataset.dtype) ? dataset : undefined;
}

/** What a dataset is called, with its units. */
export function labelOf(dataset: H5Dataset): string {
  const units = unitsOf(dataset);
  return units === undefined ? nameOf(dataset) : `${nameOf(dataset)} (${units})`;
}

/** What a dataset is called. */
export function nameOf(dataset: H5Dataset): string {
  return textOf(dataset, "long_name") ?? lastName(dataset);
}

/** The units of a dataset, unless its name says them, as in `intensity / counts`. */
export function unitsOf(dataset: H5Dataset): string | undefined {
  const units = textOf(dataset, "units");
  const [, behind = ""] = /[([/](.*)/.exec(nameOf(dataset)) ?? [];
  return units !== undefined && behind.includes(units) ? undefined : units;
}

function textOf(dataset: H5Dataset, name: string): string | undefined {
  const text = dataset.attrs.get(name);
  return typeof text === "string" && text !== "" ? text : undefined;
}

function lastName({ path }: H5Dataset): string {
  return path.split("/").at(-1) ?? "";
}

/** The outer edges of the first and last pixel, half a step beyond their centres. */
export function extentOf(axis: H5Dataset): [number, number] {
  const values = numbersOf(axis.read());
  const first = values[0] ?? 0;
  const last = values[values.length - 1] ?? first;
  const half = values.length > 1 ? (last - first) / (values.length - 1) / 2 : 0.5;
  return [first - half, last + half];
}
