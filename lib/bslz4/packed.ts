/**
 * Arrays of frames that are compressed with bitshuffle and LZ4.
 *
 * @module
 */

import { checkAttached } from "../array/detached.ts";
import { elementType, type NdArray, type TypedArray } from "../array/dtypes.ts";
import { fromBytes, sizeOf } from "../array/ndarray.ts";
import { packedArray, type StripRoom } from "../array/packed.ts";
import { CompressionError } from "../errors.ts";
import { decompressBslz4, decompressStrips, StripDecoder, type Take } from "./decompress.ts";
import { checkBlocks } from "./layout.ts";

/**
 * The array in a frame: it is looked into for missing blocks now, and decompressed when its elements are looked at. If
 * the frame's memory is gone by then, that is an ArrayError.
 *
 * @param frame The compressed bytes.
 * @param dtype The dtype of the elements.
 * @param shape The shape of the array.
 * @param refusal Makes what is thrown for a frame that cannot be decompressed.
 * @param itemsize The size of the elements that were shuffled; that of the dtype when left out.
 * @throws ArrayError for a dtype that has no typed array, or a frame whose memory is gone.
 */
export function bslz4Array(
  frame: Uint8Array,
  dtype: string,
  shape: readonly number[],
  refusal: (cause: CompressionError) => Error,
  itemsize?: number,
): NdArray {
  const type = elementType(dtype);
  const layout = { itemsize: itemsize ?? type.itemsize, size: type.itemsize * sizeOf(shape) };
  const guarded = <T>(work: () => T): T => {
    checkAttached(frame);
    try {
      return work();
    } catch (cause) {
      throw cause instanceof CompressionError ? refusal(cause) : cause;
    }
  };
  const elementsOf = ({ buffer, byteOffset, byteLength }: Uint8Array): TypedArray =>
    new type.array(buffer, byteOffset, byteLength / type.itemsize);
  const taking = (visit: (elements: TypedArray, from: number) => void): Take => {
    let before: Uint8Array | undefined;
    let elements: TypedArray;
    return (strip, offset) => {
      if (strip !== before) elements = elementsOf(strip);
      before = strip;
      visit(elements, offset / type.itemsize);
    };
  };

  if (type.swapped) return fromBytes(guarded(() => decompressBslz4(frame, layout)), dtype, shape);
  guarded(() => checkBlocks(frame, layout));
  return packedArray({
    dtype: type.dtype,
    unpack: () => guarded(() => elementsOf(decompressBslz4(frame, layout))),
    strips: (visit) => guarded(() => decompressStrips(frame, layout, taking(visit))),
    stripsIn: (room, visit) => guarded(() => decoderIn(room).strips(frame, layout, taking(visit))),
  }, shape);
}

/** The decoder of a room, kept with it. */
const decoderIn = ((): (room: StripRoom) => StripDecoder => {
  const kept = new WeakMap<StripRoom, StripDecoder>();
  return (room) => {
    const decoder = kept.get(room) ?? new StripDecoder(room);
    kept.set(room, decoder);
    return decoder;
  };
})();
