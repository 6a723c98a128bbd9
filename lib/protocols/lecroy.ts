/**
 * LeCroy: the stream of an oscilloscope. A JSON part says what a message is; a sequence has, for each channel, a JSON
 * part, the traces, and the pickled times at which they were triggered, and a JSON part at its end.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { type StreamData, streamData } from "../event.ts";
import {
  assertTyp,
  extents,
  type Fields,
  invalid,
  readJson,
  real,
  shown,
  text,
  unexpected,
  unwritable,
  wholeNumber,
  writeJson,
} from "./json.ts";
import { arrayBytes, dtypeToWrite, readArray, readPickle, shapeToWrite, writePickle } from "./parts.ts";

/** The type that an ingester gives to such streams. */
export const TYP = "lecroy_9fwdWp6Rq7";

/** The message before the first sequence. */
export interface LecroyPrepare {
  /** Always `"msg"`. */
  readonly htype: "msg";
  /** What this packet is: 0, prepare. */
  readonly what: 0;
  /** Counts the traces of the scan. */
  readonly frame: number;
  /** Whatever else was sent. */
  readonly [key: string]: unknown;
}

/** What the traces of one channel are. */
export interface LecroyTraces {
  /** Always `"traces"`. */
  readonly htype: "traces";
  /** The channel. */
  readonly ch: number;
  /** When they were measured, in seconds since 1970. */
  readonly ts: number;
  /** Counts the traces of the scan. */
  readonly frame: number;
  /** The number of traces and of samples. */
  readonly shape: readonly number[];
  /** The dtype of the traces, as numpy names it. */
  readonly dtype: string;
  /** The time of the first sample after the trigger, in seconds. */
  readonly horiz_offset: number;
  /** The time between samples, in seconds. */
  readonly horiz_interval: number;
  /** Whatever else was sent. */
  readonly [key: string]: unknown;
}

/**
 * The traces of all channels. The JSON part at the end of the sequence is kept in a property `end`, which is not
 * enumerable: it says nothing more, but {@linkcode encode} writes it again.
 */
export interface LecroySequence {
  /** Always `"msg"`. */
  readonly htype: "msg";
  /** What this packet is: 1, a sequence. */
  readonly what: 1;
  /** Counts the traces of the scan. */
  readonly frame: number;
  /** The number of triggers in a sequence; -1 when the oscilloscope runs continuously. */
  readonly ntriggers: number;
  /** Counts the sequences from 0; stays 0 when the oscilloscope runs continuously. */
  readonly seqno: number;
  /** The channels. */
  readonly channels: readonly number[];
  /** What the traces of each channel are. */
  readonly meta: readonly LecroyTraces[];
  /** The traces of each channel, of the shape and dtype in `meta`: views of the frames where they are aligned. */
  readonly data: readonly NdArray[];
  /** For each channel, when its traces were triggered, in seconds since 1970. */
  readonly timestamps: readonly (readonly number[])[];
  /** Whatever else was sent. */
  readonly [key: string]: unknown;
}

/** The message after the last sequence. */
export interface LecroyStop {
  /** What this packet is: 3, stop. */
  readonly what: 3;
  /** Counts the traces of the scan. */
  readonly frame: number;
  /** The number of traces of the scan. */
  readonly frames: number;
  /** Whatever else was sent. */
  readonly [key: string]: unknown;
}

/** Any LeCroy packet, told apart by `what`. */
export type LecroyPacket = LecroyPrepare | LecroySequence | LecroyStop;

/**
 * Reads the frames of a LeCroy stream.
 *
 * @param data The stream's data, `event.streams.<name>`.
 * @returns The preparation, a sequence with its traces as arrays, or the stop; keys as on the wire.
 * @throws ProtocolError when the frames are no LeCroy message: another type of stream, no JSON, a key missing or of
 * another type, another number of frames than the channels need, traces that are not as long as shape and dtype say, or
 * times that are no pickled list of numbers.
 *
 * @example
 * ```ts
 * import { lecroy } from "beamfold";
 *
 * const packet = lecroy.parse(lecroy.encode({ what: 3, frame: 4, frames: 4 }));
 * if (packet.what === 3) console.log(packet.frames);
 * ```
 */
export function parse(data: StreamData): LecroyPacket {
  assertTyp(data, TYP);
  const [json, ...parts] = data.frames;
  if (json === undefined) throw invalid(TYP, "found 0 frames, expected a JSON part and, for a sequence, its traces");
  const fields = readJson(json, TYP);
  wholeNumber(fields, "frame", TYP);
  switch (fields["what"]) {
    case 0:
      literal(fields, "htype", "msg");
      alone(fields, parts);
      return fields as LecroyPrepare;
    case 1:
      literal(fields, "htype", "msg");
      return sequence(fields, parts);
    case 3:
      wholeNumber(fields, "frames", TYP);
      alone(fields, parts);
      return fields as LecroyStop;
    default:
      throw unexpected(fields, "what", "0 (prepare), 1 (a sequence) or 3 (stop)", TYP);
  }
}

function literal(fields: Fields, key: string, expected: unknown): void {
  if (fields[key] !== expected) throw unexpected(fields, key, shown(expected), TYP);
}

function alone(fields: Fields, parts: readonly Uint8Array[]): void {
  if (parts.length === 0) return;
  throw invalid(TYP, `found ${parts.length + 1} frames, expected one, as "what" is ${fields["what"]}`);
}

function sequence(fields: Fields, parts: readonly Uint8Array[]): LecroySequence {
  wholeNumber(fields, "ntriggers", TYP);
  wholeNumber(fields, "seqno", TYP);
  const channels = fields["channels"];
  if (!Array.isArray(channels) || !channels.every(Number.isSafeInteger)) {
    throw unexpected(fields, "channels", "a list of whole numbers", TYP);
  }
  if (parts.length !== 3 * channels.length + 1) {
    const expected = `${3 * channels.length + 2}: one, three a channel, and one`;
    throw invalid(
      TYP,
      `found ${parts.length + 1} frames for the channels ${shown(channels)}, expected ${expected}`,
    );
  }
  const read = channels.map((channel, i) => traces(channel, parts.slice(3 * i, 3 * i + 3) as [Part, Part, Part]));
  fields["meta"] = read.map(({ meta }) => meta);
  fields["data"] = read.map(({ data }) => data);
  fields["timestamps"] = read.map(({ timestamps }) => timestamps);
  const end = readJson(parts.at(-1) as Part, TYP, () => "the last frame");
  literal(end, "what", 2);
  if (!Object.hasOwn(fields, "end")) Object.defineProperty(fields, "end", { value: end });
  return fields as LecroySequence;
}

type Part = Uint8Array;

function traces(
  channel: number,
  [json, samples, times]: [Part, Part, Part],
): { meta: LecroyTraces; data: NdArray; timestamps: number[] } {
  const what = () => `channel ${channel}`;
  const meta = readJson(json, TYP, () => `the first frame of ${what()}`);
  literal(meta, "htype", "traces");
  wholeNumber(meta, "ch", TYP);
  real(meta, "ts", TYP);
  wholeNumber(meta, "frame", TYP);
  real(meta, "horiz_offset", TYP);
  real(meta, "horiz_interval", TYP);
  const data = readArray(samples, text(meta, "dtype", TYP), extents(meta, "shape", TYP), what, TYP);
  const timestamps = readPickle(times, () => `the part with the times of ${what()}`, TYP);
  if (!Array.isArray(timestamps) || !timestamps.every((time) => typeof time === "number")) {
    throw invalid(
      TYP,
      `the part with the times of ${what()} holds ${shown(timestamps)}, expected a list of numbers`,
    );
  }
  return { meta: meta as LecroyTraces, data, timestamps };
}

/**
 * Makes the frames of a LeCroy packet: the inverse of {@linkcode parse}.
 *
 * @param packet The preparation, a sequence, or the stop. The last part of a sequence is made up where it was not parsed.
 * @returns The stream's data.
 * @throws ProtocolError when a sequence has not as much of everything as it has channels, or when the shape or dtype in
 * its `meta` contradicts its `data`.
 *
 * @example
 * ```ts
 * import { lecroy } from "beamfold";
 *
 * const data = lecroy.encode({ htype: "msg", what: 0, frame: 0 });
 * console.assert(lecroy.parse(data).what === 0);
 * ```
 */
export function encode(packet: LecroyPacket): StreamData {
  if (packet.what !== 1) return streamData(TYP, [writeJson(packet)]);
  const { meta, data, timestamps, ...fields } = packet as LecroySequence;
  const counts = [meta.length, data.length, timestamps.length];
  if (counts.some((count) => count !== fields.channels.length)) {
    const found = `${counts[0]} meta, ${counts[1]} data and ${counts[2]} timestamps`;
    throw unwritable(TYP, `the sequence has ${fields.channels.length} channels, but ${found}`);
  }
  const parts = data.flatMap((array, i) => {
    const given = meta[i] as LecroyTraces;
    const what = `channel ${fields.channels[i]}`;
    const shape = shapeToWrite(array, given.shape, what, TYP);
    const dtype = dtypeToWrite(array, given.dtype, what, "dtype", TYP);
    return [writeJson({ ...given, shape, dtype }), arrayBytes(array), writePickle(timestamps[i], TYP)];
  });
  return streamData(TYP, [writeJson(fields), ...parts, writeJson(endOf(packet as LecroySequence))]);
}

/** The part at the end, as it was parsed, or made up. */
function endOf(packet: LecroySequence): object {
  const parsed = Object.getOwnPropertyDescriptor(packet, "end");
  if (parsed?.enumerable === false) return parsed.value;
  return { htype: "msg", what: 2, frame: (packet.meta.at(-1)?.frame ?? packet.frame - 1) + 1 };
}
