/**
 * HDF5 files: made, opened, and closed whatever happens.
 *
 * @module
 */

import { Hdf5Error } from "../errors.ts";
import { H5Group } from "./group.ts";
import { FileHandle } from "./handle.ts";
import { attempt, failure, h5wasm } from "./library.ts";
import { isGuarded, madeInScope, openFileAt, pathInScope } from "./open_files.ts";

/** An HDF5 file: its root group, with `flush` and `close`. */
export class H5File extends H5Group {
  readonly #handle: FileHandle;

  /** Use {@linkcode createFile} or {@linkcode openFile}. */
  constructor(handle: FileHandle) {
    super(handle, "/");
    this.#handle = handle;
  }

  /** Whether it is open. */
  get isOpen(): boolean {
    return this.#handle.isOpen;
  }

  /**
   * Brings everything to the disk. It also happens about once a second by itself, while the file changes.
   *
   * @throws Hdf5Error, for example on a full disk.
   */
  flush(): void {
    this.#handle.flush();
  }

  /**
   * Flushes and closes. Closing twice is allowed. A file left open is closed when its replay or the process ends.
   *
   * @throws Hdf5Error when not everything could be brought to the disk.
   */
  close(): void {
    this.#handle.close();
  }

  /** As `close`, for `using file = createFile(…)`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Path and names on one line. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.isOpen
      ? `H5File "${this.filename}" { ${this.keys().join(", ")} }`
      : `H5File "${this.filename}" (closed)`;
  }
}

/**
 * Makes an HDF5 file, in place of one that is there. Its folder is made. From the moment it has its name it can be
 * read by others; what is written reaches the disk about once a second, and when the file is closed.
 *
 * @param path The file.
 * @returns The file, open for writing.
 * @throws Hdf5Error when it cannot be written, or is still open in this process.
 *
 * @example
 * ```ts
 * import { createFile } from "beamfold";
 *
 * using file = createFile("output/example.h5");
 * const reduced = file.createDataset("reduced", { shape: [0], maxShape: [null], dtype: "float32" });
 * for (let i = 0; i < 100; i++) reduced.append(Math.sin(i));
 * file.createDataset("till_x", { data: 3 });
 * file.attrs.set("title", "a sine");
 * ```
 */
export function createFile(path: string): H5File {
  return create(path === "" ? path : pathInScope(path));
}

function create(path: string): H5File {
  const subject = { file: path, path: "", operation: "create" };
  if (path === "") throw failure(subject, "its name is empty; an empty filename in a header means: do not save");
  if (openFileAt(path) !== undefined) {
    throw failure(subject, "it is still open for writing in this process; close it first");
  }
  // Under another name until its first flush: a file that is killed before that could not be read.
  const part = `${path}.part`;
  let file: InstanceType<typeof h5wasm.File>;
  try {
    if (isFolder(path)) throw failure(subject, "there is a folder of this name");
    const folder = path.replace(/[^/\\]*$/, "");
    if (folder !== "") Deno.mkdirSync(folder, { recursive: true });
    file = attempt(subject, () => {
      const created = new h5wasm.File(part, "w");
      created.flush();
      return created;
    });
  } catch (cause) {
    throw cause instanceof Hdf5Error ? cause : failure(subject, (cause as Error).message, cause);
  }
  try {
    Deno.renameSync(part, path);
  } catch (cause) {
    file.close();
    removeQuietly(part);
    throw failure(subject, (cause as Error).message, cause);
  }
  return new H5File(new FileHandle(path, file, false));
}

/** Removes a file, or leaves it: why that could not take its name says more than why it cannot be removed. */
function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It stays.
  }
}

/**
 * Opens an HDF5 file.
 *
 * @param path The file.
 * @param mode `"r"` to read (the default), `"a"` to change it.
 * @returns The file.
 * @throws Hdf5Error when there is none, or it is no HDF5 file.
 *
 * @example
 * ```ts
 * import { createFile, openFile } from "beamfold";
 *
 * createFile("output/three.h5").close();
 * using file = openFile("output/three.h5");
 * console.assert(file.keys().length === 0);
 * ```
 */
export function openFile(path: string, mode: "r" | "a" = "r"): H5File {
  return open(madeInScope(path), mode);
}

function open(path: string, mode: "r" | "a"): H5File {
  const subject = { file: path, path: "", operation: "open" };
  const writing = openFileAt(path);
  if (writing !== undefined && mode === "a") {
    throw failure(subject, "it is already open for writing in this process; use that one or close it first");
  }
  if (mode === "a" && isGuarded(path)) {
    throw failure(subject, "it was not made in this run, which only verifies another one, and must not change it");
  }
  // What was written here so far shall be seen.
  writing?.flush();
  checkSignature(path, subject);
  const file = attempt(subject, () => new h5wasm.File(path, mode));
  return new H5File(new FileHandle(path, file, mode === "r"));
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether a file begins like an HDF5 file, at byte 0 or, behind a user block, at 512, 1024, 2048, … */
export function isHdf5(path: string): boolean {
  const file = Deno.openSync(path);
  try {
    const { size } = file.statSync();
    const head = new Uint8Array(SIGNATURE.length);
    for (let at = 0; at + SIGNATURE.length <= size; at = Math.max(512, 2 * at)) {
      file.seekSync(at, Deno.SeekMode.Start);
      file.readSync(head);
      if (SIGNATURE.every((byte, i) => head[i] === byte)) return true;
    }
    return false;
  } finally {
    file.close();
  }
}

function checkSignature(path: string, subject: { file: string; path: string; operation: string }): void {
  let reason: string;
  try {
    if (isFolder(path)) reason = "it is a folder";
    else if (isHdf5(path)) return;
    else reason = "it is not an HDF5 file, or was never flushed before its program was killed";
  } catch (cause) {
    const missing = cause instanceof Deno.errors.NotFound;
    throw failure(
      subject,
      missing ? `there is no such file (looked in "${Deno.cwd()}")` : (cause as Error).message,
      cause,
    );
  }
  throw failure(subject, reason);
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
