/**
 * Opcodes of protocol 4, written into bytes that grow.
 *
 * @module
 */

import { joinedBytes } from "../bytes.ts";

/** Bytes of a pickle in the making. */
export class Writer {
  private bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  private length = 0;
  private remembered = 0;

  /** Opcodes and other bytes as they are. */
  raw(...bytes: number[]): void {
    const at = this.grow(bytes.length);
    for (let i = 0; i < bytes.length; i++) this.bytes[at + i] = bytes[i] as number;
  }

  /** An opcode for short data and one for long data, then the data. */
  counted(short: number, long: number, data: Uint8Array): void {
    if (data.length < 256) this.raw(short, data.length);
    else {
      const head = this.grow(9);
      this.bytes[head] = long;
      new DataView(this.bytes.buffer).setBigUint64(head + 1, BigInt(data.length), true);
    }
    const at = this.grow(data.length);
    this.bytes.set(data, at);
  }

  /** SHORT_BINUNICODE or BINUNICODE8. */
  text(text: string): void {
    this.counted(0x8c, 0x8d, utf8(text));
  }

  /** A number: the smallest of Python's integers where it is one and exact, else a float. */
  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      const at = this.grow(9);
      this.bytes[at] = 0x47; // BINFLOAT
      new DataView(this.bytes.buffer).setFloat64(at + 1, value);
    } else if (value >= 0 && value < 256) this.raw(0x4b, value); // BININT1
    else if (value === (value | 0)) {
      const at = this.grow(5);
      this.bytes[at] = 0x4a; // BININT
      new DataView(this.bytes.buffer).setInt32(at + 1, value, true);
    } else this.bigint(BigInt(value));
  }

  /** LONG1 or LONG4: two's complement, little-endian, in as few bytes as hold it; false where they are too many. */
  bigint(value: bigint): boolean {
    const digits = (value < 0n ? -value - 1n : value).toString(16);
    // One bit more than the magnitude has, for the sign.
    const bits = 4 * (digits.length - 1) + (32 - Math.clz32(parseInt(digits.charAt(0), 16))) + 1;
    const length = Math.ceil(bits / 8);
    if (length > 65_536) return false;
    const all = BigInt.asUintN(8 * length, value).toString(16).padStart(2 * length, "0");
    if (length < 256) this.raw(0x8a, length);
    else this.raw(0x8b, length & 0xff, length >> 8 & 0xff, length >> 16, 0);
    const at = this.grow(length);
    for (let i = 0; i < length; i++) {
      this.bytes[at + i] = parseInt(all.slice(2 * (length - 1 - i), 2 * (length - i)), 16);
    }
    return true;
  }

  /** MEMOIZE: the number to get the last value again with. */
  remember(): number {
    this.raw(0x94);
    return this.remembered++;
  }

  /** BINGET or LONG_BINGET. */
  again(index: number): void {
    if (index < 256) this.raw(0x68, index);
    else this.raw(0x6a, index & 0xff, index >> 8 & 0xff, index >> 16 & 0xff, index >>> 24);
  }

  /** What was written. */
  taken(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  /** Makes room, and gives where it starts. */
  private grow(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    return at;
  }
}

const encoder = new TextEncoder();

/** UTF-8, in which lone surrogates are three bytes each, as Python writes them. */
function utf8(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts = text.split(/([\ud800-\udfff])/u);
  const encoded = parts.map((part) => {
    if (part.isWellFormed()) return encoder.encode(part);
    const code = part.charCodeAt(0);
    return Uint8Array.of(0xe0 | code >> 12, 0x80 | code >> 6 & 0x3f, 0x80 | code & 0x3f);
  });
  return joinedBytes(encoded);
}
