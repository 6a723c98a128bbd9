/**
 * What the WASM kernel (`assembly/`) tells of the pixels of a row while a matrix is built: between which edges their
 * points lie, and their solid angles.
 *
 * @module
 */

import { instanceIn } from "../wasm.ts";
import { LOGARITHMS, POWERS } from "./cube.ts";
import type { Thresholds } from "./edges.ts";
import type { Grid, Rotation, Setup } from "./geometry.ts";
import { KERNEL } from "./kernel.ts";

const { fround } = Math;

/** How far y² + x² and tan² may be off after the few steps in float32 that the kernel takes, and edges, relatively. */
const ROUNDINGS = 2 ** -21;

/** What `assembly/` exports. */
interface Exports {
  locate(
    rows: number,
    columns: number,
    count: number,
    splitting: number,
    dist: number,
    rotation: number,
    edges: number,
    below: number,
    work: number,
    to: number,
  ): number;
  solidAngles(
    columns: number,
    count: number,
    dist: number,
    squared: number,
    square1: number,
    logarithms: number,
    powers: number,
    work: number,
    to: number,
  ): void;
}

/** Tells of rows. What it gives is overwritten by the next row. */
export interface Rows {
  /**
   * Of each pixel how many edges are below its nearest point, or -1 where that takes a closer look; and how many points
   * are beyond the next edge, but none beyond the one after.
   */
  locate(row: number): Int32Array;
  /** The solid angle of each pixel, (dist / √(dist² + p1² + p2²))³ in float32. */
  solidAngles(row: number): Float64Array;
}

/** Makes ready for the rows of a detector. */
export function rowsOf(
  setup: Setup,
  grid: Grid,
  rotation: Rotation,
  splitting: number,
  { low, high }: Thresholds,
): Rows {
  const { sub1, sub2, centre1, centre2, dist } = grid;
  // The kernel takes four pixels at a time.
  const count = Math.ceil(centre2.length / 4) * 4;
  let end = 64;
  const take = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / 16) * 16;
    return start;
  };
  const rows = take(4 * splitting);
  const columns = take(4 * splitting * count);
  const centres = take(4 * count);
  const turned = take(4 * 9);
  const edges = take(16 * low.length) + 16;
  const logarithms = take(8 * LOGARITHMS.length);
  const powers = take(8 * POWERS.length);
  const work = take(Math.max(16 * splitting ** 2, 8 * count));
  const places = take(8 * count);
  const angles = take(8 * count);
  const pages = Math.ceil(end / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const kernel = instanceIn(memory, KERNEL) as unknown as Exports;

  const { buffer } = memory;
  for (let l = 0; l < splitting; l++) {
    const part = new Float32Array(buffer, columns + 4 * l * count, count);
    for (let column = 0; column < centre2.length; column++) part[column] = sub2[column * splitting + l] as number;
  }
  new Float32Array(buffer, centres, count).set(centre2);
  new Float32Array(buffer, turned, 9).set(rotation.single);
  // Without rotation y² + x² is compared, which spares a division.
  const plain = rotation.none && dist > 0 && dist < Infinity;
  const scale = plain ? dist * dist : 1;
  const nearer = (edge: number): number => (low[edge] ?? Infinity) * scale * (1 - ROUNDINGS);
  const beyond = (edge: number): number => (high[edge] as number) * scale * (1 + ROUNDINGS);
  const entries = new Float32Array(buffer, edges - 16, 4 * low.length);
  for (let below = -1; below < low.length - 1; below++) {
    const entry = [below < 0 ? 0 : beyond(below), nearer(below + 1), beyond(below + 1), nearer(below + 2)];
    entries.set(entry, 4 * (below + 1));
  }
  new Float64Array(buffer, logarithms, LOGARITHMS.length).set(LOGARITHMS);
  new Float64Array(buffer, powers, POWERS.length).set(POWERS);
  const row1 = new Float32Array(buffer, rows, splitting);
  const located = new Int32Array(buffer, places, 2 * count);
  const solid = new Float64Array(buffer, angles, count);
  const squared = fround(setup.dist * setup.dist);
  let below = 0;

  return {
    locate(row) {
      row1.set(sub1.subarray(row * splitting, (row + 1) * splitting));
      const matrix = plain ? 0 : turned;
      below = kernel.locate(rows, columns, count, splitting, dist, matrix, edges, below, work, places);
      return located;
    },
    solidAngles(row) {
      const p1 = centre1[row] as number;
      kernel.solidAngles(centres, count, dist, squared, fround(p1 * p1), logarithms, powers, work, angles);
      return solid;
    },
  };
}
