/**
 * Frames that detectors compress with bitshuffle and LZ4, decompressed by a WASM kernel (`assembly/`).
 *
 * @module
 */

import { Kernel, type Room, type Take } from "./instance.ts";
import type { FrameLayout } from "./layout.ts";

export type { Room, Take } from "./instance.ts";
export type { FrameLayout } from "./layout.ts";

/**
 * Decompresses a frame of bitshuffle and LZ4, with the header of 12 bytes that DECTRIS and HDF5 write, or without.
 *
 * @param frame The compressed bytes.
 * @param layout What comes out. A header is one when it says exactly that size.
 * @returns Bytes of their own, at the beginning of their buffer.
 * @throws CompressionError when the frame is damaged, cut, or of another size.
 */
export function decompressBslz4(frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
  return shared().decode(frame, layout);
}

/**
 * Decompresses a frame that is one LZ4 block, without any header: `lz4<` of DECTRIS.
 *
 * @param frame The compressed bytes.
 * @param layout What comes out.
 * @returns Bytes of their own, at the beginning of their buffer.
 * @throws CompressionError when the frame is damaged, cut, or of another size.
 */
export function decompressLz4(frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
  return shared().decodeLz4(frame, layout).slice();
}

/**
 * Visits what comes out of a frame of bitshuffle and LZ4 in strips, without taking memory for all of it.
 *
 * @param visit Told of each strip, a whole number of elements that begin at an offset in bytes. A view of memory,
 * aligned to 64 bytes, which the next strip overwrites; it must not decompress another frame.
 * @throws CompressionError when the frame is damaged, cut, or of another size; strips before the damage were visited.
 */
export function decompressStrips(frame: Uint8Array, layout: FrameLayout, visit: Take): void {
  shared().strips(frame, layout, visit);
}

/** Decompresses frames in the room that another WASM module has for them in its memory. */
export class StripDecoder {
  readonly #kernel: Kernel;

  constructor(room: Room) {
    this.#kernel = new Kernel(room);
  }

  /**
   * Visits what comes out of a frame, as {@linkcode decompressStrips} does, where the room has its place for strips.
   *
   * @returns Whether there is room enough for the frame's blocks; nothing was visited when there is not.
   */
  strips(frame: Uint8Array, layout: FrameLayout, visit: Take): boolean {
    return this.#kernel.strips(frame, layout, visit);
  }
}

/**
 * The kernel that frames share: built when there is one, and kept, since kernels that are dropped pile up faster than
 * the garbage collector looks for them.
 */
const shared = ((): () => Kernel => {
  let kept: Kernel | undefined;
  return () => kept ??= new Kernel();
})();
