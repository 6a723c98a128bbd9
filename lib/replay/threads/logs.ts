/**
 * Log lines of threads, which the main thread writes.
 *
 * @module
 */

import { configureSync, getConfig, getLogger, type LogLevel, type LogRecord } from "npm:@logtape/logtape@2.4.2";

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warning", "error", "fatal"];

/** From where on log lines go anywhere; undefined for nowhere. */
export function lowestLogLevel(): LogLevel | undefined {
  const loggers = getConfig()?.loggers ?? [];
  const wanted = loggers.filter(({ category }) => !`${category}`.startsWith("logtape"));
  const levels = wanted.map(({ lowestLevel = "trace" }) => lowestLevel === null ? -1 : LEVELS.indexOf(lowestLevel));
  return LEVELS[Math.min(...levels.filter((level) => level >= 0))];
}

/** Sends all log lines of this thread to one place. */
export function sendLogs(lowestLevel: LogLevel | undefined, send: (record: LogRecord) => void): void {
  const loggers = lowestLevel === undefined ? [] : [{ category: [], lowestLevel, sinks: ["send"] }];
  configureSync({
    reset: true,
    sinks: { send },
    loggers: [...loggers, { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["send"] }],
  });
}

/** Writes a log line that came from another thread. */
export function writeLog({ category, ...record }: LogRecord): void {
  getLogger([...category]).emit(record);
}
