/**
 * What became of events, on its way back from a thread: in arrays of numbers, as the events came (`events.ts`).
 *
 * @module
 */

import { GrowingNumbers } from "../../bytes.ts";
import type { SentError } from "./errors.ts";

/** What became of some events. */
export interface MappedEvents {
  /** Their numbers in the order in which they were sent. */
  readonly sequences: Float64Array<ArrayBuffer>;
  /** Of each the place of its payload among those that come along; -1 for no result, -2, -3, … for the errors. */
  readonly places: Float64Array<ArrayBuffer>;
  readonly errors: readonly SentError[];
}

/** What became of an event: a payload, an error, or neither. */
export interface Mapped {
  /** Its number in the order in which events were sent. */
  readonly sequence: number;
  readonly payload: unknown;
  readonly error: SentError | undefined;
}

const NO_RESULT = -1;
const FIRST_ERROR = -2;

/** Puts together what became of events. */
export class MappedPacker {
  readonly #sequences = new GrowingNumbers();
  readonly #places = new GrowingNumbers();
  #errors: SentError[] = [];

  /**
   * Adds an event.
   *
   * @param place The place of its payload; undefined for no result.
   */
  add(sequence: number, place: number | undefined): void {
    this.#sequences.add(sequence);
    this.#places.add(place ?? NO_RESULT);
  }

  /** Adds an event that failed. */
  addFailed(sequence: number, error: SentError): void {
    this.#sequences.add(sequence);
    this.#places.add(FIRST_ERROR - (this.#errors.push(error) - 1));
  }

  /** What was added, and a fresh start. */
  take(): MappedEvents {
    const taken = { sequences: this.#sequences.take(), places: this.#places.take(), errors: this.#errors };
    this.#errors = [];
    return taken;
  }
}

/** Takes apart what became of events. */
export function* mappedOf(
  { sequences, places, errors }: MappedEvents,
  payloads: readonly unknown[],
): Generator<Mapped> {
  for (let i = 0; i < sequences.length; i++) {
    const place = places[i] as number;
    yield {
      sequence: sequences[i] as number,
      payload: place >= 0 ? payloads[place] : undefined,
      error: place <= FIRST_ERROR ? errors[FIRST_ERROR - place] : undefined,
    };
  }
}
