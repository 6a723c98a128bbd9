import { AzimuthalIntegrator, Detector, type EventData, Poni, type ResultData, stins } from "beamfold";
import { COLUMNS, ROWS } from "../frames.ts";

const BINS = 1000;
/** Bins that are compared together: single ones near the beam have few pixels. */
const BAND = 50;

/** The diffractogram of a compressed image. */
export class AzimuthalWorker {
  readonly #integrator: AzimuthalIntegrator;

  constructor() {
    const detector = new Detector({ shape: [ROWS, COLUMNS], pixelSize: 75e-6 });
    const poni = new Poni({ detector, dist: 0.2, poni1: 0.081, poni2: 0.0775, wavelength: 1e-10 });
    this.#integrator = new AzimuthalIntegrator(poni, { radialBins: BINS, splitting: 4 });
  }

  processEvent(event: EventData) {
    const stream = event.streams["xrd"];
    if (stream === undefined) return;
    const packet = stins.parse(stream);
    if (packet.htype === "image") return this.#integrator.integrate(packet.data).intensity.data;
  }
}

/** Adds up diffractograms. */
export class Curves {
  results = 0;
  readonly curve = new Float64Array(BINS);

  processResult({ payload }: ResultData<Float32Array>) {
    this.results++;
    for (const [bin, value] of payload.entries()) this.curve[bin]! += value;
  }

  finish() {
    const bands = Array.from({ length: BINS / BAND }, (_, band) => {
      return this.curve.subarray(BAND * band, BAND * (band + 1)).reduce((sum, value) => sum + value, 0);
    });
    Deno.writeTextFileSync("result.json", JSON.stringify({ results: this.results, bands }));
  }
}
