/**
 * Images and masks of any dtype, taken strip by strip.
 *
 * @module
 */

import { checkAttached } from "../array/detached.ts";
import { type DType, dtypeOf, isTypedArray, type NdArray, type TypedArray } from "../array/dtypes.ts";
import { contiguous, isNdArray } from "../array/ndarray.ts";
import { packedOf } from "../array/packed.ts";
import { ArrayError } from "../errors.ts";
import type { Room } from "./layout.ts";

/** An image or a mask: an array, or its elements in C order with their shape. */
export type ImageLike = NdArray | { readonly data: TypedArray; readonly shape: readonly number[] };

/** What an image is called in messages. */
type Role = "image" | "mask";

/** The pixels of an image, in C order. */
export interface Pixels {
  readonly dtype: DType;
  /**
   * Visits them in strips that the visitor may change, at the place for them in a room: integers of up to 32 bits as
   * they are, others as float64; 64-bit integers are rounded.
   */
  strips(room: Room, visit: (values: Values, from: number) => void): void;
}

/** Elements that are numbers. */
export type Values = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/** A typed array of such elements. */
interface ValuesType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, at: number, length: number): Values;
}

/**
 * The pixels of an image. Where they are packed still, they go from there to the room directly.
 *
 * @throws ArrayError when it is none, or does not have the shape of the detector.
 */
export function pixelsOf(image: ImageLike, shape: readonly [number, number]): Pixels {
  checkShape(image, shape, "image");
  const packed = isNdArray(image) ? packedOf(image) : undefined;
  if (packed !== undefined && isNarrow(packed.dtype)) {
    return {
      dtype: packed.dtype,
      strips(room, visit) {
        const direct = packed.stripsIn(room, (elements, from) => visit(elements as Values, from));
        if (!direct) forEachStrip(packed.unpack(), room, visit);
      },
    };
  }
  const elements = elementsIn(image, shape, "image");
  return { dtype: dtypeOf(elements), strips: (room, visit) => forEachStrip(elements, room, visit) };
}

/** Whether elements are integers of up to 32 bits. */
function isNarrow(dtype: DType): boolean {
  return /int(8|16|32)$/.test(dtype);
}

const expected = ([rows, columns]: readonly [number, number]): string =>
  `expected an array of shape [${rows}, ${columns}], as the detector has`;

function checkShape(image: ImageLike, shape: readonly [number, number], role: Role): void {
  const [rows, columns] = shape;
  const whole = isNdArray(image) ||
    (typeof image === "object" && image !== null && isTypedArray(image.data) && Array.isArray(image.shape));
  if (!whole) {
    throw new ArrayError(
      `the ${role} cannot be integrated: found ${Deno.inspect(image, { depth: 0 })}, ${expected(shape)}`,
    );
  }
  const found = image.shape;
  if (found.length !== 2 || found[0] !== rows || found[1] !== columns) {
    const turned = found.length === 2 && found[0] === columns && found[1] === rows;
    throw new ArrayError(
      `the ${role} cannot be integrated: its shape is [${found.join(", ")}], ${expected(shape)}` +
        (turned ? "; rows and columns may be swapped" : ""),
    );
  }
}

/** The elements of an image or mask, of which the shape is right. */
function elementsIn(image: ImageLike, shape: readonly [number, number], role: Role): TypedArray {
  if (isNdArray(image)) return contiguous(image);
  const size = shape[0] * shape[1];
  if (image.data.length === size) return image.data;
  checkAttached(image.data);
  throw new ArrayError(
    `the ${role} cannot be integrated: it has ${image.data.length} elements, ${expected(shape)} (${size} elements)`,
  );
}

/** A byte a pixel, 1 where any of the masks has another value than 0; undefined where none has. */
export function maskOf(
  masks: readonly (ImageLike | undefined)[],
  shape: readonly [number, number],
): Uint8Array | undefined {
  let joined: Uint8Array | undefined;
  for (const mask of masks) {
    if (mask === undefined) continue;
    checkShape(mask, shape, "mask");
    const elements: ArrayLike<number | bigint> = elementsIn(mask, shape, "mask");
    joined ??= new Uint8Array(elements.length);
    for (let i = 0; i < joined.length; i++) {
      if (Number(elements[i]) !== 0) joined[i] = 1;
    }
  }
  return joined;
}

function forEachStrip(
  elements: TypedArray,
  { buffer, strip, stripBytes }: Room,
  visit: (values: Values, from: number) => void,
): void {
  const type = (isNarrow(dtypeOf(elements)) ? elements.constructor : Float64Array) as ValuesType;
  const most = stripBytes / type.BYTES_PER_ELEMENT;
  for (let from = 0; from < elements.length; from += most) {
    const part = elements.subarray(from, from + most);
    const values = new type(buffer, strip, part.length);
    if (part instanceof BigInt64Array || part instanceof BigUint64Array) {
      for (let i = 0; i < part.length; i++) values[i] = Number(part[i]);
    } else values.set(part);
    visit(values, from);
  }
}

/** The greatest value of an integer dtype, which detectors write where they have nothing; `NaN` for floats. */
export function sentinelOf(dtype: DType): number {
  const match = /^(u?)int(\d+)$/.exec(dtype);
  if (match === null) return NaN;
  return Number(2n ** BigInt(Number(match[2]) - (match[1] === "u" ? 0 : 1)) - 1n);
}
