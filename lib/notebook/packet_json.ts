/**
 * Packets for JSON, which has no arrays, bytes and BigInts.
 *
 * @module
 */

import { dtypeOf } from "../array/dtypes.ts";
import { contiguous, isNdArray } from "../array/ndarray.ts";
import { asError, BeamfoldError } from "../errors.ts";
import type { StreamData } from "../event.ts";
import { type PacketContext, parsePacket } from "../protocols/packets.ts";

/** Elements of an array that are given. */
const FIRST = 8;
/** How deep dicts and lists are followed. */
const MAX_DEPTH = 20;

/** A stream for JSON: its type, the bytes of its frames, and its packet, or why it is none. */
export function streamJson(stream: StreamData, context: PacketContext = {}): Record<string, unknown> {
  const { typ, frames } = stream;
  const described = { typ, frames: frames.map(({ length }) => length) };
  try {
    const known = parsePacket(stream, context);
    return known === undefined ? described : { ...described, ...known, packet: packetJson(known.packet) };
  } catch (thrown) {
    const error = asError(thrown);
    if (!(error instanceof BeamfoldError)) throw error;
    return { ...described, error: error.message };
  }
}

/**
 * A value for JSON: arrays as their dtype, shape and first elements, bytes as their number, whole numbers beyond 2^53
 * as their digits in a text.
 */
function packetJson(value: unknown, depth = 0): unknown {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (isNdArray(value)) {
    const first = Array.from(contiguous(value).subarray(0, FIRST) as ArrayLike<number | bigint>);
    return { dtype: dtypeOf(value.data), shape: value.shape, first: first.map((element) => packetJson(element)) };
  }
  if (value instanceof Uint8Array) return { bytes: value.length };
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, (item) => packetJson(item, depth + 1));
  const entries = value instanceof Map
    ? Array.from(value, ([key, item]) => [String(key), item])
    : Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, packetJson(item, depth + 1)]));
}
