/**
 * What is known of a dataset, and the rows that wait to be written to it.
 *
 * @module
 */

import { elementType, isTypedArray, type TypedArray } from "../array/dtypes.ts";
import { sizeOf } from "../array/ndarray.ts";
import { ArrayError } from "../errors.ts";
import type { FileHandle, Staged } from "./handle.ts";
import { allocate } from "./heap.ts";
import { attempt, command, failure, type Metadata, Module } from "./library.ts";
import { Staging, type StagingOptions } from "./staging.ts";
import {
  bytesOf,
  dtypeIn,
  elementFrom,
  type Elements,
  elementsOf,
  extents,
  fixedLength,
  isNumeric,
  itemsizeOf,
  type WritableValue,
} from "./types.ts";

/**
 * Chunks smaller than this are written several at a time: opening the dataset and changing its extents takes as long as
 * to write some 100 KiB.
 */
const GROUP_BYTES = 2 << 20;
/** Chunks for which a dataset gets room at a time, as long as it grows by whole groups. */
const CHUNKS_AHEAD = 32;

/** The rows of one dataset: what is known of it, and what waits to be written. All objects of a dataset share one. */
export class Rows implements Staged {
  readonly dtype: string;
  readonly maxShape: readonly (number | null)[];
  readonly chunks: number[] | undefined;
  readonly metadata: Metadata;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #compressed: boolean;
  readonly #array: StagingOptions["array"];
  readonly #elementFrom: (value: number) => number | bigint | undefined;
  /** The indices of rows are below this. */
  readonly #most: number;
  #staging: Staging;
  /** The extents of what is written, and those of a row. */
  #written: number[];
  /** Rows that the file has room for, some of them perhaps beforehand: see `trim`. */
  #room: number;
  #row: readonly number[] = [];
  #rowSize = 1;
  #groupRows = 1;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
    this.metadata = attempt(this.#subject("open"), () => Module.get_dataset_metadata(file.id, path));
    this.dtype = dtypeIn(this.metadata);
    const { shape, maxShape } = extents(this.metadata);
    this.#written = shape ?? [];
    this.#room = this.#written[0] ?? 0;
    this.maxShape = maxShape ?? [];
    this.chunks = this.metadata.chunks?.map(Number);
    this.#compressed = attempt(this.#subject("open"), () => Module.get_dataset_filters(file.id, path)).length > 0;
    this.#array = isNumeric(this.dtype) ? elementType(this.dtype).array : Uint8Array;
    this.#elementFrom = elementFrom(this.dtype);
    this.#most = this.#written.length === 0 ? 0 : this.maxShape[0] ?? Infinity;
    this.#staging = this.#newStaging();
  }

  get shape(): readonly number[] {
    return this.#written.length === 0 ? [] : [this.count, ...this.#row];
  }

  /** The number of rows, those that wait included; 0 for a scalar. */
  get count(): number {
    return Math.max(this.#written[0] ?? 0, this.#staging.end);
  }

  resize(shape: readonly number[]): void {
    this.#checkExtents(shape);
    this.flushRows();
    this.#changeExtents(shape);
    this.#written = [...shape];
    this.#staging = this.#newStaging();
  }

  setRow(index: number, value: WritableValue): void {
    if (!(index >= 0 && index < this.#most && Number.isSafeInteger(index))) throw this.#noRow(index);
    this.#staging.put(index, this.#elementsOf(index, value));
  }

  #noRow(index: number): Error {
    const subject = this.#subject("write to");
    if (this.#written.length === 0) {
      return failure(subject, `it is a scalar, which has no row ${index}; use set("", value)`);
    }
    if (!Number.isSafeInteger(index) || index < 0) {
      return failure(subject, `the row is ${index}, expected 0, 1, 2, …`);
    }
    return failure(
      subject,
      `row ${index} is outside its ${this.count} rows, and it can have ${this.#most} at the most; ` +
        `create it with maxShape: [null, …] to let it grow`,
    );
  }

  /** What {@linkcode Staging} takes. What is right as it is, and may come by the million, is not looked at further. */
  #elementsOf(index: number, value: WritableValue): TypedArray | number | bigint {
    if (typeof value === "number" && this.#rowSize === 1) {
      const element = this.#elementFrom(value);
      if (element !== undefined) return element;
    }
    const { dtype } = this;
    // Among bytes for "bool" there may be others than 0 and 1. A detached array has no elements.
    if (
      value instanceof this.#array && value.length === this.#rowSize && value.length > 0 && dtype !== "bool" &&
      isNumeric(dtype)
    ) return value;
    const elements = this.encode(value, this.#row, `row ${index}`);
    return Array.isArray(elements.data) ? this.bytes(elements) : elements.data;
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
      const same = (a: readonly number[], b: readonly number[]): boolean =>
        a.length === b.length && a.every((extent, axis) => extent === b[axis]);
      const longer = (extents: readonly number[]): number[] => extents.filter((extent) => extent !== 1);
      if (!same(elements.shape, shape) && !same(longer(elements.shape), longer(shape))) {
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

  trim(): void {
    if (this.#room <= (this.#written[0] ?? 0)) return;
    try {
      this.#changeExtents(this.#written);
    } catch (error) {
      this.#file.breakBy(error);
      throw error;
    }
  }

  /** Forgets the rows that wait. */
  discardRows(): void {
    this.#staging.discard();
  }

  write(start: readonly number[], count: readonly number[], bytes: Uint8Array, step?: readonly number[]): void {
    const pointer = allocate(bytes.length, this.#subject("write to"));
    try {
      Module.HEAPU8.set(bytes, pointer);
      this.#write(start, count, pointer, step);
    } finally {
      Module._free(pointer);
    }
  }

  #write(
    start: readonly number[],
    count: readonly number[],
    pointer: number,
    step: readonly number[] = count.map(() => 1),
  ): void {
    // A scalar has no hyperslab.
    const [counts, starts, steps] = [count, start, step].map((numbers) =>
      numbers.length === 0 ? null : numbers.map(BigInt)
    ) as [bigint[] | null, bigint[] | null, bigint[] | null];
    command(
      this.#subject("write to"),
      () => Module.set_dataset_data(this.#file.id, this.#path, counts, starts, steps, BigInt(pointer)),
    );
  }

  #newStaging(): Staging {
    const { dtype } = this;
    const itemsize = itemsizeOf(dtype);
    this.#row = this.#written.slice(1);
    this.#rowSize = sizeOf(this.#row);
    const chunkRows = this.chunks?.[0] ?? 1;
    const chunkBytes = Math.max(1, chunkRows * this.#rowSize * itemsize);
    // With those of a compressed dataset see flushSafeRows.
    const chunks = this.#compressed ? 1 : Math.max(1, Math.floor(GROUP_BYTES / chunkBytes));
    this.#groupRows = chunks * chunkRows;
    return new Staging({
      array: this.#array,
      rowLength: this.#rowSize * itemsize / this.#array.BYTES_PER_ELEMENT,
      groupRows: this.#groupRows,
      write: (first, count, pointer) => this.#writeRows(first, count, pointer),
      subject: this.#subject("write to"),
    });
  }

  #writeRows(first: number, count: number, pointer: number): void {
    const extent = this.#written[0] ?? 0;
    const rest = this.#row;
    const chunkRows = this.chunks?.[0] ?? 1;
    try {
      const end = Math.max(extent, first + count);
      if (end > this.#room) {
        const goesOn = extent > 0 && count === this.#groupRows && !this.#compressed;
        const ahead = goesOn ? CHUNKS_AHEAD * chunkRows : 0;
        this.#changeExtents([Math.min(end + ahead, this.#most), ...rest]);
      }
      this.#written = [end, ...rest];
      this.#write([first, ...rest.map(() => 0)], [count, ...rest], pointer);
      // The chunk was there before, so it may have moved: let the file say so at once.
      const rewritten = this.#compressed && first < Math.ceil(extent / chunkRows) * chunkRows;
      if (rewritten) this.#file.save();
    } catch (error) {
      this.#file.breakBy(error);
      throw error;
    }
  }

  #changeExtents(shape: readonly number[]): void {
    command(this.#subject("resize"), () => Module.resize_dataset(this.#file.id, this.#path, shape.map(BigInt)));
    this.#room = shape[0] ?? 0;
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
