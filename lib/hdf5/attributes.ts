/**
 * The attributes of a group, dataset or file.
 *
 * @module
 */

import { sizeOf } from "../array/ndarray.ts";
import { attempt, command, failure, type Metadata, Module } from "./library.ts";
import type { FileHandle } from "./handle.ts";
import {
  bytesOf,
  checkedDtype,
  dtypeIn,
  elementsOf,
  extents,
  fixedLength,
  type H5Value,
  h5wasmType,
  isText,
  valueFrom,
  type WritableValue,
} from "./types.ts";

/** The attributes of one object, by name. */
export class H5Attributes implements Iterable<[string, H5Value]> {
  readonly #file: FileHandle;
  readonly #path: string;

  /** Use the `attrs` of a file, group or dataset. */
  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** The names, in the order of the file. */
  keys(): string[] {
    return this.#attempt("list the attributes of", () => Module.get_attribute_names(this.#file.id, this.#path));
  }

  /**
   * Whether there is an attribute.
   *
   * @param name Its name.
   */
  has(name: string): boolean {
    return this.keys().includes(name);
  }

  /**
   * The value of an attribute.
   *
   * @param name Its name.
   * @returns The value, as {@linkcode H5Dataset.get} gives it; undefined when there is no such attribute.
   * @throws Hdf5Error when it has a type that cannot be read.
   */
  get(name: string): H5Value | undefined {
    if (!this.has(name)) return undefined;
    return this.#attempt(`read the attribute "${name}" of`, () => {
      const metadata: Metadata = Module.get_attribute_metadata(this.#file.id, this.#path, name);
      const { shape } = extents(metadata);
      if (shape === undefined) return null;
      // The library cannot read a list of no texts.
      if (sizeOf(shape) === 0 && isText(dtypeIn(metadata))) return [];
      return valueFrom(this.#file.object(this.#path).get_attribute(name, false), metadata, shape);
    });
  }

  /**
   * Sets an attribute, in place of one of the same name. Whole numbers become int64, others float64, booleans int8.
   *
   * @param name Its name.
   * @param value A number, text, boolean, list or array.
   * @param options `dtype`, where it shall be another than that.
   * @throws Hdf5Error when the file is closed or read-only, or the value cannot be stored.
   */
  set(name: string, value: WritableValue, options: { dtype?: string } = {}): void {
    const operation = `set the attribute "${name}" of`;
    this.#file.writable(operation, this.#path);
    const replaced = this.has(name);
    this.#attempt(operation, () => {
      const dtype = options.dtype === undefined ? undefined : checkedDtype(options.dtype);
      const elements = elementsOf(value, dtype);
      if (fixedLength(elements.dtype) !== undefined) bytesOf(elements);
      if (replaced) Module.delete_attribute(this.#file.id, this.#path, name);
      // The library cannot write a list of no texts of any length, but one of texts of one byte.
      const stored = elements.dtype === "str" && elements.data.length === 0 ? "S1" : elements.dtype;
      this.#file.object(this.#path).create_attribute(name, elements.data, [...elements.shape], h5wasmType(stored));
    });
    this.#file.changed();
  }

  /**
   * Sets several attributes.
   *
   * @param values Values by name.
   */
  assign(values: Readonly<Record<string, WritableValue>>): void {
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }

  /**
   * Removes an attribute.
   *
   * @param name Its name.
   * @throws Hdf5Error when there is none of this name.
   */
  delete(name: string): void {
    const operation = `delete the attribute "${name}" of`;
    this.#file.writable(operation, this.#path);
    if (!this.has(name)) throw failure(this.#subject(operation), "there is no attribute of this name");
    command(this.#subject(operation), () => Module.delete_attribute(this.#file.id, this.#path, name));
    this.#file.changed();
  }

  /** Names and values. */
  *[Symbol.iterator](): Generator<[string, H5Value]> {
    for (const name of this.keys()) yield [name, this.get(name) ?? null];
  }

  /** All names and values on one line. */
  [Symbol.for("Deno.customInspect")](inspect: (value: unknown, options: Deno.InspectOptions) => string): string {
    return this.#file.isOpen
      ? `attrs ${inspect(Object.fromEntries(this), { breakLength: Infinity })}`
      : "attrs (closed)";
  }

  #subject(operation: string): { file: string; path: string; operation: string } {
    return { file: this.#file.path, path: this.#path, operation };
  }

  #attempt<T>(operation: string, call: () => T): T {
    this.#file.readable(operation, this.#path);
    return attempt(this.#subject(operation), call);
  }
}
