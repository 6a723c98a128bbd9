/**
 * Raw dumps, drawn: what is in them, what becomes of them, and what their images look like.
 *
 * @module
 */

import { type DumpSummary, dumpSummary } from "../capture/dump_summary.ts";
import { ingest } from "../capture/ingest.ts";
import type { Protocol } from "../capture/ingest/names.ts";
import { bytesText, countText, spanText } from "../units.ts";
import { preHtml, type ShowOptions } from "./array_view.ts";
import { streamText } from "./packet_text.ts";
import { type Rendering, stacked } from "./rendering.ts";
import { factsRendering } from "./table.ts";
import { Thumbnails } from "./thumbnails.ts";

const FIRST: Rendering = { html: "<b>first packet</b>", text: "first packet" };

/** The summary of a raw dump, with its first packet and its first, middle and last image. */
export async function dumpRendering(path: string, options: ShowOptions = {}): Promise<Rendering> {
  const summary = await dumpSummary(path);
  const { header, protocol, events = 0 } = summary;
  const text = header === undefined ? undefined : streamText(header);
  return stacked([
    factsRendering([["raw dump", path], ...dumpFacts(summary), ["use", usage(summary)]]),
    ...(text === undefined ? [] : [FIRST, { html: preHtml(text), text }]),
    ...(protocol === undefined || events === 0 ? [] : await thumbnails(path, protocol, events, options)),
  ]);
}

/** What a raw dump holds and what becomes of it: names and values. */
export function dumpFacts(summary: DumpSummary): (readonly [name: string, value: string])[] {
  const { path, fileSize, form, messages, parts, bytes, protocol, typ = "", events, problem, remarks, cut } = summary;
  const [noun, part] = form === "lines" ? ["line", "line"] : ["message", "part"];
  const each = form === "lines"
    ? ""
    : `, ${spanText(parts.min, parts.max, String)} ${parts.max === 1 ? "part" : "parts"} each`;
  const warnings = [problem, cut?.message, ...remarks].filter((text) => text !== undefined);
  return [
    ["size", bytesText(fileSize)],
    ["messages", `${countText(messages, noun)}${each}, ${spanText(bytes.min, bytes.max, bytesText)} a ${part}`],
    ["protocol", protocol === undefined ? "not recognised" : protocolText(protocol, typ)],
    ...(events === undefined ? [] : [["events", countText(events, "event")] as const]),
    // The path stands above.
    ...warnings.map((text) => ["warning", text.replace(`the raw dump "${path}": `, "")] as const),
  ];
}

function protocolText(protocol: Protocol, typ: string): string {
  return protocol === typ.toLowerCase() ? protocol : `${protocol}, streams of type ${typ}`;
}

/** How it is replayed from a notebook. */
function usage({ path, protocol }: DumpSummary): string {
  const input = `{ path: ${JSON.stringify(path)}, protocol: "${protocol ?? "…"}", stream: "${protocol ?? "…"}" }`;
  return `replay({ …, files: [${input}] })`;
}

async function thumbnails(
  path: string,
  protocol: Protocol,
  events: number,
  options: ShowOptions,
): Promise<Rendering[]> {
  const last = events - 1;
  const found = new Thumbnails(0, last, options);
  for await (const event of ingest(path, { protocol })) {
    found.add(event);
    // The remarks that come behind the last event are in the summary.
    if (event.eventNumber === last) break;
  }
  return found.renderings();
}
