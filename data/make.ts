/**
 * Makes the small captures of the tutorial: `deno task data`. The same seed gives the same bytes.
 *
 * - `xrd.cbors`: 9 images of 10×10 pixels with one ring that moves, between a header and an end.
 * - `rings.cbors`: 60 images of 128×128 pixels with several rings that breathe, noise, and some dead pixels, which hold
 *   the largest value of the dtype, as many detectors mark them.
 * - `fluorescence_contrast.cbors`, `fluorescence_xspress3.cbors.gz`: a scan of 29×21 points, seen by two detectors.
 *
 * @module
 */

import { stins, type WritableItem, writeCapture } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import type { StreamData } from "../lib/event.ts";
import { randomNumbers } from "../lib/replay/distribute.ts";
import { recordedAfter } from "./clock.ts";
import { fluorescence } from "./fluorescence.ts";

interface Ring {
  readonly radius: number;
  readonly width: number;
  readonly height: number;
}

interface Scan {
  readonly path: string;
  readonly filename: string;
  readonly size: number;
  readonly images: number;
  readonly background: number;
  readonly dead: number;
  /** Where the rings are centred in image `frame`. */
  centre(frame: number): [number, number];
  /** The rings of image `frame`. */
  rings(frame: number): Ring[];
}

const DEAD = 65535;

const xrd: Scan = {
  path: "xrd.cbors",
  filename: "output/xrd.h5",
  size: 10,
  images: 9,
  background: 2,
  dead: 0,
  centre: (frame) => [4 + 2 * Math.sin(frame / 1.4), 5 + 2 * Math.cos(frame / 1.4)],
  rings: () => [{ radius: 3.4, width: 0.9, height: 18 }],
};

const rings: Scan = {
  path: "rings.cbors",
  filename: "output/rings.h5",
  size: 128,
  images: 60,
  background: 8,
  dead: 40,
  centre: () => [61.5, 66.5],
  rings: (frame) =>
    [18, 31, 44, 57].map((radius, i) => ({
      radius: radius * (1 + 0.04 * Math.sin(frame / 9)),
      width: 1.2 + 0.3 * i,
      height: 220 / (i + 1) * (1 + 0.5 * Math.sin(frame / 6 + i)),
    })),
};

function image(scan: Scan, frame: number, random: () => number, dead: ReadonlySet<number>): Uint16Array {
  const [cy, cx] = scan.centre(frame);
  const shapes = scan.rings(frame);
  return Uint16Array.from({ length: scan.size ** 2 }, (_, pixel) => {
    const noise = random() + random();
    if (dead.has(pixel)) return DEAD;
    const radius = Math.hypot(Math.floor(pixel / scan.size) - cy, (pixel % scan.size) - cx);
    const signal = shapes.reduce(
      (total, ring) => total + ring.height * Math.exp(-0.5 * ((radius - ring.radius) / ring.width) ** 2),
      0,
    );
    return Math.round(signal + Math.sqrt(signal) * (noise - 1) + scan.background * noise);
  });
}

function* items(scan: Scan): Generator<WritableItem> {
  const random = randomNumbers(42);
  const dead = new Set(Array.from({ length: scan.dead }, () => Math.floor(random() * scan.size ** 2)));
  const item = (eventNumber: number, xrd: StreamData) => ({
    eventNumber,
    streams: { xrd },
    createdAt: recordedAfter(100 * eventNumber),
  });
  yield item(0, stins.encode({ htype: "header", msg_number: 0, filename: scan.filename }));
  for (let frame = 0; frame < scan.images; frame++) {
    const data = view(image(scan, frame, random, dead), [scan.size, scan.size]);
    yield item(frame + 1, stins.encode({ htype: "image", msg_number: frame + 1, frame, data }));
  }
  yield item(scan.images + 1, stins.encode({ htype: "series_end", msg_number: scan.images + 1 }));
}

/** Writes all captures into a folder. */
export async function makeCaptures(folder: string): Promise<void> {
  for (const scan of [xrd, rings]) await writeCapture(`${folder}/${scan.path}`, items(scan));
  const { contrast, xspress3 } = fluorescence();
  await writeCapture(`${folder}/fluorescence_contrast.cbors`, contrast);
  await writeCapture(`${folder}/fluorescence_xspress3.cbors.gz`, xspress3);
}

if (import.meta.main) await makeCaptures(decodeURIComponent(new URL(".", import.meta.url).pathname.replace(/\/$/, "")));
