/**
 * A search for whole elements behind one that seems to be cut. If there are any, the file was not cut: a length in that
 * element is wrong, and taking it for a cut would lose everything behind it.
 *
 * @module
 */

import { CaptureError } from "../errors.ts";
import { openBytesAt } from "./bytes.ts";
import { frameLengths } from "./frames.ts";
import { type Mark, marksFrom } from "./marks.ts";
import { cborMessages } from "./messages.ts";
import { pickledItems } from "./pickled.ts";
import { isMessage } from "./recognise.ts";
import { ItemSequence } from "./sequence.ts";

/** What was found behind an element. */
interface Found {
  readonly at: number;
  readonly name: string;
}

/** Tag 42877 and an array of 2 or 3. */
const ITEM: Mark = {
  length: 4,
  isAt: (bytes, at) =>
    bytes[at] === 0xd9 && bytes[at + 1] === 0xa7 && bytes[at + 2] === 0x7d &&
    (bytes[at + 3] === 0x82 || bytes[at + 3] === 0x83),
};

/** The begin of a pickle, with the name of the class not far behind. */
const PICKLE: Mark = {
  length: 32,
  isAt: (bytes, at) => isPickle(bytes, at) && latin1(bytes, at, 32).includes("dranspose.event"),
};

/** An array of byte strings of which the first one is JSON or a pickle, behind at most two heads. */
const MESSAGE: Mark = {
  length: 16,
  isAt(bytes, at) {
    if (!isMessage(bytes, at)) return false;
    for (let first = at + 2; first <= at + 14; first++) {
      if (isPickle(bytes, first) || (bytes[first] === 0x7b && bytes[first + 1] === 0x22)) return true;
    }
    return false;
  },
};

function isPickle(bytes: Uint8Array, at: number): boolean {
  const protocol = bytes[at + 1] ?? 0;
  return bytes[at] === 0x80 && protocol >= 2 && protocol <= 5;
}

/** Places tried for items; more than a few come from frames that happen to hold the mark. */
const FEW = 4;
/** Places tried for messages: pixels look like the begin of one now and then. */
const MANY = 64;

/** Looks for a whole item of an event capture behind the one at `offset`. */
export function itemBehind(path: string, offset: number): Promise<Found | undefined> {
  return behind(path, offset, ITEM, FEW, async (source, at) => {
    const item = await new ItemSequence(source, frameLengths(), at).next();
    return item === undefined ? undefined : `event ${item.element.eventNumber}`;
  });
}

/** Looks for a whole item of a pickled capture behind the one at `offset`. */
export function pickleBehind(path: string, offset: number): Promise<Found | undefined> {
  return behind(path, offset, PICKLE, FEW, async (source, at) => {
    const item = await pickledItems(source, frameLengths(), at).next();
    return item === undefined ? undefined : `event ${item.element.eventNumber}`;
  });
}

/** Looks behind the message at `offset` of a raw dump for messages that go on up to the end of the file. */
export function messageBehind(path: string, offset: number): Promise<Found | undefined> {
  return behind(path, offset, MESSAGE, MANY, async (source, at) => {
    const messages = cborMessages(source, frameLengths(), at);
    const first = await messages.next();
    while (await messages.next() !== undefined);
    return first === undefined || messages.cut !== undefined ? undefined : `of ${first.element.length} parts`;
  });
}

/** The first place behind `offset`, of those that look like a begin, at which there is something whole. */
async function behind(
  path: string,
  offset: number,
  mark: Mark,
  most: number,
  nameAt: (source: Awaited<ReturnType<typeof openBytesAt>>, at: number) => Promise<string | undefined>,
): Promise<Found | undefined> {
  // The element at `offset` has a mark itself, perhaps behind the tag that says that this is CBOR.
  for (const at of await marksFrom(path, offset + PREFIX + 1, mark, most)) {
    const source = await openBytesAt(path, at);
    try {
      const name = await nameAt(source, at);
      if (name !== undefined) return { at, name };
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
    } finally {
      source.close();
    }
  }
  return undefined;
}

const PREFIX = 3;

function latin1(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
