/**
 * The parts of Eiger messages besides their keys: data that may be compressed, and what users give to the detector.
 *
 * @module
 */

import { checkAttached } from "../array/detached.ts";
import { elementType, type NdArray } from "../array/dtypes.ts";
import { isNdArray, sizeOf } from "../array/ndarray.ts";
import { compressBslz4, compressLz4 } from "../bslz4/compress.ts";
import { decompressLz4 } from "../bslz4/decompress.ts";
import { ArrayError, CompressionError, ProtocolError } from "../errors.ts";
import { extents, invalid, type Naming, readJson, text, unwritable, writeJson } from "./json.ts";
import { arrayBytes, dtypeToWrite, readArray, readBslz4 } from "./parts.ts";

/** The type that an ingester gives to such streams. */
export const TYP = "EIGER_LEGACY";

/** Data as they came, with what the JSON part before them says. */
export interface EigerData {
  /** What the data are, such as `"dimage_d-1.0"`. */
  readonly htype: string;
  /** The extents, fastest axis first: `[x, y]`, that is, columns and rows. */
  readonly shape: readonly number[];
  /** The dtype, as numpy names it. */
  readonly type: string;
  /** How the data are compressed: `"bs8-lz4<"`, `"bs16-lz4<"`, `"bs32-lz4<"`, `"lz4<"`, or not: `"<"`, or left out. */
  readonly encoding?: string;
  /** The data part: a view of the frame. */
  readonly buffer: Uint8Array;
  /** Whatever else the detector sent, such as `size`, the bytes of the data part. */
  readonly [key: string]: unknown;
}

/** The data of a part, with the JSON part before it. */
export function describedData(head: Uint8Array, buffer: Uint8Array, what: Naming): EigerData {
  const fields = readJson(head, TYP, what);
  text(fields, "type", TYP);
  extents(fields, "shape", TYP);
  if (fields["encoding"] !== undefined) text(fields, "encoding", TYP);
  return { ...fields, buffer } as unknown as EigerData;
}

/** The encodings, with the element size of their bitshuffle. */
const ENCODINGS: Readonly<Record<string, number>> = {
  "bs8-lz4<": 1,
  "bs16-lz4<": 2,
  "bs32-lz4<": 4,
  "lz4<": 0,
  "<": 0,
};

/**
 * The array in a data part, slowest axis first.
 *
 * @throws ProtocolError when the data are damaged, cut, or encoded otherwise; ArrayError when their memory is gone.
 */
export function decoded(data: EigerData, what: Naming): NdArray {
  const { buffer, type, size, encoding = "<" } = data;
  const shape = data.shape.toReversed();
  if (!Object.hasOwn(ENCODINGS, encoding)) {
    const known = Object.keys(ENCODINGS).join(", ");
    throw invalid(TYP, `${what()} has the encoding ${JSON.stringify(encoding)}, expected one of ${known}`);
  }
  checkAttached(buffer);
  if (encoding === "<") return readArray(buffer, type, shape, what, TYP);
  const said = size === undefined || size === buffer.length ? "" : ` (its head says that they are ${size} bytes)`;
  if (encoding !== "lz4<") return readBslz4(buffer, type, shape, what, TYP, said, ENCODINGS[encoding]);
  try {
    const { itemsize } = elementType(type);
    return readArray(decompressLz4(buffer, { itemsize, size: itemsize * sizeOf(shape) }), type, shape, what, TYP);
  } catch (cause) {
    if (!(cause instanceof CompressionError || cause instanceof ArrayError)) throw cause;
    throw invalid(TYP, `the data of ${what()}${said} cannot be decompressed: ${cause.message}`, cause);
  }
}

/** An array as a data part with its head, where `given` may say more: the encoding, for one. */
export function encodedData(array: unknown, given: Partial<EigerData>): EigerData {
  if (!isNdArray(array)) {
    throw unwritable(TYP, `there is neither "data" with a "buffer" nor an "image" that is an array`);
  }
  const type = dtypeToWrite(array, given.type, "the image", "type", TYP);
  const shape = array.shape.toReversed();
  if (given.shape !== undefined && given.shape.join() !== shape.join()) {
    const [is, says] = [shape, given.shape].map((shape) => `[${shape.join(", ")}]`);
    throw unwritable(TYP, `the image's columns and rows are ${is}, but "shape" says ${says}`);
  }
  const { itemsize } = elementType(type);
  const encoding = given.encoding ?? `bs${8 * itemsize}-lz4<`;
  if (!Object.hasOwn(ENCODINGS, encoding) || (ENCODINGS[encoding] || itemsize) !== itemsize) {
    throw unwritable(TYP, `elements of ${type} cannot have the encoding ${JSON.stringify(encoding)}`);
  }
  const bytes = arrayBytes(array);
  const buffer = encoding === "<" ? bytes : encoding === "lz4<" ? compressLz4(bytes) : compressBslz4(bytes, {
    itemsize,
    header: true,
  });
  return { htype: "dimage_d-1.0", ...given, encoding, shape, size: buffer.length, type, buffer };
}

/** A data part with its head before it. */
export function headAndData({ buffer, ...head }: EigerData): [head: Uint8Array, buffer: Uint8Array] {
  return [writeJson(head), buffer];
}

/** What a user gave to the detector: an object of JSON, any other text, other bytes, or nothing. */
export function readAppendix(frame: Uint8Array): object | string | undefined {
  if (frame.length === 0) return undefined;
  try {
    return readJson(frame, TYP);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(frame);
  } catch {
    return frame;
  }
}

/** The part for what a user gave to the detector. */
export function writeAppendix(appendix: unknown): Uint8Array {
  if (appendix === undefined) return new Uint8Array();
  if (appendix instanceof Uint8Array) return appendix;
  return typeof appendix === "string" ? new TextEncoder().encode(appendix) : writeJson(appendix as object);
}
