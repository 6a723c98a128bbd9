/**
 * Arrays whose memory is gone: views of frames that were given back when their event was done.
 *
 * @module
 */

import { ArrayError } from "../errors.ts";

/** What is said of a view whose memory is gone. */
export const GONE =
  "the frame's memory was used again: with reuseFrames, an event's frames are valid only while it is processed; copy " +
  "what is kept (frame.slice(); what processEvent returns is copied), or leave reuseFrames out";

/** Whether the memory of a view is gone, and with it its elements. */
export function isDetached(view: ArrayBufferView): boolean {
  // Nearly all views have bytes: their buffer need not be looked at.
  return view.byteLength === 0 && (view.buffer as ArrayBuffer).detached === true;
}

/**
 * Refuses a view whose memory is gone, which would look like one without elements.
 *
 * @throws ArrayError
 */
export function checkAttached(view: ArrayBufferView): void {
  if (isDetached(view)) throw new ArrayError(GONE);
}
