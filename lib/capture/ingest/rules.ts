/**
 * The protocols of raw dumps by name, and how one is recognised.
 *
 * @module
 */

import { closest, OptionError, ProtocolError } from "../../errors.ts";
import { type Fields, readJson } from "../../protocols/json.ts";
import type { Message } from "../messages.ts";
import { lecroy } from "./lecroy.ts";
import { pcap } from "./pcap.ts";
import { isRawText, positioncap } from "./positioncap.ts";
import type { Rule } from "./rule.ts";
import { albaem, contrast, eiger, sardana, statusOf, stins } from "./series.ts";
import { xspress } from "./xspress.ts";

/** The protocol of a raw dump. */
export type Protocol =
  | "stins"
  | "xspress"
  | "contrast"
  | "eiger"
  | "lecroy"
  | "pcap"
  | "positioncap"
  | "sardana"
  | "albaem";

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

/** The names of all protocols. */
export const PROTOCOLS = Object.keys(rules) as readonly Protocol[];

/** Whether a text names a protocol. */
export function isProtocol(name: string): name is Protocol {
  return Object.hasOwn(rules, name);
}

/** The rule of a protocol. */
export function ruleOf(protocol: Protocol): Rule {
  return rules[protocol];
}

/**
 * The protocol that a user names: by its own name, or by the type of its streams, such as `"EIGER_LEGACY"`.
 *
 * @throws OptionError when there is none of this name.
 */
export function protocolNamed(name: unknown): Protocol {
  const found = PROTOCOLS.find((protocol) => protocol === name || rules[protocol].typ === name);
  if (found !== undefined) return found;
  const similar = typeof name === "string" ? closest(name, PROTOCOLS) : undefined;
  throw new OptionError(
    `the protocol is ${Deno.inspect(name)}, expected "auto" or one of ${PROTOCOLS.join(", ")}` +
      (similar === undefined ? "" : `; did you mean "${similar}"?`),
  );
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
