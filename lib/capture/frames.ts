/**
 * What becomes of the frames of a file: they are kept, or only measured.
 *
 * @module
 */

import type { ByteSource } from "./bytes.ts";

/** What becomes of the frames: kept, or only measured. */
export interface FrameKind<Frame> {
  /** A frame that lies in `bytes`. */
  small(bytes: Uint8Array, start: number, end: number): Frame;
  /**
   * A large frame that begins with `head` and goes on in `source`; undefined when the source ends before it does.
   * `head` may be longer than the frame.
   */
  large(head: Uint8Array, source: ByteSource, length: number): Promise<Frame | undefined>;
}

/** Frames as bytes. */
export const wholeFrames: FrameKind<Uint8Array> = {
  small: (bytes, start, end) => bytes.subarray(start, end),
  async large(head, source, length) {
    const fits = source.remaining === undefined || head.length + source.remaining >= length;
    if (!fits) return undefined;
    // The end of a gzip file is not known beforehand, so that a length that lies must not be allocated at once.
    let frame = new Uint8Array(source.remaining === undefined ? Math.min(length, 64 << 20) : length);
    let filled = Math.min(head.length, length);
    frame.set(head.subarray(0, filled));
    while (filled < length) {
      if (filled === frame.length) {
        const larger = new Uint8Array(Math.min(length, 2 * frame.length));
        larger.set(frame);
        frame = larger;
      }
      const step = source.read(frame.subarray(filled, Math.min(frame.length, filled + (64 << 20))));
      const count = typeof step === "number" ? step : await step;
      if (count === 0) return undefined;
      filled += count;
    }
    return frame;
  },
};

/** Frames as their lengths: large ones are passed over without being read, where the file allows it. */
export const frameLengths: FrameKind<number> = {
  small: (_bytes, start, end) => end - start,
  async large(head, source, length) {
    const rest = Math.max(0, length - head.length);
    return await source.skip(rest) === rest ? length : undefined;
  },
};
