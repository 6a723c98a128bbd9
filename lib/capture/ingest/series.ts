/**
 * The rules of protocols whose messages are events as they are: STINS, albaem, Eiger, Sardana, contrast.
 *
 * @module
 */

import { PickleError, ProtocolError } from "../../errors.ts";
import { unpickle } from "../../pickle/unpickle.ts";
import { isFields, readJson } from "../../protocols/json.ts";
import type { Message } from "../messages.ts";
import { STREAM_TYPES } from "./names.ts";
import { expectParts, firstPart, type Part, type Rule, series } from "./rule.ts";

/** A rule by the value of one key in the JSON of a message's first part. */
function byKey(typ: string, key: string, parts: Readonly<Record<string, Part>>, other: Part): Rule["assembly"] {
  const [end = ""] = Object.keys(parts).filter((value) => parts[value] === "end");
  const partOf = (message: Message): Part => {
    const value = readJson(firstPart(message), typ)[key];
    return typeof value === "string" && Object.hasOwn(parts, value) ? parts[value] as Part : other;
  };
  return () => series(partOf, `the message with "${key}": "${end}"`);
}

/** Every message from the header to the end is an event. */
export const stins: Rule = {
  assembly: byKey(STREAM_TYPES.stins, "htype", { header: "header", series_end: "end" }, "data"),
};

/** The start, each `data` and the end are events. */
export const albaem: Rule = {
  assembly: byKey(
    STREAM_TYPES.albaem,
    "message_type",
    { "series-start": "header", data: "data", "series-end": "end" },
    "unknown",
  ),
};

/** Records from the description to the end. */
export const sardana: Rule = {
  assembly: byKey(
    STREAM_TYPES.sardana,
    "type",
    { DataDescription: "header", RecordData: "data", RecordEnd: "end" },
    "unknown",
  ),
};

/** A header of nine parts, images of five, an end of one. */
export const eiger: Rule = {
  assembly: () =>
    series((message) => {
      const { htype } = readJson(firstPart(message), STREAM_TYPES.eiger);
      if (htype === "dheader-1.0") {
        expectParts(message, 9, "the header");
        return "header";
      }
      if (htype === "dimage-1.0") {
        expectParts(message, 5, "an image");
        return "data";
      }
      return htype === "dseries_end-1.0" ? "end" : "unknown";
    }, 'the message with "htype": "dseries_end-1.0"'),
};

const statuses: Readonly<Record<string, Part>> = {
  started: "header",
  running: "data",
  finished: "end",
  heartbeat: "dropped",
};

/** Pickled dicts: started, each `running`, finished. Heartbeats say nothing. */
export const contrast: Rule = {
  assembly: () =>
    series((message) => {
      const status = statusOf(message);
      return typeof status === "string" && Object.hasOwn(statuses, status) ? statuses[status] as Part : "unknown";
    }, 'the message with "status": "finished"'),
};

/** What a contrast message says of itself. */
export function statusOf(message: Message): unknown {
  try {
    const packet = unpickle(firstPart(message));
    return isFields(packet) ? packet["status"] : undefined;
  } catch (cause) {
    if (!(cause instanceof PickleError)) throw cause;
    throw new ProtocolError(`the message is no pickle of plain data: ${cause.message}`, {
      protocol: "contrast",
      cause,
    });
  }
}
