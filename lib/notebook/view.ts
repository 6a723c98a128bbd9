/**
 * What anything of this module looks like.
 *
 * @module
 */

import { isTypedArray } from "../array/dtypes.ts";
import { isNdArray, view } from "../array/ndarray.ts";
import { isDump } from "../capture/dump_summary.ts";
import { Capture, openCapture } from "../capture/read.ts";
import { ArrayError } from "../errors.ts";
import type { CaptureItem, StreamData } from "../event.ts";
import { H5Dataset } from "../hdf5/dataset.ts";
import { openFile } from "../hdf5/file.ts";
import { H5Group } from "../hdf5/group.ts";
import { elementsOf, type WritableValue } from "../hdf5/types.ts";
import { arrayRendering, preHtml, type ShowOptions } from "./array_view.ts";
import { captureRendering, eventRendering, streamRendering } from "./capture_view.ts";
import { dumpRendering } from "./dump_view.ts";
import { datasetRendering, groupRendering } from "./hdf5_view.ts";
import { errorRendering, isOutcome, outcomeRendering } from "./outcome_view.ts";
import { escapeHtml, type Rendering, stacked } from "./rendering.ts";

/** How captures and raw dumps are called. */
const CAPTURE = /\.(cbors?|pkls)(\.gz)?$/;

/** What something looks like. */
export async function renderingOf(x: unknown, options: ShowOptions = {}): Promise<Rendering> {
  if (isNdArray(x)) return arrayRendering(x, options);
  if (isTypedArray(x)) return arrayRendering(view(x), options);
  if (x instanceof H5Dataset) return datasetRendering(x, options);
  if (x instanceof H5Group) return groupRendering(x, options);
  if (x instanceof Capture) return await captureRendering(x, options);
  if (isOutcome(x)) return outcomeRendering(x, options);
  if (isEvent(x)) return eventRendering(x, options);
  if (isStream(x)) return streamRendering("", x, options);
  if (x instanceof Error) return errorRendering(x);
  if (typeof x === "string" && (CAPTURE.test(x) || /\.(h5|hdf5|nxs|hdf)$/.test(x))) {
    return await fileRendering(x, options);
  }
  const array = arrayOf(x);
  if (array !== undefined) return arrayRendering(array, options);
  const text = typeof x === "string" ? x : Deno.inspect(x, { colors: false, depth: 4 });
  return { html: preHtml(text), text };
}

async function fileRendering(path: string, options: ShowOptions): Promise<Rendering> {
  const head = { html: `<code>${escapeHtml(path)}</code>`, text: path };
  if (CAPTURE.test(path)) {
    return isDump(path) ? await dumpRendering(path, options) : await captureRendering(openCapture(path), options);
  }
  using file = openFile(path);
  return stacked([head, groupRendering(file, options)]);
}

/** A list of numbers, of any depth, as an array. */
function arrayOf(x: unknown): ReturnType<typeof view> | undefined {
  if (!Array.isArray(x) || x.length === 0) return undefined;
  try {
    // A list that is filled by event number may have holes; they are drawn as gaps.
    const whole = Array.from(x, (element) => element ?? NaN);
    const { data, shape } = elementsOf(whole as WritableValue);
    return Array.isArray(data) ? undefined : view(data, shape);
  } catch (error) {
    if (error instanceof ArrayError) return undefined;
    throw error;
  }
}

function isEvent(x: unknown): x is CaptureItem {
  return typeof x === "object" && x !== null && "eventNumber" in x && "streams" in x;
}

function isStream(x: unknown): x is StreamData {
  return typeof x === "object" && x !== null && "typ" in x && "frames" in x && Array.isArray(x.frames);
}
