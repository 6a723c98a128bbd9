/**
 * What the tests of what is verified share.
 *
 * @module
 */

import { replay, type ReplayOptions, type ResultData, type Verification } from "beamfold";
import assert from "node:assert/strict";
import { ROOT } from "../tools.ts";
import { Numbers } from "./parts.ts";

/** 11 events. */
export const files = [`${ROOT}data/xrd.cbors`];

export const ORDERS = ["results in another order (seed 1)", "results in another order (seed 2)"];
export const FIRST = "late results of the first event";
export const RANDOM = "random assignment (seed 1)";
export const ALL = [...ORDERS, FIRST, RANDOM, "1 worker", "5 workers"];

/** A reducer that does something with each event number and payload. */
export abstract class Each {
  processResult({ eventNumber, payload }: ResultData<number>) {
    this.take(eventNumber, payload);
  }
  abstract take(eventNumber: number, payload: number): void;
}

/** What is found in the variants of a replay. */
export async function verified(
  options: Partial<ReplayOptions> & Pick<ReplayOptions, "reducer">,
): Promise<Verification> {
  const { verified } = await replay(
    { worker: Numbers, files, ...options, verify: true } as ReplayOptions & { files: [] },
  );
  assert.ok(verified !== undefined);
  return verified;
}

/** Where something differs, and with which variants. */
export function places({ differences }: Verification): Record<string, string[]> {
  const byPath = Map.groupBy(differences, ({ path }) => path);
  return Object.fromEntries(Array.from(byPath, ([path, list]) => [path, list.map(({ variant }) => variant)]));
}

export class Sets extends Each {
  values: number[] = [];
  take(eventNumber: number, payload: number) {
    this.values[eventNumber] = payload;
  }
}
