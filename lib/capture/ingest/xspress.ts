/**
 * The rule of Xspress3: an image comes as one message of three parts, or as three messages of one.
 *
 * @module
 */

import { ProtocolError } from "../../errors.ts";
import { readJson } from "../../protocols/json.ts";
import type { Message } from "../messages.ts";
import { STREAM_TYPES } from "./names.ts";
import { type Assembly, expectParts, firstPart, type Part, type Rule, series } from "./rule.ts";

const TYP = STREAM_TYPES.xspress;
/** What an image consists of: JSON, spectra, and what was counted beside them. */
const IMAGE_PARTS = 3;

/** The header, each image, the end. */
export const xspress: Rule = { assembly };

function assembly(): Assembly {
  let begun: Uint8Array[] = [];
  const scan = series(partOf, 'the message with "htype": "series_end"');
  return {
    take(message) {
      if (begun.length > 0) {
        expectParts(message, 1, "a message that goes on with an image");
        begun.push(firstPart(message));
        if (begun.length < IMAGE_PARTS) return [];
        const image = begun;
        begun = [];
        return [image];
      }
      const taken = scan.take(message);
      if (!Array.isArray(taken) || message.length !== 1 || partOf(message) !== "data") return taken;
      begun = [...message];
      return [];
    },
    missing: () => (begun.length > 0 ? "the rest of an image" : scan.missing()),
  };
}

function partOf(message: Message): Part {
  const { htype } = readJson(firstPart(message), TYP);
  if (htype === "header") return "header";
  if (htype === "series_end") return "end";
  if (htype !== "image") return "unknown";
  if (message.length !== 1 && message.length !== IMAGE_PARTS) {
    throw new ProtocolError(`an image has ${message.length} parts, expected 1 or 3`, { protocol: TYP });
  }
  return "data";
}
