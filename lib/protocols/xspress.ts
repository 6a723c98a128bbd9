/**
 * Xspress3: the stream of a fluorescence detector. A JSON part says what a message is; images have a data part, the
 * spectra, and a pickled part with counters of each channel.
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
export const TYP = "xspress";

/** The message before the first image. */
export interface XspressHeader {
  /** What this packet is. */
  readonly htype: "header";
  /** The file that the detector writes; empty when it writes none. */
  readonly filename: string;
  /** Names of the entries of each image's pickled part, in order; older versions do not send them. */
  readonly extra_tags?: readonly string[] | null;
  /** Whatever else the detector sent. */
  readonly [key: string]: unknown;
}

/** The spectra of all channels at one point. */
export interface XspressImage {
  /** What this packet is. */
  readonly htype: "image";
  /** Counts the images of the scan from 0. */
  readonly frame: number;
  /** The number of channels and of bins. */
  readonly shape: readonly number[];
  /** The dtype of the spectra, as numpy names it. */
  readonly type: string;
  /** The exposure time in seconds. */
  readonly exptime?: number | null;
  /** How the data part is compressed: `"none"`. */
  readonly compression?: string | null;
  /** The spectra, of `shape` and `type`: a view of the frame where it is aligned. */
  readonly data: NdArray;
  /**
   * What the detector counted, usually an array with a number for each channel: `ocr`, `AllEvents`, `AllGood`,
   * `ClockTicks`, `TotalTicks`, `ResetTicks`, `event_widths`, `dtc`. Entries behind these have the names in the header's
   * `extra_tags`, or are called `entry_8`, `entry_9`, …
   */
  readonly meta: Readonly<Record<string, unknown>>;
  /** Whatever else the detector sent. */
  readonly [key: string]: unknown;
}

/** The message after the last image. */
export interface XspressEnd {
  /** What this packet is. */
  readonly htype: "series_end";
  /** Whatever else the detector sent. */
  readonly [key: string]: unknown;
}

/** Any Xspress3 packet, told apart by `htype`. */
export type XspressPacket = XspressHeader | XspressImage | XspressEnd;

/** What the first entries of the pickled part are. */
const NAMES = ["ocr", "AllEvents", "AllGood", "ClockTicks", "TotalTicks", "ResetTicks", "event_widths", "dtc"] as const;

/**
 * Reads the frames of an Xspress3 stream.
 *
 * @param data The stream's data, `event.streams.<name>`.
 * @param header The packet of the header, whose `extra_tags` name the entries of `meta` from the ninth on.
 * @returns A header, an image with its `data` as an array and its `meta` by name, or the end of the series; keys as on
 * the wire.
 * @throws ProtocolError when the frames are no Xspress3 message: another type of stream, no JSON, a key missing or of
 * another type, a data part that is not as long as shape and dtype say, a compression that is not `"none"`, or a part
 * that is no pickled list.
 *
 * @example
 * ```ts
 * import { xspress } from "beamfold";
 *
 * const stream = xspress.encode({ htype: "header", filename: "scan.h5", extra_tags: ["ocr"] });
 * const packet = xspress.parse(stream);
 * if (packet.htype === "header") console.log(packet.filename, packet.extra_tags);
 * ```
 */
export function parse(data: StreamData, header?: XspressPacket | { readonly extra_tags?: unknown }): XspressPacket {
  assertTyp(data, TYP);
  const [json, ...parts] = data.frames;
  if (json === undefined) throw invalid(TYP, "found 0 frames, expected a JSON part and, for an image, data and meta");
  const fields = readJson(json, TYP);
  switch (fields["htype"]) {
    case "header":
      alone(fields, parts);
      text(fields, "filename", TYP);
      if (fields["extra_tags"] !== undefined && fields["extra_tags"] !== null && !isTexts(fields["extra_tags"])) {
        throw unexpected(fields, "extra_tags", "a list of texts", TYP);
      }
      return fields as XspressHeader;
    case "image":
      return image(fields, parts, header?.extra_tags);
    case "series_end":
      alone(fields, parts);
      return fields as XspressEnd;
    default:
      throw unexpected(fields, "htype", '"header", "image" or "series_end"', TYP);
  }
}

function alone(fields: Fields, parts: readonly Uint8Array[]): void {
  if (parts.length === 0) return;
  throw invalid(TYP, `found ${parts.length + 1} frames, expected one, as "htype" is "${fields["htype"]}"`);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((tag) => typeof tag === "string");
}

function image(fields: Fields, parts: readonly Uint8Array[], tags: unknown): XspressImage {
  const frame = wholeNumber(fields, "frame", TYP);
  const type = text(fields, "type", TYP);
  const shape = extents(fields, "shape", TYP);
  if (fields["exptime"] !== undefined && fields["exptime"] !== null) real(fields, "exptime", TYP);
  const [spectra, pickled] = parts;
  if (spectra === undefined || pickled === undefined || parts.length > 2) {
    throw invalid(TYP, `image ${frame} has ${parts.length + 1} frames, expected a JSON part, data and meta`);
  }
  const compression = fields["compression"] ?? "none";
  if (compression !== "none") {
    throw invalid(TYP, `image ${frame} has the compression ${shown(compression)}, and only "none" is read`);
  }
  fields["data"] = readArray(spectra, type, shape, () => `image ${frame}`, TYP);
  const meta = readPickle(pickled, () => `the meta part of image ${frame}`, TYP);
  if (!Array.isArray(meta)) {
    throw invalid(TYP, `the meta part of image ${frame} holds ${shown(meta)}, expected a list`);
  }
  fields["meta"] = named(meta, Array.isArray(tags) ? tags : []);
  return fields as XspressImage;
}

/** The entries by name. A tag that is another entry's name, or would be sorted among numbers, does not count. */
function named(meta: readonly unknown[], tags: readonly unknown[]): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  meta.forEach((entry, i) => {
    const tag = NAMES[i] ?? tags[i];
    const fits = typeof tag === "string" && !entries.has(tag) && !/^(entry_)?\d+$/.test(tag);
    entries.set(fits ? tag : `entry_${i}`, entry);
  });
  return Object.fromEntries(entries);
}

/** An image to be encoded: `shape` and `type` are taken from `data` where they are left out. */
export type EncodableXspressImage =
  & {
    readonly htype: "image";
    readonly frame: number;
    readonly data: NdArray;
    readonly meta: Readonly<Record<string, unknown>>;
  }
  & Readonly<Record<string, unknown>>;

/**
 * Makes the frames of an Xspress3 packet: the inverse of {@linkcode parse}. The `meta` is written as a pickled list.
 *
 * @param packet A header, an image with `data` and `meta`, or the end of the series.
 * @returns The stream's data.
 * @throws ProtocolError when an image's `shape` or `type` contradicts its `data`, its compression is not `"none"`, or
 * its `meta` lacks a name before one that it has, or holds something that cannot be pickled.
 *
 * @example
 * ```ts
 * import { xspress } from "beamfold";
 *
 * const data = xspress.encode({ htype: "header", filename: "output/scan.h5" });
 * console.assert(xspress.parse(data).htype === "header");
 * ```
 */
export function encode(packet: XspressHeader | EncodableXspressImage | XspressEnd): StreamData {
  if (packet.htype !== "image") return streamData(TYP, [writeJson(packet)]);
  const { data, meta, ...given } = packet as EncodableXspressImage & Partial<XspressImage>;
  const shape = shapeToWrite(data, given.shape, "the image", TYP);
  const type = dtypeToWrite(data, given.type, "the image", "type", TYP);
  const compression = given.compression ?? "none";
  if (compression !== "none") throw unwritable(TYP, `the compression ${JSON.stringify(compression)} cannot be written`);
  return streamData(TYP, [
    writeJson({ ...given, shape, type, compression: given.compression }),
    arrayBytes(data),
    writePickle(listed(meta), TYP),
  ]);
}

/** The entries in the order in which they are on the wire. */
function listed(meta: Readonly<Record<string, unknown>>): unknown[] {
  const known = NAMES.filter((name) => Object.hasOwn(meta, name));
  const more = Object.entries(meta).filter(([name]) => !known.some((other) => other === name));
  const missing = NAMES.find((name) => !Object.hasOwn(meta, name));
  const last = more.at(-1)?.[0] ?? known.at(-1);
  if (missing !== undefined && (more.length > 0 || known.length > NAMES.indexOf(missing))) {
    throw unwritable(TYP, `"meta" has "${last}", but no "${missing}", which comes before it on the wire`);
  }
  return [...known.map((name) => meta[name]), ...more.map(([, entry]) => entry)];
}
