/**
 * What is wrong with a call, in words.
 *
 * @module
 */

import { asError, BeamfoldError, closest } from "../errors.ts";
import { countText } from "../units.ts";
import { type CommandParameters, flagTerm } from "./help.ts";
import {
  type ApplicationText,
  ArgumentScannerError,
  ExitCode,
  formatMessageForArgumentScannerError,
  text_en,
} from "./stricli.ts";

/** A call is wrong in itself: what was asked for cannot be read, or does not make sense. */
export class UsageError extends Error {}

/** How stricli ends when a command threw an error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError ? ExitCode.InvalidArgument : ExitCode.CommandRunError;
}

/** An error as it is printed: the message of one that was foreseen; for any other, where it came from as well. */
export function errorText(thrown: unknown): string {
  const error = asError(thrown);
  const foreseen = error instanceof BeamfoldError || error instanceof UsageError;
  return `error: ${foreseen ? error.message : error.stack ?? `${error.name}: ${error.message}`}`;
}

/**
 * What is printed where stricli finds an error.
 *
 * @param parameters Those of the command that was asked for.
 */
export function usageTexts(parameters: CommandParameters = {}): ApplicationText {
  return {
    ...text_en,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      input.startsWith("-")
        ? `error: unknown option "${input}"`
        // They come in backticks.
        : `error: unknown command "${input}"${guess(corrections.map((name) => name.replaceAll("`", "")))}`,
    exceptionWhileParsingArguments: (error) =>
      error instanceof ArgumentScannerError ? `error: ${scannerText(error, parameters)}` : errorText(error),
    exceptionWhileRunningCommand: errorText,
  };
}

/** What is wrong with the flags and arguments of a command. */
function scannerText(error: ArgumentScannerError, { flags = {}, aliases = {} }: CommandParameters): string {
  const invalid = (name: string, input: string, reason: string): string =>
    `${Object.hasOwn(flags, name) ? `option "--${name}"` : `argument "${name}"`}: "${input}" is invalid. ${reason}`;
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      `unknown option "--${input}"${guess(corrections.map((name) => `--${name}`))}`,
    AliasNotFoundError: ({ input }) => `unknown option "-${input}"`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder, input, exception }) =>
      invalid(externalFlagNameOrPlaceholder, input, asError(exception).message),
    EnumValidationError: ({ externalFlagName, input, values }) => {
      const similar = closest(input, values);
      return invalid(externalFlagName, input, `Allowed choices are ${values.join(", ")}.`) +
        guess(similar === undefined ? [] : [similar]);
    },
    UnsatisfiedFlagError({ externalFlagName: name, nextFlagName: next }) {
      const flag = flags[name];
      const term = flag === undefined ? `--${name}` : flagTerm(name, flag, aliases);
      if (next !== undefined) return `option "${term}" argument missing before "--${next}"`;
      const required = flag?.kind === "parsed" && !flag.optional && flag.default === undefined;
      return required ? `required option "${term}" not specified` : `option "${term}" argument missing`;
    },
    UnsatisfiedPositionalError: ({ placeholder }) => `missing required argument "${placeholder}"`,
    UnexpectedPositionalError: ({ input, expectedCount: count }) =>
      `unexpected argument "${input}". Expected ${count === 0 ? "none" : `only ${countText(count, "argument")}`}.`,
  });
}

function guess(similar: readonly string[]): string {
  return similar.length === 0 ? "" : `\n(Did you mean ${similar.join(" or ")}?)`;
}
