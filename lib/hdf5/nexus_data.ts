/**
 * Data that a viewer plots without being told how: NXdata of NeXus
 * (https://manual.nexusformat.org/classes/base_classes/NXdata.html).
 *
 * @module
 */

import { ArrayError } from "../errors.ts";
import type { H5Dataset } from "./dataset.ts";
import type { H5Group } from "./group.ts";
import { assertCanBe, cannotWrite, groupsAbove, setClass } from "./nexus_class.ts";
import { type DatasetOptions, planDataset } from "./plan.ts";

/** A dataset in the group: a new one, with `data` or `shape`; without both, one that is there. */
export interface NXfield extends DatasetOptions {
  /** Its name in the group. */
  name: string;
  /** The unit of its values, such as `"1/Å"`. */
  units?: string;
  /** What a plot calls it. */
  longName?: string;
}

/** What is plotted, and over what. */
export interface NXdataOptions {
  /** What is plotted: the name of a dataset in the group, or one to make. */
  signal: string | NXfield;
  /**
   * What each dimension of the signal is plotted over, in their order; `null` for none. An axis has as many values as
   * the dimension, or one more where they are edges; silx and {@linkcode show} plot over the former only.
   */
  axes?: readonly (string | NXfield | null)[];
  /** How `<signal>_errors`, the standard deviations, is made. One that is there already is found without this. */
  errors?: DatasetOptions;
  /** The unit of the signal and its errors. */
  units?: string;
  /** The title of the plot. */
  title?: string;
  /** Whether the last dimension is a curve, the last two an image, or all are single values. */
  interpretation?: "scalar" | "spectrum" | "image" | "rgb-image";
}

/** A dataset in the group, with the extents that it has or will have. */
interface Planned {
  readonly name: string;
  readonly units: string | undefined;
  readonly longName: string | undefined;
  /** How it is made; undefined where it is there. */
  readonly options?: DatasetOptions;
  readonly shape: readonly number[];
  readonly maxShape: readonly (number | null)[];
}

/**
 * Writes NXdata in one call: the datasets that are not there yet, and the attributes by which h5web, silx and
 * {@linkcode show} plot them. The groups above get `default` where they have none, so that the file opens with this
 * plot; the file becomes NXroot and its group NXentry. Nothing is written where something does not fit.
 *
 * @param group The group that becomes NXdata, such as `file.createGroup("entry/data")`. Called again for the same group,
 * it replaces what the group said about its plot.
 * @param options What is plotted, and over what. Extents that can grow need not fit yet.
 * @returns The signal, to be filled by `set` or `append` where it grows; errors and axes by `group.dataset(name)`.
 * @throws Hdf5Error when the group is of another class, a name is taken or missing, or axes or errors do not have the
 * extents of the signal.
 *
 * @example
 * ```ts
 * import { createFile, writeNXdata } from "beamfold";
 *
 * using file = createFile("output/integrated.h5");
 * const rows = { shape: [0, 3], maxShape: [null, 3], dtype: "float32" };
 * const intensity = writeNXdata(file.createGroup("entry/data"), {
 *   signal: { name: "I", units: "counts", longName: "intensity", ...rows },
 *   errors: rows,
 *   axes: [null, { name: "q", data: [0.1, 0.2, 0.3], units: "1/Å" }],
 *   interpretation: "spectrum",
 * });
 * intensity.set(0, [5, 7, 6]);
 * file.dataset("entry/data/I_errors").set(0, [0.2, 0.3, 0.2]);
 * ```
 */
export function writeNXdata(group: H5Group, options: NXdataOptions): H5Dataset {
  assertCanBe(group, "NXdata");
  const signal = planned(group, options.signal);
  const axes = (options.axes ?? []).map((axis) => axis === null ? undefined : planned(group, axis));
  const errors = plannedErrors(group, signal.name, options.errors);
  check(group, signal, axes, errors);
  const title = newTitle(group, options.title);
  forgetAxes(group);
  const { units = options.units } = signal;
  const dataset = made(group, { ...signal, units });
  if (options.interpretation !== undefined) dataset.attrs.set("interpretation", options.interpretation);
  if (errors !== undefined) made(group, { ...errors, units });
  for (const axis of axes) if (axis !== undefined) made(group, axis);
  setClass(group, "NXdata");
  group.attrs.set("signal", signal.name);
  for (const [dimension, axis] of axes.entries()) {
    if (axis !== undefined) group.attrs.set(`${axis.name}_indices`, dimension);
  }
  if (axes.some((axis) => axis !== undefined)) group.attrs.set("axes", axes.map((axis) => axis?.name ?? "."));
  if (title !== undefined) group.createDataset("title", { data: title });
  setDefaults(group);
  return dataset;
}

function planned(group: H5Group, given: string | NXfield): Planned {
  const { name, units, longName, ...options } = typeof given === "string" ? { name: given } as NXfield : given;
  if (!/^[^/]+$/.test(name) || name === ".") {
    throw cannotWrite(group, "NXdata", `${JSON.stringify(name)} is no name of a dataset in it`);
  }
  const field = { name, units, longName };
  if (options.data === undefined && options.shape === undefined) {
    const { shape, maxShape } = group.dataset(name);
    return { ...field, shape, maxShape };
  }
  if (group.kind(name) !== undefined) {
    throw cannotWrite(group, "NXdata", `there is a "${name}" already; leave out data and shape to use that`);
  }
  try {
    const { created, resized } = planDataset(options);
    const shape = resized ?? created.shape;
    return { ...field, options, shape, maxShape: created.maxshape ?? shape };
  } catch (error) {
    if (!(error instanceof ArrayError)) throw error;
    throw cannotWrite(group, "NXdata", `"${name}" cannot be made: ${error.message}`, error);
  }
}

function plannedErrors(group: H5Group, signal: string, options: DatasetOptions | undefined): Planned | undefined {
  const name = `${signal}_errors`;
  if (options !== undefined) return planned(group, { ...options, name });
  return group.kind(name) === "dataset" ? planned(group, name) : undefined;
}

/** Asserts that axes and errors have the extents of the signal, as far as those cannot change any more. */
function check(
  group: H5Group,
  signal: Planned,
  axes: readonly (Planned | undefined)[],
  errors: Planned | undefined,
): void {
  const refuse = (reason: string): Error => cannotWrite(group, "NXdata", reason);
  const { name, shape } = signal;
  const shapeText = `the shape [${shape.join(", ")}]`;
  if (axes.length !== 0 && axes.length !== shape.length) {
    throw refuse(
      `there are ${axes.length} axes, but "${name}" has ${shapeText}; give one for each dimension, or null for none`,
    );
  }
  const names = [signal, ...axes].flatMap((field) => field?.name ?? []);
  const twice = names.find((other, i) => names.indexOf(other) !== i);
  if (twice !== undefined) throw refuse(`"${twice}" is named twice`);
  for (const [dimension, axis] of axes.entries()) {
    if (axis === undefined) continue;
    if (axis.shape.length !== 1) {
      throw refuse(`the axis "${axis.name}" has the shape [${axis.shape.join(", ")}], expected one dimension`);
    }
    const [length] = axis.shape as [number];
    const extent = shape[dimension] as number;
    const fits = length === extent || length === extent + 1;
    if (!fits && !grows(signal, dimension) && !grows(axis, 0)) {
      throw refuse(
        `the axis "${axis.name}" has ${length} values, but dimension ${dimension} of "${name}" has ${extent}; expected ` +
          `${extent}, or ${extent + 1} edges`,
      );
    }
  }
  if (errors === undefined) return;
  const alike = errors.shape.length === shape.length &&
    shape.every((extent, dimension) =>
      errors.shape[dimension] === extent || grows(signal, dimension) || grows(errors, dimension)
    );
  if (!alike) {
    throw refuse(`"${errors.name}" has the shape [${errors.shape.join(", ")}], but "${name}" has ${shapeText}`);
  }
}

function grows({ shape, maxShape }: Planned, dimension: number): boolean {
  return maxShape[dimension] !== shape[dimension];
}

/** The dataset of a field, new or there, with its attributes. */
function made(group: H5Group, { name, units, longName, options }: Planned): H5Dataset {
  const dataset = options === undefined ? group.dataset(name) : group.createDataset(name, options);
  if (units !== undefined) dataset.attrs.set("units", units);
  if (longName !== undefined) dataset.attrs.set("long_name", longName);
  return dataset;
}

/** The title, a dataset in NeXus, where it is not there yet. */
function newTitle(group: H5Group, title: string | undefined): string | undefined {
  if (title === undefined || group.kind("title") === undefined) return title;
  const found = group.kind("title") === "dataset" ? group.dataset("title").get() : undefined;
  if (found === title) return undefined;
  throw cannotWrite(group, "NXdata", `it has a "title" already, which cannot be replaced`);
}

/** Removes what the group said about its axes. */
function forgetAxes(group: H5Group): void {
  const said = group.attrs.keys().filter((name) => name === "axes" || name.endsWith("_indices"));
  for (const name of said) group.attrs.delete(name);
}

/** Names the next group in each above this one, where none is named. */
function setDefaults(group: H5Group): void {
  const names = group.path.split("/").slice(1);
  for (const [depth, above] of groupsAbove(group).entries()) {
    if (!above.attrs.has("default")) above.attrs.set("default", names[depth] as string);
  }
}
