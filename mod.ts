/**
 * Replays captured detector streams through map-reduce analyses, in a notebook or a shell.
 *
 * A worker class makes something small of each event, a reducer class takes all results and writes an HDF5 file.
 * {@linkcode replay} runs both over captures.
 *
 * ```ts
 * import { type EventData, mean, replay, type ResultData, stins } from "beamfold";
 *
 * class Intensity {
 *   processEvent(event: EventData) {
 *     const stream = event.streams["xrd"];
 *     if (stream === undefined) return;
 *     const packet = stins.parse(stream);
 *     if (packet.htype === "image") return mean(packet.data);
 *   }
 * }
 *
 * class Curve {
 *   points: [number, number][] = [];
 *   processResult({ eventNumber, payload }: ResultData<number>) {
 *     this.points.push([eventNumber, payload]);
 *   }
 * }
 *
 * const outcome = await replay({ worker: Intensity, reducer: Curve, files: ["data/xrd.cbors"] });
 * console.log(outcome.reducer.points);
 * ```
 *
 * @module
 */

export { replay } from "./lib/replay/replay.ts";
export type { ReplayInput, ReplayOptions, ReplayOutcome } from "./lib/replay/options.ts";
export type { Difference, DifferenceValue, Verification } from "./lib/replay/verification.ts";
export { sweep, type SweepOptions, type SweepPoint } from "./lib/replay/sweep.ts";
export type { Progress } from "./lib/replay/progress.ts";
export type { Select } from "./lib/replay/select.ts";
export type { Distribute } from "./lib/replay/distribute.ts";
export type {
  EventReducer,
  EventReducerClass,
  EventWorker,
  EventWorkerClass,
  PayloadOf,
  RunContext,
  Setup,
} from "./lib/replay/classes.ts";

export type { CaptureItem, EventData, ResultData, StreamData } from "./lib/event.ts";

export { type Capture, openCapture } from "./lib/capture/read.ts";
export { readEvents } from "./lib/capture/merge.ts";
export { ingest, type IngestOptions } from "./lib/capture/ingest.ts";
export type { Input, RawDump } from "./lib/capture/inputs.ts";
export type { Protocol } from "./lib/capture/ingest/names.ts";
export type { EventSource, ItemGenerator } from "./lib/capture/source.ts";
export { hdf5Source, type Hdf5SourceOptions } from "./lib/capture/hdf5_source.ts";
export { type WritableItem, writeCapture } from "./lib/capture/write.ts";
export type { CaptureSummary, StreamSummary } from "./lib/capture/summary.ts";
export type { Cut } from "./lib/capture/damage.ts";

export * as albaem from "./lib/protocols/albaem.ts";
export * as contrast from "./lib/protocols/contrast.ts";
export * as eiger from "./lib/protocols/eiger.ts";
export * as lecroy from "./lib/protocols/lecroy.ts";
export * as pcap from "./lib/protocols/pcap.ts";
export * as positioncap from "./lib/protocols/positioncap.ts";
export * as sardana from "./lib/protocols/sardana.ts";
export * as stins from "./lib/protocols/stins.ts";
export * as xspress from "./lib/protocols/xspress.ts";

export {
  type AnyParameter,
  BinaryParameter,
  BoolParameter,
  FloatParameter,
  type GivenParameter,
  type GivenParameters,
  IntParameter,
  type NumberParameter,
  type NumberParameterOptions,
  type Parameter,
  type ParameterOptions,
  type ParametersOf,
  type ParameterValue,
  type ParameterValues,
  StrParameter,
  type WithParameters,
  type WithTick,
} from "./lib/parameters.ts";

export type { ElementOf, NdArray, TypedArray } from "./lib/array/dtypes.ts";
export { slice } from "./lib/array/slice.ts";
export { type Nested, toNested } from "./lib/array/ndarray.ts";
export { argmax, type Histogram, histogram, max, mean, min, std, sum } from "./lib/array/reduce.ts";

export { createFile, H5File, openFile } from "./lib/hdf5/file.ts";
export { H5Group, type H5Kind } from "./lib/hdf5/group.ts";
export type { DatasetOptions } from "./lib/hdf5/plan.ts";
export { H5Dataset } from "./lib/hdf5/dataset.ts";
export type { H5Attributes } from "./lib/hdf5/attributes.ts";
export type { H5Value, WritableValue } from "./lib/hdf5/types.ts";
export { dump, type Dumpable } from "./lib/hdf5/dump.ts";
export { type NXdataOptions, type NXfield, writeNXdata } from "./lib/hdf5/nexus_data.ts";
export { type NXprocessOptions, writeNXprocess } from "./lib/hdf5/nexus_process.ts";
export { type Points, writeXye, type XyeOptions } from "./lib/xye.ts";

export { Detector, type DetectorOptions } from "./lib/azint/detector.ts";
export { Poni, type PoniOptions } from "./lib/azint/poni.ts";
export {
  AzimuthalIntegrator,
  type ImageLike,
  type Integrated,
  type IntegrateOptions,
  type IntegratorOptions,
  type Numbers,
  type RadialUnit,
} from "./lib/azint/integrator.ts";

export { show } from "./lib/notebook/show.ts";
export type { ShowOptions } from "./lib/notebook/array_view.ts";
export type { ImageOptions } from "./lib/notebook/image.ts";
export type { Colormap } from "./lib/notebook/colormaps.ts";
export type { ScaleKind } from "./lib/notebook/scales.ts";
export type { LinePlotOptions, Series } from "./lib/notebook/plot.ts";

export { type BeamfoldError, isBeamfoldError } from "./lib/errors.ts";
