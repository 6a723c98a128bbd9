/**
 * The bytes of a capture file, plain or gzip, in the order in which they stand.
 *
 * @module
 */

import { CaptureError } from "../errors.ts";
import { zlib } from "../node.ts";
import type { ByteSource } from "./byte_source.ts";
import { PlainBytes } from "./plain_bytes.ts";

export type { ByteSource } from "./byte_source.ts";

/** Compressed bytes handed to the decompressor at a time: even at gzip's highest ratio they give at most 16 MiB. */
const GZIP_STEP = 16 << 10;

/**
 * Opens a capture file; what the first two bytes say decides whether it is decompressed, not the name.
 *
 * @throws CaptureError when the file is missing, a folder, empty, or cannot be read.
 */
export function openBytes(path: string): ByteSource {
  const file = openForReading(path);
  const magic = new Uint8Array(2);
  const length = file.file.readSync(magic);
  if (length === null) {
    file.file.close();
    throw new CaptureError(`the capture "${path}" is empty (0 bytes): was the recording started?`, { path });
  }
  file.file.seekSync(0, Deno.SeekMode.Start);
  const plain = new PlainBytes(path, file.file, file.size);
  return magic[0] === 0x1f && magic[1] === 0x8b ? new GzipBytes(plain) : plain;
}

function openForReading(path: string): { file: Deno.FsFile; size: number } {
  const unreadable = (reason: string, cause?: unknown): CaptureError =>
    new CaptureError(`cannot read the capture "${path}": ${reason}`, { path, cause });
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch (cause) {
    const missing = cause instanceof Deno.errors.NotFound;
    throw unreadable(missing ? `there is no such file (looked in "${Deno.cwd()}")` : (cause as Error).message, cause);
  }
  if (info.isDirectory) throw unreadable(`it is a folder; name the files in it, such as "${path}/*.cbors"`);
  if (!info.isFile) throw unreadable("it is a pipe or device, and captures are read from files; save it first");
  try {
    return { file: Deno.openSync(path), size: info.size };
  } catch (cause) {
    throw unreadable((cause as Error).message, cause);
  }
}

class GzipBytes implements ByteSource {
  readonly remaining = undefined;
  readonly file = undefined;
  cut: string | undefined;
  #file: PlainBytes;
  #gunzip = zlib().createGunzip({ chunkSize: 256 << 10 });
  #ready: Uint8Array[] = [];
  #produced = 0;
  #ended = false;
  #failure: Error | undefined;
  /** Ends the wait for the decompressor; after a failure it calls no callback of a write. */
  #wake: () => void = () => {};

  constructor(file: PlainBytes) {
    this.#file = file;
    this.#gunzip.on("data", (chunk: Uint8Array) => {
      this.#ready.push(chunk);
      this.#produced += chunk.length;
    });
    this.#gunzip.on("end", () => this.#wake());
    this.#gunzip.on("error", (error: Error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  get path(): string {
    return this.#file.path;
  }

  get size(): number {
    return this.#file.size;
  }

  get position(): number {
    return this.#file.position;
  }

  read(into: Uint8Array): number | Promise<number> {
    return this.#ready.length > 0 ? this.#take(into) : this.#decompressInto(into);
  }

  skip(count: number): Promise<number> {
    return skipByReading(this, count);
  }

  close(): void {
    this.#gunzip.destroy();
    this.#file.close();
  }

  #take(into: Uint8Array): number {
    const [chunk] = this.#ready;
    if (chunk === undefined) return 0;
    const count = Math.min(chunk.length, into.length);
    into.set(chunk.subarray(0, count));
    if (count === chunk.length) this.#ready.shift();
    else this.#ready[0] = chunk.subarray(count);
    return count;
  }

  async #decompressInto(into: Uint8Array): Promise<number> {
    while (this.#ready.length === 0 && !this.#ended) await this.#decompressMore();
    return this.#take(into);
  }

  async #decompressMore(): Promise<void> {
    const step = new Uint8Array(GZIP_STEP);
    const count = this.#file.readAlone(step);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (count > 0) this.#gunzip.write(step.subarray(0, count), () => resolve());
      else this.#gunzip.end();
    });
    if (count === 0) this.#ended = true;
    if (this.#failure !== undefined) this.#fail(this.#failure);
  }

  #fail(error: Error & { code?: string }): void {
    this.#ended = true;
    if (error.code === "Z_BUF_ERROR") {
      this.cut = `the gzip stream of "${this.path}" ends early, after ${this.#file.position} compressed bytes`;
      return;
    }
    throw new CaptureError(
      `the capture "${this.path}" is damaged: its gzip stream cannot be decompressed near compressed byte ` +
        `${this.#file.position}, decompressed byte ${this.#produced} (${error.message})`,
      { path: this.path, offset: this.#produced, cause: error },
    );
  }
}

async function skipByReading(source: ByteSource, count: number): Promise<number> {
  const scratch = new Uint8Array(Math.min(count, 256 << 10));
  let passed = 0;
  while (passed < count) {
    const read = await source.read(scratch.subarray(0, Math.min(scratch.length, count - passed)));
    if (read === 0) break;
    passed += read;
  }
  return passed;
}

/**
 * Opens a capture file and goes to `offset`: at once in a plain file, by decompressing up to there in a gzip one.
 *
 * @throws CaptureError as {@linkcode openBytes} does.
 */
export async function openBytesAt(path: string, offset: number): Promise<ByteSource> {
  const source = openBytes(path);
  if (source instanceof PlainBytes) source.seek(offset);
  else await source.skip(offset);
  return source;
}

/** Bytes that are enough to tell what a file is. */
const HEAD = 512;

/**
 * The first bytes of a file, decompressed.
 *
 * @throws CaptureError as {@linkcode openBytes} does.
 */
export function headOf(path: string): Uint8Array {
  const { file } = openForReading(path);
  try {
    const bytes = new Uint8Array(GZIP_STEP);
    const head = bytes.subarray(0, file.readSync(bytes) ?? 0);
    if (head[0] !== 0x1f || head[1] !== 0x8b) return head.subarray(0, HEAD);
    // What is there of the stream, without an error for what is not.
    const { constants, gunzipSync } = zlib();
    return new Uint8Array(gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })).subarray(0, HEAD);
  } catch {
    // Why it cannot be read is said by who reads on.
    return new Uint8Array();
  } finally {
    file.close();
  }
}
