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
import { COLUMNS, detectorFrame, ROWS } from "./frames.ts";
import { inPython, median, timesOf } from "./measure.ts";

const ROUNDS = Number(Deno.args[0] ?? 7);
const REPEATS = 25;
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
      python.push(
        ...inPython(script, [`${folder}/${name}.bslz4`, `${folder}/${name}.raw`, String(REPEATS), dtype]) as number[],
      );
      ours[0].push(...timesOf(REPEATS, () => decompressStrips(frame, layout, nothing)));
      ours[1].push(...timesOf(REPEATS, () => decompressBslz4(frame, layout)));
      ours[2].push(...timesOf(3, () => decompressBslz4Plain(frame, layout)));
    }
    const base = median(python);
    const cells = ours.map(median).flatMap((time) => [time.toFixed(2), (base / time).toFixed(2)]);
    const factor = `${(raw.length / frame.length).toFixed(1)}×`;
    console.log(`| ${[name, factor, base.toFixed(2), ...cells].join(" | ")} |`);
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}
