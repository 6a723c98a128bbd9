// deno-fmt-ignore-file
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript, for its own compiler.

/** Sectors of pixels that are in none, and of those whose points may be in several: `sectors.ts`. */
@inline
const OUTSIDE = -1;
@inline
const MIXED = -2;

@inline
function putFirst(wide: bool, first: usize, pixel: usize, bin: i32): void {
  if (wide) store<u32>(first + 4 * pixel, bin);
  else store<u16>(first + 2 * pixel, <u16> bin);
}

@inline
function putHits(dense: bool, hits: usize, entry: usize, count: i32): void {
  if (dense) store<u32>(hits + 4 * entry, count);
  else store<u8>(hits + entry, <u8> count);
}

@inline
function hitsAt(dense: bool, hits: usize, entry: usize): i32 {
  return dense ? <i32> load<u32>(hits + 4 * entry) : <i32> load<u8>(hits + entry);
}

@inline
function addTo(total: usize, bin: i32, count: i32): void {
  const at = total + (<usize> bin << 3);
  store<f64>(at, load<f64>(at) + <f64> count);
}

/** The share of the points of a pixel, over what its intensity is divided by: rounded to float32 as each step is. */
@inline
function weightOf(count: i32, points: i32, divisor: f64): f32 {
  const share: f32 = count == points ? 1 : <f32> (<f64> count / <f64> points);
  return <f32> (<f64> share / divisor);
}

/**
 * Fills in the pixels of a row whose points are in one bin, or in two neighbours, of one sector; each entry once.
 *
 * @param places Two i32 a pixel, as `locate` tells.
 * @param divisors A float64 a pixel.
 * @param sectors An i32 a pixel; 0 for a matrix without sectors.
 * @param count How many pixels there are.
 * @param points In each pixel.
 * @param radial The number of radial bins.
 * @param none What `first` has for a pixel that is in no bin.
 * @param falling Whether bins are in the order of falling values.
 * @param wide Whether `first` has 4 bytes a pixel, not 2.
 * @param dense Whether `hits` have 4 bytes each, not 1.
 * @param first Where the row begins; likewise `weights` and `hits`.
 * @param total A float64 a bin, to which points are added.
 * @param left Room for an i32 a pixel: those that take a closer look, in order.
 * @returns How many these are.
 */
export function fill(
  places: usize,
  divisors: usize,
  sectors: usize,
  count: i32,
  points: i32,
  radial: i32,
  none: i32,
  falling: bool,
  wide: bool,
  dense: bool,
  first: usize,
  weights: usize,
  hits: usize,
  total: usize,
  left: usize,
): i32 {
  let looks = 0;
  for (let pixel: usize = 0; pixel < <usize> count; pixel++) {
    const sector = sectors == 0 ? 0 : load<i32>(sectors + (pixel << 2));
    const below = load<i32>(places + (pixel << 3));
    if (sector != OUTSIDE && (below < 0 || sector == MIXED)) {
      store<i32>(left + (<usize> looks << 2), <i32> pixel);
      looks++;
      continue;
    }
    const beyond = load<i32>(places + (pixel << 3), 4);
    let bin = falling ? radial - below - 1 : below - 1;
    let here = falling ? beyond : points - beyond;
    let beside = <u32> (bin + 1) < <u32> radial ? points - here : 0;
    if (<u32> bin >= <u32> radial) here = 0;
    bin += sector * radial;
    if (here == 0) {
      bin++;
      here = beside;
      beside = 0;
    }
    if (here == 0 || sector == OUTSIDE) {
      putFirst(wide, first, pixel, none);
      continue;
    }
    const divisor = load<f64>(divisors + (pixel << 3));
    putFirst(wide, first, pixel, bin);
    putHits(dense, hits, 2 * pixel, here);
    store<f32>(weights + (pixel << 3), weightOf(here, points, divisor));
    addTo(total, bin, here);
    if (beside == 0) continue;
    putHits(dense, hits, 2 * pixel + 1, beside);
    store<f32>(weights + (pixel << 3), weightOf(beside, points, divisor), 4);
    addTo(total, bin + 1, beside);
  }
  return looks;
}

/** Adds the points of pixels to the totals of their bins. */
export function addPoints(count: i32, wide: bool, dense: bool, first: usize, hits: usize, total: usize): void {
  for (let pixel: usize = 0; pixel < <usize> count; pixel++) {
    const here = hitsAt(dense, hits, 2 * pixel);
    if (here == 0) continue;
    const bin = wide ? <i32> load<u32>(first + 4 * pixel) : <i32> load<u16>(first + 2 * pixel);
    addTo(total, bin, here);
    const beside = hitsAt(dense, hits, 2 * pixel + 1);
    if (beside != 0) addTo(total, bin + 1, beside);
  }
}
