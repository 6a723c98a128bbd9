import { type EventData, FloatParameter, type NdArray, stins, type WithParameters } from "beamfold";

/** The detector's stream. `deno task inspect` lists the streams of a capture. */
const STREAM = "xrd";

/** The beginning of a scan, with the file that the detector writes. */
export class Start {
  constructor(readonly filename: string) {}
}

/** What is left of one image: the sum of its pixels, and where the brightest one is (-1 when all are dead). */
export class Peak {
  constructor(readonly frame: number, readonly intensity: number, readonly row: number, readonly column: number) {}
}

/** Takes the sum and the brightest pixel of each image. */
export class AnalysisWorker {
  static describeParameters() {
    return [
      new FloatParameter({ name: "threshold", default: 65534, description: "pixels above it are dead and left out" }),
    ];
  }

  processEvent(event: EventData, { parameters }: WithParameters<typeof AnalysisWorker>) {
    const stream = event.streams[STREAM];
    if (stream === undefined) return;
    const packet = stins.parse(stream);
    if (packet.htype === "header") return new Start(packet.filename);
    if (packet.htype === "image") return peakOf(packet.frame, packet.data, parameters.threshold.value);
  }
}

function peakOf(frame: number, image: NdArray, threshold: number): Peak {
  const [rows, columns] = image.shape;
  if (rows === undefined || columns === undefined || image.shape.length > 2) {
    throw new Error(`image ${frame} has the shape [${image.shape.join(", ")}], expected rows and columns`);
  }
  let intensity = 0;
  let brightest = -Infinity;
  let [peakRow, peakColumn] = [-1, -1];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = Number(image.get(row, column));
      // Written this way round, NaN is left out as well.
      if (!(value <= threshold)) continue;
      intensity += value;
      if (value > brightest) [brightest, peakRow, peakColumn] = [value, row, column];
    }
  }
  return new Peak(frame, intensity, peakRow, peakColumn);
}
