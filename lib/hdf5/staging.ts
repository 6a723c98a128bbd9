/**
 * Rows on their way into a dataset. HDF5 reopens a dataset for every write, so rows are gathered, in the library's own
 * memory, and written several whole chunks at a time.
 *
 * @module
 */

import type { TypedArray } from "../array/dtypes.ts";
import { allocate } from "./heap.ts";
import { Module, type Subject } from "./library.ts";

/** Writes `count` rows, which lie at `pointer` in the library's memory, from row `first` on. */
export type WriteRows = (first: number, count: number, pointer: number) => void;

/** What is gathered. */
export interface StagingOptions {
  /** What holds the elements: the typed array of the dtype, or bytes. */
  readonly array: {
    new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
    readonly BYTES_PER_ELEMENT: number;
  };
  /** Elements of a row. */
  readonly rowLength: number;
  /** Rows are written up to a multiple of so many, if they come in order. */
  readonly groupRows: number;
  readonly write: WriteRows;
  /** For the message when there is no memory. */
  readonly subject: Subject;
}

/** The memory that the first rows of a dataset get. It grows fourfold, so that rows that come slowly take little. */
const FIRST_BYTES = 1 << 12;

/** Neighbouring rows that are not yet written. */
export class Staging {
  readonly #options: StagingOptions;
  readonly #rowLength: number;
  readonly #rowBytes: number;
  #first = 0;
  #count = 0;
  /** One past the last row that may wait: the end of the group. */
  #until = 0;
  #pointer = 0;
  /** Rows for which there is memory, and for which there will be at the next start. */
  #room = 0;
  #nextRoom: number;
  #elements: { [index: number]: number | bigint; readonly length: number };

  constructor(options: StagingOptions) {
    this.#options = options;
    this.#rowLength = options.rowLength;
    this.#rowBytes = options.rowLength * options.array.BYTES_PER_ELEMENT;
    this.#nextRoom = Math.max(1, Math.floor(FIRST_BYTES / this.#rowBytes));
    this.#elements = this.#view();
  }

  /** One past the last row that is staged; 0 when none is. */
  get end(): number {
    return this.#count === 0 ? 0 : this.#first + this.#count;
  }

  /** Whether no row waits to be written. */
  get empty(): boolean {
    return this.#count === 0;
  }

  /**
   * Takes a row: behind the staged ones, in place of one of them, or, after writing those, as the first of new ones.
   *
   * @param row Its elements, or the only one.
   */
  put(index: number, row: TypedArray | number | bigint): void {
    // Beyond the end of the group only where that could not be written.
    if (index < this.#first || index > this.#first + this.#count || index >= this.#until) this.#start(index);
    const at = index - this.#first;
    if (at >= this.#room) this.#makeRoom();
    // The library's memory has grown and moved.
    if (this.#elements.length === 0) this.#elements = this.#view();
    if (typeof row === "object") (this.#elements as TypedArray).set(row as never, at * this.#rowLength);
    else this.#elements[at] = row;
    if (at === this.#count) this.#count++;
    if (index + 1 === this.#until) this.flush();
  }

  /** Writes what is staged. What cannot be written stays staged. */
  flush(): void {
    if (this.#count === 0) return;
    this.#options.write(this.#first, this.#count, this.#pointer);
    this.#nextRoom = this.#count;
    this.discard();
  }

  /** Forgets what is staged. */
  discard(): void {
    if (this.#room > 0) Module._free(this.#pointer);
    this.#first = 0;
    this.#count = 0;
    this.#until = 0;
    this.#room = 0;
    this.#elements = this.#view();
  }

  #start(index: number): void {
    this.flush();
    const { groupRows } = this.#options;
    this.#first = index;
    this.#until = (Math.floor(index / groupRows) + 1) * groupRows;
  }

  #makeRoom(): void {
    const room = Math.min(this.#room === 0 ? this.#nextRoom : 4 * this.#room, this.#until - this.#first);
    const pointer = allocate(room * this.#rowBytes, this.#options.subject);
    if (this.#room > 0) {
      Module.HEAPU8.copyWithin(pointer, this.#pointer, this.#pointer + this.#count * this.#rowBytes);
      Module._free(this.#pointer);
    }
    this.#pointer = pointer;
    this.#room = room;
    this.#elements = this.#view();
  }

  #view(): TypedArray {
    const { array, rowLength } = this.#options;
    return new array(Module.HEAPU8.buffer, this.#pointer, this.#room * rowLength);
  }
}
