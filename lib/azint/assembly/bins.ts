// deno-fmt-ignore-file
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript, for its own compiler.

/** Below this, float32 loses digits: nothing is told of smaller numbers. */
@inline
const TINY: f32 = 7.888609052210118e-31; // 2^-100

/** A coordinate of four points after rotation, in float32 as `rotate` has it. `row` is a row of the matrix. */
@inline
function turned(row: usize, y: v128, x: v128, z: v128): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(v128.load32_splat(row), y), f32x4.mul(v128.load32_splat(row, 4), x)),
    f32x4.mul(v128.load32_splat(row, 8), z),
  );
}

/** y² + x² of four points; with a rotation tan²(2θ), and -1 for points behind the sample and those that are too close. */
@inline
function measure(turns: bool, rotation: usize, y: v128, x: v128, z: v128): v128 {
  if (!turns) return f32x4.add(f32x4.mul(y, y), f32x4.mul(x, x));
  const y1 = turned(rotation, y, x, z);
  const x1 = turned(rotation + 12, y, x, z);
  const z1 = turned(rotation + 24, y, x, z);
  const squared = f32x4.add(f32x4.mul(y1, y1), f32x4.mul(x1, x1));
  const known = v128.and(f32x4.gt(squared, f32x4.splat(TINY)), f32x4.gt(z1, f32x4.splat(1e-15)));
  return v128.bitselect(f32x4.div(squared, f32x4.mul(z1, z1)), f32x4.splat(-1), known);
}

/** The place in the list of edges for a number, beginning at another place. */
@inline
function placeOf(value: f32, place: usize): usize {
  while (value > load<f32>(place, 8)) place += 16;
  while (value < load<f32>(place - 16, 4)) place -= 16;
  return place;
}

@inline
function locateAny(
  turns: bool,
  rows: usize,
  columns: usize,
  count: i32,
  splitting: i32,
  dist: f32,
  rotation: usize,
  edges: usize,
  below: i32,
  work: usize,
  to: usize,
): i32 {
  const points = splitting * splitting;
  const end = work + (<usize> points << 4);
  const line = <usize> count << 2;
  const z = f32x4.splat(dist);
  let place = edges + (<usize> below << 4);
  for (let column: usize = 0; column < line; column += 16) {
    let nearest = f32x4.splat(Infinity);
    let farthest = f32x4.splat(-1);
    let at = work;
    for (let k = 0; k < splitting; k++) {
      const y = v128.load32_splat(rows + (<usize> k << 2));
      let from = columns + column;
      for (let l = 0; l < splitting; l++) {
        const value = measure(turns, rotation, y, v128.load(from), z);
        v128.store(at, value);
        nearest = f32x4.pmin(nearest, value);
        farthest = f32x4.pmax(farthest, value);
        at += 16;
        from += line;
      }
    }

    const place0 = placeOf(f32x4.extract_lane(nearest, 0), place);
    const place1 = placeOf(f32x4.extract_lane(nearest, 1), place0);
    const place2 = placeOf(f32x4.extract_lane(nearest, 2), place1);
    const place3 = placeOf(f32x4.extract_lane(nearest, 3), place2);
    place = place3;
    // Of the four pixels what four entries have, one vector each.
    const first0 = v128.shuffle<i32>(v128.load(place0), v128.load(place1), 0, 4, 1, 5);
    const first1 = v128.shuffle<i32>(v128.load(place2), v128.load(place3), 0, 4, 1, 5);
    const last0 = v128.shuffle<i32>(v128.load(place0), v128.load(place1), 2, 6, 3, 7);
    const last1 = v128.shuffle<i32>(v128.load(place2), v128.load(place3), 2, 6, 3, 7);
    const from = v128.shuffle<i64>(first0, first1, 0, 2);
    const near = v128.shuffle<i64>(first0, first1, 1, 3);
    const far = v128.shuffle<i64>(last0, last1, 0, 2);
    const until = v128.shuffle<i64>(last0, last1, 1, 3);

    let nearer = i32x4.splat(0);
    let beyond = i32x4.splat(0);
    for (at = work; at < end; at += 16) {
      const value = v128.load(at);
      nearer = i32x4.sub(nearer, f32x4.lt(value, near));
      beyond = i32x4.sub(beyond, f32x4.gt(value, far));
    }
    const sure = v128.and(
      v128.and(f32x4.gt(nearest, f32x4.splat(TINY)), f32x4.gt(nearest, from)),
      v128.and(f32x4.lt(farthest, until), i32x4.eq(i32x4.add(nearer, beyond), i32x4.splat(points))),
    );
    let places = i32x4.splat(<i32> (place0 - edges));
    places = i32x4.replace_lane(places, 1, <i32> (place1 - edges));
    places = i32x4.replace_lane(places, 2, <i32> (place2 - edges));
    places = i32x4.replace_lane(places, 3, <i32> (place3 - edges));
    const found = v128.bitselect(i32x4.shr_u(places, 4), i32x4.splat(-1), sure);
    v128.store(to, v128.shuffle<i32>(found, beyond, 0, 4, 1, 5));
    v128.store(to, v128.shuffle<i32>(found, beyond, 2, 6, 3, 7), 16);
    to += 32;
  }
  return <i32> (place - edges) >> 4;
}

/**
 * Tells of each pixel of a row, four at a time, between which edges its splitting² points lie: those that float32
 * tells, with all points between two edges that follow one another, or on both sides of one edge. Writes two i32 a
 * pixel: how many edges are below its nearest point, or -1 for a pixel that takes a closer look; and how many points are
 * beyond the next edge.
 *
 * @param rows Axis 1 of the points, `splitting` float32.
 * @param columns Axis 2 of the points, float32: of the first of each pixel, then of the second, …
 * @param count How many pixels there are; a multiple of 4.
 * @param rotation A matrix, nine float32; 0 for none, where edges are y² + x² instead of tan²(2θ).
 * @param edges Four float32 for each number of edges below a point: what is surely beyond the last edge, surely nearer
 * than the next one, surely beyond it, and surely nearer than the one after that. One more such entry is before it.
 * @param below The number of edges below some point, to begin with.
 * @param work Room for 16 bytes a point.
 * @returns What to begin the next row with.
 */
export function locate(
  rows: usize,
  columns: usize,
  count: i32,
  splitting: i32,
  dist: f32,
  rotation: usize,
  edges: usize,
  below: i32,
  work: usize,
  to: usize,
): i32 {
  return rotation === 0
    ? locateAny(false, rows, columns, count, splitting, dist, rotation, edges, below, work, to)
    : locateAny(true, rows, columns, count, splitting, dist, rotation, edges, below, work, to);
}
