import { type EventData, IntParameter, mean, slice, stins, type WithParameters } from "beamfold";

/** The beginning of a scan, with the file that the detector writes. */
export class Start {
  constructor(readonly filename: string) {}
}

/** What is left of one image. */
export class Result {
  constructor(readonly intensity: number) {}
}

/** Takes the mean of a corner of each image. */
export class TestWorker {
  static describeParameters() {
    return [
      new IntParameter({ name: "till_x", default: 2, description: "rows to average over, from the first" }),
      new IntParameter({ name: "from_y", default: 8, description: "first column to average over" }),
    ];
  }

  processEvent(event: EventData, { parameters }: WithParameters<typeof TestWorker>) {
    if (!("xrd" in event.streams)) return;
    const acq = stins.parse(event.streams.xrd);
    if (acq.htype === "header") return new Start(acq.filename);
    if (acq.htype === "image") {
      return new Result(mean(slice(acq.data, `:${parameters.till_x.value}, ${parameters.from_y.value}:`)));
    }
  }
}
