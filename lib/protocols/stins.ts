/**
 * STINS: the stream of a generic area detector. A JSON part says what a message is; images have a data part.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { compressBslz4 } from "../bslz4/compress.ts";
import { type StreamData, streamData } from "../event.ts";
import {
  assertTyp,
  extents,
  type Fields,
  invalid,
  readJson,
  text,
  unexpected,
  unwritable,
  wholeNumber,
  writeJson,
} from "./json.ts";
import { arrayBytes, dtypeToWrite, readArray, readBslz4, shapeToWrite } from "./parts.ts";

/** The type that an ingester gives to such streams. */
export const TYP = "STINS";

/** The message before the first image. */
export interface StinsHeader {
  /** What this packet is. */
  readonly htype: "header";
  /** Counts the messages of the detector. */
  readonly msg_number: number;
  /** The file that the detector writes; empty when it writes none. */
  readonly filename: string;
  /** Whatever else the detector sent. */
  readonly [key: string]: unknown;
}

/** One image. */
export interface StinsImage {
  /** What this packet is. */
  readonly htype: "image";
  /** Counts the messages of the detector. */
  readonly msg_number: number;
  /** Counts the images of the scan from 0. */
  readonly frame: number;
  /** The extents of the image, slowest axis first. */
  readonly shape: readonly number[];
  /** The dtype of the image, as numpy names it. */
  readonly type: string;
  /** How the data part is compressed: `"none"`, or `"bslz4"`, which is bitshuffle and LZ4. */
  readonly compression: string;
  /**
   * The image, of `shape` and `type`: a view of the frame where that is aligned and not compressed. A compressed one is
   * decompressed when its elements are first looked at; a ProtocolError is thrown then when it is damaged.
   */
  readonly data: NdArray;
  /** Whatever else the detector sent. */
  readonly [key: string]: unknown;
}

/** The message after the last image. */
export interface StinsEnd {
  /** What this packet is. */
  readonly htype: "series_end";
  /** Counts the messages of the detector. */
  readonly msg_number: number;
  /** Whatever else the detector sent. */
  readonly [key: string]: unknown;
}

/** Any STINS packet, told apart by `htype`. */
export type StinsPacket = StinsHeader | StinsImage | StinsEnd;

/**
 * Reads the frames of a STINS stream.
 *
 * @param data The stream's data, `event.streams.<name>`.
 * @returns A header, an image with its `data` as an array, or the end of the series; keys as on the wire.
 * @throws ProtocolError when the frames are no STINS message: another type of stream, no JSON, a key missing or of
 * another type, a data part that is cut or not as long as shape and dtype say, or a compression that is not read.
 *
 * @example
 * ```ts
 * import { openCapture, stins } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(packet.frame, packet.data);
 * ```
 */
export function parse(data: StreamData): StinsPacket {
  assertTyp(data, TYP);
  const [json, pixels, ...rest] = data.frames;
  if (json === undefined || rest.length > 0) {
    throw invalid(TYP, `found ${data.frames.length} frames, expected a JSON part and, for an image, a data part`);
  }
  const fields = readJson(json, TYP);
  wholeNumber(fields, "msg_number", TYP);
  switch (fields["htype"]) {
    case "header":
      text(fields, "filename", TYP);
      return fields as StinsHeader;
    case "image":
      return image(fields, pixels);
    case "series_end":
      return fields as StinsEnd;
    default:
      throw unexpected(fields, "htype", '"header", "image" or "series_end"', TYP);
  }
}

function image(fields: Fields, pixels: Uint8Array | undefined): StinsImage {
  const frame = wholeNumber(fields, "frame", TYP);
  const type = text(fields, "type", TYP);
  const compression = text(fields, "compression", TYP);
  const shape = extents(fields, "shape", TYP);
  if (pixels === undefined) throw invalid(TYP, `image ${frame} has no data part`);
  const what = () => `image ${frame}`;
  if (compression === "none") fields["data"] = readArray(pixels, type, shape, what, TYP);
  else if (compression === "bslz4") fields["data"] = readBslz4(pixels, type, shape, what, TYP);
  else {
    throw invalid(
      TYP,
      `${what()} has the compression ${JSON.stringify(compression)}, and only "none" and "bslz4" are read: ` +
        `record the stream with one of these`,
    );
  }
  return fields as StinsImage;
}

/** An image to be encoded: `shape` and `type` are taken from `data` where they are left out. */
export type EncodableStinsImage =
  & { readonly htype: "image"; readonly msg_number: number; readonly frame: number; readonly data: NdArray }
  & Readonly<Record<string, unknown>>;

/**
 * Makes the frames of a STINS packet: the inverse of {@linkcode parse}.
 *
 * @param packet A header, an image with `data`, or the end of the series.
 * @returns The stream's data.
 * @throws ProtocolError when an image's `shape` or `type` contradicts its `data`, or its compression is not written.
 *
 * @example
 * ```ts
 * import { stins } from "beamfold";
 *
 * const data = stins.encode({ htype: "header", msg_number: 0, filename: "output/scan.h5" });
 * console.assert(stins.parse(data).htype === "header");
 * ```
 */
export function encode(packet: StinsHeader | EncodableStinsImage | StinsEnd): StreamData {
  if (packet.htype !== "image") return streamData(TYP, [writeJson(packet)]);
  const { data, ...given } = packet as EncodableStinsImage & Partial<StinsImage>;
  const shape = shapeToWrite(data, given.shape, "the image", TYP);
  const type = dtypeToWrite(data, given.type, "the image", "type", TYP);
  const compression = given.compression ?? "none";
  if (compression !== "none" && compression !== "bslz4") {
    throw unwritable(TYP, `the compression ${JSON.stringify(compression)} cannot be written`);
  }
  const bytes = arrayBytes(data);
  const pixels = compression === "none" ? bytes : compressBslz4(bytes, { itemsize: data.data.BYTES_PER_ELEMENT });
  return streamData(TYP, [writeJson({ ...given, shape, type, compression }), pixels]);
}
