import { contrast, createFile, type EventData, type PayloadOf, type ResultData, slice, sum, xspress } from "beamfold";

/** The bins of the region of interest. */
const ROI = "600:680";

/** Where the map will be written, and how far it goes. */
class Start {
  constructor(readonly filename: string, readonly description: string) {}
}

/** The counts at one point. */
class Point {
  constructor(readonly sx: number, readonly sy: number, readonly counts: number) {}
}

/** The counts in a region of interest, and where they come from. */
export class RoiWorker {
  processEvent({ streams }: EventData) {
    if (!("contrast" in streams && "xspress3" in streams)) return;
    const where = contrast.parse(streams.contrast);
    const packet = xspress.parse(streams.xspress3);
    if (where.status === "started" && packet.htype === "header") return new Start(packet.filename, where.description);
    if (where.status !== "running" || packet.htype !== "image") return;
    return new Point(where["sx"] as number, where["sy"] as number, sum(slice(packet.data, `:, ${ROI}`)));
  }
}

interface Axis {
  readonly from: number;
  readonly step: number;
  readonly points: number;
}

/** The axis of a motor in `mesh sx -5 5 99 sy …`. */
function axisOf(motor: string, description: string): Axis {
  const words = description.split(" ");
  const [from, to, steps] = words.slice(words.indexOf(motor) + 1).map(Number) as [number, number, number];
  return { from, step: (to - from) / steps, points: steps + 1 };
}

/** Puts the counts where they belong in a map. */
export class MapReducer {
  filename = "";
  axes: [sx: Axis, sy: Axis] | undefined;
  map = new Float64Array();

  processResult({ payload }: ResultData<PayloadOf<typeof RoiWorker>>) {
    if (payload instanceof Start) {
      this.filename = payload.filename;
      this.axes = [axisOf("sx", payload.description), axisOf("sy", payload.description)];
      this.map = new Float64Array(this.axes[0].points * this.axes[1].points).fill(NaN);
    } else if (payload instanceof Point && this.axes !== undefined) {
      const [sx, sy] = this.axes;
      const row = Math.round((payload.sx - sx.from) / sx.step);
      const column = Math.round((payload.sy - sy.from) / sy.step);
      this.map[row * sy.points + column] = payload.counts;
    }
  }

  finish() {
    if (this.axes === undefined) return;
    using file = createFile(this.filename);
    file.createDataset("map", { data: this.map, shape: this.axes.map(({ points }) => points) });
  }
}
