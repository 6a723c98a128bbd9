/**
 * The protocols of raw dumps by name. What is made of their messages is loaded only for those who read one.
 *
 * @module
 */

import { closest, OptionError } from "../../errors.ts";

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

/** The type that the streams of a protocol have in captures. */
export const STREAM_TYPES: Readonly<Record<Protocol, string>> = {
  stins: "STINS",
  xspress: "xspress",
  contrast: "contrast",
  eiger: "EIGER_LEGACY",
  lecroy: "lecroy_9fwdWp6Rq7",
  pcap: "PCAP",
  positioncap: "PCAP_RAW",
  sardana: "sardana",
  albaem: "albaem",
};

/** The names of all protocols. */
export const PROTOCOLS = Object.keys(STREAM_TYPES) as readonly Protocol[];

/** Whether a text names a protocol. */
export function isProtocol(name: string): name is Protocol {
  return Object.hasOwn(STREAM_TYPES, name);
}

/**
 * The protocol that a user names: by its own name, or by the type of its streams, such as `"EIGER_LEGACY"`.
 *
 * @throws OptionError when there is none of this name.
 */
export function protocolNamed(name: unknown): Protocol {
  const found = PROTOCOLS.find((protocol) => protocol === name || STREAM_TYPES[protocol] === name);
  if (found !== undefined) return found;
  const similar = typeof name === "string" ? closest(name, PROTOCOLS) : undefined;
  throw new OptionError(
    `the protocol is ${Deno.inspect(name)}, expected "auto" or one of ${PROTOCOLS.join(", ")}` +
      (similar === undefined ? "" : `; did you mean "${similar}"?`),
  );
}
