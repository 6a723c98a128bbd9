/**
 * An HDF5 file that is open: its id, whether it may be written, and when it was last flushed.
 *
 * @module
 */

import { command, failure, h5wasm, Module } from "./library.ts";
import { closed, opened, type OpenFile } from "./open_files.ts";

/** Changes reach the disk after this many milliseconds at the latest, if the event loop turns. */
const FLUSH_AFTER = 1000;
/** Rows that come in less than this, in milliseconds, come quickly: the clock is looked at only with every n-th. */
const QUICK = 0.25;
const QUICK_ROWS = 64;

type Entity = InstanceType<typeof h5wasm.Group> | InstanceType<typeof h5wasm.Dataset>;

/** What holds back rows until a flush. */
export interface Staged {
  /** Writes out all rows. */
  flushRows(): void;
  /** Writes out the rows that can be written without a risk for those already on the disk. */
  flushSafeRows(): void;
  /** Takes away room in the file into which no row has come: it would be read as rows of zeros. */
  trim(): void;
  /** Forgets all rows that could not be written. */
  discardRows(): void;
}

/** One open file, shared by its groups, datasets and attributes. */
export class FileHandle implements OpenFile {
  /** The path by which it was opened. */
  readonly path: string;
  readonly #file: InstanceType<typeof h5wasm.File>;
  readonly #readOnly: boolean;
  readonly #staged = new Map<string, Staged>();
  #isOpen = true;
  #broken: unknown;
  #dirtySince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Rows since the clock was looked at for one, that time, and with how many rows it will be next. */
  #rows = 0;
  #looked = -Infinity;
  #lookAfter = 1;

  constructor(path: string, file: InstanceType<typeof h5wasm.File>, readOnly: boolean) {
    this.path = path;
    this.#file = file;
    this.#readOnly = readOnly;
    if (!readOnly) opened(this);
  }

  /** HDF5's id of the file. */
  get id(): bigint {
    return this.#file.file_id;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The object at an absolute path, as h5wasm knows it. */
  object(path: string): Entity {
    return this.#file.get(path) as Entity;
  }

  /**
   * The holder of a dataset's rows: the one there is, so that all objects for one dataset share it, or a new one.
   */
  staged<T extends Staged>(path: string, make: () => T): T {
    const address = this.address(path);
    const known = this.#staged.get(address) as T | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#staged.set(address, made);
    return made;
  }

  /** Where the object at a path lies in the file, which is the same for all its names. */
  address(path: string): string {
    return String(Module.create_object_reference(this.id, path));
  }

  /**
   * Takes note that rows could not be written. From then on nothing is brought to the disk any more: HDF5 would save
   * extents for which there are no rows. The file stays as it was at the last flush, and `close` throws the error.
   */
  breakBy(error: unknown): void {
    this.#broken ??= error;
  }

  /** @throws Hdf5Error when the file is closed. */
  readable(operation: string, path: string): void {
    if (!this.#isOpen) {
      throw failure({ file: this.path, path, operation }, "the file is closed; open it again with openFile");
    }
  }

  /** @throws Hdf5Error when the file is closed or was opened for reading. */
  writable(operation: string, path: string): void {
    // What may be asked a million times is asked at once.
    if (this.#isOpen && !this.#readOnly) return;
    this.readable(operation, path);
    if (this.#readOnly) {
      throw failure({ file: this.path, path, operation }, 'the file was opened for reading; use openFile(path, "a")');
    }
  }

  /** Takes note of a row, as of any change. Rows may come by the million, and a look at the clock takes as long as one. */
  tookRow(): void {
    this.#rows++;
    if (this.#dirtySince !== undefined && this.#rows < this.#lookAfter) return;
    const now = performance.now();
    this.changed(now);
    this.#lookAfter = now - this.#looked < QUICK * this.#rows ? QUICK_ROWS : 1;
    this.#looked = now;
    this.#rows = 0;
  }

  /** Takes note of a change: it is flushed within about a second. */
  changed(now = performance.now()): void {
    this.#dirtySince ??= now;
    if (now - this.#dirtySince >= FLUSH_AFTER) return this.#flush((staged) => staged.flushSafeRows());
    if (this.#timer !== undefined) return;
    // For changes that no other change follows. It must not keep the process alive, and has nobody to throw to.
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isOpen && this.#dirtySince !== undefined) this.#flushInBackground();
    }, FLUSH_AFTER);
    Deno.unrefTimer(this.#timer as unknown as number);
  }

  /**
   * Brings everything to the disk, staged rows as well.
   *
   * @throws Hdf5Error, for example on a full disk.
   */
  flush(): void {
    this.readable("flush", "");
    if (this.#readOnly) return;
    this.#flush((staged) => staged.flushRows());
  }

  #flush(write: (staged: Staged) => void): void {
    if (this.#broken !== undefined) throw this.#broken;
    for (const staged of this.#staged.values()) write(staged);
    this.save();
    this.#dirtySince = undefined;
  }

  /** Brings to the disk what HDF5 has: all but staged rows. */
  save(): void {
    for (const staged of this.#staged.values()) staged.trim();
    command({ file: this.path, path: "", operation: "flush" }, () => Module.flush(this.id));
  }

  /**
   * Flushes and closes. The file is closed even when the flush fails; closing twice is allowed.
   *
   * @throws Hdf5Error when not everything could be brought to the disk.
   */
  close(): void {
    if (!this.#isOpen) return;
    try {
      this.flush();
    } finally {
      this.#isOpen = false;
      clearTimeout(this.#timer);
      closed(this);
      for (const staged of this.#staged.values()) staged.discardRows();
      if (this.#broken === undefined) {
        command({ file: this.path, path: "", operation: "close" }, () => this.#file.close());
      }
    }
  }

  #flushInBackground(): void {
    try {
      this.#flush((staged) => staged.flushSafeRows());
    } catch {
      // The change stays dirty, so that the next write, flush or close meets the same obstacle and throws it there.
      this.#lookAfter = 1;
    }
  }
}
