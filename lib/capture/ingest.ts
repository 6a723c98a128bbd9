/**
 * Raw dumps as events.
 *
 * @module
 */

import { type CaptureItem } from "../event.ts";
import { getLogger } from "../log.ts";
import type { Protocol } from "./ingest/names.ts";
import { openDump } from "./inputs.ts";
import { cutError, itemOf } from "./read.ts";

/** What a raw dump holds, and what becomes of it. */
export interface IngestOptions {
  /** What its messages are; `"auto"` when left out: recognised by the first of them. */
  readonly protocol?: Protocol | "auto";
  /** The name that its stream gets; that of the protocol when left out. */
  readonly stream?: string;
  /** Whether a dump that is cut in its last message is an error (false: a remark). */
  readonly strict?: boolean;
}

/**
 * The events of a raw dump, by the rule of its protocol, numbered from 0. Messages before the header and after the end
 * of the scan are passed over.
 *
 * @param path The dump: a CBOR sequence with an array of byte strings for each ZMQ message, or lines of text; plain or
 * gzip.
 * @param options Its protocol and the name of its stream.
 * @returns The events. When they are through, the generator returns remarks, which are also logged as warnings: how
 * many messages were passed over, and what is missing at the end.
 * @throws CaptureError where the dump is damaged, or a message of the scan is none of the protocol, with its byte
 * offset; also when the dump holds no scan. OptionError for an unknown protocol.
 *
 * @example
 * ```ts
 * import { ingest, writeCapture } from "beamfold";
 *
 * async function convert(dump: string) {
 *   return await writeCapture("output/events.cbors", ingest(dump, { protocol: "auto", stream: "xspress3" }));
 * }
 * ```
 */
export async function* ingest(
  path: string,
  options: IngestOptions = {},
): AsyncGenerator<CaptureItem, readonly string[]> {
  const items = await openDump({ ...options, path });
  try {
    for (let item = await items.next(); item !== undefined; item = await items.next()) yield itemOf(item);
    if (items.cut !== undefined && options.strict) throw cutError(items.cut);
    const remarks = [...(items.cut === undefined ? [] : [items.cut.message]), ...items.notes];
    const logger = getLogger(["beamfold", "ingest"]);
    for (const remark of remarks) logger?.warn("{remark}", { remark });
    return remarks;
  } finally {
    await items.close();
  }
}
