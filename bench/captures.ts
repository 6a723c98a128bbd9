/**
 * The captures that the benchmarks replay. They are seeded, made when they are missing, and kept in `bench/data`.
 *
 * The name of a capture says what is in it: whoever changes how one is made gives it another name.
 *
 * @module
 */

import { stins, type StreamData, type WritableItem, writeCapture } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import { exists } from "../lib/cli/environment.ts";
import { randomNumbers } from "../lib/replay/distribute.ts";
import { COLUMNS, detectorFrame, ROWS } from "./frames.ts";

/** Where they are kept. */
export const FOLDER = decodeURIComponent(new URL("data", import.meta.url).pathname);

/** When the events say that they were recorded. */
export const CREATED_AT = "2024-10-07T08:49:10.627001Z";

/**
 * The path of a capture, which is made when it is missing. `writeCapture` names a file only when it is whole, so that
 * what an interrupted run left is never taken for one.
 */
export async function captureAt(name: string, items: () => Iterable<WritableItem>): Promise<string> {
  const path = `${FOLDER}/${name}`;
  if (!exists(path)) {
    console.error(`making ${name} …`);
    await writeCapture(path, items());
  }
  return path;
}

/** Events of about 300 bytes of JSON, as a slow detector or a motor controller sends them. */
export function smallEvents(count: number): Promise<string> {
  return captureAt(`json-${count}.cbors`, function* () {
    const encoder = new TextEncoder();
    const random = randomNumbers(1);
    for (let eventNumber = 0; eventNumber < count; eventNumber++) {
      const values = Array.from({ length: 20 }, () => Number(random().toFixed(6)));
      const json = { message_type: "data", frame_number: eventNumber, values, position: "x".repeat(60) };
      const frames = [encoder.encode(JSON.stringify(json))];
      yield { eventNumber, streams: { pcap: { typ: "PCAP", frames } }, createdAt: CREATED_AT };
    }
  });
}

/** A scan of images of `size`×`size` uint16: eight of them, in turn, so that making them is quick. */
export function images(count: number, size: number): Promise<string> {
  return captureAt(`images-${count}x${size}.cbors`, () => {
    const random = randomNumbers(2);
    const image = () => Uint16Array.from({ length: size * size }, () => Math.floor(4000 * random()));
    const encoded = Array.from({ length: 8 }, () => encodedImage(view(image(), [size, size]), "none"));
    return scan(count, encoded);
  });
}

/** A scan of images of a large detector, uint32, compressed with bitshuffle and LZ4: four of them, in turn. */
export function compressedImages(count: number): Promise<string> {
  return captureAt(`compressed-${count}.cbors`, () => {
    const frames = [1, 2, 3, 4].map((seed) => view(detectorFrame(0.2, seed, 0), [ROWS, COLUMNS]));
    return scan(count, frames.map((frame) => encodedImage(frame, "bslz4")));
  });
}

function encodedImage(data: ReturnType<typeof view>, compression: "none" | "bslz4"): StreamData {
  return stins.encode({ htype: "image", msg_number: 0, frame: 0, data, compression });
}

/** A header, images, and the end of the series; the data parts are taken in turn. */
export function* scan(count: number, images: readonly StreamData[]): Generator<WritableItem> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const item = (eventNumber: number, xrd: StreamData): WritableItem => ({
    eventNumber,
    streams: { xrd },
    createdAt: CREATED_AT,
  });
  yield item(0, stins.encode({ htype: "header", msg_number: 0, filename: "output/bench.h5" }));
  for (let frame = 0; frame < count; frame++) {
    const { frames: [json, data], ...rest } = images[frame % images.length] as StreamData;
    const head = { ...JSON.parse(decoder.decode(json)), msg_number: frame + 1, frame };
    const frames = [encoder.encode(JSON.stringify(head)), data as Uint8Array];
    yield item(frame + 1, { ...rest, frames, length: frames.length });
  }
  yield item(count + 1, stins.encode({ htype: "series_end", msg_number: count + 1 }));
}
