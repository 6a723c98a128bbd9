/**
 * How arrays print: like numpy's, shortened in the middle.
 *
 * @module
 */

import { BeamfoldError } from "../errors.ts";
import { checkAttached } from "./detached.ts";
import { dtypeOf, type NdArray } from "./dtypes.ts";

const inspectKey = Symbol.for("Deno.customInspect");
/** Elements shown at each end of a long axis, and the size above which axes are shortened; numpy's defaults. */
const EDGE = 3;
const THRESHOLD = 1000;

/**
 * Makes an array print like numpy's. npm `ndarray` has one class for each dtype and number of axes; the printer is
 * put on that class's prototype, once, where it costs nothing for each array.
 */
export function printsAs<A extends NdArray>(array: A): A {
  const prototype = Object.getPrototypeOf(array);
  if (!(inspectKey in prototype)) {
    Object.defineProperty(prototype, inspectKey, {
      value(this: NdArray): string {
        try {
          return arrayText(this);
        } catch (error) {
          // A compressed image may be damaged, memory gone: the packet around it is printed all the same.
          if (!(error instanceof BeamfoldError)) throw error;
          return `array(shape=(${this.shape.join(", ")}), without elements: ${error.message})`;
        }
      },
    });
  }
  return array;
}

/** The array as text, such as `array([[1, 2], [3, 4]], dtype=uint16, shape=(2, 2))`. */
export function arrayText(array: NdArray): string {
  const size = array.shape.reduce((product, extent) => product * extent, 1);
  checkAttached(array.data);
  const edge = size > THRESHOLD ? EDGE : Infinity;
  const cells: string[] = [];
  collect(array, array.offset, 0, edge, (value) => cells.push(numberText(value)));
  const width = Math.max(0, ...cells.map((cell) => cell.length));
  let next = 0;
  const body = layout(array.shape, 0, edge, () => (cells[next++] ?? "").padStart(width), "array(".length);
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(", ");
  return `array(${body}, dtype=${dtypeOf(array.data)}, shape=(${shape}))`;
}

function shownIndices(extent: number, edge: number): number[] {
  const all = Array.from({ length: Math.min(extent, edge === Infinity ? extent : 2 * edge) }, (_, i) => i);
  return extent > 2 * edge ? all.map((i) => (i < edge ? i : extent - 2 * edge + i)) : all;
}

function collect(
  array: NdArray,
  at: number,
  axis: number,
  edge: number,
  each: (value: number | bigint) => void,
): void {
  if (axis === array.shape.length) return each(array.data[at] as number | bigint);
  for (const i of shownIndices(array.shape[axis] as number, edge)) {
    collect(array, at + i * (array.stride[axis] as number), axis + 1, edge, each);
  }
}

function layout(shape: readonly number[], axis: number, edge: number, cell: () => string, indent: number): string {
  if (axis === shape.length) return cell();
  const extent = shape[axis] as number;
  const parts = shownIndices(extent, edge).map(() => layout(shape, axis + 1, edge, cell, indent + 1));
  if (extent > 2 * edge) parts.splice(edge, 0, "...");
  const below = shape.length - axis - 1;
  const separator = below === 0 ? ", " : `,${"\n".repeat(below)}${" ".repeat(indent + 1)}`;
  return `[${parts.join(separator)}]`;
}

/** A number with at most eight significant digits, as numpy prints it. */
function numberText(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isInteger(value)) return String(value);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(Number(value.toPrecision(8)));
}
