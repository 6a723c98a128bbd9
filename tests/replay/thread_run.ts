/**
 * How the tests of threads replay.
 *
 * @module
 */

import { replay, type ReplayOptions } from "beamfold";
import { numbered, upTo } from "./parts.ts";
import type { Keep } from "./thread_classes.ts";

/** Where the classes are that threads load. */
export const CLASSES = decodeURIComponent(new URL("thread_classes.ts", import.meta.url).pathname);

/** Replays events 0 to 19 through classes of `thread_classes.ts`. */
export async function run(
  folder: string,
  worker: string,
  options: Partial<ReplayOptions> & { reducer?: string; count?: number } = {},
) {
  const { count = 20, reducer = "Keep", ...rest } = options;
  const files = rest.files ?? [await numbered(`${folder}/${worker}.cbors`, upTo(count))];
  const outcome = await replay({
    worker: `${CLASSES}:${worker}`,
    threads: 2,
    broadcastFirst: false,
    ...rest,
    files,
    reducer: `${CLASSES}:${reducer}`,
  });
  return { ...outcome, reducer: outcome.reducer as unknown as Keep };
}
