/**
 * contrast: the stream of a scan engine. A pickled dict says what a message is; motors and detectors are among its keys.
 *
 * @module
 */

import { type StreamData, streamData } from "../event.ts";
import { invalid, onlyFrame, real, shown, text, unexpected, wholeNumber } from "./json.ts";
import { readPickle, writePickle } from "./parts.ts";

/** The type that an ingester gives to such streams. */
export const TYP = "contrast";

/** The message before the first point. */
export interface ContrastStarted {
  /** What this packet is. */
  readonly status: "started";
  /** The folder that the scan is written to. */
  readonly path: string;
  /** The number of the scan. */
  readonly scannr: number;
  /** The command that started the scan. */
  readonly description: string;
  /** Where the motors are: numbers by name. Older versions do not send it. */
  readonly snapshot?: unknown;
  /** Whatever else was sent. */
  readonly [key: string]: unknown;
}

/** One point of the scan: motors and detectors are among the other keys, as numbers or dicts of arrays. */
export interface ContrastRunning {
  /** What this packet is. */
  readonly status: "running";
  /** When the point was measured, in seconds since the start. */
  readonly dt: number;
  /** The motors and detectors, and whatever else was sent. */
  readonly [key: string]: unknown;
}

/** The message after the last point. */
export interface ContrastFinished {
  /** What this packet is. */
  readonly status: "finished";
  /** The folder that the scan is written to. */
  readonly path: string;
  /** The number of the scan. */
  readonly scannr: number;
  /** The command that started the scan. */
  readonly description: string;
  /** Where the motors are: numbers by name. Older versions do not send it. */
  readonly snapshot?: unknown;
  /** Whatever else was sent. */
  readonly [key: string]: unknown;
}

/** A sign of life while nothing is scanned. */
export interface ContrastHeartbeat {
  /** What this packet is. */
  readonly status: "heartbeat";
  /** Whatever else was sent. */
  readonly [key: string]: unknown;
}

/** Any contrast packet, told apart by `status`. */
export type ContrastPacket = ContrastStarted | ContrastRunning | ContrastFinished | ContrastHeartbeat;

/**
 * Reads the frame of a contrast stream. Nothing in it is run: only plain values and numpy arrays are unpickled.
 *
 * @param data The stream's data, `event.streams.<name>`.
 * @returns The start of a scan, one point, its end, or a heartbeat; keys as on the wire. Dicts inside are objects
 * as well, numpy arrays are arrays, integers beyond 53 bits are BigInts.
 * @throws ProtocolError when the frame is no contrast message: another type of stream, no pickle or one of something
 * else than data, no dict, or a key missing or of another type.
 *
 * @example
 * ```ts
 * import { contrast } from "beamfold";
 *
 * const data = contrast.encode({ status: "running", dt: 2.41, sx: -2.0, pseudo: { x: -2.004 } });
 * const packet = contrast.parse(data);
 * if (packet.status === "running") console.log(packet.dt, packet["sx"]);
 * ```
 */
export function parse(data: StreamData): ContrastPacket {
  const value = readPickle(onlyFrame(data, TYP), () => "the frame", TYP);
  const isDict = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isDict) throw invalid(TYP, `the frame holds ${shown(value)}, expected a dict with texts as keys`);
  const fields = { ...value as Record<string, unknown> };
  switch (fields["status"]) {
    case "started":
    case "finished":
      text(fields, "path", TYP);
      wholeNumber(fields, "scannr", TYP);
      text(fields, "description", TYP);
      return fields as ContrastStarted | ContrastFinished;
    case "running":
      real(fields, "dt", TYP);
      return fields as ContrastRunning;
    case "heartbeat":
      return fields as ContrastHeartbeat;
    default:
      throw unexpected(fields, "status", '"started", "running", "finished" or "heartbeat"', TYP);
  }
}

/**
 * Makes the frame of a contrast packet: the inverse of {@linkcode parse}.
 *
 * @param packet The start of a scan, one point, its end, or a heartbeat.
 * @returns The stream's data.
 * @throws ProtocolError when the packet holds something that cannot be pickled, such as a function.
 *
 * @example
 * ```ts
 * import { contrast } from "beamfold";
 *
 * const data = contrast.encode({ status: "started", path: "", scannr: 4, description: "stepscan" });
 * console.assert(contrast.parse(data).status === "started");
 * ```
 */
export function encode(packet: ContrastPacket): StreamData {
  return streamData(TYP, [writePickle(packet, TYP)]);
}
