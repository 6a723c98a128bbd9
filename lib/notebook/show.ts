/**
 * `show`: anything of this module, drawn under the cell.
 *
 * @module
 */

import type { ShowOptions } from "./array_view.ts";
import { notebookSink, type Sink, textSink } from "./sink.ts";

/**
 * Shows something under the notebook's cell, or as text outside of a notebook: an array as a line or an image, an HDF5
 * file (or its path) as a tree with its plots, a capture or a raw dump (or its path) as a summary with thumbnails, an
 * event with its packets, the outcome of a replay. Lists of numbers are shown as arrays, anything else as `console.log` prints it.
 *
 * @param x What to show.
 * @param options For pictures: `colormap`, `scale`, `vmin`, `vmax`, `log`, `title`, `xLabel`, `yLabel`, `width`; for a
 * curve also `x`, the positions of its points.
 * @returns A promise to be awaited: the output then stands under its own cell in every kernel.
 * @throws CaptureError, Hdf5Error for a file that cannot be read, ArrayError when `x` does not fit.
 *
 * @example
 * ```ts
 * import { openCapture, show, stins } from "beamfold";
 *
 * const event = await openCapture("data/rings.cbors").event(5);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") await show(packet.data, { scale: "log", colormap: "magma" });
 * ```
 */
export async function show(x: unknown, options: ShowOptions = {}): Promise<void> {
  await showOn(notebookSink() ?? textSink(), x, options);
}

/** Shows something on a sink. */
export async function showOn(sink: Sink, x: unknown, options: ShowOptions = {}): Promise<void> {
  // What draws is loaded when it is first needed: most runs in a shell never do.
  const { renderingOf } = await import("./view.ts");
  sink.display(await renderingOf(x, options));
  await sink.settle();
}
