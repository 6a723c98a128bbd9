/**
 * When the made captures say that they were recorded.
 *
 * @module
 */

const START = Date.UTC(2024, 9, 7, 8, 0, 0);

/** A time of recording, as captures have it, so many whole milliseconds after the start. */
export function recordedAfter(milliseconds: number): string {
  return new Date(START + milliseconds).toISOString().replace("Z", "000Z");
}
