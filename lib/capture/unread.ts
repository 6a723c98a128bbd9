/**
 * Frames that are left in their file, for the thread to read them that needs them: so they are neither copied by one
 * thread and looked at by another, nor in memory before it is their turn.
 *
 * @module
 */

import { CaptureError } from "../errors.ts";
import { type StreamData, streamData } from "../event.ts";
import { type FileIdentity, openAgain } from "./file_identity.ts";
import { type FramePool, FreshFrames } from "./frame_pool.ts";

/** A frame that is still in its file. */
export interface UnreadFrame {
  readonly file: FileIdentity;
  /** Where it begins, in bytes. */
  readonly offset: number;
  /** How many bytes it has. */
  readonly length: number;
}

/** A frame, read or not. */
export type AnyFrame = Uint8Array | UnreadFrame;

/** The data of a stream of which not all frames are read. Who asks for them as bytes gets them read here. */
class UnreadStream implements StreamData {
  readonly typ: string;
  readonly all: readonly AnyFrame[];

  constructor(typ: string, all: readonly AnyFrame[]) {
    this.typ = typ;
    this.all = all;
  }

  get length(): number {
    return this.all.length;
  }

  get frames(): readonly Uint8Array[] {
    const reader = new FrameReader(new FreshFrames());
    try {
      return this.all.map((frame) => frame instanceof Uint8Array ? frame : reader.read(frame));
    } finally {
      reader.close();
    }
  }
}

/** The data of a stream, whether or not its frames are read. */
export function anyStreamData(typ: string, frames: readonly AnyFrame[]): StreamData {
  return areRead(frames) ? streamData(typ, frames) : new UnreadStream(typ, frames);
}

function areRead(frames: readonly AnyFrame[]): frames is readonly Uint8Array[] {
  for (const frame of frames) if (!(frame instanceof Uint8Array)) return false;
  return true;
}

/** The frames of a stream, without reading any. */
export function anyFramesOf(stream: StreamData): readonly AnyFrame[] {
  return stream instanceof UnreadStream ? stream.all : stream.frames;
}

/** Reads frames that were left in their files. */
export class FrameReader {
  readonly #pool: FramePool;
  readonly #files = new Map<string, Deno.FsFile>();
  /** Frames to be given back. */
  readonly #read: Uint8Array[] = [];

  /** @param pool Where they get memory from. */
  constructor(pool: FramePool) {
    this.#pool = pool;
  }

  /**
   * Reads a frame.
   *
   * @throws CaptureError when the file is not what it was: another one, gone, or shorter.
   */
  read({ file, offset, length }: UnreadFrame): Uint8Array {
    try {
      const frame = this.#filled(this.#opened(file), offset, length);
      this.#read.push(frame);
      return frame;
    } catch (cause) {
      const { path } = file;
      throw new CaptureError(
        `cannot read the frame of ${length} bytes at byte ${offset} of the capture "${path}": ${
          (cause as Error).message
        }`,
        { path, offset, cause },
      );
    }
  }

  /** Gives back the frames that were read so far: nobody looks at them any more. */
  release(): void {
    if (this.#read.length > 0) this.#giveBack();
    this.#pool.betweenEvents();
  }

  /** By itself, since what a function had in hand counts as in use until it returns. */
  #giveBack(): void {
    for (const frame of this.#read.splice(0)) this.#pool.give(frame);
  }

  /** Closes the files. */
  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  #opened(identity: FileIdentity): Deno.FsFile {
    const { realPath } = identity;
    const file = this.#files.get(realPath) ?? openAgain(identity);
    this.#files.set(realPath, file);
    return file;
  }

  #filled(file: Deno.FsFile, offset: number, length: number): Uint8Array {
    const frame = this.#pool.take(length);
    file.seekSync(offset, Deno.SeekMode.Start);
    for (let filled = 0; filled < length;) {
      const count = file.readSync(frame.subarray(filled)) ?? 0;
      if (count === 0) throw new Error(`it has become shorter: ${filled} bytes are left there; replay it again`);
      filled += count;
    }
    return frame;
  }
}
