/**
 * One event of a capture or a raw dump, for the shell.
 *
 * @module
 */

import { ingest } from "../capture/ingest.ts";
import { openCapture } from "../capture/read.ts";
import { CaptureError } from "../errors.ts";
import type { CaptureItem, StreamData } from "../event.ts";
import { streamJson } from "../notebook/packet_json.ts";
import { streamText, typText } from "../notebook/packet_text.ts";
import { bytesText, countText, spanText } from "../units.ts";

/** Frames whose lengths are all named. */
const MAX_FRAMES = 10;

/** The columns of the terminal, or of a file. */
export function terminalWidth(): number {
  try {
    return Math.max(60, Deno.consoleSize().columns);
  } catch {
    return 120;
  }
}

/** An event, with the first one, whose headers may say how it is to be read. */
export interface FoundEvent {
  readonly event: CaptureItem;
  readonly first: CaptureItem;
}

/** An event of a capture. */
export async function eventOfCapture(path: string, number: number): Promise<FoundEvent> {
  const capture = openCapture(path);
  const event = await capture.event(number);
  const { firstEvent = number } = await capture.summary();
  return { event, first: firstEvent === number ? event : await capture.event(firstEvent) };
}

/** An event that is made of a raw dump. */
export async function eventOfDump(path: string, number: number): Promise<FoundEvent> {
  let first: CaptureItem | undefined;
  let count = 0;
  for await (const event of ingest(path)) {
    first ??= event;
    count++;
    if (event.eventNumber === number) return { event, first };
  }
  const range = `its ${countText(count, "event")} are numbered 0 to ${count - 1}`;
  throw new CaptureError(`the raw dump "${path}" has no event ${number}: ${range}`, { path });
}

/** The streams of an event, with their packets in full; arrays by their beginning. */
export function eventText(path: string, { event, first }: FoundEvent, width: number): string {
  const { eventNumber, createdAt, streams } = event;
  const head = `${path}, event ${eventNumber}${createdAt === undefined ? "" : `, recorded ${createdAt}`}`;
  const limits = { width, items: 1000, characters: 10_000 };
  const parts = Object.entries(streams).map(([name, stream]) => {
    const head = `${name}  ${typText(stream.typ)}, ${framesText(stream)}`;
    const packet = streamText(stream, { header: first.streams[name] }, limits);
    return [head, ...(packet === undefined ? [] : [packet])].join("\n");
  });
  return [head, ...parts].join("\n\n");
}

function framesText({ frames }: StreamData): string {
  const lengths = frames.map(({ length }) => length);
  const each = lengths.length > MAX_FRAMES
    ? spanText(Math.min(...lengths), Math.max(...lengths), bytesText)
    : lengths.map(bytesText).join(", ");
  return `${countText(lengths.length, "frame")}${each === "" ? "" : ` of ${each}`}`;
}

/** An event for JSON. */
export function eventJson(path: string, { event, first }: FoundEvent): unknown {
  const { streams, ...rest } = event;
  const described = Object.entries(streams).map(([name, stream]) => [
    name,
    streamJson(stream, { header: first.streams[name] }),
  ]);
  return { path, ...rest, streams: Object.fromEntries(described) };
}
