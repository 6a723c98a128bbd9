/**
 * Loggers of this module: categories below `beamfold`. Nothing is shown unless the application configures LogTape, as
 * the shell commands do by `LOG_LEVEL`.
 *
 * LogTape is not imported here, since that takes as long as a thousand small events: an application that wants to see
 * log lines has it loaded. All copies of it that are loaded share one root.
 *
 * @module
 */

import type { Logger } from "npm:@logtape/logtape@2.4.2";

const ROOT = Symbol.for("logtape.rootLogger");

/** Whether anybody in this thread can write log lines. */
export function isLogTapeLoaded(): boolean {
  return ROOT in globalThis;
}

/** The logger of a category; undefined where LogTape is not loaded, so that nobody can be told. */
export function getLogger(category: readonly [string, ...string[]]): Logger | undefined {
  const root = (globalThis as { [ROOT]?: Logger })[ROOT];
  return root?.getChild(category);
}
