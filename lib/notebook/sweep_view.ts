/**
 * The outcomes of a sweep side by side: a table, the curves of all over each other, and images.
 *
 * @module
 */

import { sizeOf } from "../array/ndarray.ts";
import { isBeamfoldError } from "../errors.ts";
import { openFile } from "../hdf5/file.ts";
import { axisLabelOf, curveOf, drawSignal, signalsOf } from "./hdf5_view.ts";
import { noteRendering, type OutcomeFacts, parameterText } from "./outcome_view.ts";
import { linePlot, type Series } from "./plot.ts";
import { besideEachOther, type Picture, pictureRendering, type Rendering, stacked } from "./rendering.ts";
import { tableRendering } from "./table.ts";

/** Plots of curves, and images, that are drawn. */
const MAX_PLOTS = 4;
const MAX_IMAGES = 12;
/** The width of an image in pixels. */
const IMAGE_WIDTH = 300;

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
  return stacked([table, ...notes, ...drawingsOf(points)]);
}

/** What the files have to show. */
interface Drawings {
  /** Curves by the path of their dataset, with what they are drawn over. */
  readonly curves: Map<string, { readonly xLabel: string; readonly series: Series[] }>;
  /** Images, with their values in the title. */
  readonly images: Picture[];
}

/** Curves of the same dataset over each other, images side by side. */
function drawingsOf(points: readonly SweepFacts[]): Rendering[] {
  const drawings: Drawings = { curves: new Map(), images: [] };
  for (const { values, outcome } of points) {
    const label = Object.entries(values).map(([name, value]) => `${name} = ${parameterText(value)}`).join(", ");
    for (const path of outcome.files) draw(path, label, drawings);
  }
  const { curves, images } = drawings;
  const plots = [...curves].slice(0, MAX_PLOTS)
    .map(([name, { series, xLabel }]) => pictureRendering(linePlot({ series, title: name, xLabel })));
  return [...plots, ...(images.length === 0 ? [] : [besideEachOther(images.slice(0, MAX_IMAGES))])];
}

function draw(path: string, label: string, { curves, images }: Drawings): void {
  try {
    using file = openFile(path);
    for (const signal of signalsOf(file)) {
      const { shape, path: place } = signal.dataset;
      if (shape.length > 1) {
        const title = `${signal.title ?? place.slice(1)}, ${label}`;
        if (images.length < MAX_IMAGES) images.push(...drawSignal(signal, { title, width: IMAGE_WIDTH }));
      } else if (sizeOf(shape) > 1) {
        const known = curves.get(place.slice(1)) ?? { xLabel: axisLabelOf(signal), series: [] };
        known.series.push({ ...curveOf(signal), label });
        curves.set(place.slice(1), known);
      }
    }
  } catch (error) {
    // The classes may have moved it away.
    if (!isBeamfoldError(error, "Hdf5Error")) throw error;
  }
}
