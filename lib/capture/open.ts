/**
 * Files opened by what they hold. What reads pickles is loaded only for them.
 *
 * @module
 */

import { headOf, openBytes, openBytesAt } from "./bytes.ts";
import type { ElementKind } from "./elements.ts";
import { type FrameKind, wholeFrames } from "./frames.ts";
import type { Items } from "./items.ts";
import { cborMessages, type Messages, textMessages } from "./messages.ts";
import { formOf } from "./recognise.ts";
import { ItemSequence } from "./sequence.ts";

type Behind = NonNullable<ElementKind<unknown, unknown>["behind"]>;

// What looks behind a cut is loaded only where there is one.
const itemBehind: Behind = async (path, offset) => (await import("./behind.ts")).itemBehind(path, offset);
const pickleBehind: Behind = async (path, offset) => (await import("./behind.ts")).pickleBehind(path, offset);
const messageBehind: Behind = async (path, offset) => (await import("./behind.ts")).messageBehind(path, offset);

/**
 * The items of a capture, plain or pickled.
 *
 * @param frames What becomes of their frames.
 * @throws CaptureError when the file is missing, a folder, or empty. What is no capture is said by the first item.
 */
export async function openItems<Frame>(path: string, frames: FrameKind<Frame>): Promise<Items<Frame>> {
  if (formOf(headOf(path)) !== "pickles") return new ItemSequence(openBytes(path), frames, 0, itemBehind);
  const { pickledItems } = await import("./pickled.ts");
  return pickledItems(openBytes(path), frames, 0, pickleBehind);
}

/** The items of a capture with their frames, from the one that begins at byte `offset` on. */
export async function openItemsAt(path: string, offset: number): Promise<Items> {
  const form = formOf(headOf(path));
  const source = await openBytesAt(path, offset);
  const frames = wholeFrames();
  if (form !== "pickles") return new ItemSequence(source, frames, offset);
  const { pickledItems } = await import("./pickled.ts");
  return pickledItems(source, frames, offset);
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
