/**
 * A reducer class that results reach in another order, and that notes what happens to them.
 *
 * It stands between the replay and the user's class, so that what replays knows nothing of it.
 *
 * @module
 */

import { asError } from "../../errors.ts";
import type { ResultData } from "../../event.ts";
import type { AnyClass } from "../load.ts";
import { isThenable } from "../later.ts";
import { type Arrival, type Arriving, queueFor } from "./arrival.ts";

/** What became of a reducer and its results. */
export interface Deferred {
  /** The class to replay with. */
  readonly Reducer: AnyClass;
  /** The user's own object, once it is made. */
  reducer: object | undefined;
  /** Results that came. */
  results: number;
  /** Those of the first event that gave one. */
  firstResults: number;
  /** Numbers of events whose results the reducer failed with, where that is skipped. */
  readonly failed: Set<number>;
  /** The first failure with a result, in words. */
  failure: string | undefined;
}

/**
 * Puts a queue before a reducer class.
 *
 * @param Reducer The user's class.
 * @param arrival The order in which its objects get their results.
 * @param options `skips`: a result with which it fails is left out. `aborted`: whether results still held are dropped.
 */
export function deferring(
  Reducer: AnyClass,
  arrival: Arrival,
  options: { skips: boolean; aborted: () => boolean },
): Deferred {
  const queue = queueFor(arrival);
  let firstEvent: number | undefined;
  const deferred: Deferred = {
    Reducer: class {
      constructor(...given: never[]) {
        const reducer = new Reducer(...given) as UserReducer;
        deferred.reducer = reducer;
        return standIn(reducer, { processResult, finish });
      }
    },
    reducer: undefined,
    results: 0,
    firstResults: 0,
    failed: new Set(),
    failure: undefined,
  };
  Object.defineProperty(deferred.Reducer, "name", { value: Reducer.name });

  function processResult(result: ResultData, given: unknown): void | Promise<void> {
    deferred.results++;
    firstEvent ??= result.eventNumber;
    if (result.eventNumber === firstEvent) deferred.firstResults++;
    queue.add({ result, given });
    return letGo(false);
  }

  function finish(given: unknown): unknown {
    const { reducer } = deferred as { reducer: UserReducer };
    const end = (): unknown => reducer.finish?.(given);
    // After a failure nothing else may come; the user's finish is called all the same.
    if (options.aborted() || (deferred.failure !== undefined && !options.skips)) return end();
    return finishing(() => letGo(true), end);
  }

  function letGo(ended: boolean): void | Promise<void> {
    for (;;) {
      const next = queue.take(ended);
      if (next === undefined || (ended && options.aborted())) return;
      const done = hand(next);
      if (done !== undefined) return done.then(() => letGo(ended));
    }
  }

  function hand({ result, given }: Arriving): void | Promise<void> {
    const failed = (thrown: unknown): void => {
      const { name, message } = asError(thrown);
      deferred.failure ??= `${Reducer.name}.processResult failed with the result of event ${result.eventNumber}: ` +
        `${name}: ${message}`;
      if (!options.skips) throw thrown;
      deferred.failed.add(result.eventNumber);
    };
    try {
      const returned = (deferred.reducer as UserReducer).processResult(result, given);
      if (isThenable(returned)) return Promise.resolve(returned).then(() => {}, failed);
    } catch (thrown) {
      failed(thrown);
    }
  }

  return deferred;
}

interface UserReducer {
  processResult(result: ResultData, given: unknown): unknown;
  finish?(given: unknown): unknown;
}

/** Calls one after the other, also when the first one fails; then with its error. */
function finishing(first: () => void | Promise<void>, then: () => unknown): unknown {
  let done: void | Promise<void>;
  try {
    done = first();
  } catch (error) {
    return Promise.reject(error).finally(then);
  }
  return done === undefined ? then() : done.finally(then);
}

/** An object that has some methods of its own, and everything else of another, private fields as well. */
function standIn(object: object, methods: Readonly<Record<string, unknown>>): object {
  return new Proxy(object, {
    get(target, key) {
      if (typeof key === "string" && Object.hasOwn(methods, key)) return methods[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" && key !== "constructor" ? value.bind(target) : value;
    },
  });
}
