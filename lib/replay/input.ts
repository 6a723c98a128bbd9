/**
 * What a replay is told to read, checked and opened.
 *
 * @module
 */

import { FreshFrames, KeptFrames } from "../capture/frame_pool.ts";
import { isInput } from "../capture/inputs.ts";
import { Lookahead } from "../capture/lookahead.ts";
import { EventMerge, mergeInputs } from "../capture/merge.ts";
import { type EventSource, generatorsOf, isSource } from "../capture/source.ts";
import { OptionError } from "../errors.ts";
import { loadClass } from "./load.ts";
import type { ReplayOptions } from "./options.ts";

/**
 * Opens the captures of a replay, or its source.
 *
 * @throws OptionError when neither or both are given, or one is not what it should be; CaptureError for a file that
 * cannot be read; whatever the source throws.
 */
export async function openEvents(
  { files, source, reuseFrames }: Pick<ReplayOptions, "files" | "source" | "reuseFrames">,
): Promise<EventMerge> {
  if (source !== undefined) {
    if (files !== undefined) throw new OptionError("both files and a source are given: leave one of them out");
    const generators = await generatorsOf(await sourceOf(source));
    return new EventMerge(generators.map((items) => new Lookahead(items)));
  }
  if (!Array.isArray(files) || !files.every(isInput)) {
    throw new OptionError(
      `files is ${Deno.inspect(files)}, expected a list of captures such as ["data/xrd.cbors"], raw dumps such as ` +
        `{ path: "dump.cbors", protocol: "auto", stream: "xrd" }, or a source`,
    );
  }
  return await mergeInputs(files, reuseFrames ? new KeptFrames() : new FreshFrames());
}

/** The source itself, or an object of the class that is one. */
async function sourceOf(given: unknown): Promise<EventSource> {
  if (isSource(given)) return given;
  const Source = await loadClass(given, { name: "source", method: "getSourceGenerators" });
  return new Source() as EventSource;
}
