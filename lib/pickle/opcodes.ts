/**
 * The opcodes of Python's pickles, protocols 0 to 5, and how long their arguments are (CPython's `pickletools.py`).
 *
 * @module
 */

import { PickleError } from "../errors.ts";

/** Layouts of arguments: up to 8 is a number of bytes; the others carry their length. */
const COUNT1 = 9;
const COUNT4 = 10;
const COUNT8 = 11;
const LINE = 12;
const TWO_LINES = 13;
const UNKNOWN = 255;

/** The longest argument that is believed. Messages are far shorter, and a typed array can hold no more. */
const LONGEST = 2 ** 31;

/** Name, code and layout. Codes below 0x80 are printable, and Python writes them as characters. */
const opcodes: readonly (readonly [name: string, code: string, layout: number])[] = [
  ["MARK", "(", 0],
  ["STOP", ".", 0],
  ["POP", "0", 0],
  ["POP_MARK", "1", 0],
  ["DUP", "2", 0],
  ["BINBYTES", "B", COUNT4],
  ["SHORT_BINBYTES", "C", COUNT1],
  ["FLOAT", "F", LINE],
  ["BINFLOAT", "G", 8],
  ["INT", "I", LINE],
  ["BININT", "J", 4],
  ["BININT1", "K", 1],
  ["LONG", "L", LINE],
  ["BININT2", "M", 2],
  ["NONE", "N", 0],
  ["PERSID", "P", LINE],
  ["BINPERSID", "Q", 0],
  ["REDUCE", "R", 0],
  ["STRING", "S", LINE],
  ["BINSTRING", "T", COUNT4],
  ["SHORT_BINSTRING", "U", COUNT1],
  ["UNICODE", "V", LINE],
  ["BINUNICODE", "X", COUNT4],
  ["EMPTY_LIST", "]", 0],
  ["APPEND", "a", 0],
  ["BUILD", "b", 0],
  ["GLOBAL", "c", TWO_LINES],
  ["DICT", "d", 0],
  ["APPENDS", "e", 0],
  ["GET", "g", LINE],
  ["BINGET", "h", 1],
  ["INST", "i", TWO_LINES],
  ["LONG_BINGET", "j", 4],
  ["LIST", "l", 0],
  ["OBJ", "o", 0],
  ["PUT", "p", LINE],
  ["BINPUT", "q", 1],
  ["LONG_BINPUT", "r", 4],
  ["SETITEM", "s", 0],
  ["TUPLE", "t", 0],
  ["EMPTY_TUPLE", ")", 0],
  ["SETITEMS", "u", 0],
  ["EMPTY_DICT", "}", 0],
  ["PROTO", "\x80", 1],
  ["NEWOBJ", "\x81", 0],
  ["EXT1", "\x82", 1],
  ["EXT2", "\x83", 2],
  ["EXT4", "\x84", 4],
  ["TUPLE1", "\x85", 0],
  ["TUPLE2", "\x86", 0],
  ["TUPLE3", "\x87", 0],
  ["NEWTRUE", "\x88", 0],
  ["NEWFALSE", "\x89", 0],
  ["LONG1", "\x8a", COUNT1],
  ["LONG4", "\x8b", COUNT4],
  ["SHORT_BINUNICODE", "\x8c", COUNT1],
  ["BINUNICODE8", "\x8d", COUNT8],
  ["BINBYTES8", "\x8e", COUNT8],
  ["EMPTY_SET", "\x8f", 0],
  ["ADDITEMS", "\x90", 0],
  ["FROZENSET", "\x91", 0],
  ["NEWOBJ_EX", "\x92", 0],
  ["STACK_GLOBAL", "\x93", 0],
  ["MEMOIZE", "\x94", 0],
  ["FRAME", "\x95", 8],
  ["BYTEARRAY8", "\x96", COUNT8],
  ["NEXT_BUFFER", "\x97", 0],
  ["READONLY_BUFFER", "\x98", 0],
];

/** The last opcode of a pickle. */
export const STOP = 0x2e;
/** Says how long the frame is that follows; frames may be left out, and say nothing about the values. */
export const FRAME = 0x95;

/** For each opcode the number of bytes of its argument; above 8 where that is written in the argument itself. */
export const layouts: Uint8Array = new Uint8Array(256).fill(UNKNOWN);
for (const [, code, layout] of opcodes) layouts[code.charCodeAt(0)] = layout;

const names = new Map(opcodes.map(([name, code]) => [code.charCodeAt(0), name]));

/** Python's name of an opcode. */
export function opcodeName(opcode: number): string {
  return names.get(opcode) ?? `0x${opcode.toString(16).padStart(2, "0")}`;
}

/**
 * Where an opcode's argument ends. Reads no further than `end`: what is returned lies behind it when the argument does,
 * and then says how far it reaches at least.
 *
 * @param bytes What holds the pickle.
 * @param opcode The opcode.
 * @param at The byte behind the opcode.
 * @param end Where the bytes at hand end.
 * @param origin Where the pickle starts, from which offsets in errors are counted.
 * @throws PickleError for a byte that is no opcode, or a length beyond 2 GiB.
 */
export function argumentEnd(bytes: Uint8Array, opcode: number, at: number, end: number, origin: number): number {
  const layout = layouts[opcode] as number;
  if (layout <= 8) return at + layout;
  switch (layout) {
    case COUNT1:
      return at < end ? at + 1 + (bytes[at] as number) : at + 1;
    case COUNT4:
      return at + 4 > end ? at + 4 : at + 4 + believed(uint32(bytes, at), opcode, at - 1 - origin);
    case COUNT8:
      return at + 8 > end ? at + 8 : at + 8 + believed(uint64(bytes, at), opcode, at - 1 - origin);
    case LINE:
      return lineEnd(bytes, at, end);
    case TWO_LINES: {
      const first = lineEnd(bytes, at, end);
      return first > end ? first : lineEnd(bytes, first, end);
    }
    default: {
      const offset = at - 1 - origin;
      throw new PickleError(`cannot read this pickle: ${opcodeName(opcode)} at byte ${offset} is no opcode`, {
        offset,
      });
    }
  }
}

/** The byte behind the next line feed; one behind `end` when there is none before it. */
function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  const found = bytes.indexOf(0x0a, at);
  return found < 0 || found >= end ? end + 1 : found + 1;
}

/** A little-endian 32-bit number without sign. */
export function uint32(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return low + (bytes[at + 3] as number) * 0x1000000;
}

/** A little-endian 64-bit number without sign; inexact where it is absurd. */
export function uint64(bytes: Uint8Array, at: number): number {
  return uint32(bytes, at) + uint32(bytes, at + 4) * 2 ** 32;
}

/** A length, if it is one that can be meant. */
export function believed(length: number, opcode: number, offset: number): number {
  if (length <= LONGEST) return length;
  throw new PickleError(
    `cannot read this pickle: ${opcodeName(opcode)} at byte ${offset} says that it is ${length} bytes long, and at ` +
      `most ${LONGEST} are believed`,
    { offset },
  );
}
