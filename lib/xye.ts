/**
 * Curves as text, for programs that fit diffraction patterns.
 *
 * @module
 */

import { ArrayError, OptionError } from "./errors.ts";
import type { NdArray, TypedArray } from "./array/dtypes.ts";
import { pathInScope } from "./hdf5/open_files.ts";
import { elementsOf } from "./hdf5/types.ts";

/** Numbers in a row: a typed array, an array with one axis, or a list. */
export type Points = TypedArray | NdArray | readonly number[];

/** What the head of the file says. */
export interface XyeOptions {
  /** The unit of the axis, such as `"deg"`. */
  xUnits?: string;
  /** The unit of intensity and errors. */
  yUnits?: string;
  /** Lines of one's own, each put behind a `#`. */
  header?: string;
}

/**
 * Writes a curve as `.xye`: a line a point, with x, y and, where they are given, the errors, behind lines that begin
 * with `#`. Numbers have as many digits as their type needs to be read back the same: 0.1 for the float32 nearest to
 * it. Points of which one value is not finite, as NaN in a bin without pixels, are left out, and the head counts them.
 *
 * @param path The file; one that is there is replaced, and its folder is made. In a sweep it gets the values into its
 * name, as HDF5 files do.
 * @param axis x, such as 2θ in degrees.
 * @param intensity y; as many.
 * @param errors The standard deviations of y, as many; `undefined` for none.
 * @param options Units and lines for the head.
 * @returns How many points were written.
 * @throws ArrayError when the arrays are not equally long or have more than one axis, OptionError for a file that cannot
 * be written.
 *
 * @example
 * ```ts
 * import { writeXye } from "beamfold";
 *
 * const written = writeXye("output/curve.xye", [5, 5.1, 5.2], Float32Array.of(7.5, NaN, 8.1), [0.2, 0.2, 0.3], {
 *   xUnits: "deg",
 * });
 * console.assert(written === 2);
 * ```
 */
export function writeXye(
  path: string,
  axis: Points,
  intensity: Points,
  errors?: Points,
  options: XyeOptions = {},
): number {
  const columns = [column("axis", axis), column("intensity", intensity)];
  if (errors !== undefined) columns.push(column("errors", errors));
  const [x] = columns as [Column];
  const odd = columns.find(({ values }) => values.length !== x.values.length);
  if (odd !== undefined) {
    throw new ArrayError(
      `cannot write "${path}": the ${odd.name} has ${odd.values.length} values, but the axis ${x.values.length}`,
    );
  }
  const rows: string[] = [];
  for (let i = 0; i < x.values.length; i++) {
    if (columns.every(({ values }) => Number.isFinite(Number(values[i])))) {
      rows.push(columns.map(({ values, text }) => text(values[i] as number | bigint)).join(" "));
    }
  }
  const head = headOf(options, errors !== undefined, x.values.length - rows.length);
  write(path, [...head.map((line) => `# ${line}`.trimEnd()), ...rows].map((line) => `${line}\n`).join(""));
  return rows.length;
}

interface Column {
  readonly name: string;
  readonly values: ArrayLike<number | bigint>;
  readonly text: (value: number | bigint) => string;
}

function column(name: string, given: Points): Column {
  const { data, shape, dtype } = elementsOf(given);
  const numbers = data.length === 0 ? [] : data;
  if (shape.length !== 1 || typeof numbers[0] === "string") {
    throw new ArrayError(`the ${name} has the shape [${shape.join(", ")}], expected numbers along one axis`);
  }
  return { name, values: numbers as ArrayLike<number | bigint>, text: dtype === "float32" ? float32Text : String };
}

/** The fewest digits, from 6 on, that make the same float32: any with 6 digits survives, and 9 always suffice. */
function float32Text(value: number | bigint): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(Number(value).toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(Number(value).toPrecision(9)));
}

function headOf({ header, xUnits, yUnits }: XyeOptions, withErrors: boolean, leftOut: number): string[] {
  const label = (name: string, units: string | undefined): string => units === undefined ? name : `${name} (${units})`;
  const labels = [label("x", xUnits), label("y", yUnits), ...(withErrors ? [label("e", yUnits)] : [])];
  return [
    ...(header === undefined ? [] : header.split(/\r\n|\r|\n/)),
    ...(leftOut === 0 ? [] : [`points left out, for want of a finite value: ${leftOut}`]),
    labels.join(" "),
  ];
}

function write(path: string, text: string): void {
  if (path === "") {
    throw new OptionError("cannot write an .xye file: its name is empty; an empty filename means: do not save");
  }
  const placed = pathInScope(path);
  const folder = placed.replace(/[^/\\]*$/, "");
  try {
    if (folder !== "") Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(placed, text);
  } catch (cause) {
    throw new OptionError(`cannot write "${placed}": ${(cause as Error).message}`, { cause });
  }
}
