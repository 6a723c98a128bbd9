/**
 * The flag that selects events.
 *
 * @module
 */

import { selectionOf } from "../replay/select.ts";
import type { TypedFlagParameter } from "./stricli.ts";

/** The flag; what it gives can be read as a selection. */
export function selectFlag(): TypedFlagParameter<string | undefined> {
  const brief = 'which events, by number: "10:50", "::5", "0, 10:50"';
  return { kind: "parsed", parse: selection, optional: true, placeholder: "events", brief };
}

function selection(text: string): string {
  selectionOf(text);
  return text;
}
