/**
 * What a raw dump holds, and what becomes of it.
 *
 * @module
 */

import { CaptureError } from "../errors.ts";
import { type StreamData, streamData } from "../event.ts";
import { headOf } from "./bytes.ts";
import type { Cut } from "./damage.ts";
import type { Placed } from "./elements.ts";
import { wholeFrames } from "./frames.ts";
import { AssembledItems, recogniseProtocol } from "./ingest/assemble.ts";
import { type Protocol, STREAM_TYPES } from "./ingest/names.ts";
import type { Message, Messages } from "./messages.ts";
import { openMessages } from "./open.ts";
import { formOf } from "./recognise.ts";

/** A count with its extremes. */
export interface Span {
  readonly total: number;
  readonly min: number;
  readonly max: number;
}

/** What a raw dump holds. */
export interface DumpSummary {
  /** The file. */
  readonly path: string;
  /** Its size in bytes, as it lies on disk. */
  readonly fileSize: number;
  /** Whether it is a CBOR sequence of messages, or a text of which each line is one. */
  readonly form: "messages" | "lines";
  /** How many messages it has. */
  readonly messages: number;
  /** How many parts they have in all, and the fewest and most in a message. */
  readonly parts: Span;
  /** Bytes of the parts in all, and those of the smallest and largest part. */
  readonly bytes: Span;
  /** What the messages are; undefined when they do not tell. */
  readonly protocol: Protocol | undefined;
  /** The type of the stream that is made of them. */
  readonly typ: string | undefined;
  /** How many events are made of them. */
  readonly events: number | undefined;
  /** Why no events can be made of them; undefined when they can. */
  readonly problem: string | undefined;
  /** What is passed over, and what is missing. */
  readonly remarks: readonly string[];
  /** Set when the last message is not whole. */
  readonly cut: Cut | undefined;
  /** The first event's stream: the header. */
  readonly header: StreamData | undefined;
}

/** Whether a file is a raw dump, told by its first bytes. */
export function isDump(path: string): boolean {
  const form = formOf(headOf(path));
  return form === "messages" || form === "lines";
}

/**
 * What a raw dump holds, and what becomes of it by the rule of its protocol. Its beginning is read to recognise the
 * protocol, then the file once, in bounded memory.
 *
 * @param path The dump: a CBOR sequence with an array of byte strings for each message, or lines of text.
 * @returns Counts, and what is made of the messages. Of a dump whose protocol is not recognised messages are counted.
 * @throws CaptureError when the file is missing or no dump, and where it is damaged, with the byte offset.
 */
export async function dumpSummary(path: string): Promise<DumpSummary> {
  const { protocol, problem } = await recognised(path);
  const counts = { messages: 0, parts: new Tally(), bytes: new Tally() };
  const messages = counted(openMessages(path, wholeFrames()), ({ element }) => {
    counts.messages++;
    counts.parts.add(element.length);
    for (const part of element) counts.bytes.add(part.length);
  });
  try {
    const made = protocol === undefined ? await passOver(messages) : await assembled(messages, protocol);
    return {
      path,
      fileSize: messages.progress.size,
      form: formOf(headOf(path)) === "lines" ? "lines" : "messages",
      messages: counts.messages,
      parts: counts.parts.span,
      bytes: counts.bytes.span,
      protocol,
      typ: protocol === undefined ? undefined : STREAM_TYPES[protocol],
      problem,
      ...made,
      cut: messages.cut,
    };
  } finally {
    messages.close();
  }
}

type Made = Pick<DumpSummary, "events" | "remarks" | "header"> & { readonly problem?: string };

async function recognised(path: string): Promise<Pick<DumpSummary, "protocol" | "problem">> {
  const found = await orReason(async () => await recogniseProtocol(openMessages(path, wholeFrames())));
  return "reason" in found
    ? { protocol: undefined, problem: found.reason }
    : { protocol: found.value, problem: undefined };
}

/** What a dump is not; damage, which has a place, stays an error. */
async function orReason<T>(make: () => Promise<T>): Promise<{ readonly value: T } | { readonly reason: string }> {
  try {
    return { value: await make() };
  } catch (error) {
    if (error instanceof CaptureError && error.offset === undefined) return { reason: error.message };
    throw error;
  }
}

async function passOver(messages: Messages): Promise<Made> {
  while (await messages.next() !== undefined);
  return { events: undefined, remarks: [], header: undefined };
}

async function assembled(messages: Messages, protocol: Protocol): Promise<Made> {
  const items = new AssembledItems(messages, { protocol, stream: protocol });
  let events = 0;
  let header: StreamData | undefined;
  const found = await orReason(async () => {
    for (let item = await items.next(); item !== undefined; item = await items.next()) {
      const [stream] = item.element.streams;
      if (events++ === 0 && stream !== undefined) header = streamData(stream.typ, stream.frames);
    }
  });
  const problem = "reason" in found ? { problem: found.reason } : {};
  return { events, remarks: items.notes, header, ...problem };
}

/** Messages that are counted when they are read. */
function counted(messages: Messages, count: (message: Placed<Message>) => void): Messages {
  const next = messages.next.bind(messages);
  const seen = (message: Placed<Message> | undefined): Placed<Message> | undefined => {
    if (message !== undefined) count(message);
    return message;
  };
  messages.next = () => {
    const message = next();
    return message instanceof Promise ? message.then(seen) : seen(message);
  };
  return messages;
}

class Tally {
  #total = 0;
  #min = Infinity;
  #max = 0;

  add(value: number): void {
    this.#total += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  get span(): Span {
    return { total: this.#total, min: this.#min === Infinity ? 0 : this.#min, max: this.#max };
  }
}
