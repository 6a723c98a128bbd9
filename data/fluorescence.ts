/**
 * A map of X-ray fluorescence: a shell of calcium, iron in its core and in a crack, and a grain of chromium, scanned
 * point by point. Two detectors see the scan: the scan engine, with the positions, and an Xspress3, with the spectra.
 *
 * @module
 */

import { contrast, type WritableItem, xspress } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import type { StreamData } from "../lib/event.ts";
import { randomNumbers } from "../lib/replay/distribute.ts";
import { recordedAfter } from "./clock.ts";

/** The scan, in micrometres: sx is the slow motor, as in contrast's `mesh`. */
const SX = { name: "sx", from: -3.5, to: 3.5, intervals: 28 } as const;
const SY = { name: "sy", from: -2.5, to: 2.5, intervals: 20 } as const;
const EXPOSURE = 0.02;
const DESCRIPTION =
  `mesh ${[SX, SY].map(({ name, from, to, intervals }) => `${name} ${from} ${to} ${intervals}`).join(" ")} ` +
  EXPOSURE;
const FILE = "output/fluorescence.h5";

/** The sensitivity of each channel. */
const CHANNELS = [1, 0.93, 1.06, 0.98] as const;
const BINS = 256;
/** The width of a bin in keV. */
const BIN = 0.04;
/** The detector's clock, and for how many ticks of it a photon keeps a channel busy. */
const TICKS = 80e6 * EXPOSURE;
const EVENT_WIDTH = 40;

interface Line {
  /** In keV. */
  readonly energy: number;
  /** Photons for each channel. */
  photons(x: number, y: number): number;
}

const LINES: readonly Line[] = [
  { energy: 2.957, photons: () => 40 }, // argon in the air
  { energy: 3.692, photons: (x, y) => 2600 * calcium(x, y) },
  { energy: 4.013, photons: (x, y) => 330 * calcium(x, y) },
  { energy: 5.415, photons: (x, y) => 420 * chromium(x, y) },
  { energy: 5.947, photons: (x, y) => 55 * chromium(x, y) },
  { energy: 6.404, photons: (x, y) => 3200 * iron(x, y) },
  { energy: 7.058, photons: (x, y) => 410 * iron(x, y) },
  { energy: 8.79, photons: (x, y) => 110 + 60 * calcium(x, y) }, // scattered with a loss of energy …
  { energy: 9, photons: (x, y) => 190 + 150 * calcium(x, y) }, // … and without
];

/** A shell: a spiral that widens to 2.6 times its radius with every turn, its mouth at the left. */
function calcium(x: number, y: number): number {
  const radius = Math.hypot(x - 0.55, y + 0.4);
  const angle = Math.atan2(y + 0.4, x - 0.55) / (2 * Math.PI);
  let shell = 0;
  for (let turn = -1; turn <= 0; turn++) {
    const middle = 1.8 * 2.6 ** (turn + angle);
    shell += (0.35 + 0.22 * middle) * Math.exp(-0.5 * ((radius - middle) / (0.1 + 0.08 * middle)) ** 2);
  }
  return shell;
}

/** The core of the shell, a crack beside it, and what comes from everywhere. */
function iron(x: number, y: number): number {
  const core = spot(x, y, { x: 0.6, y: -0.35, radius: 0.4 });
  const along = Math.min(1, Math.max(0, (x - 1.3 - (y - 2.2)) / 3.2));
  const crack = spot(x, y, { x: 1.3 + 1.6 * along, y: 2.2 - 1.6 * along, radius: 0.27 });
  return 0.02 + core + (0.4 + 0.4 * along) * crack;
}

function chromium(x: number, y: number): number {
  return spot(x, y, { x: -2.2, y: -1.7, radius: 0.3 });
}

function spot(x: number, y: number, at: { readonly x: number; readonly y: number; readonly radius: number }): number {
  return Math.exp(-0.5 * (Math.hypot(x - at.x, y - at.y) / at.radius) ** 2);
}

/** The lines of each energy in the bins: a normal distribution as wide as a silicon detector makes it. */
const SHAPES = LINES.map(({ energy }) => {
  const width = Math.sqrt(0.045 ** 2 + 0.00042 * energy);
  return Float64Array.from({ length: BINS }, (_, bin) => {
    const distance = (bin * BIN - energy) / width;
    return BIN / (width * Math.sqrt(2 * Math.PI)) * Math.exp(-0.5 * distance ** 2);
  });
});

/** Photons of any energy for each channel and bin: they become more up to the energy of the beam. */
function background(energy: number): number {
  return energy > 9 ? 0.02 : 0.4 + (energy / 9) ** 2;
}

/** The photons that reach each channel, in each bin. */
function spectrum(x: number, y: number): Float64Array {
  const photons = Float64Array.from({ length: BINS }, (_, bin) => bin < 20 ? 0.02 : background(bin * BIN));
  for (const [i, line] of LINES.entries()) {
    const count = line.photons(x, y);
    for (let bin = 0; bin < BINS; bin++) photons[bin]! += count * SHAPES[i]![bin]!;
  }
  return photons;
}

/** A Poisson-distributed number: by multiplication up to a mean of 40, else rounded from a normal distribution. */
function poisson(mean: number, random: () => number): number {
  if (mean > 40) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  let count = -1;
  for (let product = 1; product > Math.exp(-mean); count++) product *= random();
  return count;
}

/** What the Xspress3 sends at a point. */
function image(frame: number, x: number, y: number, random: () => number): StreamData {
  const photons = spectrum(x, y);
  const total = photons.reduce((sum, count) => sum + count, 0);
  const data = new Uint32Array(CHANNELS.length * BINS);
  const perChannel = CHANNELS.map((sensitivity, channel) => {
    // A channel that is busy counts no photon.
    const counted = sensitivity / (1 + total * sensitivity * (EVENT_WIDTH + 1) / TICKS);
    for (let bin = 0; bin < BINS; bin++) data[channel * BINS + bin] = poisson(photons[bin]! * counted, random);
    const good = data.subarray(channel * BINS, (channel + 1) * BINS).reduce((sum, count) => sum + count, 0);
    return { good, events: good + Math.round(0.01 * good), reset: 90 + Math.floor(20 * random()) };
  });
  const each = <Value>(value: (counters: typeof perChannel[number]) => Value): Value[] => perChannel.map(value);
  return xspress.encode({
    htype: "image",
    frame,
    exptime: EXPOSURE,
    compression: "none",
    data: view(data, [CHANNELS.length, BINS]),
    meta: {
      ocr: view(Float64Array.from(each(({ good }) => good / EXPOSURE))),
      AllEvents: view(Uint32Array.from(each(({ events }) => events))),
      AllGood: view(Uint32Array.from(each(({ good }) => good))),
      ClockTicks: view(Uint32Array.from(each(() => TICKS))),
      TotalTicks: view(Uint32Array.from(each(() => TICKS))),
      ResetTicks: view(Uint32Array.from(each(({ reset }) => reset))),
      event_widths: view(Int32Array.from(each(() => EVENT_WIDTH))),
      dtc: view(
        Float64Array.from(each(({ events, reset }) => TICKS / (TICKS - events * (EVENT_WIDTH + 1) - reset))),
      ),
    },
  });
}

interface Point {
  readonly frame: number;
  readonly milliseconds: number;
  /** Where the motors are sent. */
  readonly sx: number;
  readonly sy: number;
}

function points(): Point[] {
  const along = ({ from, to, intervals }: typeof SX | typeof SY, i: number): number =>
    from + (to - from) * i / intervals;
  const rows = SY.intervals + 1;
  return Array.from({ length: (SX.intervals + 1) * rows }, (_, frame) => {
    const column = Math.floor(frame / rows);
    // Back to the first row takes a little longer.
    const milliseconds = 600 + 30 * frame + 120 * column;
    return { frame, milliseconds, sx: along(SX, column), sy: along(SY, frame % rows) };
  });
}

/** What both detectors send, as items of their captures. */
export function fluorescence(): { readonly contrast: WritableItem[]; readonly xspress3: WritableItem[] } {
  const random = randomNumbers(43);
  const all = points();
  const end = { eventNumber: all.length + 1, createdAt: recordedAfter(all.at(-1)!.milliseconds + 100) };
  const scan = { path: "output", scannr: 7, description: DESCRIPTION, snapshot: snapshot() };
  const items = {
    contrast: [item({ contrast: contrast.encode({ status: "started", ...scan }) })],
    xspress3: [item({ xspress3: xspress.encode({ htype: "header", filename: FILE, overwritable: false }) })],
  };
  for (const { frame, milliseconds, sx, sy } of all) {
    // Motors stop near where they are sent.
    const [x, y, z] = [sx, sy, 0].map((position) => position + 0.02 * (random() + random() - 1)) as [
      number,
      number,
      number,
    ];
    const running = contrast.encode({
      status: "running",
      dt: milliseconds / 1000,
      sx: x,
      sy: y,
      pseudo: { x: reading(x, random), y: reading(y, random), z: reading(z, random) },
      xspress3: { type: "Link", filename: FILE, path: "/entry/instrument/xspress3/", universal: true },
    });
    const place = { eventNumber: frame + 1, createdAt: recordedAfter(milliseconds) };
    items.contrast.push(item({ contrast: running }, place));
    items.xspress3.push(item({ xspress3: image(frame, x, y, random) }, place));
  }
  items.contrast.push(item({ contrast: contrast.encode({ status: "finished", ...scan }) }, end));
  items.xspress3.push(item({ xspress3: xspress.encode({ htype: "series_end" }) }, end));
  return items;
}

function item(
  streams: Readonly<Record<string, StreamData>>,
  place: { readonly eventNumber: number; readonly createdAt: string } = { eventNumber: 0, createdAt: recordedAfter(0) },
): WritableItem {
  return { ...place, streams };
}

/** Where other motors are. */
function snapshot(): Record<string, number> {
  return { energy: 9000.004, ssa_gapx: 10.036, ssa_gapy: 2.02, sx: 0.0012, sy: -0.0021, sz: -0.0005, xrf_x: 94.999 };
}

/** A sensor beside a motor. */
function reading(position: number, random: () => number) {
  return view(Float64Array.of(position + 0.004 * (random() - 0.5)));
}
