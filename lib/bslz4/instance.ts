/**
 * The kernel at work: its memory, and the frame that is in it.
 *
 * @module
 */

import { KERNEL } from "./kernel.ts";
import { checkSizes, failure, Fault, type FaultCode, type FrameLayout, partsOf, refusal } from "./layout.ts";

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
/** Bytes that are decoded at a time when they are copied out: few enough to stay in the processor's caches. */
const STRIP = 2 ** 20;

/** The kernel with a memory of its own, which grows with the frames. */
export class Kernel {
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  readonly #exports: Exports;

  constructor() {
    const module = new WebAssembly.Module(Uint8Array.fromBase64(KERNEL));
    this.#exports = new WebAssembly.Instance(module, { env: { memory: this.#memory } }).exports as unknown as Exports;
  }

  /** The bytes of memory that it holds. */
  get bytes(): number {
    return this.#buffer.byteLength;
  }

  /** The memory as it is now. It is shared with no other thread. */
  get #buffer(): ArrayBuffer {
    return this.#memory.buffer as ArrayBuffer;
  }

  /** Decodes a frame of bitshuffle and LZ4; what comes out is in the kernel's memory. */
  decode(frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
    const target = this.#blocks(frame, layout, undefined);
    return new Uint8Array(this.#buffer, target, layout.size);
  }

  /** Decodes a frame of bitshuffle and LZ4 into memory of its own. */
  decodeOut(frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
    let out = new Uint8Array(0);
    this.#blocks(frame, layout, (bytes, offset) => {
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
   * Decodes blocks: with `take` strip by strip, each at the same place, else one behind the other.
   *
   * @returns Where what comes out begins.
   */
  #blocks(
    frame: Uint8Array,
    layout: FrameLayout,
    take: ((bytes: Uint8Array, offset: number) => void) | undefined,
  ): number {
    const { itemsize, size } = layout;
    const { start, elements, blocks, last, tail } = partsOf(frame, layout);
    const blockSize = elements * itemsize;
    const strip = take === undefined ? blocks : Math.min(blocks, Math.max(1, Math.floor(STRIP / blockSize)));
    const largest = blocks > 0 ? blockSize : last * itemsize;
    const source = PADDING;
    const work = aligned(source + frame.length + PADDING);
    const target = aligned(work + WORKSPACE + largest + PADDING);
    const end = target + (take === undefined ? size : Math.max(strip * blockSize, last * itemsize));
    const memory = this.#reserve(end, frame, layout);
    memory.set(frame, source);

    let from = source + start;
    let done = 0;
    const decode = (count: number, each: number): void => {
      const to = take === undefined ? target + done : target;
      const next = this.#exports.decodeBlocks(from, source + frame.length, to, count, each, itemsize, work);
      if (next === 0) throw this.#failure(frame, layout, source);
      from = next >>> 0;
      take?.(memory.subarray(to, to + count * each * itemsize), done);
      done += count * each * itemsize;
    };
    for (let block = 0; block < blocks; block += strip) decode(Math.min(strip, blocks - block), elements);
    if (last > 0) decode(1, last);
    const rest = from - source;
    if (frame.length - rest !== tail) throw failure(frame, layout, Fault.rest, rest, tail);
    if (take === undefined) memory.set(frame.subarray(rest), target + done);
    else take(frame.subarray(rest), done);
    return target;
  }

  /** Grows the memory, which makes earlier views of it empty. */
  #reserve(bytes: number, frame: Uint8Array, layout: FrameLayout): Uint8Array<ArrayBuffer> {
    const pages = Math.ceil(bytes / PAGE) - this.bytes / PAGE;
    if (pages > 0) {
      try {
        this.#memory.grow(pages);
      } catch (cause) {
        const why = `that takes ${bytes} bytes of memory, and there are not as many (${(cause as Error).message})`;
        throw refusal(frame, layout, 0, why, cause);
      }
    }
    return new Uint8Array(this.#buffer);
  }

  #failure(frame: Uint8Array, layout: FrameLayout, source: number): Error {
    const { failureCode, failurePlace, failureFound } = this.#exports;
    const offset = (failurePlace() >>> 0) - source;
    return failure(frame, layout, failureCode() as FaultCode, offset, failureFound() >>> 0);
  }
}

/** The next position at which vectors are loaded and stored best. */
function aligned(position: number): number {
  return Math.ceil(position / 64) * 64;
}
