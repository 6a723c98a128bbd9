/**
 * The inner loop of sums.
 *
 * @module
 */

import { instanceIn } from "../wasm.ts";
import type { TypedArray } from "./dtypes.ts";
import { KERNEL } from "./kernel.ts";

/** Elements that are numbers. */
export type NumberArray = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/**
 * The sum of `count` elements from index `start` on, in steps of `step`. Integers that lie next to each other are added
 * up in WebAssembly, several at a time, as long as their sum is exact.
 */
export function sumOfRun(data: NumberArray, start: number, step: number, count: number): number {
  const bytes = count * data.BYTES_PER_ELEMENT;
  // A run that goes on past the elements is no number, whatever lies behind them.
  if (step === 1 && bytes >= WORTH_COPYING && start >= 0 && start + count <= data.length) {
    const sum = kernelSum(data);
    if (sum !== undefined) {
      return sum(new Uint8Array(data.buffer, data.byteOffset + start * data.BYTES_PER_ELEMENT, bytes));
    }
  }
  return sumOfElements(data, start, step, count);
}

/** A sum in four strands: one alone would wait for each addition to end before the next can begin. */
function sumOfElements(data: NumberArray, start: number, step: number, count: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = start;
  let i = 0;
  if (step === 1) {
    for (; i + 4 <= count; i += 4, at += 4) {
      a += data[at] as number;
      b += data[at + 1] as number;
      c += data[at + 2] as number;
      d += data[at + 3] as number;
    }
  }
  for (; i < count; i++, at += step) a += data[at] as number;
  return a + b + (c + d);
}

/** Bytes from which on it is quicker to copy them to where the kernel finds them. */
const WORTH_COPYING = 1024;
/** Bytes that are copied at a time: few enough to stay in the processor's caches, and for the kernel's lanes. */
const STRIP = 2 ** 16;
/** Where they are copied to. */
const PLACE = 64;
/** What the kernel takes at a time. */
const STEP = 64;

type Sum = (bytes: Uint8Array) => number;
type Names = "sumU8" | "sumU16" | "sumI16" | "sumU32" | "sumI32";

/** The kernel's sum for the elements of an array, undefined where it has none. It is made when there is one. */
const kernelSum = ((): (data: NumberArray) => Sum | undefined => {
  let sums: Readonly<Record<string, Sum>> | undefined;
  return (data) => {
    sums ??= sumsOf();
    return sums[data[Symbol.toStringTag]];
  };
})();

function sumsOf(): Readonly<Record<string, Sum>> {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });
  const strip = new Uint8Array(memory.buffer, PLACE, STRIP);
  const { sumU8, sumU16, sumI16, sumU32, sumI32 } = instanceIn(memory, KERNEL) as Record<
    Names,
    (at: number, end: number) => number
  >;
  const inStrips = (sum: (at: number, end: number) => number): Sum => (bytes) => {
    let total = 0;
    for (let from = 0; from < bytes.length; from += STRIP) {
      const part = bytes.subarray(from, from + STRIP);
      const end = Math.ceil(part.length / STEP) * STEP;
      strip.set(part);
      strip.fill(0, part.length, end);
      total += sum(PLACE, PLACE + end);
    }
    return total;
  };
  return {
    Uint8Array: inStrips(sumU8),
    Uint16Array: inStrips(sumU16),
    Int16Array: inStrips(sumI16),
    Uint32Array: inStrips(sumU32),
    Int32Array: inStrips(sumI32),
  };
}
