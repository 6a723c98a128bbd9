/**
 * The kernel at work, in its memory.
 *
 * @module
 */

import { instanceIn } from "../wasm.ts";
import { KERNEL } from "./kernel.ts";
import {
  blocksEnd,
  checkSizes,
  failure,
  Fault,
  type FaultCode,
  type FrameLayout,
  type Parts,
  partsOf,
  refusal,
} from "./layout.ts";

/** What `assembly/` exports; positions are signed there. */
interface Exports {
  decodeBlocks(
    source: number,
    end: number,
    target: number,
    blocks: number,
    elements: number,
    itemsize: number,
    work: number,
  ): number;
  decodeLz4(source: number, end: number, target: number, size: number): number;
  failureCode(): number;
  failurePlace(): number;
  failureFound(): number;
}

const PAGE = 65536;
/** Memory behind frames and outputs that LZ4 may touch, and 0, which no frame begins at. */
const PADDING = 64;
/** Memory for the vectors of 16 columns: `WORKSPACE` in `assembly/untranspose.ts`. */
const WORKSPACE = 1024;
/** Bytes that are decoded at a time: few enough to stay in the processor's caches. */
const STRIP = 2 ** 18;
/** Bytes are copied to shared memory by eights where both ends of the copy lie alike, and else one by one. */
const EIGHT = 8;

/** Where in a memory frames are decoded; positions, none of them 0, and sizes are in bytes. */
export interface Room {
  readonly memory: WebAssembly.Memory;
  /** Where strips come out. */
  readonly strip: number;
  readonly stripBytes: number;
  /** Where the kernel works: it takes 1.5 KiB, a block, and what a strip comes out of. */
  readonly work: number;
  readonly workBytes: number;
}

/** Told of a strip: bytes in the kernel's memory, which the next one overwrites, and where they belong. */
export type Take = (strip: Uint8Array<ArrayBuffer>, offset: number) => void;

/** The kernel in a memory of its own, which grows with the frames, or in the room that another memory has for it. */
export class Kernel {
  readonly #memory: WebAssembly.Memory;
  readonly #room: Room | undefined;
  readonly #exports: Exports;
  /** All of the memory, and the part of it that was taken last: strips would make them again and again. */
  #bytes = new Uint8Array(0);
  #strip = new Uint8Array(0);

  constructor(room?: Room) {
    this.#room = room;
    this.#memory = room?.memory ?? new WebAssembly.Memory({ initial: 1, maximum: 65536 });
    this.#exports = instanceIn(this.#memory, KERNEL) as unknown as Exports;
  }

  /** The memory as it is now. It is shared with no other thread. */
  get #buffer(): ArrayBuffer {
    return this.#memory.buffer as ArrayBuffer;
  }

  /** Decodes a frame of bitshuffle and LZ4 into memory of its own. */
  decode(frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
    let out = new Uint8Array(0);
    this.strips(frame, layout, (bytes, offset) => {
      // Nothing is taken for a frame that is damaged at its beginning.
      if (offset === 0) out = new Uint8Array(layout.size);
      out.set(bytes, offset);
    });
    return out;
  }

  /** Decodes a frame that is one LZ4 block; what comes out is in the kernel's memory. */
  decodeLz4(frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
    checkSizes(frame, layout);
    const source = PADDING;
    const target = aligned(source + frame.length + PADDING);
    const memory = this.#reserve(target + layout.size + PADDING, frame, layout);
    memory.set(frame, source);
    if (this.#exports.decodeLz4(source, source + frame.length, target, layout.size) === 0) {
      throw this.#failure(frame, layout, source);
    }
    return memory.subarray(target, target + layout.size);
  }

  /**
   * Decodes a frame of bitshuffle and LZ4 strip by strip, in order.
   *
   * @returns Whether the room is large enough; nothing is taken when it is not. A memory of its own always is.
   */
  strips(frame: Uint8Array, layout: FrameLayout, take: Take): boolean {
    const room = this.#room;
    const parts = partsOf(frame, layout);
    const { itemsize } = layout;
    const size = parts.elements * itemsize;
    const largest = parts.blocks > 0 ? size : parts.last * itemsize;
    const many = Math.max(1, Math.floor((room?.stripBytes ?? STRIP) / size));
    const stripSize = Math.max(Math.min(many, parts.blocks) * size, parts.last * itemsize, parts.tail);
    const work = room?.work ?? PADDING;
    const rows = work + WORKSPACE + largest + PADDING;
    const target = room?.strip ?? aligned(rows);
    const source = aligned(room === undefined ? target + stripSize + PADDING : rows);
    if (room !== undefined) {
      const enough = room.work + room.workBytes - source - EIGHT - PADDING;
      if (stripSize > room.stripBytes || longestPart(frame, parts, many) > enough) return false;
    }

    let from = parts.start;
    let done = 0;
    const decode = (count: number, each: number): void => {
      const part = frame.subarray(from, blocksEnd(frame, from, count));
      const start = source + part.byteOffset % EIGHT;
      const memory = this.#reserve(start + part.length + PADDING, frame, layout);
      memory.set(part, start);
      const next = this.#exports.decodeBlocks(start, start + part.length, target, count, each, itemsize, work);
      if (next === 0) throw this.#failure(frame, layout, start - from);
      from += next - start;
      take(this.#stripAt(target, count * each * itemsize), done);
      done += count * each * itemsize;
    };
    for (let block = 0; block < parts.blocks; block += many) {
      decode(Math.min(many, parts.blocks - block), parts.elements);
    }
    if (parts.last > 0) decode(1, parts.last);
    if (frame.length - from !== parts.tail) throw failure(frame, layout, Fault.rest, from, parts.tail);
    if (parts.tail > 0) {
      const memory = this.#reserve(target + parts.tail, frame, layout);
      memory.set(frame.subarray(from), target);
      take(memory.subarray(target, target + parts.tail), done);
    }
    return true;
  }

  /** Grows the memory, which makes earlier views of it empty. */
  #reserve(bytes: number, frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
    const pages = Math.ceil(bytes / PAGE) - this.#buffer.byteLength / PAGE;
    if (pages > 0) {
      try {
        this.#memory.grow(pages);
      } catch (cause) {
        const why = `that takes ${bytes} bytes of memory, and there are not as many (${(cause as Error).message})`;
        throw refusal(frame, layout, 0, why, cause);
      }
    }
    if (this.#bytes.buffer !== this.#buffer) this.#bytes = new Uint8Array(this.#buffer);
    return this.#bytes;
  }

  #stripAt(start: number, size: number): Uint8Array<ArrayBuffer> {
    // A view of memory that has grown since has no length any more.
    const { byteOffset, length } = this.#strip;
    if (byteOffset !== start || length !== size) {
      this.#strip = this.#bytes.subarray(start, start + size);
    }
    return this.#strip;
  }

  #failure(frame: Uint8Array, layout: FrameLayout, source: number): Error {
    const { failureCode, failurePlace, failureFound } = this.#exports;
    const offset = (failurePlace() >>> 0) - source;
    return failure(frame, layout, failureCode() as FaultCode, offset, failureFound() >>> 0);
  }
}

/** The most bytes that `many` blocks of a frame take. */
function longestPart(frame: Uint8Array, { start, blocks, last }: Parts, many: number): number {
  let longest = 0;
  let from = start;
  for (let block = 0; block < blocks + Math.sign(last); block += many) {
    const end = blocksEnd(frame, from, Math.min(many, blocks + Math.sign(last) - block));
    longest = Math.max(longest, end - from);
    from = end;
  }
  return longest;
}

/** The next position at which vectors are loaded and stored best. */
function aligned(position: number): number {
  return Math.ceil(position / 64) * 64;
}
