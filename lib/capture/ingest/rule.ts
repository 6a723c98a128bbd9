/**
 * How messages become events: what every protocol's rule has in common.
 *
 * @module
 */

import { ProtocolError } from "../../errors.ts";
import type { Message } from "../messages.ts";

/** The frames of one event. */
export type Frames = readonly Uint8Array[];

/** What became of a message: events, or why it belongs to none. */
export type Taken = readonly Frames[] | "before" | "after" | "dropped" | "unknown";

/** Takes the messages of one scan, one after the other, and makes its events. */
export interface Assembly {
  /**
   * The events that a message completes: none where more messages belong to the event. `"before"` and `"after"` the
   * scan, `"dropped"` by the rule (a heartbeat), `"unknown"` in its kind.
   *
   * @throws ProtocolError for a message of the scan that is not what the protocol says.
   */
  take(message: Message): Taken;
  /** What is missing when there are no more messages: `"the series_end"`; undefined when the scan is whole. */
  missing(): string | undefined;
}

/** The rule of a protocol. */
export interface Rule {
  /** Begins a scan. */
  assembly(): Assembly;
}

/** Where a message stands in a scan. */
export type Part = "header" | "data" | "end" | "dropped" | "unknown";

/**
 * A scan from its header to its end, of which every message is an event.
 *
 * @param partOf Which part of a scan a message is. What it throws counts only within a scan.
 * @param end What the last message is called.
 * @param eventsOf The events of a message: itself, when left out.
 */
export function series(
  partOf: (message: Message) => Part,
  end: string,
  eventsOf: (message: Message) => readonly Frames[] = (message) => [message],
): Assembly {
  let phase: "before" | "within" | "after" = "before";
  return {
    take(message) {
      if (phase === "within") {
        const part = partOf(message);
        if (part === "header") {
          throw new ProtocolError("a second header comes before the end of the scan", { protocol: "" });
        }
        if (part === "dropped" || part === "unknown") return part;
        if (part === "end") phase = "after";
        return part === "data" ? eventsOf(message) : [message];
      }
      if (phase === "after" || !begins(partOf, message)) return phase;
      phase = "within";
      return [message];
    },
    missing: () => (phase === "before" ? "the header" : phase === "within" ? end : undefined),
  };
}

/** Whether a message is a header. Outside a scan a message may be anything. */
function begins(partOf: (message: Message) => Part, message: Message): boolean {
  try {
    return partOf(message) === "header";
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/** The first part of a message. */
export function firstPart(message: Message): Uint8Array {
  const [first] = message;
  if (first === undefined) throw new ProtocolError("the message has no parts", { protocol: "" });
  return first;
}

/** Refuses a message with another number of parts. */
export function expectParts(message: Message, count: number, what: string): void {
  if (message.length === count) return;
  throw new ProtocolError(`${what} has ${message.length} parts, expected ${count}`, { protocol: "" });
}
