/**
 * Azimuthal integration side by side with pyFAI's sparse matrix (CSR), one thread each, in turn:
 * `deno run -A bench/azint.ts [rounds]`. 2167 × 2070 pixels of uint32, 1000 bins, 4 × 4 points a pixel; pyFAI splits pixels by
 * their bounding boxes. Prints medians in milliseconds as a Markdown table.
 *
 * Needs a Python with pyFAI, in `.venv` or named by `BEAMFOLD_PYTHON`.
 *
 * @module
 */

import { AzimuthalIntegrator, Detector, Poni, stins } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import { COLUMNS, detectorFrame, ROWS } from "./frames.ts";
import { inPython, median, timesOf } from "./measure.ts";

const ROUNDS = Number(Deno.args[0] ?? 5);
const REPEATS = 20;
const BINS = 1000;

const script = `
import sys, time, json, logging
import numpy as np
logging.disable(logging.CRITICAL)
from pyFAI.detectors import Detector
from pyFAI.integrator.azimuthal import AzimuthalIntegrator
path, repeats, bins = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
image = np.fromfile(path, "u4").reshape(${ROWS}, ${COLUMNS})
detector = Detector(75e-6, 75e-6, max_shape=image.shape)
ai = AzimuthalIntegrator(dist=0.2, poni1=0.081, poni2=0.0775, wavelength=1e-10, detector=detector)
def integrate():
    return ai.integrate1d(image, bins, unit="q_A^-1", correctSolidAngle=True, method=("bbox", "csr", "cython"))
start = time.perf_counter()
result = integrate()
build = 1000 * (time.perf_counter() - start)
times = []
for _ in range(repeats):
    start = time.perf_counter()
    integrate()
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps({"build": build, "times": times, "q": result.radial.tolist(), "I": result.intensity.tolist()}))
`;

interface Theirs {
  readonly build: number;
  readonly times: number[];
  readonly q: number[];
  readonly I: number[];
}

/** Fails when two curves are not those of the same image; pyFAI's pixels are split otherwise. */
function assertAlike(axis: Float64Array, curve: Float32Array, theirs: Theirs): void {
  const apart = theirs.q.reduce((most, q, i) => Math.max(most, Math.abs(q - (axis[i] as number))), 0);
  if (apart > 0.02) throw new Error(`the radial axes are ${apart} apart`);
  const [a, b] = [curve, theirs.I].map((values) => [...values].reduce((sum, value) => sum + value));
  if (Math.abs((a as number) / (b as number) - 1) > 0.01) throw new Error(`the curves have sums of ${a} and ${b}`);
}

const detector = new Detector({ shape: [ROWS, COLUMNS], pixelSize: 75e-6 });
const poni = new Poni({ detector, dist: 0.2, poni1: 0.081, poni2: 0.0775, wavelength: 1e-10 });
const folder = Deno.makeTempDirSync({ prefix: "beamfold-bench-" });
const builds: number[] = [];
const theirBuilds: number[] = [];
const rows: string[] = [];

try {
  for (const [name, mean] of [["sparse", 0.2], ["dense", 20]] as const) {
    const data = detectorFrame(mean, 1, 0);
    const part = data.reduce((count, value) => count + Math.sign(value), 0) / data.length;
    const image = view(data, [ROWS, COLUMNS]);
    const xrd = stins.encode({ htype: "image", msg_number: 1, frame: 0, data: image, compression: "bslz4" });
    const path = `${folder}/${name}.u4`;
    Deno.writeFileSync(path, new Uint8Array(data.buffer));

    const theirs: number[] = [];
    const ours: number[] = [];
    const packed: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const found = inPython(script, [path, String(REPEATS), String(BINS)]) as Theirs;
      theirs.push(...found.times);
      theirBuilds.push(found.build);
      let integrator: AzimuthalIntegrator | undefined;
      // Another distance each time: a matrix that is in use is shared.
      const moved = new Poni({ ...poni, dist: poni.dist + 1e-9 * builds.length });
      builds.push(...timesOf(1, () => integrator = new AzimuthalIntegrator(moved, { radialBins: BINS, splitting: 4 })));
      const { integrate, radialAxis } = integrator as unknown as AzimuthalIntegrator;
      const work = integrate.bind(integrator);
      assertAlike(radialAxis, work(image).intensity.data, found);
      ours.push(...timesOf(REPEATS, () => work(image)));
      packed.push(...timesOf(REPEATS, () => {
        const packet = stins.parse(xrd);
        if (packet.htype === "image") work(packet.data);
      }));
    }
    const [a, b, c] = [theirs, ours, packed].map(median) as [number, number, number];
    const cells = [
      `${name}, ${(100 * part).toFixed(0)} % not 0`,
      a.toFixed(1),
      b.toFixed(1),
      (a / b).toFixed(1),
      c.toFixed(1),
    ];
    rows.push(`| ${cells.join(" | ")} |`);
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}
console.log(`${ROWS} × ${COLUMNS} uint32, ${BINS} bins, medians of ${ROUNDS} × ${REPEATS} images in ms\n`);
console.log("| image | pyFAI CSR | beamfold | ratio | from bitshuffle-LZ4, decompressed as well |");
console.log("|---|--:|--:|--:|--:|");
console.log(rows.join("\n"));
console.log(`\nThe matrix: ${median(builds).toFixed(0)} ms, pyFAI's first image ${median(theirBuilds).toFixed(0)} ms.`);
