/**
 * Datasets.
 *
 * @module
 */

import { isTypedArray, type NdArray } from "../array/dtypes.ts";
import { isNdArray, sizeOf, view } from "../array/ndarray.ts";
import { indexOn, partsFor, rangeOn } from "../array/slice.ts";
import { ArrayError } from "../errors.ts";
import { H5Attributes } from "./attributes.ts";
import type { FileHandle } from "./handle.ts";
import { attempt, failure, type h5wasm } from "./library.ts";
import { Rows } from "./rows.ts";
import { elementsOf, extents, type H5Value, isNumeric, itemsizeOf, valueFrom, type WritableValue } from "./types.ts";

/** One read or write stays below this many bytes, a limit of the library. */
const MAX_TRANSFER = 2 ** 31 - 1;

type Hyperslab = { start: number[]; count: number[]; step: number[]; shape: number[] };

/** A dataset of an HDF5 file: typed elements in a shape, perhaps growable. */
export class H5Dataset {
  /** The absolute path in the file. */
  readonly path: string;
  /** The attributes. */
  readonly attrs: H5Attributes;
  readonly #file: FileHandle;
  readonly #rows: Rows;

  /** Use `createDataset` or `get` of a file or group. */
  constructor(file: FileHandle, path: string) {
    this.path = path;
    this.attrs = new H5Attributes(file, path);
    this.#file = file;
    this.#rows = file.staged(path, () => new Rows(file, path));
  }

  /** The extents, slowest axis first; `[]` for a scalar. Rows that are not yet written count. */
  get shape(): number[] {
    return [...this.#rows.shape];
  }

  /** How far each axis can grow; `null` for without limit. */
  get maxShape(): (number | null)[] {
    return [...this.#rows.maxShape];
  }

  /** numpy's name of the element type, `"str"`, `"S<n>"`, `"bool"`, or a description in words. */
  get dtype(): string {
    return this.#rows.dtype;
  }

  /** The extents of a chunk; undefined when the dataset is not chunked. */
  get chunks(): number[] | undefined {
    return this.#rows.chunks;
  }

  /**
   * Changes the extents, within `maxShape`. New elements are 0.
   *
   * @param shape The new extents, slowest axis first.
   * @throws Hdf5Error when an axis cannot have the extent.
   */
  resize(shape: readonly number[]): void {
    this.#file.writable("resize", this.path);
    this.#rows.resize(shape);
    this.#file.changed();
  }

  /**
   * Writes one row (`index` on the first axis, which grows as needed), or the part that a slice such as `"2:5, :"`
   * names. A number alone fills the part; rows that are skipped are 0. Rows are gathered and written by whole chunks; `flush` writes them at once.
   *
   * @param where The row's index, or a slice (see {@linkcode slice}).
   * @param value Numbers of the part's shape, in any form; a typed array may be flat. They are stored as `dtype`.
   * @throws Hdf5Error when the place is outside of what the dataset can have, or the value does not fit shape or dtype.
   */
  set(where: number | string, value: WritableValue): void {
    this.#file.writable("write to", this.path);
    if (typeof where === "number") {
      this.#rows.setRow(where, value);
      return this.#file.tookRow();
    }
    this.#setPart(where, value);
    this.#file.changed();
  }

  /**
   * Writes one row behind the last, so that the first axis grows by one.
   *
   * @param value Numbers of the row's shape.
   * @returns The row's index.
   * @throws Hdf5Error when the dataset cannot grow, or the value does not fit shape or dtype.
   */
  append(value: WritableValue): number {
    this.#file.writable("write to", this.path);
    const index = this.#rows.count;
    this.#rows.setRow(index, value);
    this.#file.tookRow();
    return index;
  }

  /**
   * The value in its natural form: a number, text or boolean for a scalar, else an array (of the whole dataset, or of
   * the row `index` of the first axis), or a list for texts and compound elements. Negative indices count from the end.
   *
   * @param index A row; all of the dataset when left out.
   * @returns The value. Whole numbers beyond 2^53 are BigInts, those in arrays of 64-bit integers always.
   * @throws Hdf5Error when the index is outside or the type cannot be read.
   */
  get(index?: number): H5Value {
    if (index === undefined) return this.#valueOf(this.#hyperslab("", "read"));
    return this.#valueOf(this.#hyperslab(String(index), "read"));
  }

  /**
   * A part of the dataset as an array.
   *
   * @param where A slice such as `":10, ::2"` (positive steps); all of it when left out.
   * @returns An array of the dataset's dtype; a scalar becomes a 0-dimensional one.
   * @throws Hdf5Error when the slice does not fit, the elements are no numbers, or the part takes 2 GiB or more.
   */
  read(where = ""): NdArray {
    if (extents(this.#rows.metadata).shape === undefined) {
      throw this.#failure("read", "it has no value (a null dataspace)");
    }
    if (/^float/.test(this.dtype) && !isNumeric(this.dtype)) {
      throw this.#failure("read", `${this.dtype} cannot be read`);
    }
    if (!isNumeric(this.dtype)) {
      throw this.#failure("read", `its elements are ${this.dtype}, not numbers; use get() for the values`);
    }
    const part = this.#hyperslab(where, "read");
    const value = this.#valueOf(part);
    if (isNdArray(value)) return value;
    return view(elementsOf(value as number, this.dtype).data as never, part.shape);
  }

  /** Path, dtype and shape on one line. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.#file.isOpen
      ? `H5Dataset "${this.path}" ${this.dtype} (${this.shape.join(", ")})`
      : `H5Dataset "${this.path}" (closed)`;
  }

  #valueOf(part: Hyperslab): H5Value {
    const { metadata } = this.#rows;
    const { shape } = extents(metadata);
    if (shape === undefined) return null;
    this.#fits(sizeOf(part.count), "read");
    const dataset = this.#file.object(this.path) as InstanceType<typeof h5wasm.Dataset>;
    const read = attempt({ file: this.#file.path, path: this.path, operation: "read" }, () => {
      if (shape.length === 0) return dataset.value;
      if (sizeOf(part.count) === 0) return isNumeric(this.dtype) ? elementsOf([], this.dtype).data : [];
      return dataset.slice(part.count.map((count, axis) => {
        const start = part.start[axis] as number;
        const step = part.step[axis] as number;
        return [start, start + (count - 1) * step + 1, step];
      }));
    });
    const value = valueFrom(part.shape.length === 0 && isTypedArray(read) ? read[0] : read, metadata, part.shape);
    // A single text or compound element comes as a list of one.
    return part.shape.length === 0 && shape.length > 0 && Array.isArray(value) ? (value[0] ?? null) : value;
  }

  #setPart(where: string, value: WritableValue): void {
    const part = this.#hyperslab(where, "write to");
    const count = sizeOf(part.count);
    this.#fits(count, "write to");
    const elements = this.#rows.encode(value, part.shape, `the part "${where}"`);
    if (count === 0) return;
    this.#rows.write(part.start, part.count, this.#rows.bytes(elements), part.step);
  }

  #hyperslab(where: string, operation: string): Hyperslab {
    this.#file.readable(operation, this.path);
    this.#rows.flushRows();
    const { shape } = this.#rows;
    try {
      const part: Hyperslab = { start: [], count: [], step: [], shape: [] };
      for (const [axis, given] of partsFor(where, shape.length).entries()) {
        const extent = shape[axis] as number;
        if (typeof given === "number") {
          part.start.push(indexOn(given, extent, axis));
          part.count.push(1);
          part.step.push(1);
        } else {
          const { first, count, step } = rangeOn(given, extent);
          if (step < 0) throw new ArrayError(`the step in "${where}" is ${step}: HDF5 reads with positive steps only`);
          part.start.push(first);
          part.count.push(count);
          part.step.push(step);
          part.shape.push(count);
        }
      }
      return part;
    } catch (error) {
      if (!(error instanceof ArrayError)) throw error;
      throw this.#failure(operation, error.message, error);
    }
  }

  #fits(elements: number, operation: string): void {
    const bytes = elements * itemsizeOf(this.dtype);
    if (bytes > MAX_TRANSFER) {
      throw this.#failure(operation, `the part takes ${bytes} bytes, more than 2 GiB; use a slice such as "0:100"`);
    }
  }

  #failure(operation: string, reason: string, cause?: unknown): Error {
    return failure({ file: this.#file.path, path: this.path, operation }, reason, cause);
  }
}
