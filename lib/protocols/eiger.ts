/**
 * Eiger: the stream of DECTRIS detectors, in its older interface. A JSON part says what a message is; the header comes
 * with tables of the detector, an image with its compressed data.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { type StreamData, streamData } from "../event.ts";
import { defineLazy } from "../lazy.ts";
import {
  decoded,
  describedData,
  type EigerData,
  encodedData,
  headAndData,
  readAppendix,
  TYP,
  writeAppendix,
} from "./eiger_data.ts";
import { assertTyp, type Fields, invalid, type Naming, readJson, unexpected, wholeNumber, writeJson } from "./json.ts";

export { type EigerData, TYP } from "./eiger_data.ts";

/**
 * The message before the first image. `tables`, and the arrays made of them, are not enumerable: they are not printed,
 * and not copied with the packet.
 */
export interface EigerHeader {
  /** What this packet is. */
  readonly htype: "dheader-1.0";
  /** Counts the series of the detector. */
  readonly series: number;
  /** The detector's configuration. */
  readonly info: Readonly<Record<string, unknown>>;
  /** What the user gave to the detector: JSON where it is a JSON object, else a text, else bytes; or nothing. */
  readonly appendix?: unknown;
  /** The tables as they came. */
  readonly tables: Readonly<Record<EigerTable, EigerData>>;
  /** The flatfield, `[rows, columns]`: made when it is read first. A ProtocolError is thrown when its data are cut. */
  readonly flatfield: NdArray;
  /** The pixel mask, `[rows, columns]`, as `flatfield`. */
  readonly mask: NdArray;
  /** The count-rate correction: rows of counts and corrected counts, as `flatfield`. */
  readonly countrate_table: NdArray;
  /** Whatever else the detector sent. */
  readonly [key: string]: unknown;
}

/** The tables of a header. */
export type EigerTable = "flatfield" | "mask" | "countrate_table";

/** One image. `image` is not enumerable: it is not printed, and not copied with the packet. */
export interface EigerImage {
  /** What this packet is. */
  readonly htype: "dimage-1.0";
  /** Counts the images of the series from 0. */
  readonly frame: number;
  /** Counts the series of the detector. */
  readonly series: number;
  /** The data as they came. */
  readonly data: EigerData;
  /** When the image was taken, in nanoseconds. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the user gave to the detector, as in the header; left out when it is empty. */
  readonly appendix?: unknown;
  /** The pixels, `[rows, columns]`: decompressed when they are read first. A ProtocolError is thrown when they cannot. */
  readonly image: NdArray;
  /** Whatever else the detector sent. */
  readonly [key: string]: unknown;
}

/** The message after the last image. */
export interface EigerEnd {
  /** What this packet is. */
  readonly htype: "dseries_end-1.0";
  /** Counts the series of the detector. */
  readonly series: number;
  /** Whatever else the detector sent. */
  readonly [key: string]: unknown;
}

/** Any Eiger packet, told apart by `htype`. */
export type EigerPacket = EigerHeader | EigerImage | EigerEnd;

/**
 * Reads the frames of an Eiger stream. Data are looked at when they are asked for: see `image` and `flatfield`.
 *
 * @param data The stream's data, `event.streams.<name>`.
 * @returns A header, an image, or the end of the series; keys as on the wire.
 * @throws ProtocolError when the frames are no Eiger message: another type of stream, another number of parts, no JSON,
 * or a key missing or of another type.
 *
 * @example
 * ```ts
 * import { eiger } from "beamfold";
 *
 * const packet = eiger.parse(eiger.encode({ htype: "dseries_end-1.0", series: 6 }));
 * if (packet.htype === "dimage-1.0") console.log(packet.frame, packet.image);
 * ```
 */
export function parse(data: StreamData): EigerPacket {
  assertTyp(data, TYP);
  const [json, ...parts] = data.frames;
  if (json === undefined) throw invalid(TYP, "found 0 frames, expected 9 for a header, 5 for an image, 1 for an end");
  const fields = readJson(json, TYP);
  wholeNumber(fields, "series", TYP);
  switch (fields["htype"]) {
    case "dheader-1.0":
      return header(fields, takeParts(parts, 8, () => "a header"));
    case "dimage-1.0":
      return image(fields, parts);
    case "dseries_end-1.0":
      takeParts(parts, 0, () => "an end");
      return fields as EigerEnd;
    default:
      throw unexpected(fields, "htype", '"dheader-1.0", "dimage-1.0" or "dseries_end-1.0"', TYP);
  }
}

function takeParts(parts: readonly Uint8Array[], expected: number, what: Naming): (index: number) => Uint8Array {
  if (parts.length !== expected) {
    throw invalid(TYP, `found ${parts.length + 1} frames, expected ${expected + 1} for ${what()}`);
  }
  return (index) => parts[index] as Uint8Array;
}

/** Each table, with the part that its data have, counted behind the first one, and its `htype` and dtype. */
const TABLES = [
  ["flatfield", 2, "dflatfield-1.0", "float32"],
  ["mask", 4, "dpixelmask-1.0", "uint32"],
  ["countrate_table", 6, "dcountrate_table-1.0", "float32"],
] as const;

function header(fields: Fields, part: (index: number) => Uint8Array): EigerHeader {
  fields["info"] = readJson(part(0), TYP, () => "the detector's configuration");
  const appendix = readAppendix(part(7));
  if (appendix !== undefined) fields["appendix"] = appendix;
  const tables: Record<string, EigerData> = {};
  defineLazy(fields, "tables", () => tables);
  for (const [name, at] of TABLES) {
    const table = tables[name] = describedData(part(at - 1), part(at), () => `the head of the ${name}`);
    defineLazy(fields, name, () => decoded(table, () => `the ${name}`));
  }
  return fields as EigerHeader;
}

function image(fields: Fields, parts: readonly Uint8Array[]): EigerImage {
  const frame = wholeNumber(fields, "frame", TYP);
  const what = () => `image ${frame}`;
  const part = takeParts(parts, 4, what);
  const data = describedData(part(0), part(1), () => `the head of the data of ${what()}`);
  fields["data"] = data;
  fields["config"] = readJson(part(2), TYP, () => `the configuration of ${what()}`);
  const appendix = readAppendix(part(3));
  if (appendix !== undefined && Object.keys(appendix).length > 0) fields["appendix"] = appendix;
  defineLazy(fields, "image", () => decoded(data, what));
  return fields as unknown as EigerImage;
}

/** A header to be encoded: tables are taken from `tables` or from the arrays, and are empty where neither is given. */
export type EncodableEigerHeader =
  & { readonly htype: "dheader-1.0"; readonly series: number; readonly info: Readonly<Record<string, unknown>> }
  & Partial<Pick<EigerHeader, EigerTable | "tables">>
  & Readonly<Record<string, unknown>>;

/**
 * An image to be encoded: `data` as they came, or an `image` that is compressed: as `data.encoding` says, and else with
 * bitshuffle and LZ4.
 */
export type EncodableEigerImage =
  & { readonly htype: "dimage-1.0"; readonly frame: number; readonly series: number }
  & { readonly image?: NdArray; readonly data?: Readonly<Record<string, unknown>> }
  & Readonly<Record<string, unknown>>;

/**
 * Makes the frames of an Eiger packet: the inverse of {@linkcode parse}.
 *
 * @param packet A header, an image, or the end of the series.
 * @returns The stream's data: 9, 5 or 1 frames.
 * @throws ProtocolError when there is neither `image` nor `data.buffer`, or `data` contradicts the image.
 *
 * @example
 * ```ts
 * import { eiger } from "beamfold";
 *
 * const data = eiger.encode({ htype: "dheader-1.0", header_detail: "all", series: 6, info: { nimages: 3 } });
 * console.assert(eiger.parse(data).htype === "dheader-1.0");
 * ```
 */
export function encode(packet: EncodableEigerHeader | EncodableEigerImage | EigerEnd): StreamData {
  // What is computed is not enumerable, and is not computed for this.
  const fields: Fields = { ...packet };
  switch (packet.htype) {
    case "dheader-1.0": {
      const { tables } = packet as EncodableEigerHeader;
      const parts = TABLES.flatMap(([name, , htype, type]) =>
        headAndData(tables?.[name] ?? table(packet, name, htype, type))
      );
      return written(fields, ["info", "appendix", "tables", ...TABLES.map(([name]) => name)], [
        writeJson(packet["info"] as Fields),
        ...parts,
        writeAppendix(packet["appendix"]),
      ]);
    }
    case "dimage-1.0": {
      const data = packet["data"] as Partial<EigerData> | undefined;
      const described = data?.buffer === undefined ? encodedData(packet["image"], data ?? {}) : data as EigerData;
      return written(fields, ["data", "image", "config", "appendix"], [
        ...headAndData(described),
        writeJson((packet["config"] ?? {}) as Fields),
        writeAppendix(packet["appendix"] ?? {}),
      ]);
    }
    default:
      return written(fields, [], []);
  }
}

function table(packet: Readonly<Record<string, unknown>>, name: string, htype: string, type: string): EigerData {
  const array = packet[name];
  return array === undefined
    ? { htype, shape: [0], type, buffer: new Uint8Array() }
    : encodedData(array, { htype, encoding: "<" });
}

/** The frames of a packet: JSON of its keys but those that have parts of their own, and these parts. */
function written(fields: Fields, others: readonly string[], parts: readonly Uint8Array[]): StreamData {
  for (const key of others) delete fields[key];
  return streamData(TYP, [writeJson(fields), ...parts]);
}
