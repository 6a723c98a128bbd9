/**
 * The variants of a replay that must give the same, and why each of them can happen in a deployment.
 *
 * @module
 */

import type { ReplayOptions } from "../options.ts";
import type { Arrival } from "./arrival.ts";

/** What a variant varies. */
export type Varied = "order" | "first" | "workers" | "assignment" | "nothing";

/** A variant of a replay. */
export interface Variant {
  readonly varied: Varied;
  /** What is other in it, in words that fit behind "with". */
  readonly name: string;
  /** How it is replayed. */
  readonly options: Pick<ReplayOptions, "workers" | "distribute" | "seed">;
  /** In which order results reach the reducer. */
  readonly arrival: Arrival;
}

/** Worker counts that are tried: one has all events, of five each has few. */
const WORKERS = [1, 5];

/**
 * The variants of a replay. Each varies one thing, so that a difference says what an analysis depends on:
 *
 * - the order of results: any event may go to any worker, so any two results may come from different workers, and
 *   overtake each other. The first event's results come first, in order.
 * - that of the first event's results: a worker that is slow at the start sends its own after others have sent those of
 *   later events. Its own later results come behind it, as they do on one connection.
 * - which worker gets which event, and how many there are.
 */
export function variantsOf(options: Pick<ReplayOptions, "workers" | "distribute" | "seed">): Variant[] {
  const { workers = 2, distribute = "round-robin", seed = 0 } = options;
  const same = { workers, distribute, seed };
  // A single worker's results come in order; so does everything that it is given.
  const shared = { ...same, workers: Math.max(2, workers) };
  const prefix = workers === 1 ? "2 workers and " : "";
  const other = distribute === "random" ? seed + 1 : 1;
  return [
    ...[1, 2].map((seed): Variant => ({
      varied: "order",
      name: `${prefix}results in another order (seed ${seed})`,
      options: shared,
      arrival: { way: "shuffled", seed },
    })),
    {
      varied: "first",
      name: `${prefix}late results of the first event`,
      options: shared,
      arrival: { way: "first late" },
    },
    {
      varied: "assignment",
      name: `${prefix}random assignment (seed ${other})`,
      options: { ...shared, distribute: "random", seed: other },
      arrival: { way: "in order" },
    },
    ...WORKERS.filter((count) => count !== workers).map((count): Variant => ({
      varied: "workers",
      name: `${count} ${count === 1 ? "worker" : "workers"}`,
      options: { ...same, workers: count },
      arrival: { way: "in order" },
    })),
  ];
}

/** The same once more. What differs here differs by itself. */
export function repetitionOf(options: Pick<ReplayOptions, "workers" | "distribute" | "seed">): Variant {
  const { workers = 2, distribute = "round-robin", seed = 0 } = options;
  return {
    varied: "nothing",
    name: "nothing changed",
    options: { workers, distribute, seed },
    arrival: { way: "in order" },
  };
}
