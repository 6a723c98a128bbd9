/**
 * Where the bytes of a capture come from.
 *
 * @module
 */

import type { FileIdentity } from "./file_identity.ts";

/** A file that is read once, from front to back. Offsets count decompressed bytes. */
export interface ByteSource {
  /** The file's path, as it was given. */
  readonly path: string;
  /** Bytes of the file read so far, compressed ones if it is compressed. */
  readonly position: number;
  /** Which file it is, for others to read in it from `position` on; undefined where they would find other bytes there. */
  readonly file: FileIdentity | undefined;
  /** The size of the file. */
  readonly size: number;
  /** Decompressed bytes still to come, where that is known without reading. */
  readonly remaining: number | undefined;
  /** Set once the end was reached: why the last bytes may be missing, for a compressed file that is cut. */
  readonly cut: string | undefined;
  /** Begins to read what the next `read` is for, into the same view, while this thread does something else. */
  begin?(into: Uint8Array): void;
  /** Reads at least one byte into `into`; 0 means the end. A promise only where the bytes are not at hand. */
  read(into: Uint8Array): number | Promise<number>;
  /** Passes over `count` bytes, as many as there are; gives the number passed. */
  skip(count: number): number | Promise<number>;
  /** Closes the file. */
  close(): void;
}
