/**
 * Files opened by what they hold.
 *
 * @module
 */

import { itemBehind, messageBehind, pickleBehind } from "./behind.ts";
import { headOf, openBytes, openBytesAt } from "./bytes.ts";
import { type FrameKind, wholeFrames } from "./frames.ts";
import type { Items } from "./items.ts";
import { cborMessages, type Messages, textMessages } from "./messages.ts";
import { pickledItems } from "./pickled.ts";
import { formOf } from "./recognise.ts";
import { ItemSequence } from "./sequence.ts";

/**
 * The items of a capture, plain or pickled.
 *
 * @param frames What becomes of their frames.
 * @throws CaptureError when the file is missing, a folder, or empty. What is no capture is said by the first item.
 */
export function openItems<Frame>(path: string, frames: FrameKind<Frame>): Items<Frame> {
  return formOf(headOf(path)) === "pickles"
    ? pickledItems(openBytes(path), frames, 0, pickleBehind)
    : new ItemSequence(openBytes(path), frames, 0, itemBehind);
}

/** The items of a capture with their frames, from the one that begins at byte `offset` on. */
export async function openItemsAt(path: string, offset: number): Promise<Items> {
  const form = formOf(headOf(path));
  const source = await openBytesAt(path, offset);
  const frames = wholeFrames();
  return form === "pickles" ? pickledItems(source, frames, offset) : new ItemSequence(source, frames, offset);
}

/**
 * The messages of a raw dump, in CBOR or as lines of text.
 *
 * @param frames What becomes of their parts.
 * @throws CaptureError when the file is missing, a folder, or empty. What is no dump is said by the first message.
 */
export function openMessages<Frame>(path: string, frames: FrameKind<Frame>): Messages<Frame> {
  return formOf(headOf(path)) === "lines"
    ? textMessages(openBytes(path), frames)
    : cborMessages(openBytes(path), frames, 0, messageBehind);
}
