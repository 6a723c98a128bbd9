import assert from "node:assert/strict";
import {
  AzimuthalIntegrator,
  createFile,
  type EventData,
  type H5Dataset,
  type H5File,
  IntParameter,
  mean,
  type NdArray,
  openCapture,
  openFile,
  type PayloadOf,
  replay,
  type ResultData,
  slice,
  stins,
  toNested,
  type WithParameters,
} from "beamfold";
import { readToy, toyPoni } from "../azint/references.ts";
import { inFolder, shared, testWith } from "../tools.ts";

class Start {
  constructor(readonly filename: string, readonly radialAxis: Float64Array) {}
}

class Result {
  constructor(readonly intensity: number, readonly curve: NdArray<Float32Array>) {}
}

/** The tutorial's worker for heavy processing: the mean of a corner, and a diffractogram. */
class HeavyWorker {
  static describeParameters() {
    return [new IntParameter({ name: "till_x", default: 2 }), new IntParameter({ name: "from_y", default: 8 })];
  }

  readonly integrator = new AzimuthalIntegrator(toyPoni, { radialBins: 5, splitting: 4 });

  processEvent({ streams }: EventData, { parameters }: WithParameters<typeof HeavyWorker>) {
    const packet = stins.parse(streams["xrd"] as EventData["streams"][string]);
    if (packet.htype === "header") return new Start(packet.filename, this.integrator.radialAxis);
    if (packet.htype !== "image") return;
    const corner = slice(packet.data, `:${parameters.till_x.value}, ${parameters.from_y.value}:`);
    return new Result(mean(corner), this.integrator.integrate(packet.data).intensity);
  }
}

class HeavyReducer {
  static folder = "";
  file?: H5File;
  reduced?: H5Dataset;
  curves?: H5Dataset;

  processResult(
    { eventNumber, payload }: ResultData<PayloadOf<typeof HeavyWorker>>,
    { parameters }: WithParameters<typeof HeavyWorker>,
  ) {
    if (payload instanceof Start) {
      if (this.file !== undefined) return;
      const bins = payload.radialAxis.length;
      this.file = createFile(`${HeavyReducer.folder}/${payload.filename.replace(".h5", "_processed.h5")}`);
      this.reduced = this.file.createDataset("reduced", { shape: [0], maxShape: [null], dtype: "float32" });
      this.curves = this.file.createDataset("I", { shape: [0, bins], maxShape: [null, bins], dtype: "float32" });
      this.file.createDataset("radial_axis", { data: payload.radialAxis });
      this.file.createDataset("till_x", { data: parameters.till_x.value });
      this.file.createDataset("from_y", { data: parameters.from_y.value });
    } else {
      this.reduced?.set(eventNumber, payload.intensity);
      this.curves?.set(eventNumber, payload.curve);
    }
  }

  finish() {
    this.file?.close();
  }
}

testWith([shared], "the tutorial's heavy processing writes what dranspose and azint write", async () => {
  const { tutorial } = readToy();
  const capture = shared.path("captures/events/dump_xrd.cbors");
  const corners = [0];
  for await (const { streams } of openCapture(capture)) {
    const packet = stins.parse(streams["xrd"] as EventData["streams"][string]);
    if (packet.htype !== "image") continue;
    const rows = toNested(packet.data) as number[][];
    const pixels = rows.slice(0, 2).flatMap((row) => row.slice(8));
    corners.push(Math.fround(pixels.reduce((sum, pixel) => sum + pixel) / pixels.length));
  }
  await inFolder(async (folder) => {
    HeavyReducer.folder = folder;
    const outcome = await replay({ worker: HeavyWorker, reducer: HeavyReducer, files: [capture] });
    const path = `${folder}/output/xrd_processed.h5`;
    assert.deepEqual([outcome.events, outcome.files, outcome.warnings], [11, [path], []]);
    using file = openFile(path);
    const read = (name: string): unknown => toNested(file.dataset(name).read());
    assert.deepEqual(file.dataset("I").shape, [10, 5]);
    assert.deepEqual(read("I"), [[0, 0, 0, 0, 0], ...tutorial.I]);
    assert.deepEqual(read("radial_axis"), tutorial.radial_axis);
    assert.deepEqual(read("reduced"), corners);
    assert.deepEqual([read("till_x"), read("from_y")], [2n, 8n]);
  });
});
