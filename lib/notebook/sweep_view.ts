/**
 * The outcomes of a sweep side by side: a table, and the curves of all over each other.
 *
 * @module
 */

import { sizeOf } from "../array/ndarray.ts";
import { isBeamfoldError } from "../errors.ts";
import { openFile } from "../hdf5/file.ts";
import { type TreeNode, treeOf } from "../hdf5/tree.ts";
import { numbersOf } from "./array_view.ts";
import { isDrawable } from "./nexus.ts";
import { noteRendering, type OutcomeFacts, parameterText } from "./outcome_view.ts";
import { linePlot, type Series } from "./plot.ts";
import { pictureRendering, type Rendering, stacked } from "./rendering.ts";
import { tableRendering } from "./table.ts";

/** Plots that are drawn, and points of a curve that are read. */
const MAX_PLOTS = 4;
const MAX_POINTS = 1_000_000;

/** What is drawn of one combination. */
export interface SweepFacts {
  readonly values: Readonly<Record<string, unknown>>;
  readonly outcome: OutcomeFacts;
}

/** All combinations. */
export function sweepRendering(points: readonly SweepFacts[]): Rendering {
  const names = Object.keys(points[0]?.values ?? {});
  const table = tableRendering(
    [...names, "events", "results", "skipped", "files"],
    points.map(({ values, outcome }) => [
      ...names.map((name) => typeof values[name] === "number" ? values[name] as number : parameterText(values[name])),
      outcome.events,
      outcome.results,
      outcome.skipped,
      outcome.files.join(", "),
    ]),
  );
  const notes = [...new Set(points.flatMap(({ outcome }) => outcome.warnings))]
    .map((warning) => noteRendering("⚠", warning));
  return stacked([table, ...notes, ...curvesOf(points).map(pictureRendering)]);
}

/** One plot for each 1-D dataset of that path that the files have, with a curve for each combination. */
function curvesOf(points: readonly SweepFacts[]) {
  const curves = new Map<string, Series[]>();
  for (const { values, outcome } of points) {
    const label = Object.entries(values).map(([name, value]) => `${name} = ${parameterText(value)}`).join(", ");
    for (const path of outcome.files) {
      for (const [name, y] of curvesIn(path)) {
        const known = curves.get(name) ?? [];
        known.push({ y, label });
        curves.set(name, known);
      }
    }
  }
  return [...curves].slice(0, MAX_PLOTS)
    .map(([name, series]) => linePlot({ series, title: name, xLabel: "index" }));
}

function curvesIn(path: string): [string, ArrayLike<number>][] {
  try {
    using file = openFile(path);
    const leaves = (node: TreeNode): TreeNode[] => node.kind === "dataset" ? [node] : node.children.flatMap(leaves);
    return leaves(treeOf(file)).flatMap(({ path: place, dataset }) => {
      const plain = dataset !== undefined && isDrawable(dataset.dtype) && dataset.shape.length === 1;
      if (!plain || sizeOf(dataset.shape) < 2 || sizeOf(dataset.shape) > MAX_POINTS) return [];
      return [[place.slice(1), numbersOf(file.dataset(place).read())] as [string, ArrayLike<number>]];
    });
  } catch (error) {
    // The classes may have moved it away.
    if (!isBeamfoldError(error, "Hdf5Error")) throw error;
    return [];
  }
}
