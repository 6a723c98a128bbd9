/**
 * The rules of all protocols of raw dumps, and how a protocol is recognised.
 *
 * @module
 */

import { ProtocolError } from "../../errors.ts";
import { type Fields, readJson } from "../../protocols/json.ts";
import type { Message } from "../messages.ts";
import { lecroy } from "./lecroy.ts";
import type { Protocol } from "./names.ts";
import { pcap } from "./pcap.ts";
import { isRawText, positioncap } from "./positioncap.ts";
import type { Rule } from "./rule.ts";
import { albaem, contrast, eiger, sardana, statusOf, stins } from "./series.ts";
import { xspress } from "./xspress.ts";

const rules: Readonly<Record<Protocol, Rule>> = {
  stins,
  xspress,
  contrast,
  eiger,
  lecroy,
  pcap,
  positioncap,
  sardana,
  albaem,
};

/** The rule of a protocol. */
export function ruleOf(protocol: Protocol): Rule {
  return rules[protocol];
}

/** The protocol that a message is of; undefined when it could be of none, or of several. */
export function protocolOf(message: Message): Protocol | undefined {
  const [first] = message;
  if (first === undefined) return undefined;
  if (isRawText(message)) return "positioncap";
  if (first[0] === 0x80) return typeof orUndefined(() => statusOf(message)) === "string" ? "contrast" : undefined;
  const fields = orUndefined(() => readJson(first, "JSON"));
  return fields === undefined ? undefined : protocolOfJson(fields);
}

function protocolOfJson(fields: Fields): Protocol | undefined {
  const { htype, message_type: messageType, type, what } = fields;
  const has = (key: string): boolean => Object.hasOwn(fields, key);
  if (typeof htype === "string" && /^d(header|image|series_end)-/.test(htype)) return "eiger";
  if (htype === "traces" || typeof what === "number") return "lecroy";
  if (htype === "header" || htype === "image" || htype === "series_end") return has("msg_number") ? "stins" : "xspress";
  if (type === "DataDescription" || type === "RecordData" || type === "RecordEnd") return "sardana";
  if (messageType === "series-start") return has("arm_time") ? "pcap" : undefined;
  if (messageType === "data") return has("acquisition_timestamp") ? "albaem" : "pcap";
  return undefined;
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
