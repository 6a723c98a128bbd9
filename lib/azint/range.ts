/**
 * The scattering angles that a detector sees.
 *
 * @module
 */

import { type Grid, rotateExactly, type Rotation } from "./geometry.ts";

const { atan, atan2, hypot, max, min, sqrt } = Math;

/** Rows and columns of a tile. */
const TILE = 64;
/** How far coordinates may be off, relative to the distance from the sample: more than float64 rounds by far. */
const ROUNDINGS = 1e-9;

/**
 * The least and the greatest 2θ of the centres of pixels, in radians: float64 but for the centres, as in azint.
 *
 * Pixels are looked at by tiles. Those of which no pixel can be nearer to the beam or farther from it than one that was
 * looked at already are passed over, which are nearly all.
 *
 * @param accept Which angles count.
 * @returns `[Infinity, -Infinity]` where none does.
 */
export function rangeOf(grid: Grid, rotation: Rotation, accept: (twoTheta: number) => boolean): [number, number] {
  const { centre1, centre2, dist } = grid;
  const [rows, columns] = [centre1.length, centre2.length];
  // As `rotateExactly` has it, step by step; what is the same for all pixels of a column is computed once.
  const [c1, s1, c2, s2, c3, s3] = rotation.exact as unknown as [number, number, number, number, number, number];
  const column2 = Float64Array.from(centre2, (p2) => c1 * p2 + s1 * dist);
  const column3 = Float64Array.from(centre2, (p2) => c1 * dist - s1 * p2);
  const beam = accept(0);
  // Angles below 90° are compared by their tan², the others are computed.
  let nearest = Infinity;
  let farthest = -Infinity;
  let least = Infinity;
  let greatest = -Infinity;

  const look = (fromRow: number, toRow: number, fromColumn: number, toColumn: number): void => {
    let [low, high] = [nearest, farthest];
    for (let row = fromRow; row < toRow; row++) {
      const p1 = centre1[row] as number;
      const row1 = c2 * p1;
      const row3 = s2 * p1;
      for (let column = fromColumn; column < toColumn; column++) {
        const b = column2[column] as number;
        const c = column3[column] as number;
        const a = row1 - s2 * c;
        const z = row3 + c2 * c;
        const y = c3 * a - s3 * b;
        const x = s3 * a + c3 * b;
        const squared = y * y + x * x;
        if (z > 0) {
          const t = squared / (z * z);
          if (t === 0 && !beam) continue;
          if (t < low) low = t;
          if (t > high) high = t;
          continue;
        }
        const angle = atan2(sqrt(squared), z);
        if (!accept(angle)) continue;
        least = min(least, angle);
        greatest = max(greatest, angle);
      }
    }
    [nearest, farthest] = [low, high];
  };

  const at = new Float64Array(3);
  /** Whether all pixels of a tile are surely less near than the nearest one, and less far than the farthest one. */
  const isBetween = (fromRow: number, toRow: number, fromColumn: number, toColumn: number): boolean => {
    const [top, bottom] = [centre1[fromRow] as number, centre1[toRow - 1] as number];
    const [left, right] = [centre2[fromColumn] as number, centre2[toColumn - 1] as number];
    rotateExactly(rotation, (top + bottom) / 2, (left + right) / 2, dist, at);
    const [y, x, z] = at as unknown as [number, number, number];
    // A rotation leaves distances as they are: no pixel is farther than that from the middle of the tile.
    const reach = hypot(bottom - top, right - left) / 2 + hypot(y, x, z) * ROUNDINGS;
    const radius = hypot(y, x);
    return radius > reach && z > reach && ((radius - reach) / (z + reach)) ** 2 > nearest &&
      ((radius + reach) / (z - reach)) ** 2 < farthest;
  };

  // What is looked at first: the corners, and one pixel of each tile.
  for (const row of [0, rows - 1]) for (const column of [0, columns - 1]) look(row, row + 1, column, column + 1);
  for (let row = TILE / 2; row < rows; row += TILE) {
    for (let column = TILE / 2; column < columns; column += TILE) look(row, row + 1, column, column + 1);
  }
  for (let row = 0; row < rows; row += TILE) {
    const toRow = min(row + TILE, rows);
    for (let column = 0; column < columns; column += TILE) {
      const toColumn = min(column + TILE, columns);
      if (!isBetween(row, toRow, column, toColumn)) look(row, toRow, column, toColumn);
    }
  }
  if (nearest > farthest) return [least, greatest];
  return [min(least, atan(sqrt(nearest))), max(greatest, atan(sqrt(farthest)))];
}
