/**
 * Where a pickle ends, for reading many of them from one file.
 *
 * @module
 */

import { PickleError } from "../errors.ts";
import { argumentEnd, believed, FRAME, layouts, STOP, uint64 } from "./opcodes.ts";

/**
 * Finds the end of a pickle by walking its opcodes. Nothing is unpickled.
 *
 * Walking starts anew at each call: a caller that reads in chunks should at least double them.
 *
 * @param bytes What holds the pickle.
 * @param start Where the pickle starts in `bytes`.
 * @param end Where the bytes at hand end.
 * @returns `end`, the position behind the pickle's last opcode; or `missing`, how many more bytes there must be at least.
 * @throws PickleError for a byte that is no opcode, or a length beyond 2 GiB; its `offset` counts from `start`.
 *
 * @example
 * ```ts
 * import { pickle } from "./pickle.ts";
 * import { pickleExtent } from "./extent.ts";
 *
 * const bytes = pickle([1, 2]);
 * console.assert("end" in pickleExtent(bytes, 0, bytes.length));
 * console.assert("missing" in pickleExtent(bytes, 0, bytes.length - 1));
 * ```
 */
export function pickleExtent(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly end: number } | { readonly missing: number } {
  if (!(start >= 0 && start <= end && end <= bytes.length)) {
    throw new PickleError(`there are no bytes ${start} to ${end} among ${bytes.length}`);
  }
  let at = start;
  // A frame that is cut says how much more there is. It may be wrong, and then the opcodes in it tell.
  let frameEnd = 0;
  while (at < end) {
    const opcode = bytes[at++] as number;
    if (opcode === STOP) return { end: at };
    const layout = layouts[opcode] as number;
    const next = layout <= 8 ? at + layout : argumentEnd(bytes, opcode, at, end, start);
    if (opcode === FRAME && next <= end) {
      frameEnd = Math.max(frameEnd, next + believed(uint64(bytes, at), opcode, at - 1 - start));
    }
    at = next;
  }
  // Behind what is there, at least the last opcode follows.
  return { missing: Math.max(at === end ? 1 : at - end, frameEnd - end) };
}
