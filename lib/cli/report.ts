/**
 * What a replay did, for people and for programs.
 *
 * @module
 */

import type { ReplayOutcome } from "../replay/options.ts";
import { countText, durationText } from "../units.ts";

/** A summary in a few lines: counts, time, and each file with its datasets. */
export async function reportText(outcome: ReplayOutcome): Promise<string> {
  const { events, results, seconds, skipped, unselected } = outcome;
  const counts = [
    `${countText(events, "event")} → ${countText(results, "result")}`,
    ...(skipped > 0 ? [`${countText(skipped, "event")} skipped`] : []),
    ...(unselected > 0 ? [`${countText(unselected, "event")} not selected`] : []),
  ];
  const rate = seconds >= 1 ? `, ${countText(Math.round(events / seconds), "event")}/s` : "";
  const lines = [`${counts.join(", ")} in ${durationText(seconds)}${rate}`];
  if (outcome.aborted) lines.push(abortText(outcome));
  if (outcome.files.length > 0) {
    const { fileLines } = await import("./hdf5_text.ts");
    for (const path of outcome.files) lines.push(...fileLines(path));
  }
  return lines.join("\n");
}

/** Where a run was ended early. */
export function abortText({ lastEvent }: Pick<ReplayOutcome, "lastEvent">): string {
  return lastEvent === undefined ? "aborted before the first event" : `aborted at event ${lastEvent}`;
}

/** The outcome as JSON: values of parameters instead of objects, messages instead of errors, no reducer. */
export function reportJson(outcome: ReplayOutcome): string {
  const { reducer: _reducer, parameters, errors, ...plain } = outcome;
  const values = Object.fromEntries(Object.values(parameters).map(({ name, value }) => [name, jsonValue(value)]));
  return JSON.stringify({ ...plain, parameters: values, errors: errors.map((error) => error.message) });
}

function jsonValue(value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value instanceof Uint8Array ? `${value.length} bytes` : value;
}
