/**
 * Builds the matrix of an integration: splitting² points in each pixel, and the bin that each falls into.
 *
 * @module
 */

import { correctionOf, type Corrections } from "./correction.ts";
import { azimuthOf, type Grid, rotate, rotateExactly, type Rotation, type Setup, twoTheta } from "./geometry.ts";
import { binOf, type Edges, edgesBelow, thresholdsOf } from "./edges.ts";
import { arraysIn, type Layout, RestBuilder, roomFor } from "./layout.ts";
import type { RadialUnit, Scale } from "./units.ts";

const { fround } = Math;

/** What a matrix is built of. */
export interface Plan {
  readonly setup: Setup;
  readonly grid: Grid;
  readonly rotation: Rotation;
  readonly scale: Scale;
  /** What the scale was made for. */
  readonly unit: RadialUnit;
  readonly wavelength: number;
  readonly splitting: number;
  readonly radial: Edges;
  readonly azimuth: Edges | undefined;
  readonly corrections: Corrections;
  /** A value for each pixel, other than 0 where it is excluded. */
  readonly mask: Uint8Array | undefined;
  /** Told the part that is done, 0 … 1. */
  readonly progress: ((done: number) => void) | undefined;
}

/** Rows between two reports on the progress. */
const REPORT_EVERY = 64;
/** Degrees within which float32 may put a point on the other side of an azimuth. */
const NEAR_AZIMUTH = 2e-4;

/** Builds the matrix of a plan. Points that fall into no bin count nowhere. */
export function buildMatrix(plan: Plan): Layout {
  const { grid, splitting, radial, azimuth, mask, progress } = plan;
  const rows = grid.centre1.length;
  const columns = grid.centre2.length;
  const pixels = rows * columns;
  const bins = radial.bins * (azimuth?.bins ?? 1);
  const points = splitting * splitting;
  const room = roomFor(pixels, bins);
  const { first, weights } = arraysIn(room, pixels, bins);
  first.fill(bins);
  const hits = points < 256 ? new Uint8Array(2 * pixels) : new Uint32Array(2 * pixels);
  const total = new Float64Array(bins + 2);
  const rest = new RestBuilder();
  const correction = correctionOf(plan.setup, grid, plan.rotation, plan.corrections);
  const find = finder(plan);
  // The bins of the pixel at hand, and how many of its points are in each.
  const seen = new Int32Array(points);
  const counts = new Int32Array(points);

  for (let row = 0, pixel = 0; row < rows; row++) {
    if (progress !== undefined && row % REPORT_EVERY === 0) progress(row / rows);
    for (let column = 0; column < columns; column++, pixel++) {
      if (mask !== undefined && mask[pixel] !== 0) continue;
      const found = find(row, column, seen, counts);
      if (found === 0) continue;
      const divisor = correction(row, column);
      const a = seen[0] as number;
      const b = found === 1 ? a + 1 : seen[1] as number;
      for (let i = 0; i < found; i++) total[seen[i] as number]! += counts[i] as number;
      if (found <= 2 && (b - a === 1 || a - b === 1)) {
        const at = 2 * pixel + (a < b ? 0 : 1);
        const other = 2 * pixel + (a < b ? 1 : 0);
        first[pixel] = Math.min(a, b);
        hits[at] = counts[0] as number;
        weights[at] = fround(fround(counts[0] as number / points) / divisor);
        if (found === 1) continue;
        hits[other] = counts[1] as number;
        weights[other] = fround(fround(counts[1] as number / points) / divisor);
      } else {
        rest.begin(pixel);
        for (let i = 0; i < found; i++) {
          const count = counts[i] as number;
          rest.add(seen[i] as number, count, fround(fround(count / points) / divisor));
        }
      }
    }
  }
  progress?.(1);
  return { room, pixels, bins, points, first, weights, hits, rest: rest.finish(), total };
}

/** Finds the bins of the points of a pixel, in `seen` and `counts`; gives how many bins there are. */
type Find = (row: number, column: number, seen: Int32Array, counts: Int32Array) => number;

/**
 * Most points are far enough from all edges for a comparison of tan²(2θ) in float64 to tell their bin; it begins at the
 * bin of the point before. The others are computed in float32.
 */
function finder(plan: Plan): Find {
  const { grid, rotation, scale, splitting, radial, azimuth } = plan;
  const { sub1, sub2, dist } = grid;
  const { low, high, falling } = thresholdsOf(radial, scale);
  const edges = radial.single;
  const at = Float32Array.of(0, 0, dist);
  const turned = !rotation.none;
  const sector = azimuth === undefined ? undefined : sectorFinder(plan, azimuth);
  let below = 0;

  return (row, column, seen, counts) => {
    let found = 0;
    let last = -1;
    const common = sector?.(row, column) ?? 0;
    if (common === OUTSIDE) return 0;
    const end1 = (row + 1) * splitting;
    const end2 = (column + 1) * splitting;
    for (let k = row * splitting; k < end1; k++) {
      for (let l = column * splitting; l < end2; l++) {
        let y = sub1[k] as number;
        let x = sub2[l] as number;
        let z = dist;
        if (turned) {
          rotate(rotation, y, x, z, at);
          y = at[0] as number;
          x = at[1] as number;
          z = at[2] as number;
        }
        let bin: number;
        const t = z > 0 ? (y * y + x * x) / (z * z) : -1;
        while (t > (high[below + 1] as number)) below++;
        while (t < (low[below] as number)) below--;
        if (t >= 0 && t < (low[below + 1] as number) && t > (high[below] as number)) {
          bin = (falling ? edges.length - below : below) - 1;
        } else {
          bin = edgesBelow(edges, scale.value(twoTheta(y, x, z))) - 1;
        }
        if (bin < 0 || bin >= radial.bins) continue;
        if (azimuth !== undefined) {
          const part = common === MIXED ? binOf(azimuth.single, azimuthOf(y, x)) : common;
          if (part < 0) continue;
          bin += part * radial.bins;
        }
        if (last >= 0 && seen[last] === bin) {
          counts[last]! += 1;
          continue;
        }
        last = 0;
        while (last < found && seen[last] !== bin) last++;
        if (last === found) {
          seen[found] = bin;
          counts[found++] = 0;
        }
        counts[last]! += 1;
      }
    }
    return found;
  };
}

const MIXED = -2;
const OUTSIDE = -1;

/**
 * Tells the azimuthal bin of a whole pixel from its centre: none of its points is further from that than half its
 * diagonal. Close to the edge of a sector, each point counts by itself.
 */
function sectorFinder({ grid, rotation, setup }: Plan, { single, exact }: Edges) {
  const { centre1, centre2, dist } = grid;
  const at = new Float64Array(3);
  const half = Math.hypot(...setup.pixelSize) / 2;
  return (row: number, column: number): number => {
    rotateExactly(rotation, centre1[row] as number, centre2[column] as number, dist, at);
    const [y, x] = [at[0] as number, at[1] as number];
    const ratio = half / Math.sqrt(y * y + x * x);
    if (!(ratio < 0.5)) return MIXED;
    // asin(ratio) < 1.1 ratio, in degrees.
    const margin = ratio * 1.1 * (180 / Math.PI) + NEAR_AZIMUTH;
    const angle = azimuthOf(y, x);
    if (angle < margin || angle > 360 - margin) return MIXED;
    const below = edgesBelow(single, angle);
    if (angle - (exact[below - 1] ?? -Infinity) < margin || (exact[below] ?? Infinity) - angle < margin) return MIXED;
    return below === single.length ? OUTSIDE : below - 1;
  };
}
