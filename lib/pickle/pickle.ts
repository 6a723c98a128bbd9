/**
 * Values as Python's pickles.
 *
 * @module
 */

import { dtypeOf, isTypedArray, type NdArray } from "../array/dtypes.ts";
import { contiguous, isNdArray, view } from "../array/ndarray.ts";
import { PickleError } from "../errors.ts";
import { DEEPEST } from "./reading.ts";
import { Writer } from "./writer.ts";

/**
 * Writes a value as a pickle of protocol 4, which Python 3.4 and later read. Numpy arrays are read by numpy 1 and 2.
 *
 * `null` and `undefined` become `None`; whole numbers up to 53 bits `int`, other numbers `float`; BigInts `int`; a
 * `Uint8Array` becomes `bytes`; arrays `list`, in keys and sets `tuple`; plain objects and `Map`s `dict`; a `Set` `set`;
 * a `Date` an aware `datetime` in UTC; other typed arrays and n-dimensional arrays `numpy.ndarray` in C order. What is
 * shared is shared in Python.
 *
 * @param value Plain data.
 * @returns The pickle.
 * @throws PickleError for a function, a symbol, an instance of another class, a value inside itself, or one nested more
 * than 1000 deep; the message says where, as in `value.fit.callback`.
 *
 * @example
 * ```ts
 * import { pickle } from "./pickle.ts";
 *
 * const bytes = pickle({ status: "running", x: Float64Array.of(0.5) });
 * ```
 */
export function pickle(value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writer.raw(0x80, 4); // PROTO
  new Pickling(writer).value(value, "value");
  writer.raw(0x2e); // STOP
  return writer.taken();
}

/** numpy's short names. */
const shortNames: Readonly<Record<string, string>> = {
  int8: "i1",
  uint8: "u1",
  int16: "i2",
  uint16: "u2",
  int32: "i4",
  uint32: "u4",
  int64: "i8",
  uint64: "u8",
  float32: "f4",
  float64: "f8",
};

/** One run. */
class Pickling {
  private readonly writer: Writer;
  /** What was written already, and the number to get it again with: objects, and texts behind a quotation mark. */
  private readonly seen = new Map<unknown, number>();
  /** What the value that is being written is in. */
  private readonly open = new Set<object>();
  constructor(writer: Writer) {
    this.writer = writer;
  }

  /** Writes a value; `key` says that it has to be hashable in Python. */
  value(value: unknown, path: string, key = false): void {
    switch (typeof value) {
      case "undefined":
        return this.writer.raw(0x4e); // NONE
      case "boolean":
        return this.writer.raw(value ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
      case "number":
        return this.writer.number(value);
      case "bigint":
        if (!this.writer.bigint(value)) throw unwritable(path, "an integer of more than 64 KiB");
        return;
      case "string":
        return this.text(value);
      case "object":
        return value === null ? this.writer.raw(0x4e) : this.object(value, path, key);
      default:
        throw unwritable(path, `a ${typeof value}`);
    }
  }

  private object(value: object, path: string, key: boolean): void {
    const { writer } = this;
    if (value instanceof Uint8Array) return this.once(value, () => writer.counted(0x43, 0x8e, value));
    if (value instanceof Date) return this.date(value, path);
    const hashable = key && Array.isArray(value);
    if (key && !hashable) {
      throw unwritable(path, `${described(value)}, which Python takes neither as a key nor in a set`);
    }
    if (isNdArray(value)) return this.once(value, () => this.array(value, path));
    if (isTypedArray(value)) return this.once(value, () => this.array(view(value), path));
    if (this.open.has(value)) throw unwritable(path, "inside itself");
    if (this.open.size >= DEEPEST) throw unwritable(path, `nested more than ${DEEPEST} deep`);
    this.open.add(value);
    if (hashable) this.tuple(value, path);
    else if (Array.isArray(value)) this.once(value, () => writer.raw(0x5d), () => this.list(value, path)); // EMPTY_LIST
    else if (value instanceof Set) this.once(value, () => writer.raw(0x8f), () => this.set(value, path)); // EMPTY_SET
    else {
      const entries = value instanceof Map ? value.entries() : entriesOf(value, path);
      this.once(value, () => writer.raw(0x7d), () => this.dict(entries, path)); // EMPTY_DICT
    }
    this.open.delete(value);
  }

  /** Writes something the first time, and a reference to it afterwards. What is in it follows, as that may refer to it. */
  private once(what: unknown, write: () => void, contents?: () => void): void {
    const before = this.seen.get(what);
    if (before !== undefined) return this.writer.again(before);
    write();
    this.seen.set(what, this.writer.remember());
    contents?.();
  }

  private text(text: string): void {
    this.once(`"${text}`, () => this.writer.text(text));
  }

  private list(items: readonly unknown[], path: string): void {
    this.writer.raw(0x28); // MARK
    for (let i = 0; i < items.length; i++) this.value(items[i], `${path}[${i}]`);
    this.writer.raw(0x65); // APPENDS
  }

  private tuple(items: readonly unknown[], path: string): void {
    this.writer.raw(0x28); // MARK
    for (let i = 0; i < items.length; i++) this.value(items[i], `${path}[${i}]`, true);
    this.writer.raw(0x74); // TUPLE
  }

  private set(items: ReadonlySet<unknown>, path: string): void {
    this.writer.raw(0x28); // MARK
    for (const item of items) this.value(item, `an element of ${path}`, true);
    this.writer.raw(0x90); // ADDITEMS
  }

  private dict(entries: Iterable<readonly [unknown, unknown]>, path: string): void {
    this.writer.raw(0x28); // MARK
    for (const [key, item] of entries) {
      this.value(key, `a key of ${path}`, true);
      this.value(item, `${path}${keyPath(key)}`);
    }
    this.writer.raw(0x75); // SETITEMS
  }

  private global(module: string, name: string): void {
    this.once(`c${module}.${name}`, () => {
      this.text(module);
      this.text(name);
      this.writer.raw(0x93); // STACK_GLOBAL
    });
  }

  /** `_reconstruct(numpy.ndarray, (0,), b"b")`, then its state. */
  private array(array: NdArray, path: string): void {
    const dtype = isTypedArray(array.data) ? dtypeOf(array.data) : "generic";
    const name = shortNames[dtype];
    if (name === undefined) throw unwritable(path, `an array of ${dtype}`);
    const { writer } = this;
    const elements = contiguous(array);
    // numpy 2 still knows this by numpy 1's name.
    this.global("numpy.core.multiarray", "_reconstruct");
    this.global("numpy", "ndarray");
    writer.raw(0x4b, 0, 0x85, 0x43, 1, 0x62, 0x87, 0x52); // BININT1 TUPLE1 SHORT_BINBYTES TUPLE3 REDUCE
    writer.raw(0x28, 0x4b, 1, 0x28); // MARK BININT1 MARK
    for (const extent of array.shape) writer.number(extent);
    writer.raw(0x74); // TUPLE
    this.once(`d${name}`, () => {
      this.global("numpy", "dtype");
      this.text(name);
      writer.raw(0x89, 0x88, 0x87, 0x52, 0x28, 0x4b, 3); // NEWFALSE NEWTRUE TUPLE3 REDUCE MARK BININT1
      this.text(elements.BYTES_PER_ELEMENT === 1 ? "|" : "<");
      writer.raw(0x4e, 0x4e, 0x4e); // NONE, three times
      writer.number(-1);
      writer.number(-1);
      writer.raw(0x4b, 0, 0x74, 0x62); // BININT1 TUPLE BUILD
    });
    writer.raw(0x89); // NEWFALSE
    writer.counted(0x43, 0x8e, new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength));
    writer.raw(0x74, 0x62); // TUPLE BUILD
  }

  /** `datetime.datetime(bytes, timezone.utc)`. */
  private date(date: Date, path: string): void {
    const year = date.getUTCFullYear();
    if (!(year >= 1 && year <= 9999)) throw unwritable(path, "a date outside of the years 1 to 9999");
    const microseconds = 1000 * date.getUTCMilliseconds();
    this.global("datetime", "datetime");
    this.writer.raw(0x43, 10, year >> 8, year & 0xff, date.getUTCMonth() + 1, date.getUTCDate()); // SHORT_BINBYTES
    this.writer.raw(date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds());
    this.writer.raw(microseconds >> 16, microseconds >> 8 & 0xff, microseconds & 0xff);
    this.global("datetime", "timezone");
    this.global("datetime", "timedelta");
    this.writer.raw(0x29, 0x52, 0x85, 0x52, 0x86, 0x52); // EMPTY_TUPLE REDUCE TUPLE1 REDUCE TUPLE2 REDUCE
  }
}

/** The items of a plain object. */
function entriesOf(value: object, path: string): [string, unknown][] {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) throw unwritable(path, described(value));
  const [symbol] = Object.getOwnPropertySymbols(value);
  if (symbol !== undefined) throw unwritable(`${path}[${String(symbol)}]`, "named by a symbol");
  return Object.entries(value);
}

function keyPath(key: unknown): string {
  if (typeof key === "string" && /^[\p{L}_$][\p{L}\d_$]*$/u.test(key)) return `.${key}`;
  return `[${typeof key === "string" ? JSON.stringify(key) : Deno.inspect(key)}]`;
}

function described(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? `an instance of ${name}` : "an instance of a class";
}

function unwritable(path: string, what: string): PickleError {
  const where = path.length > 200 ? `${path.slice(0, 100)}…${path.slice(-100)}` : path;
  return new PickleError(`cannot pickle this: ${where} is ${what}, and only plain data can be pickled`);
}
