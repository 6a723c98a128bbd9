/**
 * How a dataset will be: data, extents, type, chunks and compression, worked out and checked before HDF5 is asked.
 *
 * @module
 */

import { sizeOf } from "../array/ndarray.ts";
import { ArrayError } from "../errors.ts";
import type { GuessableDataTypes } from "./library.ts";
import {
  bytesOf,
  checkedDtype,
  type Elements,
  elementsOf,
  fixedLength,
  h5wasmType,
  itemsizeOf,
  type WritableValue,
} from "./types.ts";

/** How a dataset is created. */
export interface DatasetOptions {
  /** The values. Without them the dataset is filled with zeros, and `shape` and `dtype` are needed. */
  data?: WritableValue;
  /** The extents, slowest axis first; `[]` for a scalar. Those of `data` when left out. */
  shape?: readonly number[];
  /** How far each axis can grow; `null` for without limit. A dataset that can grow is chunked. */
  maxShape?: readonly (number | null)[];
  /** numpy's name of the element type, `"str"` for texts, `"S64"` for texts of at most 64 bytes. */
  dtype?: string;
  /** The extents of a chunk: 1024 for a growable 1-D dataset, else rows of about 1 MiB together, when left out. */
  chunks?: readonly number[];
  /** `"gzip"`, or gzip with a level from 1 (fast) to 9 (small). */
  compression?: "gzip" | number;
  /** Attributes to set. */
  attrs?: Readonly<Record<string, WritableValue>>;
}

/** About so many bytes make a good chunk. */
const CHUNK_BYTES = 1 << 20;
const CHUNK_ELEMENTS = 1024;

/** A dataset as h5wasm wants it described. */
export interface Plan {
  data: GuessableDataTypes;
  shape: number[];
  dtype: string;
  maxshape?: (number | null)[];
  chunks?: number[];
  compression?: "gzip";
  compression_opts?: number;
}

/**
 * Works out a dataset from its options.
 *
 * @throws ArrayError when they do not fit together.
 */
export function planDataset(options: DatasetOptions): Plan {
  const elements = initialElements(options);
  const shape = [...(options.shape ?? elements.shape)];
  if (sizeOf(shape) !== elements.data.length) {
    throw new ArrayError(`the data has ${elements.data.length} elements, but shape is [${shape.join(", ")}]`);
  }
  if (fixedLength(elements.dtype) !== undefined) bytesOf(elements);
  const plan: Plan = { data: elements.data, shape, dtype: h5wasmType(elements.dtype) };
  const { maxShape } = options;
  if (maxShape !== undefined) {
    checkMaxShape(shape, maxShape);
    if (elements.dtype === "str") {
      throw new ArrayError('texts of any length cannot grow; use dtype "S64" for texts of at most 64 bytes');
    }
    plan.maxshape = [...maxShape];
  }
  if (maxShape !== undefined || options.chunks !== undefined || options.compression !== undefined) {
    if (shape.length === 0) throw new ArrayError("a scalar cannot grow, be chunked, or be compressed");
    plan.chunks = chunksFor(shape, maxShape ?? shape, elements.dtype, options.chunks);
  }
  if (options.compression !== undefined) {
    const level = options.compression === "gzip" ? 4 : options.compression;
    if (!Number.isInteger(level) || level < 1 || level > 9) {
      throw new ArrayError(
        `compression is ${Deno.inspect(options.compression)}, expected "gzip" or a level from 1 to 9`,
      );
    }
    if (elements.dtype === "str") throw new ArrayError("texts of any length cannot be compressed");
    plan.compression = "gzip";
    plan.compression_opts = level;
  }
  return plan;
}

function initialElements(options: DatasetOptions): Elements {
  const dtype = options.dtype === undefined ? undefined : checkedDtype(options.dtype);
  if (options.data !== undefined) return elementsOf(options.data, dtype);
  const { shape } = options;
  if (shape === undefined || dtype === undefined) {
    throw new ArrayError('without data, shape and dtype are needed, such as { shape: [0], dtype: "float32" }');
  }
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new ArrayError(`shape is [${shape.join(", ")}], expected whole numbers`);
  }
  const size = sizeOf(shape);
  if (dtype === "str" || fixedLength(dtype) !== undefined) {
    return { dtype, shape, data: new Array<string>(size).fill("") };
  }
  return { ...elementsOf(new Uint8Array(size), dtype), shape };
}

function checkMaxShape(shape: readonly number[], maxShape: readonly (number | null)[]): void {
  const fits = maxShape.length === shape.length &&
    maxShape.every((most, axis) => most === null || most >= (shape[axis] as number));
  if (!fits) {
    const text = maxShape.map((most) => most ?? "null").join(", ");
    throw new ArrayError(`maxShape is [${text}], which is no bound for the shape [${shape.join(", ")}]`);
  }
}

/** Chunks as given, or rows that make about 1 MiB, one at the least. */
function chunksFor(
  shape: readonly number[],
  maxShape: readonly (number | null)[],
  dtype: string,
  given: readonly number[] | undefined,
): number[] {
  if (given !== undefined) {
    const fits = given.length === shape.length && given.every((extent) => Number.isSafeInteger(extent) && extent > 0);
    if (!fits) {
      throw new ArrayError(`chunks is [${given.join(", ")}], expected ${shape.length} positive whole numbers`);
    }
    return [...given];
  }
  const growable = maxShape[0] === null || (maxShape[0] as number) > (shape[0] as number);
  if (shape.length === 1 && growable) return [CHUNK_ELEMENTS];
  const row = shape.slice(1).map((extent, i) => {
    const most = maxShape[i + 1] as number | null;
    return Math.max(1, extent || Math.min(most ?? CHUNK_ELEMENTS, CHUNK_ELEMENTS));
  });
  const rows = Math.max(1, Math.floor(CHUNK_BYTES / (sizeOf(row) * itemsizeOf(dtype))));
  const most = growable ? maxShape[0] ?? Infinity : shape[0] as number;
  return [Math.max(1, Math.min(rows, most, shape.length === 1 ? Infinity : CHUNK_ELEMENTS)), ...row];
}
