/**
 * Which events of a capture are replayed.
 *
 * @module
 */

import { parseSlice, type SlicePart } from "../array/slice.ts";
import { ArrayError, OptionError } from "../errors.ts";

/** Slices of event numbers such as `"10:50"`, `"::5"`, `"0, 10:50"`, or a predicate on the event number. */
export type Select = string | ((eventNumber: number) => boolean);

/** Which events are wanted, and where the last of them is at the latest. */
export interface Selection {
  wants(eventNumber: number): boolean;
  /** No event from this number on is wanted. */
  readonly end: number;
}

/**
 * Reads a selection. Event numbers count from 0; how many events there are is not known beforehand, so they cannot be
 * counted from the end.
 *
 * @throws OptionError when it cannot be read.
 */
export function selectionOf(select: Select | undefined): Selection {
  if (select === undefined) return { wants: () => true, end: Infinity };
  if (typeof select === "function") return { wants: select, end: Infinity };
  if (typeof select !== "string") {
    throw new OptionError(
      `select is ${Deno.inspect(select)}, expected a text such as "10:50", or a function of the event number`,
    );
  }
  const parts = partsOf(select).map((part) => partSelection(part, select));
  return {
    wants: (eventNumber) => parts.some((part) => part.wants(eventNumber)),
    end: Math.max(...parts.map((part) => part.end)),
  };
}

function partsOf(select: string): SlicePart[] {
  let parts: SlicePart[];
  try {
    parts = parseSlice(select);
  } catch (error) {
    if (!(error instanceof ArrayError)) throw error;
    throw invalid(select, error.message);
  }
  if (parts.length === 0) throw invalid(select, "it is empty");
  return parts;
}

function partSelection(part: SlicePart, select: string): Selection {
  if (part === "...") throw invalid(select, `"..." selects nothing`);
  if (typeof part === "number") {
    if (part < 0) throw invalid(select, `${part} counts from the end, which is not known beforehand`);
    return { wants: (eventNumber) => eventNumber === part, end: part + 1 };
  }
  const { start = 0, stop = Infinity, step } = part;
  if (start < 0 || stop < 0) throw invalid(select, "it counts from the end, which is not known beforehand");
  if (step < 0) throw invalid(select, "its step is negative, and events come in ascending order");
  return {
    wants: (eventNumber) => eventNumber >= start && eventNumber < stop && (eventNumber - start) % step === 0,
    end: stop,
  };
}

function invalid(select: string, reason: string): OptionError {
  return new OptionError(
    `cannot select events by ${
      JSON.stringify(select)
    }: ${reason}; write "10:50", "::5", "0, 10:50", or give a function`,
  );
}
