import {
  createFile,
  type H5Dataset,
  type H5File,
  type PayloadOf,
  type ResultData,
  type WithParameters,
} from "beamfold";
import { type AnalysisWorker, Peak, Start } from "./worker.ts";

/** Writes what is left of the images to an HDF5 file that says itself what to plot. */
export class AnalysisReducer {
  file?: H5File;
  intensity?: H5Dataset;
  peakRow?: H5Dataset;
  peakColumn?: H5Dataset;

  processResult(
    { payload }: ResultData<PayloadOf<typeof AnalysisWorker>>,
    { parameters }: WithParameters<typeof AnalysisWorker>,
  ) {
    if (payload instanceof Start) {
      // The header reaches every worker, so it comes more than once; an empty filename means: do not save.
      if (this.file !== undefined || payload.filename === "") return;
      this.open(payload.filename.replace(/(\.\w+)?$/, "_analysis.h5"), parameters.threshold.value);
    } else if (payload instanceof Peak) {
      // By number, not appended: results need not come in order.
      this.intensity?.set(payload.frame, payload.intensity);
      this.peakRow?.set(payload.frame, payload.row);
      this.peakColumn?.set(payload.frame, payload.column);
    }
  }

  finish() {
    this.file?.close();
  }

  private open(path: string, threshold: number) {
    this.file = createFile(path);
    this.file.attrs.set("default", "entry");
    this.file.createGroup("entry").attrs.assign({ NX_class: "NXentry", default: "analysis" });
    const group = this.file.createGroup("entry/analysis");
    group.attrs.assign({ NX_class: "NXdata", signal: "intensity", title: "Intensity of each image" });
    const growable = { shape: [0], maxShape: [null] };
    this.intensity = group.createDataset("intensity", {
      ...growable,
      dtype: "float64",
      attrs: { units: "counts", long_name: "sum of all pixels that are alive (counts)" },
    });
    this.peakRow = group.createDataset("peak_row", {
      ...growable,
      dtype: "int32",
      attrs: { units: "pixels", long_name: "row of the brightest pixel" },
    });
    this.peakColumn = group.createDataset("peak_column", {
      ...growable,
      dtype: "int32",
      attrs: { units: "pixels", long_name: "column of the brightest pixel" },
    });
    this.file.createDataset("entry/threshold", { data: threshold, dtype: "float64", attrs: { units: "counts" } });
  }
}
