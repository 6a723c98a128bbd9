/**
 * Which worker gets an event (rule 2).
 *
 * @module
 */

import { OptionError } from "../errors.ts";

/** How events are given to workers. */
export type Distribute = "round-robin" | "random";

/**
 * A function that gives the index of the worker for each event in turn, the same on every run.
 *
 * @throws OptionError for a way that is neither.
 */
export function distributor(way: Distribute, workers: number, seed: number): () => number {
  if (way === "round-robin") {
    let next = 0;
    return () => next++ % workers;
  }
  if (way !== "random") {
    throw new OptionError(`distribute is ${Deno.inspect(way)}, expected "round-robin" or "random"`);
  }
  const random = randomNumbers(seed);
  return () => Math.floor(random() * workers);
}

/**
 * Numbers from 0 to 1 that depend on the seed alone: the generator "mulberry32", a 32-bit counter whose value is mixed
 * by multiplications and shifts. Good enough to spread events; not for cryptography.
 */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
