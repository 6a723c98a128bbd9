import {
  createFile,
  type H5Dataset,
  type H5File,
  type PayloadOf,
  type ResultData,
  type WithParameters,
} from "beamfold";
import { Result, Start, type TestWorker } from "./worker.ts";

/** Writes the means of all images to an HDF5 file, and keeps how they change from image to image. */
export class TestReducer {
  evolution = [0];
  lastValue = 0;
  file?: H5File;
  reduced?: H5Dataset;

  processResult(
    { eventNumber, payload }: ResultData<PayloadOf<typeof TestWorker>>,
    { parameters }: WithParameters<typeof TestWorker>,
  ) {
    if (payload instanceof Start) {
      // The header reaches every worker, so it comes more than once; an empty filename means: do not save.
      if (this.file !== undefined || payload.filename === "") return;
      this.file = createFile(payload.filename.replace(/(\.\w+)$/, "_processed$1"));
      this.reduced = this.file.createDataset("reduced", { shape: [0], maxShape: [null], dtype: "float32" });
      this.file.createDataset("till_x", { data: parameters.till_x.value });
      this.file.createDataset("from_y", { data: parameters.from_y.value });
    } else if (payload instanceof Result) {
      this.evolution[eventNumber] = payload.intensity - this.lastValue;
      this.lastValue = payload.intensity;
      this.reduced?.set(eventNumber, payload.intensity);
    }
  }

  finish() {
    this.file?.close();
  }
}
