/**
 * Texts and numbers as pickles write them.
 *
 * @module
 */

import type { Reading } from "./reading.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Up to here a loop is faster than a call of the decoder. */
const SHORT = 120;

/** Bytes as UTF-8; lone surrogates, which Python writes as three bytes each, are kept. */
export function utf8(reading: Reading, bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    let text = "";
    let i = start;
    // Few long pieces make a text faster than many characters do.
    for (; i + 4 <= end; i += 4) {
      const a = bytes[i] as number;
      const b = bytes[i + 1] as number;
      const c = bytes[i + 2] as number;
      const d = bytes[i + 3] as number;
      if ((a | b | c | d) >= 0x80) break;
      text += String.fromCharCode(a, b, c, d);
    }
    if (i === end) return text;
    while (i < end) {
      const byte = bytes[i++] as number;
      if (byte < 0x80) text += String.fromCharCode(byte);
      else {
        // Two bytes are worth it: protocols 0 to 2 write bytes as text of the first 256 characters. A second byte behind
        // the end leads past it, and so to the decoder, which refuses the first.
        const second = bytes[i++] as number;
        if (byte < 0xc2 || byte > 0xdf || (second & 0xc0) !== 0x80) break;
        text += String.fromCharCode((byte & 0x1f) << 6 | second & 0x3f);
      }
      if (i === end) return text;
    }
  }
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return withSurrogates(reading, bytes, start, end);
  }
}

function withSurrogates(reading: Reading, bytes: Uint8Array, start: number, end: number): string {
  const parts: string[] = [];
  let from = start;
  const flush = (to: number) => {
    try {
      parts.push(decoder.decode(bytes.subarray(from, to)));
    } catch (cause) {
      throw reading.error("a text is not UTF-8", undefined, cause);
    }
  };
  for (let i = start; i + 2 < end; i++) {
    const second = bytes[i + 1] as number;
    const third = bytes[i + 2] as number;
    if (bytes[i] !== 0xed || second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) continue;
    flush(i);
    parts.push(String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f)));
    i += 2;
    from = i + 1;
  }
  flush(end);
  return parts.join("");
}

/** Bytes as Latin-1: each byte the character of that number. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let from = start; from < end; from += 8192) {
    text += String.fromCharCode(...bytes.subarray(from, Math.min(end, from + 8192)));
  }
  return text;
}

/** The bytes of a text whose characters are all below 256, or undefined. */
export function fromLatin1(reading: Reading, text: string): Uint8Array | undefined {
  const bytes = reading.allocate(text.length);
  let all = 0;
  for (let i = 0; i < text.length; i++) all |= bytes[i] = text.charCodeAt(i);
  return all < 256 ? bytes : undefined;
}

/** The line from `start` on; `end` is the byte behind its line feed. */
export function line(reading: Reading, bytes: Uint8Array, start: number, end: number): string {
  return utf8(reading, bytes, start, end - 1);
}

/** CPython's limit on the digits of an integer in text. */
const MOST_DIGITS = 4300;
/** Bytes of a binary integer; a detector's have eight. */
const MOST_BYTES = 65_536;

/** An integer that is exact: a number up to 53 bits, else a BigInt. */
export function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The argument of INT (`12`, and `00` and `01` for booleans) and LONG (`12L`). */
export function integer(reading: Reading, text: string): number | bigint {
  // Reading digits takes more than linear time, and so does looking for something else among them.
  if (text.length > MOST_DIGITS) throw reading.error(`an integer has ${text.length} characters`);
  const digits = /^\s*([+-]?)(\d+)L?\s*$/.exec(text);
  if (digits === null) throw reading.error(`${JSON.stringify(text.slice(0, 40))} is no integer`);
  const [, sign, magnitude] = digits as unknown as [string, string, string];
  const value = BigInt(magnitude);
  return exact(sign === "-" ? -value : value);
}

/** The argument of LONG1 and LONG4: two's complement, little-endian. */
export function long(reading: Reading, bytes: Uint8Array, start: number, end: number): number | bigint {
  const length = end - start;
  if (length === 0) return 0;
  if (length > MOST_BYTES) throw reading.error(`an integer has ${length} bytes`);
  let digits = "0x";
  for (let i = end - 1; i >= start; i--) digits += (bytes[i] as number).toString(16).padStart(2, "0");
  return exact(BigInt.asIntN(8 * length, BigInt(digits)));
}

/** The argument of FLOAT. */
export function float(reading: Reading, text: string): number {
  if (text.length > MOST_DIGITS) throw reading.error(`a number has ${text.length} characters`);
  const word = /^\s*([+-]?)(inf|infinity|nan)\s*$/i.exec(text);
  if (word !== null) {
    const magnitude = word[2]?.toLowerCase() === "nan" ? NaN : Infinity;
    return word[1] === "-" ? -magnitude : magnitude;
  }
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) {
    throw reading.error(`${JSON.stringify(text.slice(0, 40))} is no number`);
  }
  return Number(text);
}

/** A text of Python 2, whose encoding is not known: ASCII is text, anything else stays bytes. */
export function string2(bytes: Uint8Array, start: number, end: number): string | Uint8Array {
  for (let i = start; i < end; i++) if ((bytes[i] as number) >= 0x80) return bytes.subarray(start, end);
  return latin1(bytes, start, end);
}

/** The argument of UNICODE: Latin-1 with `\uXXXX` and `\UXXXXXXXX`. */
export function unicode(reading: Reading, text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|[^])?/g, (whole, short?: string, wide?: string) => {
    const digits = short ?? wide;
    if (digits === undefined) {
      if (/^\\u/i.test(whole)) throw reading.error(`${JSON.stringify(whole)} in a text lacks digits`);
      return whole;
    }
    const code = parseInt(digits, 16);
    if (code > 0x10ffff) throw reading.error(`${JSON.stringify(whole)} in a text is no character`);
    return code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
  });
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

/** The argument of STRING: a quoted text as Python 2 prints it. */
export function quoted(reading: Reading, text: string): string | Uint8Array {
  const inner = /^\s*(?:'([^]*)'|"([^]*)")\s*$/.exec(text);
  if (inner === null) throw reading.error(`${JSON.stringify(text.slice(0, 40))} is no quoted text`);
  const raw = inner[1] ?? inner[2] ?? "";
  const plain = raw.replace(
    /\\(?:x([\da-fA-F]{2})|([0-7]{1,3})|([^]))?/g,
    (whole, hex?: string, octal?: string, one?) => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
      return Object.hasOwn(escapes, one ?? "") ? escapes[one] as string : whole;
    },
  );
  const bytes = fromLatin1(reading, plain);
  if (bytes === undefined) throw reading.error("a byte string holds wide characters");
  return string2(bytes, 0, bytes.length);
}
