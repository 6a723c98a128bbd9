/**
 * The captures that the benchmarks replay, made when they are missing.
 *
 * @module
 */

import { stins, type StreamData, type WritableItem, writeCapture } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import { randomNumbers } from "../lib/replay/distribute.ts";
import { COLUMNS, detectorFrame, ROWS } from "./frames.ts";

/** Where they are kept. */
export const FOLDER = decodeURIComponent(new URL("data", import.meta.url).pathname);

const CREATED_AT = "2024-10-07T08:49:10.627001Z";

/** Events of about 300 bytes of JSON, as a slow detector or a motor controller sends them. */
export function* smallEvents(count: number): Generator<WritableItem> {
  const encoder = new TextEncoder();
  const random = randomNumbers(1);
  for (let eventNumber = 0; eventNumber < count; eventNumber++) {
    const values = Array.from({ length: 20 }, () => Number(random().toFixed(6)));
    const json = JSON.stringify({ message_type: "data", frame_number: eventNumber, values, position: "x".repeat(60) });
    yield { eventNumber, streams: { pcap: { typ: "PCAP", frames: [encoder.encode(json)] } }, createdAt: CREATED_AT };
  }
}

/** A scan of images of `size`×`size` uint16. The pixels are the same in each, so that making them is quick. */
export function images(count: number, size: number): Generator<WritableItem> {
  const random = randomNumbers(2);
  const data = view(Uint16Array.from({ length: size * size }, () => Math.floor(4000 * random())), [size, size]);
  return scan(count, [stins.encode({ htype: "image", msg_number: 0, frame: 0, data })]);
}

/** A scan of images of a large detector, uint32, compressed with bitshuffle and LZ4: four of them, in turn. */
export function compressedImages(count: number): Generator<WritableItem> {
  const frames = [1, 2, 3, 4].map((seed) => view(detectorFrame(0.2, seed, 0), [ROWS, COLUMNS]));
  const images = frames.map((data) =>
    stins.encode({ htype: "image", msg_number: 0, frame: 0, data, compression: "bslz4" })
  );
  return scan(count, images);
}

/** A header, images, and the end of the series; the data parts are taken in turn. */
function* scan(count: number, images: readonly StreamData[]): Generator<WritableItem> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const item = (eventNumber: number, xrd: ReturnType<typeof stins.encode>): WritableItem => ({
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

/** The path of a capture, which is made when it is missing. */
export async function captureAt(name: string, items: () => Iterable<WritableItem>): Promise<string> {
  const path = `${FOLDER}/${name}`;
  try {
    Deno.statSync(path);
  } catch {
    console.error(`making ${name} …`);
    await writeCapture(path, items());
  }
  return path;
}
