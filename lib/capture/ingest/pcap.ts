/**
 * The rule of PandABox PCAP: a message carries lists, of which each index is an event.
 *
 * @module
 */

import { ProtocolError } from "../../errors.ts";
import { type Fields, integer, readJson, writeJson } from "../../protocols/json.ts";
import type { Message } from "../messages.ts";
import { STREAM_TYPES } from "./names.ts";
import { expectParts, firstPart, type Frames, type Part, type Rule, series } from "./rule.ts";

const TYP = STREAM_TYPES.pcap;

/** The start, one event for each index of the lists of each `data`, the end. */
export const pcap: Rule = {
  assembly: () => series(partOf, 'the message with "message_type": "series-end"', eventsOf),
};

const parts: Readonly<Record<string, Part>> = { "series-start": "header", data: "data", "series-end": "end" };

function partOf(message: Message): Part {
  const { message_type: type } = readJson(firstPart(message), TYP);
  return typeof type === "string" && Object.hasOwn(parts, type) ? parts[type] as Part : "unknown";
}

/** One event for each index: lists are replaced by their value there, and the frame number counts on. */
function eventsOf(message: Message): readonly Frames[] {
  expectParts(message, 1, "a data message");
  const fields = readLiterally(firstPart(message));
  const lists = Object.entries(fields).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const [first, ...others] = lists;
  // Nothing to take apart: it is one event already.
  if (first === undefined) return [message];
  const [name, { length }] = first;
  for (const [other, list] of others) {
    if (list.length !== length) {
      throw new ProtocolError(
        `the lists of a data message differ in length: "${name}" has ${length} values, "${other}" ${list.length}`,
        { protocol: TYP },
      );
    }
  }
  const frameNumber = BigInt(integer(readJson(firstPart(message), TYP), "frame_number", TYP));
  return Array.from({ length }, (_, index) => {
    const event: Fields = { ...fields, frame_number: frameNumber + BigInt(index) };
    for (const [key, list] of lists) event[key] = list[index];
    return [writeJson(event)];
  });
}

const decoder = new TextDecoder();

/** JSON with its numbers as they are written, so that `1.0` stays a float for whoever reads the event. */
function readLiterally(frame: Uint8Array): Fields {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  const literal = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined ? rawJSON(context.source) : value;
  try {
    return JSON.parse(decoder.decode(frame), literal) as Fields;
  } catch {
    // What Python writes and JSON does not know, NaN and infinities, has no literals.
    return readJson(frame, TYP);
  }
}
