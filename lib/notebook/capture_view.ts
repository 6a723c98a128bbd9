/**
 * Captures and events, drawn: what is in them, and what the images look like.
 *
 * @module
 */

import type { Capture } from "../capture/read.ts";
import type { CaptureSummary } from "../capture/summary.ts";
import { type CaptureItem, frameText, type StreamData } from "../event.ts";
import { parse, TYP } from "../protocols/stins.ts";
import { preHtml, type ShowOptions } from "./array_view.ts";
import { imagePlot } from "./image.ts";
import { besideEachOther, escapeHtml, type Picture, pictureRendering, type Rendering, stacked } from "./rendering.ts";
import { factsRendering, tableRendering } from "./table.ts";
import { bytesText, countText, durationText, spanText } from "../units.ts";

const THUMBNAIL = 240;
/** Lines for the frames of a stream. */
const MAX_FRAMES = 5;

/** The summary of a capture, with its first, middle and last image. */
export async function captureRendering(capture: Capture, options: ShowOptions = {}): Promise<Rendering> {
  const summary = await capture.summary();
  const thumbnails = await thumbnailsOf(capture, summary, options);
  return stacked([
    factsOf(summary),
    streamsTable(summary),
    ...(thumbnails.length === 0 ? [] : [besideEachOther(thumbnails)]),
  ]);
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
      : [["recorded", `${createdAt}${duration === undefined ? "" : `, for ${durationText(duration)}`}`] as const]),
    ...(cut === undefined ? [] : [["warning", cut.message] as const]),
  ]);
}

function streamsTable({ streams }: CaptureSummary): Rendering {
  return tableRendering(
    ["stream", "type", "events", "frames", "bytes", "bytes a frame"],
    streams.map(({ name, typs, events, frames, bytes }) => [
      name,
      typs.join(", "),
      events,
      frames.total,
      bytesText(bytes.total),
      spanText(bytes.min, bytes.max, bytesText),
    ]),
  );
}

async function thumbnailsOf(capture: Capture, summary: CaptureSummary, options: ShowOptions): Promise<Picture[]> {
  const { firstEvent, lastEvent } = summary;
  if (firstEvent === undefined || lastEvent === undefined) return [];
  const pictures: Picture[] = [];
  const drawn = new Set<number>();
  // A header or an end may stand where an image is looked for; then its neighbour is taken.
  for (
    const [wanted, step] of [[firstEvent, 1], [Math.floor((firstEvent + lastEvent) / 2), 1], [lastEvent, -1]] as const
  ) {
    for (let number = wanted, tries = 0; tries < 4; number += step, tries++) {
      if (number < firstEvent || number > lastEvent || drawn.has(number)) continue;
      const found = imagesOf(await capture.event(number).catch(() => undefined), { width: THUMBNAIL, ...options });
      if (found.length === 0) continue;
      drawn.add(number);
      pictures.push(...found);
      break;
    }
  }
  return pictures;
}

/** One event: its streams, their frames, and what the frames say. */
export function eventRendering(event: CaptureItem, options: ShowOptions = {}): Rendering {
  const head = `event ${event.eventNumber}${event.createdAt === undefined ? "" : `, recorded ${event.createdAt}`}`;
  const streams = Object.entries(event.streams).map(([name, stream]) => streamRendering(name, stream, options));
  return stacked([{ html: `<b>${escapeHtml(head)}</b>`, text: head }, ...streams]);
}

/** One stream of an event. */
export function streamRendering(name: string, stream: StreamData, options: ShowOptions = {}): Rendering {
  const text = packetText(stream);
  const picture = pictureOf(stream, name, options);
  return stacked([
    framesTable(name, stream),
    ...(text === undefined ? [] : [{ html: preHtml(text), text }]),
    ...(picture === undefined ? [] : [pictureRendering(picture)]),
  ]);
}

/** The frames of a stream, a line each; of many the first ones. */
function framesTable(name: string, { typ, frames }: StreamData): Rendering {
  const shown = frames.length > MAX_FRAMES ? frames.slice(0, MAX_FRAMES - 1) : frames;
  const rest = frames.slice(shown.length);
  const bytes = rest.reduce((total, { length }) => total + length, 0);
  return tableRendering([`${name === "" ? "stream" : `stream ${name}`} (${typ})`, "bytes", "begins with"], [
    ...shown.map((frame, i) => [`frame ${i}`, frame.length, frameText(frame).replace(/^\d+ B ?/, "")]),
    ...(rest.length === 0 ? [] : [[`${rest.length} more`, bytes, ""]]),
  ]);
}

/** What the frames say, without the image itself; undefined for kinds of streams that are not known. */
function packetText(stream: StreamData): string | undefined {
  if (stream.typ !== TYP) return undefined;
  try {
    const { data: _, ...packet } = parse(stream) as Record<string, unknown>;
    return Deno.inspect(packet, { depth: 2, colors: false, iterableLimit: 8, compact: true, breakLength: 110 });
  } catch (error) {
    return `error: ${(error as Error).message}`;
  }
}

function pictureOf(stream: StreamData, name: string, options: ShowOptions): Picture | undefined {
  if (stream.typ !== TYP) return undefined;
  try {
    const packet = parse(stream);
    if (packet.htype !== "image" || packet.data.dimension !== 2) return undefined;
    return imagePlot(packet.data, { title: `${name}, frame ${packet.frame}`, ...options });
  } catch {
    // Why it cannot be parsed stands in its packet.
    return undefined;
  }
}

function imagesOf(event: CaptureItem | undefined, options: ShowOptions): Picture[] {
  return Object.entries(event?.streams ?? {}).flatMap(([name, stream]) => {
    const title = { title: `${name}, event ${event?.eventNumber}` };
    return pictureOf(stream, name, { ...title, ...options }) ?? [];
  });
}
