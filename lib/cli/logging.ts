/**
 * Log lines of the user's classes and of this module, by `LOG_LEVEL`.
 *
 * @module
 */

import type { LogLevel, LogRecord } from "npm:@logtape/logtape@2.4.2";
import { closest, OptionError } from "../errors.ts";

const levels: Readonly<Record<string, LogLevel>> = {
  TRACE: "trace",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warning",
  WARNING: "warning",
  ERROR: "error",
  FATAL: "fatal",
};

/**
 * The level in `LOG_LEVEL`, from which on log lines are shown; WARNING without it.
 *
 * @throws OptionError when it is none.
 */
export function logLevel(): LogLevel {
  const given = Deno.env.get("LOG_LEVEL") || "WARNING";
  const lowestLevel = levels[given.toUpperCase()];
  if (lowestLevel === undefined) {
    const similar = closest(given, Object.keys(levels));
    throw new OptionError(
      `LOG_LEVEL is "${given}", expected one of ${Object.keys(levels).join(", ")}` +
        (similar === undefined ? "" : `; did you mean ${similar}?`),
    );
  }
  return lowestLevel;
}

/** Whether lines below warnings are shown: this project writes no others, only classes do. */
export function showsDetails(level: LogLevel): boolean {
  return level === "trace" || level === "debug" || level === "info";
}

/** Sends log lines from a level on to the standard error stream. Loads LogTape, which takes its time. */
export async function configureLogging(lowestLevel: LogLevel): Promise<void> {
  const { configure } = await import("npm:@logtape/logtape@2.4.2");
  await configure({
    reset: true,
    sinks: { stderr: (record) => console.error(lineOf(record)) },
    loggers: [
      { category: [], lowestLevel, sinks: ["stderr"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["stderr"], parentSinks: "override" },
    ],
  });
}

/** Level, category and message on one line; values print as they do for `console.log`. */
function lineOf(record: LogRecord): string {
  const colors = Deno.stderr.isTerminal() && !Deno.noColor;
  // Texts and values alternate in the message, beginning with a text.
  const message = record.message.map((part, i) =>
    i % 2 === 0 || typeof part === "string"
      ? String(part)
      : Deno.inspect(part, { breakLength: Infinity, colors, depth: 4 })
  ).join("");
  const level = record.level === "warning" ? "WARN" : record.level.toUpperCase();
  return `${level.padEnd(5)} ${record.category.join("·")}: ${message}`;
}
