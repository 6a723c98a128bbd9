/**
 * Rows on their way into a dataset. HDF5 reopens a dataset for every write, so rows are gathered in memory and written
 * a whole chunk at a time.
 *
 * @module
 */

/** Writes `count` rows, whose bytes lie in `bytes`, from row `first` on. */
export type WriteRows = (first: number, count: number, bytes: Uint8Array) => void;

/** Neighbouring rows that are not yet written. */
export class Staging {
  readonly #write: WriteRows;
  readonly #chunkRows: number;
  readonly #rowBytes: number;
  #bytes: Uint8Array | undefined;
  #first = 0;
  #count = 0;

  constructor(options: { rowBytes: number; chunkRows: number; write: WriteRows }) {
    this.#rowBytes = options.rowBytes;
    this.#chunkRows = Math.max(1, options.chunkRows);
    this.#write = options.write;
  }

  /** One past the last row that is staged; 0 when none is. */
  get end(): number {
    return this.#count === 0 ? 0 : this.#first + this.#count;
  }

  /** Whether no row waits to be written. */
  get empty(): boolean {
    return this.#count === 0;
  }

  /** Takes a row: behind the staged ones, in place of one of them, or, after writing those, as the first of new ones. */
  put(index: number, row: Uint8Array): void {
    // Full only where it could not be written.
    if (this.#count === this.#chunkRows) this.flush();
    const place = index - this.#first;
    if (this.#count > 0 && (place < 0 || place > this.#count)) this.flush();
    if (this.#count === 0) this.#first = index;
    const at = index - this.#first;
    this.#bytes ??= new Uint8Array(this.#chunkRows * this.#rowBytes);
    this.#bytes.set(row, at * this.#rowBytes);
    this.#count = Math.max(this.#count, at + 1);
    // The end of a chunk of the file, or of the memory set aside, whichever comes first.
    if (this.end % this.#chunkRows === 0 || this.#count === this.#chunkRows) this.flush();
  }

  /** Writes what is staged. What cannot be written stays staged. */
  flush(): void {
    if (this.#count === 0 || this.#bytes === undefined) return;
    this.#write(this.#first, this.#count, this.#bytes.subarray(0, this.#count * this.#rowBytes));
    this.#count = 0;
  }
}
