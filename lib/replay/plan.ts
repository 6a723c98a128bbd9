/**
 * The options of a replay, checked, and everything opened that it needs.
 *
 * @module
 */

import type { EventMerge } from "../capture/merge.ts";
import { OptionError } from "../errors.ts";
import { hashParameters, readParameterFile, resolveParameters } from "../parameter_values.ts";
import type { AnyParameter, ParameterValues } from "../parameters.ts";
import type { Dispatch, DispatchParts } from "./dispatch.ts";
import { distributor } from "./distribute.ts";
import { type AnyClass, loadClass } from "./load.ts";
import { LocalDispatch } from "./local.ts";
import { openEvents } from "./input.ts";
import type { ReplayOptions } from "./options.ts";
import { type Selection, selectionOf } from "./select.ts";
import { ReplayError } from "./user_error.ts";

/** Everything checked and opened, before the first event. */
export interface Plan {
  readonly Worker: AnyClass;
  readonly Reducer: AnyClass;
  readonly workers: number;
  readonly parameters: ParameterValues;
  readonly parametersHash: string;
  readonly selection: Selection;
  /** Gives the index of the worker for each event in turn, of some number of workers. */
  readonly distribution: (workers: number) => () => number;
  /** Makes what gets events to the workers. */
  readonly dispatch: (parts: DispatchParts) => Dispatch;
  readonly events: EventMerge;
}

/**
 * Checks the options, loads the classes, and opens the captures.
 *
 * @param open Opens the captures, or gives those that are open.
 * @throws OptionError, ParameterError, CaptureError for what is wrong with them.
 */
export async function prepare(
  options: ReplayOptions,
  open: () => EventMerge | Promise<EventMerge> = () => openEvents(options),
): Promise<Plan> {
  const { threads = 0, distribute = "round-robin", seed = 0, onError = "stop" } = options;
  if (threads !== "auto" && (!Number.isSafeInteger(threads) || threads < 0)) {
    throw new OptionError(`threads is ${Deno.inspect(threads)}, expected 0 (none), 1 or more, or "auto"`);
  }
  const { workers = threads === "auto" ? 2 : Math.max(2, threads) } = options;
  if (!Number.isSafeInteger(workers) || workers < 1) {
    throw new OptionError(`workers is ${Deno.inspect(workers)}, expected 1 or more`);
  }
  if (onError !== "stop" && onError !== "skip") {
    throw new OptionError(`onError is ${Deno.inspect(onError)}, expected "stop" or "skip"`);
  }
  const distribution = (count: number): () => number => distributor(distribute, count, seed);
  distribution(workers);
  const selection = selectionOf(options.select);
  const loadingReducer = loadClass(options.reducer, { name: "reducer", method: "processResult" });
  // An error in the worker comes first.
  loadingReducer.catch(() => {});
  const Worker = await loadClass(options.worker, { name: "worker", method: "processEvent" });
  const Reducer = await loadingReducer;
  const { parameters: given } = options;
  const parameters = resolveParameters(
    [...describedBy(Worker), ...describedBy(Reducer)],
    typeof given === "string" ? readParameterFile(given) : given,
  );
  const hashing = hashParameters(parameters);
  const dispatch = await dispatchBy(threads, Worker, options);
  const events = await open();
  const parametersHash = await hashing;
  return { Worker, Reducer, workers, parameters, parametersHash, selection, distribution, dispatch, events };
}

/** How events get to the workers. What is needed for threads is loaded only where they are asked for. */
async function dispatchBy(
  threads: number | "auto",
  Class: AnyClass,
  options: ReplayOptions,
): Promise<Plan["dispatch"]> {
  if (threads === 0) return (parts) => new LocalDispatch(parts);
  const given = { Class, given: options.worker };
  if (threads === "auto") {
    const { AutoDispatch } = await import("./threads/auto.ts");
    return (parts) => new AutoDispatch(parts, given, options.reducer);
  }
  const [{ ThreadDispatch }, { craftsOf }] = await Promise.all([
    import("./threads/dispatch.ts"),
    import("./threads/recipe.ts"),
  ]);
  const crafts = await craftsOf(given, options.reducer);
  return (parts) => new ThreadDispatch(threads, crafts, parts);
}

function describedBy(Class: AnyClass): readonly AnyParameter[] {
  const { describeParameters } = Class as { describeParameters?: () => readonly AnyParameter[] };
  if (describeParameters === undefined) return [];
  let described: unknown;
  try {
    described = describeParameters.call(Class);
  } catch (thrown) {
    throw new ReplayError(thrown, { className: Class.name, method: "describeParameters" });
  }
  if (Array.isArray(described) && described.every((parameter) => typeof parameter?.fromValue === "function")) {
    return described;
  }
  throw new OptionError(
    `${Class.name}.describeParameters returned ${
      Deno.inspect(described, { depth: 1 })
    }, expected a list of parameters ` +
      `such as [new IntParameter({ name: "till_x" })]`,
  );
}
