/**
 * The heads of CBOR data items (RFC 8949, section 3): a major type and an argument in 1, 2, 3, 5 or 9 bytes.
 *
 * @module
 */

/** CBOR's major types, as their number in a head's upper three bits. */
export const Major = { uint: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

/** How each major type is called in a message. */
export const majorNames = [
  "an unsigned integer",
  "a negative integer",
  "a byte string",
  "a text",
  "an array",
  "a map",
  "a tag",
  "a simple value",
] as const;

/** The argument of a head that announces no length: the elements go on until a "break". */
export const INDEFINITE = -1;

/** The initial byte that ends an array or map of indefinite length. */
export const BREAK = 0xff;

/** Tags: self-described CBOR, date and time as text, and the two of event captures. */
export const Tag = { selfDescribed: 55799, dateTime: 0, event: 42877, stream: 42878 } as const;

/** Bytes that a head takes, by the lower five bits of its first byte; 0 where CBOR has reserved them. */
export function headLength(additional: number): number {
  if (additional < 24 || additional === 31) return 1;
  return additional < 28 ? 1 + (1 << (additional - 24)) : 0;
}

/** Writes the shortest head for a major type and argument, and gives the position after it. */
export function writeHead(into: DataView, at: number, major: number, argument: number): number {
  const high = major << 5;
  if (argument < 24) {
    into.setUint8(at, high | argument);
    return at + 1;
  }
  if (argument <= 0xff) {
    into.setUint8(at, high | 24);
    into.setUint8(at + 1, argument);
    return at + 2;
  }
  if (argument <= 0xffff) {
    into.setUint8(at, high | 25);
    into.setUint16(at + 1, argument);
    return at + 3;
  }
  if (argument <= 0xffffffff) {
    into.setUint8(at, high | 26);
    into.setUint32(at + 1, argument);
    return at + 5;
  }
  into.setUint8(at, high | 27);
  into.setBigUint64(at + 1, BigInt(argument));
  return at + 9;
}
