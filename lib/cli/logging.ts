/**
 * Log lines of the user's classes and of this module, by `LOG_LEVEL`.
 *
 * @module
 */

import { configure, type LogLevel, type LogRecord } from "npm:@logtape/logtape@2.4.2";
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
 * Sends log lines from the level in `LOG_LEVEL` on (WARNING without it) to the standard error stream.
 *
 * @throws OptionError when the level is none.
 */
export async function configureLogging(): Promise<void> {
  const given = Deno.env.get("LOG_LEVEL") || "WARNING";
  const lowestLevel = levels[given.toUpperCase()];
  if (lowestLevel === undefined) {
    const similar = closest(given, Object.keys(levels));
    throw new OptionError(
      `LOG_LEVEL is "${given}", expected one of ${Object.keys(levels).join(", ")}` +
        (similar === undefined ? "" : `; did you mean ${similar}?`),
    );
  }
  await configure({
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
