/**
 * One frame of bitshuffle and LZ4 decompressed side by side with Python's `bitshuffle`, one thread each, in turn:
 * `deno run -A bench/bslz4.ts [rounds]`. Prints medians in milliseconds as a Markdown table.
 *
 * Needs a Python with bitshuffle, in `.venv` or named by `BEAMFOLD_PYTHON`.
 *
 * @module
 */

import { compressBslz4 } from "../lib/bslz4/compress.ts";
import { decompressBslz4, decompressStrips, type FrameLayout } from "../lib/bslz4/decompress.ts";
import { decompressBslz4Plain } from "../lib/bslz4/plain.ts";

const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);
const PYTHON = Deno.env.get("BEAMFOLD_PYTHON") ?? `${ROOT}.venv/bin/python`;
const ROUNDS = Number(Deno.args[0] ?? 7);
const REPEATS = 25;
const ROWS = 2167;
const COLUMNS = 2070;

/** Counts of a detector with gaps between its modules: few photons, more of them towards the middle. */
function detectorFrame(mean: number, seed: number): Uint32Array<ArrayBuffer> {
  const random = generator(seed);
  const frame = new Uint32Array(ROWS * COLUMNS);
  for (let row = 0, pixel = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++, pixel++) {
      const gap = row % 551 >= 514 || (column >= 1030 && column < 1040);
      const radius = Math.hypot(row - ROWS / 2, column - COLUMNS / 2) / ROWS;
      frame[pixel] = gap ? 0xffffffff : poisson(mean * Math.exp(2 - 6 * radius), random);
    }
  }
  return frame;
}

/** Knuth's way: few uniform numbers where few photons are expected. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** mulberry32. */
function generator(seed: number): () => number {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

const script = `
import sys, time, json
import numpy as np, bitshuffle
path, raw, repeats, dtype = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
frame, expected = np.fromfile(path, "u1"), np.fromfile(raw, dtype)
times = []
for _ in range(repeats):
    start = time.perf_counter()
    out = bitshuffle.decompress_lz4(frame, expected.shape, expected.dtype)
    times.append(1000 * (time.perf_counter() - start))
assert (out == expected).all()
print(json.dumps(times))
`;

function inPython(folder: string, name: string, dtype: string): number[] {
  const { success, stdout, stderr } = new Deno.Command(PYTHON, {
    args: ["-c", script, `${folder}/${name}.bslz4`, `${folder}/${name}.raw`, String(REPEATS), dtype],
    env: { OMP_NUM_THREADS: "1" },
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function timesOf(work: () => unknown, repeats = REPEATS): number[] {
  return Array.from({ length: repeats }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function assertSame(found: Uint8Array, expected: Uint8Array, what: string): void {
  if (found.length !== expected.length || found.some((byte, i) => byte !== expected[i])) {
    throw new Error(`${what} gives something else`);
  }
}

const counts = detectorFrame(0.2, 1);
const cases: { name: string; elements: Uint32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>; dtype: string }[] = [
  { name: "uint32, weak", elements: detectorFrame(0.01, 2), dtype: "u4" },
  { name: "uint32", elements: counts, dtype: "u4" },
  { name: "uint32, bright", elements: detectorFrame(20, 3), dtype: "u4" },
  { name: "uint16", elements: Uint16Array.from(counts), dtype: "u2" },
];

const folder = Deno.makeTempDirSync({ prefix: "beamfold-bench-" });
const nothing = (): void => {};
console.log(`${ROWS} × ${COLUMNS}, ${ROUNDS} rounds of ${REPEATS}; times in ms, ratios to Python.\n`);
console.log(
  "| frame | compressed | Python | in strips | | copied out | | plain TypeScript | |",
);
console.log("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
try {
  for (const { name, elements, dtype } of cases) {
    const raw = new Uint8Array(elements.buffer);
    const layout: FrameLayout = { itemsize: elements.BYTES_PER_ELEMENT, size: raw.length };
    const frame = compressBslz4(raw, layout);
    Deno.writeFileSync(`${folder}/${name}.bslz4`, frame);
    Deno.writeFileSync(`${folder}/${name}.raw`, raw);
    assertSame(decompressBslz4(frame, layout), raw, "decompressBslz4");
    assertSame(decompressBslz4Plain(frame, layout), raw, "decompressBslz4Plain");
    const python: number[] = [];
    const ours: [inside: number[], copied: number[], plain: number[]] = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      python.push(...inPython(folder, name, dtype));
      ours[0].push(...timesOf(() => decompressStrips(frame, layout, nothing)));
      ours[1].push(...timesOf(() => decompressBslz4(frame, layout)));
      ours[2].push(...timesOf(() => decompressBslz4Plain(frame, layout), 3));
    }
    const base = median(python);
    const cells = ours.map(median).flatMap((time) => [time.toFixed(2), (base / time).toFixed(2)]);
    const factor = `${(raw.length / frame.length).toFixed(1)}×`;
    console.log(`| ${[name, factor, base.toFixed(2), ...cells].join(" | ")} |`);
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}
