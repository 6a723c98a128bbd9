/**
 * Captures of which the growth of time and memory is seen.
 *
 * @module
 */

import { stins, type WritableItem } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import { encodeItem } from "../lib/capture/write.ts";
import { captureAt, CREATED_AT, scan } from "./captures.ts";

const STREAMS = 16;

/** Events with 16 streams of a few bytes, spread evenly over some files. */
export function streamsIn(files: number, events: number): Promise<string[]> {
  const each = STREAMS / files;
  return Promise.all(Array.from({ length: files }, (_, file) => {
    const name = `streams-${events}-${file + 1}of${files}.cbors`;
    return captureAt(name, () => streams(file * each, each, events));
  }));
}

function* streams(first: number, count: number, events: number): Generator<WritableItem> {
  const encoder = new TextEncoder();
  for (let eventNumber = 0; eventNumber < events; eventNumber++) {
    const entries = Array.from({ length: count }, (_, i) => {
      const frames = [encoder.encode(JSON.stringify({ value: eventNumber * (first + i + 1) }))];
      return [`stream${first + i}`, { typ: "JSON", frames }] as const;
    });
    yield { eventNumber, streams: Object.fromEntries(entries), createdAt: CREATED_AT };
  }
}

/**
 * Writes a capture of black images, `size`×`size` uint16. They are holes in the file: it takes no place on a disk whose
 * file system knows holes.
 */
export function writeBlackImages(path: string, count: number, size: number): void {
  const data = view(new Uint16Array(size * size), [size, size]);
  const image = stins.encode({ htype: "image", msg_number: 0, frame: 0, data, compression: "none" });
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (const item of scan(count, [image])) {
    for (const piece of encodeItem(item)) {
      if (piece.length === data.data.byteLength) file.seekSync(piece.length, Deno.SeekMode.Current);
      else writeAll(file, piece);
    }
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}
