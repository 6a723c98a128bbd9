/**
 * Frames that detectors compress with bitshuffle and LZ4, decompressed by a WASM kernel (`assembly/`).
 *
 * @module
 */

import { Kernel } from "./instance.ts";
import type { FrameLayout } from "./layout.ts";

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
  return shared().decodeOut(frame, layout);
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
 * Decompresses frames without copying what comes out: it stays in the memory of the kernel, of which each decoder has
 * its own. That memory is as large as the largest frame took.
 */
export class Bslz4Decoder {
  readonly #kernel = new Kernel();

  /**
   * Decompresses a frame, as {@linkcode decompressBslz4} does.
   *
   * @returns A view of the kernel's memory, aligned to 64 bytes: the next call overwrites or empties it.
   * @throws CompressionError when the frame is damaged, cut, or of another size.
   */
  decode(frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
    return this.#kernel.decode(frame, layout);
  }
}

/**
 * The kernel that frames share which are copied out: built when there is one, and kept, since kernels that are dropped
 * pile up faster than the garbage collector looks for them.
 */
const shared = ((): () => Kernel => {
  let kept: Kernel | undefined;
  return () => kept ??= new Kernel();
})();
