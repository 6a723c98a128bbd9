/**
 * The account of what became of events: every one is processed, skipped, or not selected.
 *
 * @module
 */

import { cutError } from "../capture/read.ts";
import type { Cut } from "../capture/damage.ts";
import { asError } from "../errors.ts";
import type { EventData } from "../event.ts";
import { type EventLabel, isReplayError } from "./engine.ts";

/** Errors kept; more are only counted. */
const MAX_ERRORS = 1000;

/** Keeps count of a run's events, and of what is worth knowing. */
export class Ledger {
  /** Events processed. */
  events = 0;
  /** Events left out because of an error in a class. */
  skipped = 0;
  /** Events read but not selected. */
  unselected = 0;
  /** The number of the last event processed. */
  lastEvent: number | undefined;
  readonly errors: Error[] = [];
  readonly warnings: string[] = [];
  /** Whether an event that fails is skipped. */
  readonly skips: boolean;
  /** The streams of events while there was no result. */
  readonly #streams = new Set<string>();
  #firstUnselected: number | undefined;

  constructor(skips: boolean) {
    this.skips = skips;
  }

  /** An event is through; with the number of results so far. */
  processed({ eventNumber, streams }: EventLabel, results: number): void {
    this.events++;
    this.lastEvent = eventNumber;
    if (results > 0) return;
    for (const name of Object.keys(streams)) this.#streams.add(name);
  }

  /**
   * An event failed.
   *
   * @throws What it failed with, unless that is an error of a class, and is to be skipped.
   */
  failed(error: unknown): void {
    if (!this.skips || !isReplayError(error)) throw error;
    this.skipped++;
    this.keep(error);
  }

  /** Keeps an error. */
  keep(error: unknown): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push(asError(error));
  }

  /** An event is not selected; whether it would have been the first. */
  unselect({ eventNumber }: EventData, first: boolean): void {
    if (first && this.unselected === 0) {
      this.warnings.push(
        `event ${eventNumber}, the first of the capture, is not selected: if it is a header, the analysis will ` +
          `miss it; select "${eventNumber}, …" to keep it`,
      );
    }
    this.beyond(eventNumber);
    this.unselected++;
  }

  /** An event is behind all that are selected. */
  beyond(eventNumber: number): void {
    this.#firstUnselected ??= eventNumber;
  }

  /**
   * Takes note of inputs that are cut, and of what was passed over in them.
   *
   * @throws CaptureError for a cut, if that is an error.
   */
  reviewInputs(inputs: { readonly cuts: readonly Cut[]; readonly notes: readonly string[] }, strict: boolean): void {
    for (const cut of inputs.cuts) {
      if (strict) throw cutError(cut);
      this.warnings.push(cut.message);
    }
    this.warnings.push(...inputs.notes);
  }

  /** Takes note of events and results that never came. */
  reviewResults(results: number, aborted: boolean, className: string): void {
    if (this.events + this.skipped === 0 && !aborted) {
      const first = this.#firstUnselected;
      this.warnings.push(
        first === undefined
          ? "the captures hold no whole event"
          : this.unselected === 0
          ? `no event is selected: the first one has the number ${first}`
          : `none of the ${this.unselected} events is selected`,
      );
    } else if (this.events === 0 && this.skipped > 0) {
      this.warnings.push(`no event was processed: all ${this.skipped} were skipped because of errors`);
    } else if (results === 0 && this.events > 0) {
      const names = [...this.#streams].map((name) => `"${name}"`).join(", ");
      this.warnings.push(
        `no result reached the reducer: ${className}.processEvent returned nothing for all ` +
          `${this.events} events (their streams: ${names || "none"})`,
      );
    }
  }
}
