/**
 * A fluorescence scan of two captures: contrast, with the positions, and an Xspress3, with the spectra.
 *
 * @module
 */

import { contrast, type StreamData, type WritableItem, xspress } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import { randomNumbers } from "../lib/replay/distribute.ts";
import { captureAt, CREATED_AT } from "./captures.ts";

/** The scan: 100 × 50 points. */
const SX = { from: -5, to: 5, points: 100 } as const;
const SY = { from: -2.5, to: 2.5, points: 50 } as const;
const POINTS = SX.points * SY.points;
const FILE = "output/fluorescence.h5";
const SCAN = {
  path: "output",
  scannr: 7,
  description: `mesh sx ${SX.from} ${SX.to} ${SX.points - 1} sy ${SY.from} ${SY.to} ${SY.points - 1} 0.1`,
  snapshot: { energy: 9000.004, xrf_x: 94.999 },
};

const ELEMENTS = 4;
const BINS = 4096;
/** Images that differ; they are sent in turn, so that making them is quick. */
const KINDS = 50;

/** The captures, and how many events they have together. */
export async function fluorescenceScan(): Promise<string[]> {
  return [
    await captureAt(`contrast-${POINTS}.cbors`, positions),
    await captureAt(`xspress3-${POINTS}x${ELEMENTS}x${BINS}.cbors`, spectra),
  ];
}

/** Events of the scan: the points between a start and an end. */
export const SCAN_EVENTS = POINTS + 2;

function* positions(): Generator<WritableItem> {
  const random = randomNumbers(3);
  yield item(0, { contrast: contrast.encode({ status: "started", ...SCAN }) });
  for (let point = 0; point < POINTS; point++) {
    const column = Math.floor(point / SY.points);
    // Motors stop near where they are sent.
    const sx = along(SX, column) + 0.02 * (random() - 0.5);
    const sy = along(SY, point % SY.points) + 0.02 * (random() - 0.5);
    const pseudo = { x: view(Float64Array.of(sx)), y: view(Float64Array.of(sy)) };
    yield item(point + 1, { contrast: contrast.encode({ status: "running", dt: 0.1 * point, sx, sy, pseudo }) });
  }
  yield item(POINTS + 1, { contrast: contrast.encode({ status: "finished", ...SCAN }) });
}

function along({ from, to, points }: typeof SX | typeof SY, i: number): number {
  return from + (to - from) * i / (points - 1);
}

function* spectra(): Generator<WritableItem> {
  const random = randomNumbers(4);
  const counts = Array.from({ length: KINDS }, () => someCounts(random));
  yield item(0, { xspress3: xspress.encode({ htype: "header", filename: FILE }) });
  for (let frame = 0; frame < POINTS; frame++) {
    const data = view(counts[frame % KINDS] as Uint32Array<ArrayBuffer>, [ELEMENTS, BINS]);
    const meta = metaOf(random);
    yield item(frame + 1, {
      xspress3: xspress.encode({ htype: "image", frame, exptime: 0.1, compression: "none", data, meta }),
    });
  }
  yield item(POINTS + 1, { xspress3: xspress.encode({ htype: "series_end" }) });
}

/** A line on a flat background, in each detector element. */
function someCounts(random: () => number): Uint32Array<ArrayBuffer> {
  const height = 400 * random();
  return Uint32Array.from({ length: ELEMENTS * BINS }, (_, i) => {
    const line = height * Math.exp(-0.5 * ((i % BINS - 640) / 8) ** 2);
    return Math.floor((line + 3) * 2 * random());
  });
}

/** What each detector element counted besides. */
function metaOf(random: () => number): Record<string, unknown> {
  const each = (value: number) => Array.from({ length: ELEMENTS }, () => Math.floor(value * random()));
  return {
    ocr: view(Float64Array.from(each(1e5))),
    AllEvents: view(Uint32Array.from(each(1e4))),
    AllGood: view(Uint32Array.from(each(1e4))),
    ClockTicks: view(Uint32Array.from(each(8e6))),
    TotalTicks: view(Uint32Array.from(each(8e6))),
    ResetTicks: view(Uint32Array.from(each(100))),
    event_widths: view(Int32Array.from(each(10))),
    dtc: view(Float64Array.from(each(2))),
  };
}

function item(eventNumber: number, streams: Readonly<Record<string, StreamData>>): WritableItem {
  return { eventNumber, streams, createdAt: CREATED_AT };
}
