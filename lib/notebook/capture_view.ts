/**
 * Captures and events, drawn: what is in them, and what the images look like.
 *
 * @module
 */

import type { Capture } from "../capture/read.ts";
import type { CaptureSummary } from "../capture/summary.ts";
import { type CaptureItem, frameText, type StreamData } from "../event.ts";
import { bytesText, countText, durationText, spanText } from "../units.ts";
import { preHtml, type ShowOptions } from "./array_view.ts";
import { noteRendering } from "./outcome_view.ts";
import { streamText, typNames, typText } from "./packet_text.ts";
import { drawnOfStream } from "./packet_view.ts";
import { escapeHtml, pictureRendering, type Rendering, stacked } from "./rendering.ts";
import { factsRendering, tableRendering } from "./table.ts";
import { Thumbnails } from "./thumbnails.ts";

/** Lines for the frames of a stream. */
const MAX_FRAMES = 5;

/** The summary of a capture, with its first, middle and last image. */
export async function captureRendering(capture: Capture, options: ShowOptions = {}): Promise<Rendering> {
  const summary = await capture.summary();
  return stacked([factsOf(summary), streamsTable(summary), ...await thumbnails(capture, summary, options)]);
}

function factsOf(summary: CaptureSummary): Rendering {
  const { path, fileSize, events, firstEvent, lastEvent, missing, createdAt, duration, cut } = summary;
  const range = firstEvent === undefined ? "" : `, numbered ${firstEvent} to ${lastEvent}`;
  return factsRendering([
    ["capture", path],
    ["size", bytesText(fileSize)],
    ["events", `${countText(events, "event")}${range}${missing > 0 ? `, ${missing} missing` : ""}`],
    ...(createdAt === undefined
      ? []
      : [["recorded", `${createdAt}${duration ? `, for ${durationText(duration)}` : ""}`] as const]),
    ...(cut === undefined ? [] : [["warning", cut.message] as const]),
  ]);
}

function streamsTable({ streams }: CaptureSummary): Rendering {
  return tableRendering(
    ["stream", "type", "events", "frames", "bytes", "bytes a frame"],
    streams.map(({ name, typs, events, frames, bytes }) => [
      name,
      typs.map(typText).join(", "),
      events,
      frames.total,
      bytesText(bytes.total),
      spanText(bytes.min, bytes.max, bytesText),
    ]),
  );
}

async function thumbnails(capture: Capture, summary: CaptureSummary, options: ShowOptions): Promise<Rendering[]> {
  const { firstEvent, lastEvent } = summary;
  if (firstEvent === undefined || lastEvent === undefined) return [];
  const found = new Thumbnails(firstEvent, lastEvent, options);
  for (const number of found.candidates) {
    if (!found.wants(number)) continue;
    // A number may be missing.
    const event = await capture.event(number).catch(() => undefined);
    if (event !== undefined) found.add(event);
  }
  return found.renderings();
}

/** One event: its streams, their frames, and what the frames say. */
export function eventRendering(event: CaptureItem, options: ShowOptions = {}): Rendering {
  const head = `event ${event.eventNumber}${event.createdAt === undefined ? "" : `, recorded ${event.createdAt}`}`;
  const streams = Object.entries(event.streams).map(([name, stream]) => streamRendering(name, stream, options));
  return stacked([{ html: `<b>${escapeHtml(head)}</b>`, text: head }, ...streams]);
}

/** One stream of an event. */
export function streamRendering(name: string, stream: StreamData, options: ShowOptions = {}): Rendering {
  const text = streamText(stream);
  const { pictures, problems } = drawnOfStream(stream, name, options);
  return stacked([
    framesTable(name, stream),
    ...(text === undefined ? [] : [{ html: preHtml(text), text }]),
    ...pictures.map(pictureRendering),
    ...problems.map((problem) => noteRendering("⚠", problem)),
  ]);
}

/** The frames of a stream, a line each; of many the first ones. */
function framesTable(name: string, { typ, frames }: StreamData): Rendering {
  const shown = frames.length > MAX_FRAMES ? frames.slice(0, MAX_FRAMES - 1) : frames;
  const rest = frames.slice(shown.length);
  const bytes = rest.reduce((total, { length }) => total + length, 0);
  return tableRendering([
    `${name === "" ? "stream" : `stream ${name}`} (${typNames(typ).join(", ")})`,
    "bytes",
    "begins with",
  ], [
    ...shown.map((frame, i) => [`frame ${i}`, frame.length, frameText(frame).replace(/^\d+ B ?/, "")]),
    ...(rest.length === 0 ? [] : [[`${rest.length} more`, bytes, ""]]),
  ]);
}
