/**
 * The parts of a message besides JSON: data parts, which become arrays, and pickled parts.
 *
 * @module
 */

import { checkAttached } from "../array/detached.ts";
import { type DType, dtypeOf, elementType, type NdArray } from "../array/dtypes.ts";
import { contiguous, fromBytes } from "../array/ndarray.ts";
import { bslz4Array } from "../bslz4/packed.ts";
import { ArrayError, PickleError, type ProtocolError } from "../errors.ts";
import { pickle } from "../pickle/pickle.ts";
import { unpickle } from "../pickle/unpickle.ts";
import { invalid, type Naming, shown, unwritable } from "./json.ts";

/**
 * The array in a data part: a view of it where that is aligned.
 *
 * @param bytes The data part.
 * @param dtype Its dtype, as numpy names it.
 * @param shape Its extents.
 * @param what What errors call it.
 * @param typ The type of the stream.
 * @throws ProtocolError when the part is not as long as dtype and shape say, or the dtype cannot be read.
 * ArrayError when its memory is gone.
 */
export function readArray(
  bytes: Uint8Array,
  dtype: string,
  shape: readonly number[],
  what: Naming,
  typ: string,
): NdArray {
  checkAttached(bytes);
  try {
    return fromBytes(bytes, dtype, shape);
  } catch (cause) {
    if (!(cause instanceof ArrayError)) throw cause;
    throw invalid(typ, `the data of ${what()} does not fit: ${cause.message}`, cause);
  }
}

/**
 * The array in bytes that are compressed with bitshuffle and LZ4: decompressed when its elements are first looked at.
 *
 * @param head What the part before them says of them, for errors.
 * @param itemsize The size of the elements that were shuffled; that of the dtype when left out.
 * @throws ProtocolError for bytes that are cut, and later, when elements are looked at, for others that are damaged.
 */
export function readBslz4(
  bytes: Uint8Array,
  dtype: string,
  shape: readonly number[],
  what: Naming,
  typ: string,
  head = "",
  itemsize?: number,
): NdArray {
  const refusal = (cause: Error): ProtocolError =>
    invalid(typ, `the data of ${what()}${head} cannot be decompressed: ${cause.message}`, cause);
  checkAttached(bytes);
  try {
    return bslz4Array(bytes, dtype, shape, refusal, itemsize);
  } catch (cause) {
    throw cause instanceof ArrayError ? refusal(cause) : cause;
  }
}

/** The bytes of an array in C order: its own where it is contiguous. */
export function arrayBytes(array: NdArray): Uint8Array {
  const elements = contiguous(array);
  return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
}

/** The shape of an array that is written, which may be given, but not as another one. */
export function shapeToWrite(array: NdArray, given: unknown, what: string, typ: string): readonly number[] {
  if (given === undefined) return array.shape;
  if (Array.isArray(given) && given.join() === array.shape.join()) return given;
  const said = Array.isArray(given) ? `[${given.join(", ")}]` : shown(given);
  throw unwritable(typ, `${what}'s shape is [${array.shape.join(", ")}], but "shape" says ${said}`);
}

/**
 * The dtype of an array that is written, in native byte order: `"<u2"` and `">u2"` become `"uint16"`. It may be given,
 * but not as another one; bytes may be given as `"bool"`.
 */
export function dtypeToWrite(array: NdArray, given: unknown, what: string, key: string, typ: string): DType {
  const dtype = dtypeOf(array.data);
  if (given === undefined) return dtype;
  let named: DType | undefined;
  try {
    named = typeof given === "string" ? elementType(given).dtype : undefined;
  } catch (error) {
    if (!(error instanceof ArrayError)) throw error;
  }
  if (named === dtype || (named === "bool" && dtype === "uint8")) return named;
  throw unwritable(typ, `${what}'s dtype is ${dtype}, but "${key}" says ${shown(given)}`);
}

/**
 * The value in a pickled part. Nothing in it is run.
 *
 * @param bytes The part.
 * @param what What errors call it.
 * @param typ The type of the stream.
 * @throws ProtocolError when the part is no pickle, or one of something else than data.
 */
export function readPickle(bytes: Uint8Array, what: Naming, typ: string): unknown {
  try {
    return unpickle(bytes);
  } catch (cause) {
    if (!(cause instanceof PickleError)) throw cause;
    throw invalid(typ, `${what()}: ${cause.message}`, cause);
  }
}

/** A value as a pickled part. */
export function writePickle(value: unknown, typ: string): Uint8Array {
  try {
    return pickle(value);
  } catch (cause) {
    if (!(cause instanceof PickleError)) throw cause;
    throw unwritable(typ, cause.message, cause);
  }
}
