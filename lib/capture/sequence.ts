/**
 * The items of an event capture, one after the other.
 *
 * @module
 */

import type { ByteSource } from "./bytes.ts";
import { type ElementKind, ElementSequence } from "./elements.ts";
import type { FrameKind } from "./frames.ts";
import type { Items } from "./items.ts";
import { ItemDecoder, type RawItem } from "./item.ts";
import { recognise } from "./recognise.ts";

/** The items of one file, from `offset` on. */
export class ItemSequence<Frame> extends ElementSequence<RawItem<Frame>, Frame, ItemDecoder<Frame>>
  implements Items<Frame> {
  readonly unit = "byte";
  readonly notes = [];

  constructor(
    source: ByteSource,
    frames: FrameKind<Frame>,
    offset = 0,
    behind?: ElementKind<unknown, Frame>["behind"],
  ) {
    const kind: ElementKind<RawItem<Frame>, Frame> = {
      file: "capture",
      noun: "item",
      counted: "event",
      frames,
      number: ({ eventNumber }) => eventNumber,
      recognise,
      ...(behind === undefined ? {} : { behind }),
    };
    super(source, new ItemDecoder(frames.small), kind, offset);
  }

  /**
   * The event number of the next item, which stays the next; undefined at the end. Its frames are not read yet.
   *
   * @throws CaptureError where the bytes are no capture item.
   */
  peek(): number | undefined | Promise<number | undefined> {
    return this.lookAt(eventNumberAt);
  }
}

function eventNumberAt(decoder: ItemDecoder<unknown>, start: number): number {
  return decoder.eventNumber(start);
}
