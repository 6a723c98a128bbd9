/**
 * STINS: the stream of a generic area detector. A JSON part says what a message is; images have a data part.
 *
 * @module
 */

import { type DType, dtypeOf, elementType, type NdArray } from "../array/dtypes.ts";
import { contiguous, fromBytes } from "../array/ndarray.ts";
import { ArrayError, ProtocolError } from "../errors.ts";
import { type StreamData, streamData } from "../event.ts";

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
  /** How the data part is compressed: `"none"`. */
  readonly compression: string;
  /** The image, of `shape` and `type`: a view of the frame where it is aligned. */
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
 * another type, a data part that is not as long as shape and dtype say, or a compression that is not `"none"`.
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
  if (data.typ !== TYP) {
    throw invalid(`the stream's type is ${JSON.stringify(data.typ)}, expected "${TYP}": use the parser for that type`);
  }
  const [json, pixels, ...rest] = data.frames;
  if (json === undefined || rest.length > 0) {
    throw invalid(`found ${data.frames.length} frames, expected a JSON part and, for an image, a data part`);
  }
  const fields = readJson(json);
  number(fields, "msg_number");
  switch (fields["htype"]) {
    case "header":
      text(fields, "filename");
      return fields as StinsHeader;
    case "image":
      return image(fields, pixels);
    case "series_end":
      return fields as StinsEnd;
    default:
      throw invalid(`"htype" is ${Deno.inspect(fields["htype"])}, expected "header", "image" or "series_end"`);
  }
}

type Fields = Record<string, unknown>;

function image(fields: Fields, pixels: Uint8Array | undefined): StinsImage {
  const frame = number(fields, "frame");
  const type = text(fields, "type");
  const compression = text(fields, "compression");
  const shape = fields["shape"];
  if (!Array.isArray(shape) || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw invalid(`"shape" is ${Deno.inspect(shape)}, expected a list of whole numbers`);
  }
  if (pixels === undefined) throw invalid(`image ${frame} has no data part`);
  if (compression !== "none") {
    throw invalid(
      `image ${frame} has the compression ${JSON.stringify(compression)}, and only "none" is read: ` +
        `record the stream uncompressed`,
    );
  }
  try {
    fields["data"] = fromBytes(pixels, type, shape);
  } catch (cause) {
    if (!(cause instanceof ArrayError)) throw cause;
    throw invalid(`the data of image ${frame} does not fit: ${cause.message}`, cause);
  }
  return fields as StinsImage;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function readJson(frame: Uint8Array): Fields {
  let fields: unknown;
  try {
    fields = parseJson(decoder.decode(frame));
  } catch (cause) {
    throw invalid(`the first frame is not JSON (${(cause as Error).message})`, cause);
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw invalid(`the first frame holds ${Deno.inspect(fields)}, expected a JSON object`);
  }
  return fields as Fields;
}

/** JSON in which integers beyond 53 bits become BigInts. */
function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const exact = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
      ? BigInt(context?.source ?? 0)
      : value;
  return JSON.parse(text, exact);
}

/** JSON with BigInts written as digits. */
function writeJson(fields: object): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(fields, (_, value) => typeof value === "bigint" ? rawJSON(String(value)) : value);
}

function number(fields: Fields, key: string): number {
  const value = fields[key];
  if (!Number.isSafeInteger(value)) throw invalid(`"${key}" is ${Deno.inspect(value)}, expected a whole number`);
  return value as number;
}

function text(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== "string") throw invalid(`"${key}" is ${Deno.inspect(value)}, expected a text`);
  return value;
}

function invalid(message: string, cause?: unknown): ProtocolError {
  return new ProtocolError(`cannot parse this as STINS: ${message}`, { protocol: TYP, cause });
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
 * @throws ProtocolError when an image's `shape` or `type` contradicts its `data`, or its compression is not `"none"`.
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
  const encoder = new TextEncoder();
  if (packet.htype !== "image") return streamData(TYP, [encoder.encode(writeJson(packet))]);
  const { data, ...given } = packet as EncodableStinsImage & Partial<StinsImage>;
  const fields = { ...given, shape: given.shape ?? data.shape, type: nativeType(given.type, dtypeOf(data.data)) };
  if (fields.shape.join() !== data.shape.join()) {
    throw unwritable(`the image's shape is [${data.shape.join(", ")}], but "shape" says [${fields.shape.join(", ")}]`);
  }
  const compression = given.compression ?? "none";
  if (compression !== "none") throw unwritable(`the compression ${JSON.stringify(compression)} cannot be written`);
  const elements = contiguous(data);
  const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  return streamData(TYP, [encoder.encode(writeJson({ ...fields, compression })), bytes]);
}

/** The dtype as the bytes are written, in native order: `"<u2"` and `">u2"` become `"uint16"`. */
function nativeType(type: string | undefined, dtype: DType): string {
  if (type === undefined) return dtype;
  let named: DType | undefined;
  try {
    named = elementType(type).dtype;
  } catch (error) {
    if (!(error instanceof ArrayError)) throw error;
  }
  if (named === dtype || (named === "bool" && dtype === "uint8")) return named;
  throw unwritable(`the image's dtype is ${dtype}, but "type" says ${JSON.stringify(type)}`);
}

function unwritable(message: string): ProtocolError {
  return new ProtocolError(`cannot encode this as STINS: ${message}`, { protocol: TYP });
}
