/**
 * How a dataset will be: data, extents, type, chunks and compression, worked out and checked before HDF5 is asked.
 *
 * @module
 */

import { type DType, zeros } from "../array/dtypes.ts";
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
  isText,
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
/** What can be written at once. */
const MAX_CONTIGUOUS = 2 ** 31 - 1;

/** How a dataset is made. */
export interface Plan {
  /** As h5wasm wants it described. */
  readonly created: {
    data: GuessableDataTypes;
    shape: number[];
    dtype: string;
    maxshape?: (number | null)[];
    chunks?: number[];
    compression?: "gzip";
    compression_opts?: number;
  };
  /** The extents to give it afterwards, so that zeros need not be written. */
  readonly resized?: readonly number[];
}

/**
 * Works out a dataset from its options.
 *
 * @throws ArrayError when they do not fit together.
 */
export function planDataset(options: DatasetOptions): Plan {
  const given = options.dtype === undefined ? undefined : checkedDtype(options.dtype);
  const elements = options.data === undefined ? undefined : elementsOf(options.data, given);
  const dtype = elements?.dtype ?? given;
  const shape = options.shape ?? elements?.shape;
  if (shape === undefined || dtype === undefined) {
    throw new ArrayError('without data, shape and dtype are needed, such as { shape: [0], dtype: "float32" }');
  }
  checkShape(shape, elements);
  const layout = layoutOf(shape, dtype, options);
  if (elements !== undefined) {
    if (fixedLength(dtype) !== undefined) bytesOf(elements);
    return { created: { data: elements.data, shape: [...shape], dtype: h5wasmType(dtype), ...layout } };
  }
  const created = { dtype: h5wasmType(dtype), ...layout };
  if (layout.chunks !== undefined && sizeOf(shape) > 0) {
    const none = [0, ...shape.slice(1)];
    const maxshape = layout.maxshape ?? [...shape];
    return { created: { ...created, data: zerosOf(dtype, 0), shape: none, maxshape }, resized: shape };
  }
  const bytes = sizeOf(shape) * itemsizeOf(dtype);
  if (bytes > MAX_CONTIGUOUS) {
    throw new ArrayError(
      `zeros of shape [${shape.join(", ")}] take ${bytes} bytes; give chunks, so that they need not be written`,
    );
  }
  return { created: { ...created, data: zerosOf(dtype, sizeOf(shape)), shape: [...shape] } };
}

function zerosOf(dtype: string, size: number): Elements["data"] {
  return isText(dtype) ? new Array<string>(size).fill("") : zeros(dtype as DType, size);
}

function checkShape(shape: readonly number[], elements: Elements | undefined): void {
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new ArrayError(`shape is [${shape.join(", ")}], expected whole numbers, 0 or more`);
  }
  if (elements !== undefined && sizeOf(shape) !== elements.data.length) {
    throw new ArrayError(`the data has ${elements.data.length} elements, but shape is [${shape.join(", ")}]`);
  }
}

type Layout = Pick<Plan["created"], "maxshape" | "chunks" | "compression" | "compression_opts">;

function layoutOf(shape: readonly number[], dtype: string, options: DatasetOptions): Layout {
  const { maxShape, chunks, compression } = options;
  if (maxShape === undefined && chunks === undefined && compression === undefined) return {};
  if (shape.length === 0) throw new ArrayError("a scalar cannot grow, be chunked, or be compressed");
  if (maxShape !== undefined) checkMaxShape(shape, maxShape);
  if (dtype === "str" && (maxShape !== undefined || compression !== undefined)) {
    throw new ArrayError(
      'texts of any length can neither grow nor be compressed; use dtype "S64" for texts of at most 64 bytes',
    );
  }
  return {
    ...(maxShape === undefined ? {} : { maxshape: [...maxShape] }),
    chunks: chunksFor(shape, maxShape ?? shape, dtype, chunks),
    ...(compression === undefined ? {} : { compression: "gzip", compression_opts: levelOf(compression) }),
  };
}

function levelOf(compression: "gzip" | number): number {
  const level = compression === "gzip" ? 4 : compression;
  if (Number.isInteger(level) && level >= 1 && level <= 9) return level;
  throw new ArrayError(`compression is ${Deno.inspect(compression)}, expected "gzip" or a level from 1 to 9`);
}

function checkMaxShape(shape: readonly number[], maxShape: readonly (number | null)[]): void {
  const fits = maxShape.length === shape.length &&
    maxShape.every((most, axis) => most === null || (Number.isSafeInteger(most) && most >= (shape[axis] as number)));
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
    const most = given.map((_, axis) => maxShape[axis] ?? Infinity);
    if (given.some((extent, axis) => extent > (most[axis] as number))) {
      throw new ArrayError(`chunks is [${given.join(", ")}], more than the dataset can have: [${most.join(", ")}]`);
    }
    return [...given];
  }
  const growable = maxShape[0] === null || (maxShape[0] as number) > (shape[0] as number);
  if (shape.length === 1 && growable) return [Math.max(1, Math.min(CHUNK_ELEMENTS, maxShape[0] ?? Infinity))];
  const row = shape.slice(1).map((extent, i) => {
    const most = maxShape[i + 1] as number | null;
    return Math.max(1, extent || Math.min(most ?? CHUNK_ELEMENTS, CHUNK_ELEMENTS));
  });
  const rows = Math.max(1, Math.floor(CHUNK_BYTES / (sizeOf(row) * itemsizeOf(dtype))));
  const most = growable ? maxShape[0] ?? Infinity : shape[0] as number;
  return [Math.max(1, Math.min(rows, most, shape.length === 1 ? Infinity : CHUNK_ELEMENTS)), ...row];
}
