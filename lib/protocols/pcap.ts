/**
 * PCAP: the position captures of a PandABox, as a device server sends them. One JSON part says what a message is.
 *
 * @module
 */

import { type StreamData, streamData } from "../event.ts";
import { onlyFrame, readJson, timeText, unexpected, wholeNumber, writeJson } from "./json.ts";

/** The type that an ingester gives to such streams. */
export const TYP = "PCAP";

/** The message before the first capture. */
export interface PcapStart {
  /** What this packet is. */
  readonly message_type: "series-start";
  /** Counts the messages of the device. */
  readonly message_id: number;
  /** The version of the protocol. */
  readonly version: 1;
  /** When the device was armed: RFC 3339 text as on the wire, such as `2024-10-07T08:49:10.627Z`. */
  readonly arm_time: string;
  /** Whatever else the device sent. */
  readonly [key: string]: unknown;
}

/** One capture: the captured fields are among the other keys, such as `INENC3.VAL.Mean`. */
export interface PcapData {
  /** What this packet is. */
  readonly message_type: "data";
  /** Counts the messages of the device, which may carry several captures each. */
  readonly message_id: number;
  /** The version of the protocol. */
  readonly version: 1;
  /** Counts the captures of the scan from 0. */
  readonly frame_number: number;
  /** The captured values, and whatever else the device sent. */
  readonly [key: string]: unknown;
}

/** The message after the last capture. */
export interface PcapEnd {
  /** What this packet is. */
  readonly message_type: "series-end";
  /** Counts the messages of the device. */
  readonly message_id: number;
  /** The version of the protocol. */
  readonly version: 1;
  /** Whatever else the device sent. */
  readonly [key: string]: unknown;
}

/** Any PCAP packet, told apart by `message_type`. */
export type PcapPacket = PcapStart | PcapData | PcapEnd;

/**
 * Reads the frame of a PCAP stream.
 *
 * @param data The stream's data, `event.streams.<name>`.
 * @returns The start of the series, one capture, or the end of the series; keys as on the wire.
 * @throws ProtocolError when the frame is no PCAP message: another type of stream, no JSON, another version, or a key
 * missing or of another type.
 *
 * @example
 * ```ts
 * import { pcap } from "beamfold";
 *
 * const json = '{"message_id":2,"version":1,"message_type":"data","frame_number":0,"INENC3.VAL.Mean":0.25}';
 * const packet = pcap.parse({ typ: "PCAP", frames: [new TextEncoder().encode(json)], length: 1 });
 * if (packet.message_type === "data") console.log(packet.frame_number, packet["INENC3.VAL.Mean"]);
 * ```
 */
export function parse(data: StreamData): PcapPacket {
  const fields = readJson(onlyFrame(data, TYP), TYP);
  wholeNumber(fields, "message_id", TYP);
  if (fields["version"] !== 1) throw unexpected(fields, "version", "1", TYP);
  switch (fields["message_type"]) {
    case "series-start":
      timeText(fields, "arm_time", TYP);
      return fields as PcapStart;
    case "data":
      wholeNumber(fields, "frame_number", TYP);
      return fields as PcapData;
    case "series-end":
      return fields as PcapEnd;
    default:
      throw unexpected(fields, "message_type", '"series-start", "data" or "series-end"', TYP);
  }
}

/**
 * Makes the frame of a PCAP packet: the inverse of {@linkcode parse}.
 *
 * @param packet The start of a series, one capture, or the end of the series.
 * @returns The stream's data.
 *
 * @example
 * ```ts
 * import { pcap } from "beamfold";
 *
 * const data = pcap.encode({ message_type: "data", message_id: 2, version: 1, frame_number: 0, energy: 8879.1 });
 * console.assert(pcap.parse(data)["energy"] === 8879.1);
 * ```
 */
export function encode(packet: PcapPacket): StreamData {
  return streamData(TYP, [writeJson(packet)]);
}
