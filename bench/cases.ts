/**
 * What is replayed with both.
 *
 * @module
 */

import { compressedImages, images, smallEvents } from "./captures.ts";
import { fluorescenceScan, SCAN_EVENTS } from "./fluorescence.ts";
import { ROOT } from "./measure.ts";
import type { Classes } from "./replays.ts";

/** An analysis of some captures, by classes of the same names in TypeScript and Python. */
export interface Case extends Classes {
  /** What `--only` selects it by. */
  readonly name: string;
  readonly title: string;
  /** The captures, which are made when they are missing. */
  captures(): Promise<string[]>;
  /** How many events they have. */
  readonly events: number;
  /** The file that both reducers write, below where they run. */
  readonly result: string;
  /** How far numbers may be apart: relative to the number, or to the largest in its list. */
  readonly rtol: number;
  /** What Python needs beside dranspose. */
  readonly packages?: readonly string[];
  /** Further runs of beamfold, each with flags of its own. */
  readonly variants?: readonly (readonly string[])[];
}

const total = { reducer: "total:Total", result: "result.json" };
const compressed = { captures: async () => [await compressedImages(200)], events: 202 };

/** All of them, quick ones first. */
export const CASES: readonly Case[] = [
  {
    name: "tutorial",
    title: "tutorial, 11 events",
    captures: () => Promise.resolve([`${ROOT}data/xrd.cbors`]),
    events: 11,
    worker: "tutorial:TestWorker",
    reducer: "tutorial:TestReducer",
    result: "output/xrd_processed.h5",
    rtol: 0,
  },
  {
    name: "json",
    title: "100 000 events of 300 bytes of JSON, sum",
    captures: async () => [await smallEvents(100_000)],
    events: 100_000,
    worker: "small:JsonWorker",
    ...total,
    // Newer versions of Python compensate rounding errors in `sum`.
    rtol: 1e-12,
  },
  {
    name: "images",
    title: "500 images 1024 × 1024 uint16, mean",
    captures: async () => [await images(500, 1024)],
    events: 502,
    worker: "images:MeanWorker",
    ...total,
    rtol: 1e-12,
    variants: [["--reuse-frames"]],
  },
  {
    name: "compressed",
    title: "200 images 2070 × 2167 uint32 bslz4, sum",
    ...compressed,
    worker: "compressed:SumWorker",
    ...total,
    rtol: 0,
    packages: ["bitshuffle"],
  },
  {
    name: "azimuthal",
    title: "the same, azimuthal integration, 1000 bins",
    ...compressed,
    worker: "azimuthal:AzimuthalWorker",
    reducer: "azimuthal:Curves",
    result: "result.json",
    // pyFAI splits pixels by their bounding boxes.
    rtol: 0.01,
    packages: ["bitshuffle", "pyFAI"],
    variants: [["--threads", "2"]],
  },
  {
    name: "fluorescence",
    title: "5000 points, contrast and 4 × 4096 channels of Xspress3, map of a region",
    captures: fluorescenceScan,
    events: SCAN_EVENTS,
    worker: "fluorescence:RoiWorker",
    reducer: "fluorescence:MapReducer",
    result: "output/fluorescence.h5",
    rtol: 0,
  },
];
