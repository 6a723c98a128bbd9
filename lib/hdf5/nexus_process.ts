/**
 * Where data comes from: NXprocess of NeXus (https://manual.nexusformat.org/classes/base_classes/NXprocess.html).
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };
import { CaptureError } from "../errors.ts";
import { sha256 } from "../node.ts";
import type { ParameterValues } from "../parameters.ts";
import type { H5Dataset } from "./dataset.ts";
import type { H5Group } from "./group.ts";
import { assertCanBe, setClass } from "./nexus_class.ts";
import type { WritableValue } from "./types.ts";

/** Bytes of a capture that are read at once. */
const BLOCK = 1 << 20;

/** What a file was made with. */
export interface NXprocessOptions {
  /** The values of the run. */
  parameters: ParameterValues;
  /** What the constructor of a worker or reducer is given: it names the captures. */
  context?: { readonly captures?: readonly string[] };
  /** The captures, where `context` does not name them. */
  captures?: readonly string[];
  /** Whether the captures are hashed (true). */
  hash?: boolean;
  /** When it was made (now). */
  date?: Date;
}

/**
 * Writes what a file was made with as NXprocess: `program` ("beamfold"), its `version`, and `date`; `parameters` with
 * a dataset for each value, in its own type and with its unit (bytes as uint8); and, where captures are named,
 * `captures` with `path`, `size` in bytes, and `sha256` (hexadecimal, of the file as it is on the disk).
 *
 * The hashes take reading every capture once more, at about a second a gigabyte; `hash: false` leaves them out.
 * Everything else is written before the first of them, so that a run that is aborted here lacks no more than hashes,
 * which are then empty. So call it last, in `finish`, and await it before the file is closed.
 *
 * @param group The group that becomes NXprocess, such as `file.createGroup("entry/process")`.
 * @param options Parameters and captures.
 * @throws Hdf5Error when the group is of another class or has these names already; CaptureError for a capture that
 * cannot be read.
 *
 * @example
 * ```ts
 * import { createFile, IntParameter, replay, type Setup, type WithParameters, writeNXprocess } from "beamfold";
 *
 * class Nothing {
 *   processEvent() {}
 * }
 * class Documented {
 *   file = createFile("output/documented.h5");
 *   context: Setup["context"];
 *   static describeParameters() {
 *     return [new IntParameter({ name: "rows", default: 4, unit: "px" })];
 *   }
 *   constructor({ context }: Setup) {
 *     this.context = context;
 *   }
 *   processResult() {}
 *   async finish({ parameters }: WithParameters<typeof Documented>) {
 *     await writeNXprocess(this.file.createGroup("entry/process"), { parameters, context: this.context });
 *     this.file.close();
 *   }
 * }
 * await replay({ worker: Nothing, reducer: Documented, files: ["data/xrd.cbors"] });
 * ```
 */
export async function writeNXprocess(group: H5Group, options: NXprocessOptions): Promise<void> {
  const { parameters, context, captures = context?.captures, hash = true, date = new Date() } = options;
  assertCanBe(group, "NXprocess");
  group.createDataset("program", { data: config.name });
  group.createDataset("version", { data: config.version });
  group.createDataset("date", { data: date.toISOString() });
  setClass(group, "NXprocess");
  writeParameters(group.createGroup("parameters"), parameters);
  if (captures === undefined || captures.length === 0) return;
  const sha256 = writeCaptures(group.createGroup("captures"), captures, hash);
  for (const [i, path] of captures.entries()) sha256?.set(i, await hashOf(path));
}

function writeParameters(group: H5Group, parameters: ParameterValues): void {
  group.attrs.set("NX_class", "NXparameters");
  for (const { name, value, dtype, unit } of Object.values(parameters)) {
    // A float is one also where its value is whole.
    const type = dtype === "float" ? { dtype: "float64" } : {};
    group.createDataset(name, {
      data: value as WritableValue,
      ...type,
      ...(unit === undefined ? {} : { attrs: { units: unit } }),
    });
  }
}

/** Writes what is known without reading them; gives the dataset for the hashes. */
function writeCaptures(group: H5Group, paths: readonly string[], hash: boolean): H5Dataset | undefined {
  group.attrs.set("NX_class", "NXcollection");
  const sizes = paths.map((path) => orCaptureError(path, () => Deno.statSync(path).size));
  group.createDataset("path", { data: paths });
  group.createDataset("size", { data: sizes, attrs: { units: "bytes" } });
  return hash ? group.createDataset("sha256", { shape: [paths.length], dtype: "S64" }) : undefined;
}

/** The SHA-256 of a file, hexadecimal, block by block. */
async function hashOf(path: string): Promise<string> {
  try {
    using file = await Deno.open(path);
    const hash = sha256();
    const block = new Uint8Array(BLOCK);
    for (;;) {
      const length = await file.read(block);
      if (length === null) return hash.digest("hex");
      hash.update(block.subarray(0, length));
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function orCaptureError<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): CaptureError {
  const reason = cause instanceof Deno.errors.NotFound
    ? `there is no such file any more (looked in "${Deno.cwd()}")`
    : (cause as Error).message;
  return new CaptureError(`cannot describe the capture "${path}": ${reason}`, { path, cause });
}
