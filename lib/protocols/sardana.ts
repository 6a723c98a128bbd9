/**
 * Sardana: the records of a scan. One JSON part says what a message is.
 *
 * @module
 */

import { type StreamData, streamData } from "../event.ts";
import { onlyFrame, readJson, real, text, unexpected, wholeNumber, writeJson } from "./json.ts";

/** The type that an ingester gives to such streams. */
export const TYP = "sardana";

/** What is scanned: the message before the first record. */
export interface SardanaDataDescription {
  /** What this packet is. */
  readonly type: "DataDescription";
  /** The number of the scan. */
  readonly serialno: number;
  /** The folder that the scan is written to. */
  readonly scandir: string;
  /** The command that started the scan, such as `ascan x 0 1 10 0.1`. */
  readonly title: string;
  /** Whatever else was sent, such as `column_desc`, `ref_moveables` and `starttime`. */
  readonly [key: string]: unknown;
}

/** One point of the scan: its motors and counters are among the other keys. */
export interface SardanaRecordData {
  /** What this packet is. */
  readonly type: "RecordData";
  /** When the point was measured, in seconds since the start. */
  readonly timestamp: number;
  /** The motors and counters, and whatever else was sent, such as `point_nb`. */
  readonly [key: string]: unknown;
}

/** The message after the last record. */
export interface SardanaRecordEnd {
  /** What this packet is. */
  readonly type: "RecordEnd";
  /** Whatever else was sent. */
  readonly [key: string]: unknown;
}

/** Any Sardana packet, told apart by `type`. */
export type SardanaPacket = SardanaDataDescription | SardanaRecordData | SardanaRecordEnd;

/**
 * Reads the frame of a Sardana stream.
 *
 * @param data The stream's data, `event.streams.<name>`.
 * @returns The description of the scan, one record, or the end of the records; keys as on the wire.
 * @throws ProtocolError when the frame is no Sardana message: another type of stream, no JSON, or a key missing or of
 * another type.
 *
 * @example
 * ```ts
 * import { sardana } from "beamfold";
 *
 * const json = '{"type":"RecordData","timestamp":0.61,"point_nb":8,"dummy_mot_01":0}';
 * const packet = sardana.parse({ typ: "sardana", frames: [new TextEncoder().encode(json)], length: 1 });
 * if (packet.type === "RecordData") console.log(packet.timestamp, packet["dummy_mot_01"]);
 * ```
 */
export function parse(data: StreamData): SardanaPacket {
  const fields = readJson(onlyFrame(data, TYP), TYP);
  switch (fields["type"]) {
    case "DataDescription":
      wholeNumber(fields, "serialno", TYP);
      text(fields, "scandir", TYP);
      text(fields, "title", TYP);
      return fields as SardanaDataDescription;
    case "RecordData":
      real(fields, "timestamp", TYP);
      return fields as SardanaRecordData;
    case "RecordEnd":
      return fields as SardanaRecordEnd;
    default:
      throw unexpected(fields, "type", '"DataDescription", "RecordData" or "RecordEnd"', TYP);
  }
}

/**
 * Makes the frame of a Sardana packet: the inverse of {@linkcode parse}.
 *
 * @param packet The description of a scan, one record, or the end of the records.
 * @returns The stream's data.
 *
 * @example
 * ```ts
 * import { sardana } from "beamfold";
 *
 * const data = sardana.encode({ type: "RecordData", timestamp: 0.61, point_nb: 8 });
 * console.assert(sardana.parse(data)["point_nb"] === 8);
 * ```
 */
export function encode(packet: SardanaPacket): StreamData {
  return streamData(TYP, [writeJson(packet)]);
}
