/**
 * The first, middle and last picture of a series of events.
 *
 * @module
 */

import type { CaptureItem } from "../event.ts";
import { countText } from "../units.ts";
import type { ShowOptions } from "./array_view.ts";
import { noteRendering } from "./outcome_view.ts";
import { type Drawn, thumbnailsOf } from "./packet_view.ts";
import { besideEachOther, type Rendering } from "./rendering.ts";

/** Events that are looked at for one picture: a header or an end may stand where it is looked for. */
const TRIES = 4;

/** Where a picture is looked for. */
interface Place {
  /** The numbers of events, best first. */
  readonly numbers: readonly number[];
  /** What was found; the lower its rank, the better. */
  found?: { readonly rank: number; readonly number: number; readonly drawn: Drawn };
}

/** Draws of a series of events the first, the middle and the last that can be drawn; they may come in any order. */
export class Thumbnails {
  readonly #places: readonly Place[];
  readonly #options: ShowOptions;

  /** @param last The number of the last event; that of the first is `first`. */
  constructor(first: number, last: number, options: ShowOptions = {}) {
    this.#options = options;
    const from = (start: number, step: 1 | -1): Place => ({
      numbers: Array.from({ length: TRIES }, (_, i) => start + i * step).filter((n) => n >= first && n <= last),
    });
    this.#places = [from(first, 1), from(Math.floor((first + last) / 2), 1), from(last, -1)];
  }

  /** The events that may be needed, in a good order. */
  get candidates(): readonly number[] {
    return [...new Set(this.#places.flatMap(({ numbers }) => numbers))];
  }

  /** Whether an event could still give a picture that is missing, or a better one. */
  wants(number: number): boolean {
    return this.#places.some((place) => isBetter(place, number));
  }

  /** Draws an event, if it can be drawn. */
  add(event: CaptureItem): void {
    const number = event.eventNumber;
    if (!this.wants(number)) return;
    const drawn = thumbnailsOf(event, this.#options);
    if (drawn.pictures.length + drawn.problems.length === 0) return;
    // Any picture is better than to hear why there is none.
    const penalty = drawn.pictures.length > 0 ? 0 : TRIES;
    for (const place of this.#places) {
      if (isBetter(place, number, penalty)) {
        place.found = { rank: place.numbers.indexOf(number) + penalty, number, drawn };
      }
    }
  }

  /** What was drawn, each event once; what could not be drawn is said once, with the number of the others. */
  renderings(): Rendering[] {
    const events = new Map(
      this.#places.flatMap(({ found }) => found === undefined ? [] : [[found.number, found.drawn]]),
    );
    const drawn = [...events.values()];
    const pictures = drawn.flatMap(({ pictures }) => pictures);
    const [problem, ...more] = drawn.flatMap(({ problems }) => problems);
    return [
      ...(pictures.length === 0 ? [] : [besideEachOther(pictures)]),
      ...(problem === undefined ? [] : [noteRendering("⚠", problem + others(more.length))]),
    ];
  }
}

function isBetter({ numbers, found }: Place, number: number, penalty = 0): boolean {
  const rank = numbers.indexOf(number);
  return rank >= 0 && rank + penalty < (found?.rank ?? Infinity);
}

function others(count: number): string {
  if (count === 0) return "";
  return ` (${countText(count, "more picture")} could not be drawn either)`;
}
