/**
 * The bytes of a file that is not compressed.
 *
 * @module
 */

import { CaptureError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { type FileIdentity, identityOf, openAgain } from "./file_identity.ts";

/**
 * From so many bytes on, a part is read by another thread at the same time: to copy them from the system's memory takes
 * longer than it takes a thread to wake up.
 */
const SHARED = 1 << 20;
/** The part that this thread reads itself; the other one begins before, while the event before is looked at. */
const OWN = 0.35;

/** A part that is on its way: from `own` on it is read by another thread. */
interface Begun {
  readonly into: Uint8Array;
  readonly own: number;
  readonly reading: Promise<number | null>;
}

/** A plain file. */
export class PlainBytes implements ByteSource {
  readonly path: string;
  readonly size: number;
  readonly cut = undefined;
  position = 0;
  readonly #file: Deno.FsFile;
  /** The same file, which another thread reads; null where it cannot be opened again. */
  #other: Deno.FsFile | null | undefined;
  #begun: Begun | undefined;
  /** Whether the other thread reads: it has one place in its file at a time. */
  #isBusy = false;
  #identity: { readonly file: FileIdentity | undefined } | undefined;

  constructor(path: string, file: Deno.FsFile, size: number) {
    this.path = path;
    this.size = size;
    this.#file = file;
  }

  get file(): FileIdentity | undefined {
    this.#identity ??= { file: identityOf(this.path, this.#file) };
    return this.#identity.file;
  }

  get remaining(): number {
    return Math.max(0, this.size - this.position);
  }

  begin(into: Uint8Array): void {
    if (this.#isBusy || into.length < SHARED || this.remaining < into.length) return;
    if (this.#other === undefined) this.#other = this.#again();
    if (this.#other === null) return;
    const own = Math.floor(OWN * into.length);
    this.#other.seekSync(this.position + own, Deno.SeekMode.Start);
    const reading = this.#other.read(into.subarray(own));
    this.#isBusy = true;
    const done = (): void => void (this.#isBusy = false);
    // An error would come before anybody waits for it.
    reading.then(done, done);
    this.#begun = { into, own, reading };
  }

  read(into: Uint8Array): number | Promise<number> {
    const begun = this.#begun;
    if (begun === undefined) return this.readAlone(into);
    this.#begun = undefined;
    // What was begun for another read is of no use.
    return begun.into === into ? this.#readRest(begun) : this.readAlone(into);
  }

  /** As `read`, in this thread only. */
  readAlone(into: Uint8Array): number {
    try {
      const count = this.#file.readSync(into) ?? 0;
      this.position += count;
      return count;
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  skip(count: number): number {
    const passed = Math.min(count, this.remaining);
    this.#file.seekSync(passed, Deno.SeekMode.Current);
    this.position += passed;
    return passed;
  }

  /** Continues at `offset`. */
  seek(offset: number): void {
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    this.position = offset;
  }

  close(): void {
    this.#file.close();
    this.#other?.close();
  }

  async #readRest({ into, own, reading }: Begun): Promise<number> {
    try {
      const count = this.#file.readSync(into.subarray(0, own)) ?? 0;
      const behind = await reading ?? 0;
      const all = count < own ? count : own + behind;
      this.seek(this.position + all);
      return all;
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  /** The file opened again; null where that is another one by now, or none: then this thread reads it all. */
  #again(): Deno.FsFile | null {
    const { file } = this;
    if (file === undefined) return null;
    try {
      return openAgain(file);
    } catch {
      return null;
    }
  }

  #unreadable(cause: unknown): CaptureError {
    return new CaptureError(
      `cannot read the capture "${this.path}" at byte ${this.position}: ${(cause as Error).message}`,
      { path: this.path, offset: this.position, cause },
    );
  }
}
