/**
 * The rule of LeCroy oscilloscopes: the messages of a sequence, from its start to its end, make one event.
 *
 * @module
 */

import { ProtocolError } from "../../errors.ts";
import { readJson } from "../../protocols/json.ts";
import type { Message } from "../messages.ts";
import { STREAM_TYPES } from "./names.ts";
import { type Assembly, firstPart, type Rule, type Taken } from "./rule.ts";

const TYP = STREAM_TYPES.lecroy;
const What = { prepare: 0, start: 1, end: 2, stop: 3 } as const;
/** `ntriggers` of a start that is sent once for all sequences. */
const CONTINUOUS = -1;

/** The prepare message, each sequence, the stop message. */
export const lecroy: Rule = { assembly };

function assembly(): Assembly {
  let phase: "before" | "prepared" | "within" | "after" = "before";
  let start: Uint8Array | undefined;
  let continuous = false;
  let sequence: Uint8Array[] = [];

  const begin = (message: Message): Taken => {
    const fields = readJson(firstPart(message), TYP);
    start = firstPart(message);
    continuous = fields["ntriggers"] === CONTINUOUS;
    sequence = [...message];
    phase = "within";
    return [];
  };

  const within = (message: Message): Taken => {
    const fields = readJson(firstPart(message), TYP);
    switch (fields["what"]) {
      case What.start:
        if (sequence.length > (continuous ? 1 : 0)) {
          throw new ProtocolError("a sequence starts before the one before it has ended", { protocol: TYP });
        }
        return begin(message);
      case What.end: {
        const event = [...sequence, ...message];
        // What is sent once stands before every sequence, so that all events look alike. Each has its own: frames may
        // be given back with their event.
        sequence = continuous && start !== undefined ? [start.slice()] : [];
        return [event];
      }
      case What.stop:
        if (sequence.length > (continuous ? 1 : 0)) {
          throw new ProtocolError("the scan stops before its last sequence has ended", { protocol: TYP });
        }
        phase = "after";
        return [message];
      default:
        if (fields["htype"] !== "traces") return "unknown";
        if (sequence.length === 0) {
          throw new ProtocolError("traces come before the start of a sequence", { protocol: TYP });
        }
        sequence.push(...message);
        return [];
    }
  };

  return {
    take(message) {
      if (phase === "before") {
        if (whatOf(message) !== What.prepare) return "before";
        phase = "prepared";
        return [message];
      }
      if (phase === "after") return "after";
      if (phase === "within") return within(message);
      const what = readJson(firstPart(message), TYP)["what"];
      if (what === What.start) return begin(message);
      if (what !== What.stop) return "unknown";
      phase = "after";
      return [message];
    },
    missing: () =>
      phase === "before"
        ? "the message that prepares the scan"
        : phase === "after"
        ? undefined
        : 'the one with "what": 3',
  };
}

/** What a message says it is; undefined for what is no message of this protocol. */
function whatOf(message: Message): unknown {
  try {
    return readJson(firstPart(message), TYP)["what"];
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
