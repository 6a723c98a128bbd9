/**
 * The images of an HDF5 file as a stream of events.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { OptionError } from "../errors.ts";
import type { H5Dataset } from "../hdf5/dataset.ts";
import { openFile } from "../hdf5/file.ts";
import { encode } from "../protocols/stins.ts";
import type { EventSource } from "./source.ts";
import type { WritableItem } from "./write.ts";

/** How the images of an HDF5 file are sent. */
export interface Hdf5SourceOptions {
  /** The name of the stream. */
  readonly stream: string;
  /** The `filename` of the header; the default, an empty one, means: do not save. */
  readonly filename?: string;
}

/**
 * A source that sends the images of an HDF5 file as a detector would: a STINS header (event 0), one event for each
 * image, and the end of the series. The file is read image by image, while the source is read.
 *
 * @param path The HDF5 file.
 * @param dataset The path of a dataset of numbers; each index of its first axis is one image.
 * @param options The name of the stream, and of the file that a reducer shall write.
 * @returns A source for {@linkcode replay}.
 * @throws When it is read: Hdf5Error for a file or dataset that cannot be read, OptionError for a dataset without axes
 * or without numbers.
 *
 * @example
 * ```ts
 * import { createFile, type EventData, hdf5Source, replay, type ResultData, stins, sum } from "beamfold";
 *
 * const file = createFile("output/images.h5");
 * file.createDataset("entry/data", { shape: [3, 4, 5], dtype: "uint16" });
 * file.close();
 *
 * class Sum {
 *   processEvent({ streams }: EventData) {
 *     const packet = streams["xrd"] && stins.parse(streams["xrd"]);
 *     if (packet?.htype === "image") return sum(packet.data);
 *   }
 * }
 * class Sums {
 *   values: unknown[] = [];
 *   processResult({ payload }: ResultData) {
 *     this.values.push(payload);
 *   }
 * }
 * const source = hdf5Source("output/images.h5", "entry/data", { stream: "xrd" });
 * const { reducer } = await replay({ worker: Sum, reducer: Sums, source });
 * console.assert(reducer.values.length === 3);
 * ```
 */
export function hdf5Source(path: string, dataset: string, options: Hdf5SourceOptions): EventSource {
  return { getSourceGenerators: () => [imagesOf(path, dataset, options)] };
}

function* imagesOf(path: string, name: string, { stream, filename = "" }: Hdf5SourceOptions): Generator<WritableItem> {
  using file = openFile(path);
  const dataset = file.dataset(name);
  const count = imageCount(dataset, path);
  yield { eventNumber: 0, streams: { [stream]: encode({ htype: "header", msg_number: 0, filename }) } };
  for (let frame = 0; frame < count; frame++) {
    const data = imageAt(dataset, frame);
    yield {
      eventNumber: frame + 1,
      streams: { [stream]: encode({ htype: "image", msg_number: frame + 1, frame, data }) },
    };
  }
  yield { eventNumber: count + 1, streams: { [stream]: encode({ htype: "series_end", msg_number: count + 1 }) } };
}

function imageCount({ shape, dtype, path }: H5Dataset, file: string): number {
  const [count] = shape;
  if (count !== undefined && /^(u?int|float)\d+$/.test(dtype)) return count;
  throw new OptionError(
    `cannot send "${path}" of "${file}" as images: it is ${dtype} with shape [${shape.join(", ")}], expected numbers ` +
      `with an axis for the images`,
  );
}

/** One image, without the axis that counts them. */
function imageAt(dataset: H5Dataset, frame: number): NdArray {
  const rest = dataset.shape.slice(1).map(() => null);
  return dataset.read(`${frame}:${frame + 1}`).pick(0, ...rest);
}
