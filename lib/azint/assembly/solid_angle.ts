// deno-fmt-ignore-file
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript, for its own compiler.

/** Rounded to float32. */
@inline
function round(value: v128): v128 {
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(value));
}

/** Rounded to float32 towards 0. */
@inline
function cut(value: v128): v128 {
  return v128.and(value, i64x2.splat(~0x1fffffff));
}

/** a · b + c, rounded to float32. */
@inline
function fused(a: v128, b: v128, c: v128): v128 {
  return round(f64x2.add(f64x2.mul(a, b), c));
}

/**
 * log2 of two float32, as the sum of two numbers each.
 *
 * @param table 33 pairs of float64, high and low.
 */
@inline
function logarithms(x: v128, table: usize, highs: usize, lows: usize): void {
  const mantissa = v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), f64x2.splat(0.5));
  // The bits of the exponent become a number behind those of 2^52.
  const exponent = f64x2.sub(
    v128.or(i64x2.shr_u(x, 52), f64x2.splat(4503599627370496)),
    f64x2.splat(4503599627370496 + 1023),
  );
  const place = f64x2.floor(f64x2.sub(f64x2.div(f64x2.splat(32), mantissa), f64x2.splat(31.5)));
  const near = f64x2.add(f64x2.mul(place, f64x2.splat(1 / 32)), f64x2.splat(1));
  const places = i32x4.trunc_sat_f64x2_s_zero(place);
  const pair0 = v128.load(table + (<usize> i32x4.extract_lane(places, 0) << 4));
  const pair1 = v128.load(table + (<usize> i32x4.extract_lane(places, 1) << 4));

  const rest = round(f64x2.sub(f64x2.mul(mantissa, near), f64x2.splat(1)));
  let p = fused(rest, f64x2.splat(0.2886277735233307), f64x2.splat(-0.36074772477149963));
  p = fused(rest, p, f64x2.splat(0.48089835047721863));
  p = fused(rest, p, f64x2.splat(-0.7213475108146667));
  p = fused(rest, p, f64x2.splat(1.9259822181538766e-8));
  const base = f64x2.add(v128.shuffle<i64>(pair0, pair1, 0, 2), exponent);
  const linear = f64x2.mul(rest, f64x2.splat(1.4426950216293335));
  const first = round(f64x2.add(base, linear));
  const small = fused(rest, p, v128.shuffle<i64>(pair0, pair1, 1, 3));
  const high = round(f64x2.add(first, small));
  v128.store(highs, high);
  v128.store(lows, round(f64x2.add(
    round(f64x2.sub(small, round(f64x2.sub(high, first)))),
    round(f64x2.sub(linear, round(f64x2.sub(first, base)))),
  )));
}

/**
 * exp2 of three times a sum of two numbers, in float64.
 *
 * @param table 16 float64.
 */
@inline
function cubes(high: v128, low: v128, table: usize): v128 {
  const three = f64x2.splat(3);
  const product = f64x2.mul(three, high);
  const big = cut(product);
  const little = cut(f64x2.add(f64x2.mul(three, low), f64x2.sub(product, big)));
  const power = cut(f64x2.add(big, little));
  const floor = f64x2.floor(f64x2.mul(power, f64x2.splat(16)));
  const fraction = round(f64x2.add(
    cut(f64x2.sub(power, f64x2.mul(floor, f64x2.splat(1 / 16)))),
    round(f64x2.sub(little, round(f64x2.sub(power, big)))),
  ));
  const sixteenths = i32x4.trunc_sat_f64x2_s_zero(floor);
  const whole = f64x2.replace_lane(
    v128.load64_splat(table + ((<usize> i32x4.extract_lane(sixteenths, 0) & 15) << 3)),
    1,
    load<f64>(table + ((<usize> i32x4.extract_lane(sixteenths, 1) & 15) << 3)),
  );
  let q = fused(fraction, f64x2.splat(0.05672148987650871), f64x2.splat(0.24017876386642456));
  q = fused(fraction, q, f64x2.splat(0.6931477785110474));
  const twos = i64x2.add(i64x2.extend_low_i32x4_s(i32x4.shr_s(sixteenths, 4)), i64x2.splat(1023));
  return f64x2.mul(fused(round(f64x2.mul(fraction, whole)), q, whole), i64x2.shl(twos, 52));
}

/**
 * The solid angles of the pixels of a row, (dist / √(dist² + p1² + p2²))³ in float32, written as float64. The cubes are
 * those of `cube.ts`, step by step. Each step has to wait for the one before, but not for other pixels: the processor
 * overlaps the more of these, the shorter a loop is, hence three.
 *
 * @param columns p2 of each pixel, float32.
 * @param count How many there are; a multiple of 4.
 * @param squared dist².
 * @param square1 p1².
 * @param logs 33 pairs of float64.
 * @param powers 16 float64.
 * @param work Room for as many float64 as pixels.
 */
export function solidAngles(
  columns: usize,
  count: i32,
  dist: f32,
  squared: f32,
  square1: f32,
  logs: usize,
  powers: usize,
  work: usize,
  to: usize,
): void {
  const size = <usize> count << 3;
  const sum = f32x4.splat(squared + square1);
  for (let at: usize = 0; at < size; at += 32) {
    const p2 = v128.load(columns + (at >> 1));
    const far = f32x4.sqrt(f32x4.add(sum, f32x4.mul(p2, p2)));
    const cosines = f32x4.div(f32x4.splat(dist), far);
    v128.store(to + at, f64x2.promote_low_f32x4(cosines));
    v128.store(to + at, f64x2.promote_low_f32x4(v128.shuffle<i64>(cosines, cosines, 1, 0)), 16);
  }
  for (let at: usize = 0; at < size; at += 16) logarithms(v128.load(to + at), logs, to + at, work + at);
  for (let at: usize = 0; at < size; at += 16) {
    v128.store(to + at, cubes(v128.load(to + at), v128.load(work + at), powers));
  }
}
