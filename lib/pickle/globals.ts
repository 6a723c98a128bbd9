/**
 * The Python names that pickles may use: a fixed table. Nothing is ever looked up by name anywhere else.
 *
 * @module
 */

import { bytesOnce, encode } from "./bytes.ts";
import { date, datetime, time, timedelta, timezone } from "./dates.ts";
import { dtype, fromBuffer, reconstruct, scalar } from "./numpy.ts";
import { PickledObject } from "./object.ts";
import { type Dict, dict, hashable, Internal, isDict, kind, type Reading, setItems } from "./reading.ts";

/** Makes a value from checked arguments. */
type Make = (args: readonly unknown[], reading: Reading) => unknown;

/** A name that pickles may use, and what stands for calling it. */
export class Global extends Internal {
  override readonly label: string;
  /** What stands for a call; undefined for names that are only mentioned. */
  readonly call: Make | undefined;
  /** Whether it is a class whose objects are kept as fields. */
  readonly fields: boolean;
  constructor(label: string, call: Make | undefined, fields = false) {
    super();
    this.label = label;
    this.call = call;
    this.fields = fields;
  }
}

/** The table: modules, and the names in each. Two short lookups are faster than one of the whole name. */
const table: ReadonlyMap<string, ReadonlyMap<string, Global>> = modules();

function modules(): Map<string, Map<string, Global>> {
  const calls: [name: string, call: Make | undefined][] = [
    ["_codecs.encode", encode],
    ["collections.OrderedDict", orderedDict],
    ["datetime.date", date],
    ["datetime.datetime", datetime],
    ["datetime.time", time],
    ["datetime.timedelta", timedelta],
    ["datetime.timezone", timezone],
    ["numpy.dtype", dtype],
    ["numpy.ndarray", undefined],
  ];
  // Python 3 renamed `__builtin__` and `copy_reg`, numpy 2 `numpy.core`.
  for (const module of ["builtins", "__builtin__"]) {
    calls.push([`${module}.bytearray`, bytesOnce], [`${module}.bytes`, bytesOnce]);
    calls.push([`${module}.set`, set], [`${module}.frozenset`, set], [`${module}.object`, undefined]);
  }
  for (const module of ["copyreg", "copy_reg"]) calls.push([`${module}._reconstructor`, reconstructor]);
  for (const module of ["numpy.core", "numpy._core"]) {
    calls.push([`${module}.multiarray._reconstruct`, reconstruct], [`${module}.multiarray.scalar`, scalar]);
    calls.push([`${module}.numeric._frombuffer`, fromBuffer]);
  }
  const globals = calls.map(([name, call]) => new Global(name, call));
  for (const name of ["InternalWorkerMessage", "StreamData"]) {
    globals.push(new Global(`dranspose.event.${name}`, undefined, true));
  }
  const made = new Map<string, Map<string, Global>>();
  for (const global of globals) {
    const [, module, name] = /^(.*)\.(.*)$/.exec(global.label) as unknown as [string, string, string];
    made.set(module, (made.get(module) ?? new Map()).set(name, global));
  }
  return made;
}

/**
 * Finds a name in the table.
 *
 * @throws PickleError when it is not there.
 */
export function findGlobal(module: unknown, name: unknown, reading: Reading): Global {
  if (typeof module !== "string" || typeof name !== "string") {
    throw reading.error(`a name is ${kind(module)} and ${kind(name)}, expected two texts`);
  }
  const found = table.get(module)?.get(name);
  if (found !== undefined) return found;
  const full = `${module}.${name}`;
  throw reading.error(
    `it asks for ${JSON.stringify(full.slice(0, 200))}, which is not one of the data types that are read, and was ` +
      `neither looked up nor run: send plain values and numpy arrays`,
    full,
  );
}

/** Calls what a pickle names: REDUCE. */
export function callGlobal(callee: unknown, args: unknown, reading: Reading): unknown {
  if (!(callee instanceof Global)) throw reading.error(`it calls ${kind(callee)}, which was not run`);
  if (callee.call === undefined) throw reading.error(`${callee.label} is not called here`, callee.label);
  if (!Array.isArray(args)) throw reading.error(`the arguments are ${kind(args)}, expected a tuple`, callee.label);
  return callee.call(args, reading);
}

/** Makes an object of a class without calling its constructor: NEWOBJ. */
export function newObject(callee: unknown, args: unknown, reading: Reading): unknown {
  if (!(callee instanceof Global)) throw reading.error(`it makes an object of ${kind(callee)}, which was not run`);
  if (!callee.fields) return callGlobal(callee, args, reading);
  if (!Array.isArray(args) || args.length > 0) {
    throw reading.error(`an object of ${callee.label} is made with ${kind(args)}, expected no arguments`, callee.label);
  }
  return new PickledObject(callee.label, dict());
}

/** `copyreg._reconstructor(class, object, None)`. */
function reconstructor(args: readonly unknown[], reading: Reading): unknown {
  const [callee, base, state] = args;
  if (args.length !== 3 || !(base instanceof Global) || !base.label.endsWith(".object") || state !== null) {
    throw reading.error(`copyreg._reconstructor is read for plain objects only`, "copyreg._reconstructor");
  }
  if (!(callee instanceof Global) || !callee.fields) {
    throw reading.error(`copyreg._reconstructor is not read for ${kind(callee)}`, "copyreg._reconstructor");
  }
  return newObject(callee, [], reading);
}

/**
 * Gives an object its fields: a dict, or pydantic's dict of dicts.
 *
 * @throws PickleError when the state is something else.
 */
export function setFields(object: PickledObject, state: unknown, reading: Reading): void {
  const wrong = (part: string): never => {
    throw reading.error(`an object of ${object.global} has ${part}, expected a dict of fields`, object.global);
  };
  if (!isDict(state) || reading.replaced?.has(state)) return wrong(kind(state));
  let fields: Dict = state;
  if ("__dict__" in state) {
    const inner = state["__dict__"];
    if (!isDict(inner) || reading.replaced?.has(inner)) return wrong(kind(inner));
    const extra = state["__pydantic_extra__"] ?? null;
    if (extra !== null && !isDict(extra)) return wrong(kind(extra));
    fields = inner;
    if (extra !== null) {
      reading.charge(64 * (Object.keys(inner).length + Object.keys(extra).length));
      fields = Object.assign(dict(), inner, extra);
    }
  }
  (object as { fields: Dict }).fields = fields;
}

function set(args: readonly unknown[], reading: Reading): Set<unknown> {
  const [items = []] = args;
  if (args.length > 1 || !Array.isArray(items)) throw reading.error(`a set is made of ${kind(items)}`, "builtins.set");
  reading.charge(64 * items.length);
  return new Set(items.map((item) => hashable(reading, item)));
}

function orderedDict(args: readonly unknown[], reading: Reading): unknown {
  const [pairs = []] = args;
  if (args.length > 1 || !Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
    throw reading.error("an OrderedDict is made of something else than pairs", "collections.OrderedDict");
  }
  const made = dict();
  reading.charge(64 * pairs.length);
  setItems(reading, made, pairs.flat(), 0, 2 * pairs.length);
  return made;
}
