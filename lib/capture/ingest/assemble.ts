/**
 * The messages of a raw dump, made into items by the rule of their protocol.
 *
 * @module
 */

import { CaptureError, ProtocolError } from "../../errors.ts";
import type { Cut } from "../damage.ts";
import type { Placed } from "../elements.ts";
import type { PlainItems } from "../lookahead.ts";
import type { PlacedItem } from "../items.ts";
import type { Message, Messages } from "../messages.ts";
import { type Protocol, PROTOCOLS, STREAM_TYPES } from "./names.ts";
import type { Assembly, Frames } from "./rule.ts";
import { protocolOf, ruleOf } from "./rules.ts";

/** What is made of a raw dump. */
export interface Assembled {
  /** The name of its stream. */
  readonly stream: string;
  /** Its protocol. */
  readonly protocol: Protocol;
}

/** The items that a raw dump becomes, with event numbers counted from 0. */
export class AssembledItems implements PlainItems<Uint8Array> {
  readonly #messages: Messages;
  readonly #made: Assembled;
  readonly #typ: string;
  readonly #assembly: Assembly;
  readonly #passed = { before: 0, after: 0, dropped: 0, unknown: 0 };
  #waiting: PlacedItem<Uint8Array>[] = [];
  #events = 0;
  #count = 0;
  #second: number | undefined;
  #ended = false;

  constructor(messages: Messages, made: Assembled) {
    this.#messages = messages;
    this.#made = made;
    this.#typ = STREAM_TYPES[made.protocol];
    this.#assembly = ruleOf(made.protocol).assembly();
  }

  get path(): string {
    return this.#messages.path;
  }

  get offset(): number {
    return this.#waiting[0]?.at ?? this.#messages.offset;
  }

  get progress(): { readonly bytes: number; readonly size: number } {
    return this.#messages.progress;
  }

  get cut(): Cut | undefined {
    return this.#messages.cut;
  }

  /** What was passed over, and what is missing. */
  get notes(): readonly string[] {
    if (!this.#ended) return [];
    const { before, after, unknown } = this.#passed;
    const messages = (count: number): string => `${count} ${count === 1 ? "message" : "messages"}`;
    const missing = this.#messages.cut === undefined ? this.#assembly.missing() : undefined;
    return [
      ...(missing === undefined ? [] : [`it ends early: ${missing} is missing`]),
      ...(before > 0 ? [`${messages(before)} before the header ${before === 1 ? "was" : "were"} passed over`] : []),
      ...(unknown > 0 ? [`${messages(unknown)} of another kind ${unknown === 1 ? "was" : "were"} passed over`] : []),
      ...(after > 0
        ? [
          `${messages(after)} after the end of the scan ${after === 1 ? "was" : "were"} passed over` +
          (this.#second === undefined ? "" : `; a second scan begins at byte ${this.#second}`),
        ]
        : []),
    ].map((note) => `the raw dump "${this.path}": ${note}`);
  }

  next(): PlacedItem<Uint8Array> | undefined | Promise<PlacedItem<Uint8Array> | undefined> {
    for (;;) {
      const item = this.#waiting.shift();
      if (item !== undefined || this.#ended) return item;
      const message = this.#messages.next();
      if (message instanceof Promise) {
        return message.then((read) => {
          this.#take(read);
          return this.next();
        });
      }
      this.#take(message);
    }
  }

  close(): void {
    this.#messages.close();
  }

  #take(message: Placed<Message> | undefined): void {
    if (message === undefined) return this.#end();
    const taken = this.#assembled(message);
    this.#count++;
    if (typeof taken === "string") {
      this.#passed[taken]++;
      if (taken === "after" && this.#second === undefined && this.#beginsScan(message.element)) {
        this.#second = message.at;
      }
      return;
    }
    this.#waiting = taken.map((frames) => this.#item(frames, message));
  }

  #assembled({ element, at }: Placed<Message>) {
    try {
      return this.#assembly.take(element);
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      const { path } = this;
      throw new CaptureError(
        `the raw dump "${path}" is damaged: message ${this.#count}, at byte ${at}, is no ${this.#made.protocol} ` +
          `message: ${cause.message}`,
        { path, offset: at, cause },
      );
    }
  }

  /** Whether another scan begins with a message. */
  #beginsScan(message: Message): boolean {
    return typeof ruleOf(this.#made.protocol).assembly().take(message) !== "string";
  }

  #item(frames: Frames, { at, bytes }: Placed<Message>): PlacedItem<Uint8Array> {
    const streams = [{ name: this.#made.stream, typ: this.#typ, frames: [...frames] }];
    return { element: { eventNumber: this.#events++, streams, createdAt: undefined }, at, bytes };
  }

  #end(): void {
    this.#ended = true;
    if (this.#events > 0) return;
    const { path } = this;
    throw new CaptureError(
      `the raw dump "${path}" holds no ${this.#made.protocol} scan: none of its ${this.#count} messages is ` +
        `${this.#assembly.missing() ?? "one of it"}; is it of another protocol (${PROTOCOLS.join(", ")})?`,
      { path },
    );
  }
}

/** Messages that are looked at to find out the protocol. */
const LOOKED_AT = 1000;

/**
 * The protocol of a dump, by its first messages.
 *
 * @param messages The messages from the first one on; closed afterwards.
 * @throws CaptureError when none of them tells.
 */
export async function recogniseProtocol(messages: Messages): Promise<Protocol> {
  try {
    let count = 0;
    for (; count < LOOKED_AT; count++) {
      const message = await messages.next();
      if (message === undefined) break;
      const protocol = protocolOf(message.element);
      if (protocol !== undefined) return protocol;
    }
    const { path } = messages;
    throw new CaptureError(
      `cannot tell the protocol of the raw dump "${path}" by its first ${count} messages: say which it is (` +
        `${PROTOCOLS.join(", ")})`,
      { path },
    );
  } finally {
    messages.close();
  }
}
