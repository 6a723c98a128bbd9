/**
 * ALBA Em#: the stream of an electrometer. One JSON part says what a message is.
 *
 * @module
 */

import { type StreamData, streamData } from "../event.ts";
import { integer, onlyFrame, readJson, real, unexpected, wholeNumber, writeJson } from "./json.ts";

/** The type that an ingester gives to such streams. */
export const TYP = "albaem";

/** The message before the first reading. */
export interface AlbaemStart {
  /** What this packet is. */
  readonly message_type: "series-start";
  /** Counts the messages of the electrometer. */
  readonly message_id: number;
  /** The version of the protocol. */
  readonly version: 1;
  /** Whatever else the electrometer sent. */
  readonly [key: string]: unknown;
}

/** One reading of the channels: `channel1`, `channel2`, … are among the other keys. */
export interface AlbaemData {
  /** What this packet is. */
  readonly message_type: "data";
  /** Counts the messages of the electrometer. */
  readonly message_id: number;
  /** The version of the protocol. */
  readonly version: 1;
  /** Counts the readings of the scan from 0. */
  readonly frame_number: number;
  /** When it was read, in seconds since the start. */
  readonly timestamp: number;
  /** When it was read, in nanoseconds since 1970: a BigInt, as a number cannot hold it. */
  readonly acquisition_timestamp: number | bigint;
  /** The currents of the channels, and whatever else the electrometer sent. */
  readonly [key: string]: unknown;
}

/** The message after the last reading. */
export interface AlbaemEnd {
  /** What this packet is. */
  readonly message_type: "series-end";
  /** Counts the messages of the electrometer. */
  readonly message_id: number;
  /** The version of the protocol. */
  readonly version: 1;
  /** Whatever else the electrometer sent. */
  readonly [key: string]: unknown;
}

/** Any albaem packet, told apart by `message_type`. */
export type AlbaemPacket = AlbaemStart | AlbaemData | AlbaemEnd;

/**
 * Reads the frame of an albaem stream.
 *
 * @param data The stream's data, `event.streams.<name>`.
 * @returns The start of the series, one reading, or the end of the series; keys as on the wire.
 * @throws ProtocolError when the frame is no albaem message: another type of stream, no JSON, another version, or a key
 * missing or of another type.
 *
 * @example
 * ```ts
 * import { albaem } from "beamfold";
 *
 * const json = '{"message_id":2,"version":1,"message_type":"data","frame_number":0,"timestamp":7.5,' +
 *   '"acquisition_timestamp":1704807770443944912,"channel1":-2.8e-11}';
 * const packet = albaem.parse({ typ: "albaem", frames: [new TextEncoder().encode(json)], length: 1 });
 * if (packet.message_type === "data") console.log(packet.acquisition_timestamp, packet["channel1"]);
 * ```
 */
export function parse(data: StreamData): AlbaemPacket {
  const fields = readJson(onlyFrame(data, TYP), TYP);
  wholeNumber(fields, "message_id", TYP);
  if (fields["version"] !== 1) throw unexpected(fields, "version", "1", TYP);
  switch (fields["message_type"]) {
    case "series-start":
      return fields as AlbaemStart;
    case "data":
      wholeNumber(fields, "frame_number", TYP);
      real(fields, "timestamp", TYP);
      integer(fields, "acquisition_timestamp", TYP);
      return fields as AlbaemData;
    case "series-end":
      return fields as AlbaemEnd;
    default:
      throw unexpected(fields, "message_type", '"series-start", "data" or "series-end"', TYP);
  }
}

/**
 * Makes the frame of an albaem packet: the inverse of {@linkcode parse}.
 *
 * @param packet The start of a series, one reading, or the end of the series.
 * @returns The stream's data.
 *
 * @example
 * ```ts
 * import { albaem } from "beamfold";
 *
 * const data = albaem.encode({ message_type: "series-start", message_id: 1, version: 1 });
 * console.assert(albaem.parse(data).message_type === "series-start");
 * ```
 */
export function encode(packet: AlbaemPacket): StreamData {
  return streamData(TYP, [writeJson(packet)]);
}
