/**
 * The options of a replay, checked, and everything opened that it needs.
 *
 * @module
 */

import type { EventMerge } from "../capture/merge.ts";
import { OptionError } from "../errors.ts";
import { hashParameters, readParameterFile, resolveParameters } from "../parameter_values.ts";
import type { AnyParameter, ParameterValues } from "../parameters.ts";
import { distributor } from "./distribute.ts";
import { type AnyClass, loadClass } from "./load.ts";
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
  readonly nextWorker: () => number;
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
  const { workers = 2, distribute = "round-robin", seed = 0, onError = "stop" } = options;
  if (!Number.isSafeInteger(workers) || workers < 1) {
    throw new OptionError(`workers is ${Deno.inspect(workers)}, expected 1 or more`);
  }
  if (onError !== "stop" && onError !== "skip") {
    throw new OptionError(`onError is ${Deno.inspect(onError)}, expected "stop" or "skip"`);
  }
  const nextWorker = distributor(distribute, workers, seed);
  const selection = selectionOf(options.select);
  const Worker = await loadClass(options.worker, { name: "worker", method: "processEvent" });
  const Reducer = await loadClass(options.reducer, { name: "reducer", method: "processResult" });
  const { parameters: given } = options;
  const parameters = resolveParameters(
    [...describedBy(Worker), ...describedBy(Reducer)],
    typeof given === "string" ? readParameterFile(given) : given,
  );
  const parametersHash = await hashParameters(parameters);
  const events = await open();
  return { Worker, Reducer, workers, parameters, parametersHash, selection, nextWorker, events };
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
