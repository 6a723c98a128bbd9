// deno-fmt-ignore-file
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript, for its own compiler.

export { locate } from "./bins";
export { addPoints, fill } from "./fill";
export { solidAngles } from "./solid_angle";

/**
 * Images into bins, in AssemblyScript. Of each pixel `first` has the bin and `weights` two weights, for it and the next
 * bin. Sums are pairs of float64, so that both bins of a pixel are one vector; each bin has a pair of its own, whose
 * second half belongs to the next bin. Two copies of the sums take pixels in turn, so that none waits for another; more
 * would not stay in the processor's first cache.
 */

/** Adds a value to the sums of the pixel whose bin is at `first + 2 * place`. */
@inline
function put(value: f64, place: usize, first: usize, weights: usize, sums: usize, squared: bool): void {
  const at = sums + (<usize> load<u16>(first + 2 * place) << 4);
  let w = f64x2.promote_low_f32x4(v128.load64_zero(weights + 8 * place));
  if (squared) w = f64x2.mul(w, w);
  v128.store(at, f64x2.add(v128.load(at), f64x2.mul(w, f64x2.splat(value))));
}

/**
 * Adds a pixel. Kinds are 0 … 6 for u8, i8, u16, i16, u32, i32, f64. Zeros are added like others: a branch that is
 * guessed wrong takes longer.
 */
@inline
function pixel(
  kind: i32,
  image: usize,
  place: usize,
  first: usize,
  weights: usize,
  sums: usize,
  squared: bool,
): void {
  let value: f64;
  if (kind == 0) value = <f64> load<u8>(image + place);
  else if (kind == 1) value = <f64> load<i8>(image + place);
  else if (kind == 2) value = <f64> load<u16>(image + 2 * place);
  else if (kind == 3) value = <f64> load<i16>(image + 2 * place);
  else if (kind == 4) value = <f64> load<u32>(image + 4 * place);
  else if (kind == 5) value = <f64> load<i32>(image + 4 * place);
  else value = load<f64>(image + 8 * place);
  put(value, place, first, weights, sums, squared);
}

@inline
function addKind(
  kind: i32,
  image: usize,
  count: usize,
  first: usize,
  weights: usize,
  sums: usize,
  copy: usize,
  squared: bool,
): void {
  const size: usize = kind == 6 ? 8 : 1 << (kind >> 1);
  const sums1 = sums + copy;
  const end = image + count * size;
  const fours = image + (count & ~3) * size;
  while (image < fours) {
    // Many pixels of a sparse image are 0: four are passed over at once.
    let any: bool;
    if (size == 1) any = load<u32>(image) != 0;
    else if (size == 2) any = load<u64>(image) != 0;
    else if (size == 4) any = v128.any_true(v128.load(image));
    else any = v128.any_true(v128.or(v128.load(image), v128.load(image, 16)));
    if (any) {
      pixel(kind, image, 0, first, weights, sums, squared);
      pixel(kind, image, 1, first, weights, sums1, squared);
      pixel(kind, image, 2, first, weights, sums, squared);
      pixel(kind, image, 3, first, weights, sums1, squared);
    }
    image += 4 * size;
    first += 8;
    weights += 32;
  }
  while (image < end) {
    pixel(kind, image, 0, first, weights, sums, squared);
    image += size;
    first += 2;
    weights += 8;
  }
}

@inline
function addAny(
  kind: i32,
  image: usize,
  count: usize,
  first: usize,
  weights: usize,
  sums: usize,
  copy: usize,
  squared: bool,
): void {
  if (kind == 0) addKind(0, image, count, first, weights, sums, copy, squared);
  else if (kind == 1) addKind(1, image, count, first, weights, sums, copy, squared);
  else if (kind == 2) addKind(2, image, count, first, weights, sums, copy, squared);
  else if (kind == 3) addKind(3, image, count, first, weights, sums, copy, squared);
  else if (kind == 4) addKind(4, image, count, first, weights, sums, copy, squared);
  else if (kind == 5) addKind(5, image, count, first, weights, sums, copy, squared);
  else addKind(6, image, count, first, weights, sums, copy, squared);
}

/**
 * Adds up weight · value of `count` pixels.
 *
 * @param copy Bytes between two copies of the sums.
 */
export function add(
  kind: i32,
  image: usize,
  count: usize,
  first: usize,
  weights: usize,
  sums: usize,
  copy: usize,
): void {
  addAny(kind, image, count, first, weights, sums, copy, false);
}

/** Adds up weight² · value. */
export function addSquares(
  kind: i32,
  image: usize,
  count: usize,
  first: usize,
  weights: usize,
  sums: usize,
  copy: usize,
): void {
  addAny(kind, image, count, first, weights, sums, copy, true);
}
