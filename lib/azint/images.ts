/**
 * Images and masks of any dtype, taken piece by piece.
 *
 * @module
 */

import { dtypeOf, isTypedArray, type NdArray, type TypedArray } from "../array/dtypes.ts";
import { contiguous, isNdArray } from "../array/ndarray.ts";
import { ArrayError } from "../errors.ts";
import { PIECE } from "./layout.ts";

/** An image or a mask: an array, or its elements in C order with their shape. */
export type ImageLike = NdArray | { readonly data: TypedArray; readonly shape: readonly number[] };

/** What an image is called in messages. */
type Role = "image" | "mask";

/**
 * The elements of an image in C order.
 *
 * @throws ArrayError when it is none, or does not have the shape of the detector.
 */
export function elementsOf(image: ImageLike, shape: readonly [number, number], role: Role): TypedArray {
  const [rows, columns] = shape;
  const what = role === "image" ? "the image" : "the mask";
  const expected = `expected an array of shape [${rows}, ${columns}], as the detector has`;
  if (typeof image !== "object" || image === null || !isTypedArray(image.data) || !Array.isArray(image.shape)) {
    throw new ArrayError(`${what} cannot be integrated: found ${Deno.inspect(image, { depth: 0 })}, ${expected}`);
  }
  const found = image.shape;
  if (found.length !== 2 || found[0] !== rows || found[1] !== columns) {
    const turned = found.length === 2 && found[0] === columns && found[1] === rows;
    throw new ArrayError(
      `${what} cannot be integrated: its shape is [${found.join(", ")}], ${expected}` +
        (turned ? "; rows and columns may be swapped" : ""),
    );
  }
  if (isNdArray(image)) return contiguous(image);
  if (image.data.length !== rows * columns) {
    throw new ArrayError(
      `${what} cannot be integrated: it has ${image.data.length} elements, ${expected} (${rows * columns} elements)`,
    );
  }
  return image.data;
}

/** A byte a pixel, 1 where any of the masks has another value than 0; undefined where none has. */
export function maskOf(
  masks: readonly (ImageLike | undefined)[],
  shape: readonly [number, number],
): Uint8Array | undefined {
  let joined: Uint8Array | undefined;
  for (const mask of masks) {
    if (mask === undefined) continue;
    const elements: ArrayLike<number | bigint> = elementsOf(mask, shape, "mask");
    joined ??= new Uint8Array(elements.length);
    for (let i = 0; i < joined.length; i++) {
      if (Number(elements[i]) !== 0) joined[i] = 1;
    }
  }
  return joined;
}

/** Elements that are numbers. */
export type Values = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/**
 * Visits the elements in pieces that the visitor may change, at one place in memory: integers of up to 32 bits as they
 * are, others as float64; 64-bit integers are rounded.
 *
 * @param piece Where to put `PIECE` elements of 8 bytes.
 */
export function forEachPiece(
  elements: TypedArray,
  buffer: ArrayBuffer,
  piece: number,
  visit: (values: Values, from: number) => void,
): void {
  const raw = viewOf(elements);
  for (let from = 0; from < elements.length; from += PIECE) {
    const count = Math.min(PIECE, elements.length - from);
    const part = elements.subarray(from, from + count);
    const values = new raw(buffer, piece, count);
    if (part instanceof BigInt64Array || part instanceof BigUint64Array) {
      for (let i = 0; i < count; i++) values[i] = Number(part[i]);
    } else values.set(part);
    visit(values, from);
  }
}

/** The typed array for pieces of an image. */
function viewOf(elements: TypedArray) {
  const whole = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array];
  return whole.find((type) => elements instanceof type) ?? Float64Array;
}

/** Whether elements of a typed array can be other than finite. */
export function isFloat(elements: TypedArray): boolean {
  return dtypeOf(elements).startsWith("float");
}

/** The greatest value of an integer dtype, which detectors write where they have nothing; `NaN` for floats. */
export function sentinelOf(elements: TypedArray): number {
  const match = /^(u?)int(\d+)$/.exec(dtypeOf(elements));
  if (match === null) return NaN;
  return Number(2n ** BigInt(Number(match[2]) - (match[1] === "u" ? 0 : 1)) - 1n);
}
