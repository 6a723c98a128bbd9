/**
 * What a capture holds, gathered item by item.
 *
 * @module
 */

import type { Cut } from "./damage.ts";
import type { RawItem } from "./item.ts";

/** Gaps listed in a summary; more are only counted. */
const MAX_GAPS = 100;

/** One stream of a capture. */
export interface StreamSummary {
  /** The stream's name. */
  readonly name: string;
  /** The kinds of its data, usually one, such as `"STINS"`. */
  readonly typs: readonly string[];
  /** How many events have it. */
  readonly events: number;
  /** How many frames it has in all, and the fewest and most in an event. */
  readonly frames: { readonly total: number; readonly min: number; readonly max: number };
  /** Bytes of its frames in all, and those of the smallest and largest frame. */
  readonly bytes: { readonly total: number; readonly min: number; readonly max: number };
}

/** What a capture holds. */
export interface CaptureSummary {
  /** The file. */
  readonly path: string;
  /** Its size in bytes, as it lies on disk. */
  readonly fileSize: number;
  /** How many different event numbers it has. */
  readonly events: number;
  /** How many items; more than events where several ingesters wrote to one file. */
  readonly items: number;
  /** The smallest event number; undefined when there is no event. */
  readonly firstEvent: number | undefined;
  /** The largest event number. */
  readonly lastEvent: number | undefined;
  /** Runs of event numbers that are missing between first and last, both ends included; at most a hundred. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** How many event numbers are missing in all. */
  readonly missing: number;
  /** The streams, in the order in which they first appear. */
  readonly streams: readonly StreamSummary[];
  /** When the first item was made, with microseconds; undefined in old captures. */
  readonly createdAt: string | undefined;
  /** Seconds from the first item to the last; undefined in old captures. */
  readonly duration: number | undefined;
  /** Set when the last item is not whole. */
  readonly cut: Cut | undefined;
}

interface Tally {
  typs: Set<string>;
  events: number;
  frames: Range;
  bytes: Range;
}

class Range {
  total = 0;
  min = Infinity;
  max = 0;

  add(value: number): void {
    this.total += value;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }

  get plain(): { total: number; min: number; max: number } {
    return { total: this.total, min: this.min === Infinity ? 0 : this.min, max: this.max };
  }
}

/** Adds up items. Memory grows with the number of streams and of holes in the numbering, not with that of events. */
export class Summariser {
  readonly #path: string;
  readonly #streams = new Map<string, Tally>();
  /** Event numbers seen, as ascending runs without holes. */
  readonly #runs: { from: number; to: number }[] = [];
  #items = 0;
  #first: string | undefined;
  #last: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes one item into account. */
  add(item: RawItem<number>): void {
    this.#items++;
    this.#see(item.eventNumber);
    this.#first ??= item.createdAt;
    this.#last = item.createdAt ?? this.#last;
    for (const { name, typ, frames } of item.streams) {
      const tally = this.#streams.get(name) ??
        { typs: new Set<string>(), events: 0, frames: new Range(), bytes: new Range() };
      this.#streams.set(name, tally);
      tally.typs.add(typ);
      tally.events++;
      tally.frames.add(frames.length);
      for (const length of frames) tally.bytes.add(length);
    }
  }

  /** The summary of what was added. */
  summary(fileSize: number, cut: Cut | undefined): CaptureSummary {
    const gaps = this.#runs.slice(1).map((run, i) => ({
      from: (this.#runs[i] as { to: number }).to + 1,
      to: run.from - 1,
    }));
    const duration = this.#first === undefined || this.#last === undefined
      ? undefined
      : (microseconds(this.#last) - microseconds(this.#first)) / 1e6;
    return {
      path: this.#path,
      fileSize,
      events: this.#runs.reduce((total, run) => total + run.to - run.from + 1, 0),
      items: this.#items,
      firstEvent: this.#runs[0]?.from,
      lastEvent: this.#runs.at(-1)?.to,
      gaps: gaps.slice(0, MAX_GAPS),
      missing: gaps.reduce((total, gap) => total + gap.to - gap.from + 1, 0),
      streams: Array.from(this.#streams, ([name, tally]) => ({
        name,
        typs: [...tally.typs],
        events: tally.events,
        frames: tally.frames.plain,
        bytes: tally.bytes.plain,
      })),
      createdAt: this.#first,
      duration: Number.isFinite(duration) ? duration : undefined,
      cut,
    };
  }

  #see(number: number): void {
    const runs = this.#runs;
    // Nearly always the last run or just behind it; else from the end backwards.
    let i = runs.length - 1;
    while (i >= 0 && (runs[i] as { from: number }).from > number) i--;
    const run = runs[i];
    if (run !== undefined && number <= run.to) return;
    const next = runs[i + 1];
    const joinsRun = run !== undefined && number === run.to + 1;
    const joinsNext = next !== undefined && number === next.from - 1;
    if (joinsRun) {
      run.to = joinsNext ? next.to : number;
      if (joinsNext) runs.splice(i + 1, 1);
    } else if (joinsNext) next.from = number;
    else runs.splice(i + 1, 0, { from: number, to: number });
  }
}

/** Microseconds since 1970 of an RFC 3339 text. */
function microseconds(text: string): number {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  const seconds = Date.parse(text.replace(/\.\d+/, ""));
  return seconds * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}
