/**
 * The rule of PandABox raw text: lines from `arm_time:` to an empty one are the header, then a line is an event.
 *
 * @module
 */

import { joinedBytes } from "../../bytes.ts";
import type { Message } from "../messages.ts";
import type { Assembly, Frames, Rule, Taken } from "./rule.ts";

/** The header, each line of values, the `END` line. */
export const positioncap: Rule = { assembly };

function assembly(): Assembly {
  let phase: "before" | "header" | "values" | "after" = "before";
  let header: Uint8Array[] = [];
  let begun: Uint8Array = new Uint8Array();

  const takeLine = (line: Uint8Array): readonly Frames[] | "before" | "after" => {
    const text = new TextDecoder().decode(line);
    switch (phase) {
      case "before":
        if (!text.startsWith("arm_time:")) return "before";
        phase = "header";
        header = [line];
        return [];
      case "header":
        header.push(line);
        if (text.trim() !== "") return [];
        phase = "values";
        return [[joinedBytes(header)]];
      case "values":
        if (text.startsWith("END")) phase = "after";
        return [[line]];
      case "after":
        return "after";
    }
  };

  return {
    take(message): Taken {
      const { lines, rest } = linesOf(joinedBytes([begun, ...message]));
      begun = rest;
      const taken = lines.map(takeLine);
      const events = taken.flatMap((one) => (typeof one === "string" ? [] : one));
      const [outside] = taken.filter((one) => typeof one === "string");
      return events.length > 0 || outside === undefined ? events : outside;
    },
    missing: () =>
      phase === "before"
        ? "the header"
        : phase === "after"
        ? undefined
        : begun.length > 0
        ? "the end of a line"
        : "the END",
  };
}

/** Whole lines, each with its end, and what stands behind the last end. */
function linesOf(bytes: Uint8Array): { lines: Uint8Array[]; rest: Uint8Array } {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, start)) {
    lines.push(bytes.slice(start, at + 1));
    start = at + 1;
  }
  return { lines, rest: bytes.slice(start) };
}

/** Whether a message begins like a raw text. */
export function isRawText([first]: Message): boolean {
  return first !== undefined && new TextDecoder().decode(first.subarray(0, 16)).startsWith("arm_time:");
}
