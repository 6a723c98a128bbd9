import {
  AzimuthalIntegrator,
  Detector,
  type EventData,
  mean,
  Poni,
  type ResultData,
  stins,
  type StreamData,
  sum,
} from "beamfold";
import { COLUMNS, ROWS } from "./frames.ts";

/** The sum of the numbers in a small JSON event. */
export class JsonWorker {
  readonly #decoder = new TextDecoder();

  processEvent(event: EventData) {
    const frame = event.streams["pcap"]?.frames[0];
    if (frame === undefined) return;
    const { values } = JSON.parse(this.#decoder.decode(frame)) as { values: number[] };
    return values.reduce((total, value) => total + value, 0);
  }
}

/** The mean of all pixels of an image. */
export class MeanWorker {
  processEvent(event: EventData) {
    const stream = event.streams["xrd"];
    if (stream === undefined) return;
    const packet = stins.parse(stream);
    if (packet.htype === "image") return mean(packet.data);
  }
}

/** The sum of all pixels of an image. */
export class SumWorker {
  processEvent(event: EventData) {
    const packet = stins.parse(event.streams["xrd"] as StreamData);
    if (packet.htype === "image") return sum(packet.data);
  }
}

/** The mean of the diffractogram of an image. */
export class AzimuthalWorker {
  readonly #integrator: AzimuthalIntegrator;

  constructor() {
    const detector = new Detector({ shape: [ROWS, COLUMNS], pixelSize: 75e-6 });
    const poni = new Poni({ detector, dist: 0.2, poni1: 0.081, poni2: 0.0775, wavelength: 1e-10 });
    this.#integrator = new AzimuthalIntegrator(poni, { radialBins: 1000, splitting: 4 });
  }

  processEvent(event: EventData) {
    const packet = stins.parse(event.streams["xrd"] as StreamData);
    if (packet.htype === "image") return mean(this.#integrator.integrate(packet.data).intensity);
  }
}

/** Adds up what it gets. */
export class Total {
  total = 0;

  processResult({ payload }: ResultData<number>) {
    this.total += payload;
  }
}
