/**
 * Writing captures that dranspose and this module read.
 *
 * @module
 */

import { BeamfoldError, CaptureError, OptionError } from "../errors.ts";
import { Major, Tag, writeHead } from "./heads.ts";

/** An item to be written. */
export interface WritableItem {
  /** The number of the event. */
  readonly eventNumber: number;
  /** Type and frames of each stream, by name. */
  readonly streams: Readonly<Record<string, { readonly typ: string; readonly frames: readonly Uint8Array[] }>>;
  /** When it was made, as RFC 3339 text; left out, the item has two elements, as old captures have. */
  readonly createdAt?: string;
}

const MAX_HEAD = 9;

/**
 * Writes a capture. The file takes its name only when it is whole: until then it is called `<path>.part`.
 *
 * @param path The file to write; `.gz` at its end compresses it. Its folder is made.
 * @param items Items, in ascending order of event number.
 * @returns How many items were written.
 * @throws CaptureError when the file cannot be written, OptionError for an item that is no item.
 *
 * @example
 * ```ts
 * import { writeCapture } from "beamfold";
 *
 * const frames = [new TextEncoder().encode('{"htype": "series_end", "msg_number": 0}')];
 * await writeCapture("output/end.cbors", [{ eventNumber: 0, streams: { xrd: { typ: "STINS", frames } } }]);
 * ```
 */
export async function writeCapture(
  path: string,
  items: Iterable<WritableItem> | AsyncIterable<WritableItem>,
): Promise<number> {
  const part = `${path}.part`;
  let count = 0;
  let previous = -1;
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for await (const item of items) {
      if (item.eventNumber < previous) {
        throw new OptionError(
          `cannot write event ${item.eventNumber} after event ${previous} to "${path}": captures are in ascending order`,
        );
      }
      previous = item.eventNumber;
      yield* encodeItem(item);
      count++;
    }
  };
  let file: Deno.FsFile;
  try {
    const folder = path.replace(/[^/\\]*$/, "");
    if (folder !== "") Deno.mkdirSync(folder, { recursive: true });
    file = Deno.openSync(part, { write: true, create: true, truncate: true });
  } catch (cause) {
    throw new CaptureError(`cannot write the capture "${path}": ${(cause as Error).message}`, { path, cause });
  }
  try {
    const stream = ReadableStream.from(batched(bytes()));
    const compressed = path.endsWith(".gz")
      ? stream.pipeThrough(new CompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>)
      : stream;
    await compressed.pipeTo(file.writable);
    Deno.renameSync(part, path);
  } catch (cause) {
    Deno.removeSync(part);
    // The items themselves may fail.
    if (cause instanceof BeamfoldError) throw cause;
    throw new CaptureError(`cannot write the capture "${path}": ${(cause as Error).message}`, { path, cause });
  }
  return count;
}

/** Joins small pieces, so that a file of small events is not written head by head. */
async function* batched(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let buffer = new Uint8Array(256 << 10);
  let filled = 0;
  for await (const piece of pieces) {
    if (filled + piece.length > buffer.length) {
      if (filled > 0) yield buffer.subarray(0, filled);
      buffer = new Uint8Array(buffer.length);
      filled = 0;
    }
    if (piece.length > buffer.length) yield piece;
    else {
      buffer.set(piece, filled);
      filled += piece.length;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}

/** The bytes of one item, frames as they are, the rest in pieces between them. */
export function* encodeItem(item: WritableItem): Generator<Uint8Array> {
  if (!Number.isSafeInteger(item.eventNumber) || item.eventNumber < 0) {
    throw new OptionError(`the event number of an item is ${Deno.inspect(item.eventNumber)}, expected 0, 1, 2, …`);
  }
  const streams = Object.entries(item.streams);
  const between = new Pieces();
  between.head(Major.tag, Tag.event);
  between.head(Major.array, item.createdAt === undefined ? 2 : 3);
  between.head(Major.uint, item.eventNumber);
  between.head(Major.map, streams.length);
  for (const [name, { typ, frames }] of streams) {
    between.text(name);
    between.head(Major.tag, Tag.stream);
    between.head(Major.array, 2);
    between.text(typ);
    between.head(Major.array, frames.length);
    for (const frame of frames) {
      between.head(Major.bytes, frame.length);
      yield between.take();
      yield frame;
    }
  }
  if (item.createdAt !== undefined) {
    between.head(Major.tag, Tag.dateTime);
    between.text(item.createdAt);
  }
  yield between.take();
}

class Pieces {
  #bytes: number[] = [];

  head(major: number, argument: number): void {
    const view = new DataView(new ArrayBuffer(MAX_HEAD));
    const length = writeHead(view, 0, major, argument);
    this.#bytes.push(...new Uint8Array(view.buffer, 0, length));
  }

  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.head(Major.text, bytes.length);
    this.#bytes.push(...bytes);
  }

  take(): Uint8Array {
    const taken = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    return taken;
  }
}
