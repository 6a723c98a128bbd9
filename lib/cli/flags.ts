/**
 * Kinds of flags and arguments that commands have, and what reads them.
 *
 * @module
 */

import type { TypedFlagParameter, TypedPositionalParameter } from "./stricli.ts";
import { UsageError } from "./usage.ts";

/** A flag that is there or not. */
export function toggle(brief: string): TypedFlagParameter<boolean> {
  return { kind: "boolean", default: false, withNegated: false, brief };
}

/** A flag with a text. */
export function requiredText(placeholder: string, brief: string): TypedFlagParameter<string> {
  return { kind: "parsed", parse: String, placeholder, brief };
}

/** A flag with a text; it may be left out. */
export function optionalText(placeholder: string, brief: string): TypedFlagParameter<string | undefined> {
  return { kind: "parsed", parse: String, optional: true, placeholder, brief };
}

/** An argument that names a file. */
export function fileArgument(placeholder: string, brief: string): TypedPositionalParameter<string> {
  return { parse: fileName, placeholder, brief };
}

/** A whole number, 0 or more. */
export function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError("Expected a whole number.");
  return Number(text);
}

/** A whole number, 1 or more. */
export function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError("Expected a whole number, 1 or more.");
  return Number(text);
}

/** stricli takes what looks like no flag of its form, such as `--n` or `-5`, for an argument. */
function fileName(text: string): string {
  if (/^-./.test(text)) throw new UsageError(`There is no such option; a file of this name is written "./${text}".`);
  return text;
}
