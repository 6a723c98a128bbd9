/**
 * numpy's slice notation.
 *
 * @module
 */

import { ArrayError } from "../errors.ts";
import { checkAttached } from "./detached.ts";
import type { NdArray, TypedArray } from "./dtypes.ts";
import { isNdArray, view } from "./ndarray.ts";

/** `start:stop:step` as written; what is left out is undefined. */
export interface SliceRange {
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly step: number;
}

/** One comma-separated part of a slice: an index, a range, or `...`. */
export type SlicePart = number | SliceRange | "...";

/**
 * Reads a slice such as `":2, 8:"`, `"-1"`, `"::2, ..., 0"`.
 *
 * @throws ArrayError when a part is neither an index nor a range, or a step is 0.
 */
export function parseSlice(text: string): SlicePart[] {
  if (text.trim() === "") return [];
  return text.split(",").map((part) => parsePart(part.trim(), text));
}

function parsePart(part: string, whole: string): SlicePart {
  if (part === "...") return "...";
  if (/^[+-]?\d+$/.test(part)) return Number(part);
  const range = /^([+-]?\d+)?\s*:\s*([+-]?\d+)?\s*(?::\s*([+-]?\d+)?)?$/.exec(part);
  if (range === null) {
    throw new ArrayError(
      `cannot read "${part}" in the slice "${whole}": expected an index ("3"), a range ("2:8", ":-1", "::2") or "..."`,
    );
  }
  const [, start, stop, step] = range.map((digits) => (digits === undefined ? undefined : Number(digits)));
  if (step === 0) throw new ArrayError(`the step in the slice "${whole}" is 0: expected another number`);
  return { start, stop, step: step ?? 1 };
}

/** The elements that a range takes from an axis: the first index, the number of them, and the step. */
export function rangeOn(range: SliceRange, extent: number): { first: number; count: number; step: number } {
  const { step } = range;
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? extent : extent - 1;
  const bound = (index: number | undefined, missing: number): number =>
    index === undefined ? missing : Math.min(Math.max(index < 0 ? index + extent : index, low), high);
  const first = bound(range.start, step > 0 ? low : high);
  const stop = bound(range.stop, step > 0 ? high : low);
  return { first, count: Math.max(0, Math.ceil((stop - first) / step)), step };
}

/**
 * Writes out `...` and the axes left out at the end, so that there is one part for each axis.
 *
 * @throws ArrayError for more parts than axes or more than one `...`.
 */
export function partsFor(text: string, axes: number): (number | SliceRange)[] {
  const parts = parseSlice(text);
  const dots = parts.indexOf("...");
  if (dots !== parts.lastIndexOf("...")) throw new ArrayError(`the slice "${text}" has more than one "..."`);
  const named = parts.length - (dots < 0 ? 0 : 1);
  if (named > axes) {
    throw new ArrayError(`the slice "${text}" has ${named} parts, but the array has ${axes} axes`);
  }
  const whole = Array.from({ length: axes - named }, () => ({ start: undefined, stop: undefined, step: 1 }));
  if (dots < 0) return [...parts as (number | SliceRange)[], ...whole];
  return [...parts.slice(0, dots), ...whole, ...parts.slice(dots + 1)] as (number | SliceRange)[];
}

/**
 * The position on an axis that an index means; negative ones count from the end.
 *
 * @throws ArrayError when it is outside.
 */
export function indexOn(index: number, extent: number, axis: number): number {
  const at = index < 0 ? index + extent : index;
  if (!Number.isInteger(at) || at < 0 || at >= extent) {
    throw new ArrayError(`index ${index} is outside axis ${axis}, which has ${extent} elements`);
  }
  return at;
}

/**
 * A part of an array, in numpy's notation, without copying: ranges `start:stop:step` keep their axis, an index drops
 * it, `...` stands for all axes not named. Negative indices count from the end.
 *
 * @param array An array of any shape.
 * @param where The parts for the axes, such as `":2, 8:"` or `"..., 0"`.
 * @returns A view: what is written to it is written to `array`.
 * @throws ArrayError when the notation cannot be read, there are more parts than axes, or an index is outside.
 *
 * @example
 * ```ts
 * import { mean, openCapture, slice, stins } from "beamfold";
 *
 * const event = await openCapture("data/xrd.cbors").event(1);
 * const packet = stins.parse(event.streams["xrd"]!);
 * if (packet.htype === "image") console.log(mean(slice(packet.data, ":2, 8:")));
 * ```
 */
export function slice<Data extends TypedArray>(array: NdArray<Data>, where: string): NdArray<Data> {
  if (!isNdArray(array)) {
    throw new ArrayError(`slice: expected an array, found ${Deno.inspect(array, { depth: 0, colors: false })}`);
  }
  const { data } = array;
  checkAttached(data);
  const shape: number[] = [];
  const stride: number[] = [];
  let offset = array.offset;
  for (const [axis, part] of partsFor(where, array.shape.length).entries()) {
    const extent = array.shape[axis] as number;
    const step = array.stride[axis] as number;
    if (typeof part === "number") {
      offset += step * indexOn(part, extent, axis);
      continue;
    }
    const range = rangeOn(part, extent);
    if (range.count > 0) offset += step * range.first;
    shape.push(range.count);
    stride.push(step * range.step);
  }
  return view(data, shape, stride, offset);
}
