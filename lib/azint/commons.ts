/**
 * Memory in which threads build matrices together. Whoever starts the threads makes it and hands it to them; without
 * it, a thread builds by itself. This module loads nothing, so that it costs nothing where nobody integrates.
 *
 * @module
 */

/** Bytes that it has to begin with, for what `shared_bands.ts` notes; zeros say that nothing is there. */
const BEGIN = 65536;
/** Bytes that it may grow to, seven matrices of a detector of 4.5 million pixels. They are taken only as they are used. */
const MOST = 128 * 2 ** 20;

/** Memory for some threads; undefined where there is none to be had. */
export function newCommons(): SharedArrayBuffer | undefined {
  try {
    return new SharedArrayBuffer(BEGIN, { maxByteLength: MOST });
  } catch {
    return undefined;
  }
}

/** Whether anything is in it. */
export function isUsed(buffer: SharedArrayBuffer): boolean {
  return buffer.byteLength > BEGIN;
}

/** What this thread was given. */
export const commons: {
  /** The memory, if there is any now. */
  readonly buffer: SharedArrayBuffer | undefined;
  /** Takes other memory, or lets go of it, so that it can be freed. */
  use(buffer: SharedArrayBuffer | undefined): void;
} = (() => {
  let given: SharedArrayBuffer | undefined;
  return {
    get buffer() {
      return given;
    },
    use(buffer) {
      given = buffer;
    },
  };
})();
