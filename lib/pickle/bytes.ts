/**
 * Bytes in pickles of any protocol.
 *
 * @module
 */

import type { Reading } from "./reading.ts";
import { fromLatin1 } from "./text.ts";

/** The bytes of a value: bytes themselves, or a text of Python 2, which was bytes; undefined for anything else. */
export function bytesOf(reading: Reading, value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  return typeof value === "string" ? fromLatin1(reading, value) : undefined;
}

/** `_codecs.encode(text, "latin1")`: how Python 3 writes bytes for protocols that have none. */
export function encode(args: readonly unknown[], reading: Reading): Uint8Array {
  const [text, encoding] = args;
  if (args.length !== 2 || typeof text !== "string" || (encoding !== "latin1" && encoding !== "latin-1")) {
    throw reading.error("_codecs.encode takes a text and latin1", "_codecs.encode");
  }
  const bytes = fromLatin1(reading, text);
  if (bytes === undefined) throw reading.error("a text that stands for bytes has wide characters", "_codecs.encode");
  return bytes;
}

/** `bytes()` and `bytearray()`: nothing, or bytes; a number, which would be a length, is refused. */
export function bytesOnce(args: readonly unknown[], reading: Reading): Uint8Array {
  const [value] = args;
  if (args.length === 0) return new Uint8Array(0);
  if (typeof value === "string") return encode(args, reading);
  if (args.length > 1 || !(value instanceof Uint8Array)) {
    throw reading.error("bytes and bytearray are read when they are made from bytes", "builtins.bytearray");
  }
  return value;
}
