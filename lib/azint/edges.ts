/**
 * Edges of bins, and which bin a value falls into: intervals are (low, high], compared in float32.
 *
 * @module
 */

import type { Scale } from "./units.ts";

/** The edges of bins on one axis. */
export interface Edges {
  /** As given or computed, ascending. */
  readonly exact: Float64Array;
  /** As they are compared. */
  readonly single: Float32Array;
  /** The number of bins. */
  readonly bins: number;
  /** The middles of the bins. */
  readonly middles: Float64Array;
}

/** Makes bins of their edges. */
export function edgesOf(exact: Float64Array): Edges {
  const middles = exact.subarray(1).map((high, i) => (high + (exact[i] as number)) / 2);
  return { exact, single: Float32Array.from(exact), bins: exact.length - 1, middles };
}

/** The number of edges below a value; 0 for `NaN`. */
export function edgesBelow(edges: Float32Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bin of a value, or -1 outside all. */
export function binOf(edges: Float32Array, value: number): number {
  const below = edgesBelow(edges, value);
  return below === edges.length ? -1 : below - 1;
}

/**
 * How far a value that was computed in float32 may be from the exact one, as a part of its angle. Each rounding adds
 * 2⁻²⁴: that of squares, their sum, the root, the quotient and the arc tangent together at most 4 (the root halves, and
 * the arc tangent makes no larger, what is before it). A value of `d` takes 3 more, below 90° no more than 4 in the
 * angle; other units take fewer. One is to spare.
 */
const TOLERANCE = 9 * 2 ** -24;

/**
 * Edges as tan²(2θ), in ascending order: a point whose tan² is below `low` of an edge is surely on the near side of it,
 * above `high` on the far side; in between only float32 tells. Both begin and end with what no point passes.
 */
export interface Thresholds {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Whether the order is that of falling values. */
  readonly falling: boolean;
}

/** The thresholds of edges on a scale. */
export function thresholdsOf(edges: Edges, scale: Scale): Thresholds {
  const count = edges.single.length;
  const low = new Float64Array(count + 2);
  const high = new Float64Array(count + 2);
  for (let i = 0; i < count; i++) {
    const angle = scale.angle(edges.single[scale.falling ? count - 1 - i : i] as number);
    low[i + 1] = squaredTangent(angle * (1 - TOLERANCE));
    high[i + 1] = Math.max(squaredTangent(angle * (1 + TOLERANCE)), angle === 0 ? Number.MIN_VALUE : -1);
  }
  low[0] = high[0] = -Infinity;
  low[count + 1] = high[count + 1] = Infinity;
  return { low, high, falling: scale.falling };
}

/** tan² of an angle below 90°, infinite from there on, -1 for one that is below all. */
function squaredTangent(angle: number): number {
  if (Number.isNaN(angle)) return -1;
  return angle < Math.PI / 2 ? Math.tan(angle) ** 2 : Infinity;
}
