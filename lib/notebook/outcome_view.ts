/**
 * What a replay did, drawn: counts, parameters, warnings and errors, and the files that it wrote.
 *
 * @module
 */

import { isBeamfoldError, keptLabel } from "../errors.ts";
import { openFile } from "../hdf5/file.ts";
import { isFile } from "../parameter_values.ts";
import type { ParameterValues } from "../parameters.ts";
import { countText, durationText } from "../units.ts";
import { preHtml, type ShowOptions } from "./array_view.ts";
import { groupRendering } from "./hdf5_view.ts";
import { escapeHtml, type Rendering, stacked } from "./rendering.ts";
import { factsRendering } from "./table.ts";

/** Errors and warnings that are drawn. */
const MAX_NOTES = 5;

/** What is drawn of an outcome. */
export interface OutcomeFacts {
  readonly events: number;
  readonly results: number;
  readonly skipped: number;
  readonly unselected: number;
  readonly errors: readonly Error[];
  readonly warnings: readonly string[];
  readonly files: readonly string[];
  readonly parameters: ParameterValues;
  readonly seconds: number;
  readonly aborted: boolean;
  readonly lastEvent: number | undefined;
  readonly verified?: {
    readonly status: string;
    readonly differences: readonly unknown[];
    readonly summary: string;
  };
}

/** Whether something is the outcome of a replay. */
export function isOutcome(value: unknown): value is OutcomeFacts {
  return typeof value === "object" && value !== null && "events" in value && "results" in value &&
    "parametersHash" in value && "files" in value && Array.isArray(value.files);
}

/** An outcome with its files. */
export function outcomeRendering(outcome: OutcomeFacts, options: ShowOptions = {}): Rendering {
  const { parameters, warnings, errors, files } = outcome;
  const values = Object.values(parameters);
  return stacked([
    headline(outcome),
    ...(values.length === 0 ? [] : [factsRendering(values.map(({ name, value }) => [name, parameterText(value)]))]),
    ...warningNotes(warnings),
    ...verificationNotes(outcome),
    ...skippedNotes(errors),
    ...files.map((path) => fileRendering(path, options)),
  ]);
}

function headline({ events, results, skipped, unselected, seconds, aborted, lastEvent }: OutcomeFacts): Rendering {
  const counts = [
    `${countText(events, "event")} → ${countText(results, "result")}`,
    ...(skipped > 0 ? [`${countText(skipped, "event")} skipped`] : []),
    ...(unselected > 0 ? [`${countText(unselected, "event")} not selected`] : []),
  ].join(", ");
  // Of a short run the rate says nothing.
  const rate = seconds < 1 ? "" : `, ${countText(Math.round(events / seconds), "event")}/s`;
  const end = aborted
    ? `; ${lastEvent === undefined ? "aborted before the first event" : `aborted at event ${lastEvent}`}`
    : "";
  const text = `${counts} in ${durationText(seconds)}${rate}${end}`;
  return { html: `<div>${aborted ? "⏹" : "✓"} ${escapeHtml(text)}</div>`, text };
}

function warningNotes(warnings: readonly string[]): Rendering[] {
  const more = warnings.length - MAX_NOTES;
  return [...warnings.slice(0, MAX_NOTES), ...(more > 0 ? [countText(more, "more warning")] : [])]
    .map((warning) => noteRendering("⚠", warning));
}

/** What was verified; that something differs is a warning as well. */
function verificationNotes({ verified }: OutcomeFacts): Rendering[] {
  if (verified === undefined) return [];
  const fine = verified.status === "complete" && verified.differences.length === 0;
  return [noteRendering(fine ? "✓" : "✗", verified.summary)];
}

/** The errors behind skipped events. The first event goes to every worker: what all of them say of it is one note. */
function skippedNotes(errors: readonly Error[]): Rendering[] {
  const same = new Map<string | Error, Error[]>();
  for (const error of errors) {
    const key = workerOf(error) === undefined ? error : named(error, "");
    same.set(key, [...same.get(key) ?? [], error]);
  }
  const shown = [...same.values()].slice(0, MAX_NOTES);
  const notes = shown.map((alike) => {
    const [first] = alike as [Error];
    return noteRendering(
      keptLabel(first),
      alike.length === 1 ? first.message : named(first, countText(alike.length, "worker")),
    );
  });
  const more = errors.length - shown.flat().length;
  return [...notes, ...(more > 0 ? [noteRendering("skipped:", countText(more, "more error"))] : [])];
}

/** An error's message with another name for its worker. */
function named(error: Error, name: string): string {
  return error.message.replace(workerOf(error) ?? "", () => name);
}

function workerOf(error: Error & { readonly worker?: unknown }): string | undefined {
  return typeof error.worker === "string" ? error.worker : undefined;
}

function fileRendering(path: string, options: ShowOptions): Rendering {
  const head: Rendering = { html: `<div style="margin-top:6px"><code>${escapeHtml(path)}</code></div>`, text: path };
  try {
    using file = openFile(path);
    return stacked([head, groupRendering(file, options)]);
  } catch (error) {
    // The classes may have moved it away.
    if (!isBeamfoldError(error, "Hdf5Error")) throw error;
    return stacked([head, noteRendering("⚠", error.message)]);
  }
}

/** An error that ended something: its message, with the user's own lines where it knows them. */
export function errorRendering(error: Error, intro?: string): Rendering {
  const text = [...(intro === undefined ? [] : [intro]), error.message].join("\n");
  return {
    html: `<div style="border-left:3px solid #d33;padding:4px 10px">${preHtml(text)}</div>`,
    text,
  };
}

/** A remark below a sign. */
export function noteRendering(sign: string, note: string): Rendering {
  const html = `<div style="opacity:.85;white-space:pre-wrap">${escapeHtml(`${sign} ${note}`)}</div>`;
  return { html, text: `${sign} ${note}` };
}

/** A parameter's value on one line. */
export function parameterText(value: unknown): string {
  // As it was given: the last part alone may be the same for several.
  if (isFile(value)) return value.file;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
