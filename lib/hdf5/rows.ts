/**
 * What is known of a dataset, and the rows that wait to be written to it.
 *
 * @module
 */

import { isTypedArray } from "../array/dtypes.ts";
import { sizeOf } from "../array/ndarray.ts";
import { ArrayError } from "../errors.ts";
import type { FileHandle, Staged } from "./handle.ts";
import { attempt, command, failure, type Metadata, Module } from "./library.ts";
import { Staging } from "./staging.ts";
import {
  bytesOf,
  dtypeIn,
  type Elements,
  elementsOf,
  extents,
  fixedLength,
  isNumeric,
  itemsizeOf,
  type WritableValue,
} from "./types.ts";

/** The rows of one dataset: what is known of it, and what waits to be written. All objects of a dataset share one. */
export class Rows implements Staged {
  readonly dtype: string;
  readonly maxShape: readonly (number | null)[];
  readonly chunks: number[] | undefined;
  readonly metadata: Metadata;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #compressed: boolean;
  #staging: Staging;
  /** The extents in the file. */
  #written: number[];

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
    this.metadata = attempt(this.#subject("open"), () => Module.get_dataset_metadata(file.id, path));
    this.dtype = dtypeIn(this.metadata);
    const { shape, maxShape } = extents(this.metadata);
    this.#written = shape ?? [];
    this.maxShape = maxShape ?? [];
    this.chunks = this.metadata.chunks?.map(Number);
    this.#compressed = attempt(this.#subject("open"), () => Module.get_dataset_filters(file.id, path)).length > 0;
    this.#staging = this.#newStaging();
  }

  get shape(): readonly number[] {
    const [first, ...rest] = this.#written;
    return first === undefined ? [] : [Math.max(first, this.#staging.end), ...rest];
  }

  resize(shape: readonly number[]): void {
    this.#checkExtents(shape);
    this.flushRows();
    command(this.#subject("resize"), () => Module.resize_dataset(this.#file.id, this.#path, shape.map(BigInt)));
    this.#written = [...shape];
    this.#staging = this.#newStaging();
  }

  setRow(index: number, value: WritableValue): void {
    const { shape } = this;
    if (shape.length === 0) {
      throw failure(this.#subject("write to"), `it is a scalar, which has no row ${index}; use set("", value)`);
    }
    if (!Number.isSafeInteger(index) || index < 0) {
      throw failure(this.#subject("write to"), `the row is ${index}, expected 0, 1, 2, …`);
    }
    const extent = shape[0] as number;
    const most = this.maxShape[0];
    if (index >= extent && most !== null && most !== undefined && index >= most) {
      throw failure(
        this.#subject("write to"),
        `row ${index} is outside its ${extent} rows, and it can have ${most} at the most; ` +
          `create it with maxShape: [null, …] to let it grow`,
      );
    }
    const elements = this.encode(value, shape.slice(1), `row ${index}`);
    this.#staging.put(index, this.bytes(elements));
  }

  /** The elements of a value for a place of a shape. */
  encode(value: WritableValue, shape: readonly number[], what: string): Elements {
    const { dtype } = this;
    if (dtype === "str") {
      throw failure(
        this.#subject("write to"),
        `texts of any length can only be written when the dataset is created; use dtype "S64" for texts that grow`,
      );
    }
    if (fixedLength(dtype) === undefined && !isNumeric(dtype)) {
      throw failure(this.#subject("write to"), `its elements are ${dtype}, which cannot be written`);
    }
    try {
      const elements = elementsOf(value, dtype);
      const size = sizeOf(shape);
      if (elements.shape.length === 0 && size !== 1) return repeated(elements, size);
      // A typed array has no shape of its own: it may hold the elements of any.
      if (isTypedArray(value) && value.length === size) return elements;
      // Axes of extent 1 may be left out or added, as numpy allows.
      const same = elements.shape.filter((extent) => extent !== 1).join() ===
        shape.filter((extent) => extent !== 1).join();
      if (!same) {
        throw new ArrayError(
          `${what} has the shape [${shape.join(", ")}], found a value of shape [${elements.shape.join(", ")}]`,
        );
      }
      return elements;
    } catch (error) {
      if (!(error instanceof ArrayError)) throw error;
      throw failure(this.#subject("write to"), error.message, error);
    }
  }

  /** The bytes of elements. */
  bytes(elements: Elements): Uint8Array {
    try {
      return bytesOf(elements);
    } catch (error) {
      if (!(error instanceof ArrayError)) throw error;
      throw failure(this.#subject("write to"), error.message, error);
    }
  }

  flushRows(): void {
    this.#staging.flush();
  }

  /**
   * A compressed chunk that is written again moves in the file, and HDF5 uses its old place for something else before
   * the file says so. Whoever is killed then loses the chunk. So rows wait until their chunk is full.
   */
  flushSafeRows(): void {
    if (!this.#compressed) this.#staging.flush();
  }

  write(start: readonly number[], count: readonly number[], bytes: Uint8Array, step = count.map(() => 1)): void {
    command(this.#subject("write to"), () => {
      const pointer = Module._malloc(bytes.length);
      if (pointer === 0) throw new Error(`no memory for ${bytes.length} bytes`);
      try {
        Module.HEAPU8.set(bytes, pointer);
        // A scalar has no hyperslab.
        const [counts, starts, steps] = [count, start, step].map((numbers) =>
          numbers.length === 0 ? null : numbers.map(BigInt)
        ) as [bigint[] | null, bigint[] | null, bigint[] | null];
        return Module.set_dataset_data(this.#file.id, this.#path, counts, starts, steps, BigInt(pointer));
      } finally {
        Module._free(pointer);
      }
    });
  }

  #newStaging(): Staging {
    return new Staging({
      rowBytes: itemsizeOf(this.dtype) * sizeOf(this.#written.slice(1)),
      chunkRows: this.chunks?.[0] ?? 1,
      write: (first, count, bytes) => this.#writeRows(first, count, bytes),
    });
  }

  #writeRows(first: number, count: number, bytes: Uint8Array): void {
    const [extent = 0, ...rest] = this.#written;
    const chunkRows = this.chunks?.[0] ?? 1;
    try {
      if (first + count > extent) {
        const grown = [first + count, ...rest];
        command(this.#subject("resize"), () => Module.resize_dataset(this.#file.id, this.#path, grown.map(BigInt)));
        this.#written = grown;
      }
      this.write([first, ...rest.map(() => 0)], [count, ...rest], bytes);
      // The chunk was there before, so it may have moved: let the file say so at once.
      const rewritten = this.#compressed && first < Math.ceil(extent / chunkRows) * chunkRows;
      if (rewritten) command(this.#subject("flush"), () => Module.flush(this.#file.id));
    } catch (error) {
      this.#file.breakBy(error);
      throw error;
    }
  }

  #checkExtents(shape: readonly number[]): void {
    const { maxShape } = this;
    const fits = shape.length === maxShape.length &&
      shape.every((extent, axis) => {
        const most = maxShape[axis] as number | null;
        return Number.isSafeInteger(extent) && extent >= 0 && (most === null || extent <= most);
      });
    if (fits && this.chunks !== undefined) return;
    const reason = this.chunks === undefined
      ? "it was created with a fixed shape; create it with maxShape: [null, …] to let it grow"
      : `[${shape.join(", ")}] does not fit its maxShape [${maxShape.map((most) => most ?? "null").join(", ")}]`;
    throw failure(this.#subject("resize"), reason);
  }

  #subject(operation: string): { file: string; path: string; operation: string } {
    return { file: this.#file.path, path: this.#path, operation };
  }
}

function repeated(elements: Elements, size: number): Elements {
  const { data } = elements;
  if (Array.isArray(data)) return { ...elements, data: new Array<string>(size).fill(data[0] ?? "") };
  const filled = new (data.constructor as new (length: number) => typeof data)(size);
  (filled as { fill(value: unknown): unknown }).fill(data[0]);
  return { ...elements, data: filled };
}
