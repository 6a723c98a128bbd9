/**
 * Packets, drawn: images, spectra and traces of streams of any known type.
 *
 * @module
 */

import { asError, BeamfoldError } from "../errors.ts";
import type { CaptureItem, StreamData } from "../event.ts";
import { type Drawable, type DrawableCurves, drawablesOf, parsePacket } from "../protocols/packets.ts";
import { numbersOf, picturesOf, type ShowOptions } from "./array_view.ts";
import { linePlot } from "./plot.ts";
import type { Picture } from "./rendering.ts";
import type { Series } from "./series.ts";

/** Pictures, and in a sentence each what could not be drawn. */
export interface Drawn {
  readonly pictures: readonly Picture[];
  readonly problems: readonly string[];
}

const NOTHING: Drawn = { pictures: [], problems: [] };
const SMALL_IMAGE: ShowOptions = { width: 240 };
const SMALL_PLOT: ShowOptions = { width: 300, height: 180 };

/**
 * What can be drawn of a stream. What cannot be parsed is left to the text of the packet.
 *
 * @param name What the stream is called.
 */
export function drawnOfStream(stream: StreamData, name: string, options: ShowOptions = {}): Drawn {
  const drawables = drawablesIn(stream);
  if (drawables instanceof Error) return NOTHING;
  return joined(drawables.map((drawable) => drawn(drawable, titleOf(name, drawable.name), options)));
}

/** What is most telling of each stream of an event, small. */
export function thumbnailsOf({ eventNumber, streams }: CaptureItem, options: ShowOptions = {}): Drawn {
  return joined(
    Object.entries(streams).map(([name, stream]) => {
      const title = `${name}, event ${eventNumber}`;
      const drawables = drawablesIn(stream);
      if (drawables instanceof Error) return { pictures: [], problems: [`${title}: ${drawables.message}`] };
      const [first] = drawables;
      if (first === undefined) return NOTHING;
      return drawn(smaller(first), title, { ...(first.kind === "curves" ? SMALL_PLOT : SMALL_IMAGE), ...options });
    }),
  );
}

function smaller(drawable: Drawable): Drawable {
  if (drawable.kind === "array" || drawable.small === undefined) return drawable;
  return { ...drawable, curves: [drawable.small] };
}

function drawablesIn(stream: StreamData): readonly Drawable[] | Error {
  return orError(() => {
    const known = parsePacket(stream);
    return known === undefined ? [] : drawablesOf(known);
  });
}

function drawn(drawable: Drawable, name: string, options: ShowOptions): Drawn {
  // The only curve is named by the title.
  const [only, ...others] = drawable.kind === "curves" ? drawable.curves : [];
  const title = only === undefined || others.length > 0 ? name : titleOf(name, only.label);
  const pictures = orError(() =>
    drawable.kind === "curves"
      ? [curvesPlot(drawable, { title, ...labelsOf(drawable), ...options })]
      : picturesOf(drawable.read(), { title, ...labelsOf(drawable), ...options }).slice(0, 1)
  );
  return pictures instanceof Error
    ? { pictures: [], problems: [`${title}: ${pictures.message}`] }
    : { pictures, problems: [] };
}

function labelsOf({ xLabel, yLabel }: Drawable): ShowOptions {
  return { ...(xLabel === undefined ? {} : { xLabel }), ...(yLabel === undefined ? {} : { yLabel }) };
}

function curvesPlot({ curves }: DrawableCurves, options: ShowOptions): Picture {
  const series = curves.map(({ label, values, first, step }): Series => {
    const y = numbersOf(values);
    const named = curves.length > 1 ? { label } : {};
    return {
      ...named,
      y,
      ...(step === undefined ? {} : { x: Float64Array.from(y, (_, i) => (first ?? 0) + i * step) }),
    };
  });
  return linePlot({ ...options, series });
}

function orError<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (thrown) {
    const error = asError(thrown);
    if (error instanceof BeamfoldError) return error;
    throw error;
  }
}

function titleOf(...names: readonly string[]): string {
  return names.filter((name) => name !== "").join(", ");
}

function joined(parts: readonly Drawn[]): Drawn {
  return {
    pictures: parts.flatMap(({ pictures }) => pictures),
    problems: parts.flatMap(({ problems }) => problems),
  };
}
