/** Bytes put into another order, in AssemblyScript: "low" and "high" interleave the halves of two vectors. */

@inline
function low8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

@inline
function high8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

@inline
function low16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function high16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

@inline
function low32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 0, 4, 1, 5);
}

@inline
function high32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 2, 6, 3, 7);
}

@inline
function low64(a: v128, b: v128): v128 {
  return v128.shuffle<u64>(a, b, 0, 2);
}

@inline
function high64(a: v128, b: v128): v128 {
  return v128.shuffle<u64>(a, b, 1, 3);
}

/** Eight lanes of eight vectors, given as eight lanes of two bytes of vectors 0–1, 2–3, 4–5 and 6–7. */
@inline
function store8x8(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  const lowAB = low16(a, b);
  const highAB = high16(a, b);
  const lowCD = low16(c, d);
  const highCD = high16(c, d);
  v128.store(to, low32(lowAB, lowCD));
  v128.store(to, high32(lowAB, lowCD), 16);
  v128.store(to, low32(highAB, highCD), 32);
  v128.store(to, high32(highAB, highCD), 48);
}

/** Transposes 8 vectors of 16 bytes into 16 times 8 bytes, one behind the other. */
@inline
export function transpose8(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  const c = v128.load(from, 32);
  const d = v128.load(from, 48);
  const e = v128.load(from, 64);
  const f = v128.load(from, 80);
  const g = v128.load(from, 96);
  const h = v128.load(from, 112);
  store8x8(to, low8(a, b), low8(c, d), low8(e, f), low8(g, h));
  store8x8(to + 64, high8(a, b), high8(c, d), high8(e, f), high8(g, h));
}

/** Four of the 16 lanes of 16 vectors, given as four lanes of four bytes of vectors 0–3, 4–7, 8–11 and 12–15. */
@inline
function store16x4(to: usize, step: usize, a: v128, b: v128, c: v128, d: v128): void {
  const lowAB = low32(a, b);
  const highAB = high32(a, b);
  const lowCD = low32(c, d);
  const highCD = high32(c, d);
  v128.store(to, low64(lowAB, lowCD));
  v128.store(to + step, high64(lowAB, lowCD));
  v128.store(to + 2 * step, low64(highAB, highCD));
  v128.store(to + 3 * step, high64(highAB, highCD));
}

/** Transposes 16 vectors of 16 bytes; those of the result are `step` bytes apart. */
@inline
export function transpose16(from: usize, to: usize, step: usize): void {
  let a = low8(v128.load(from), v128.load(from, 16));
  let b = low8(v128.load(from, 32), v128.load(from, 48));
  let c = low8(v128.load(from, 64), v128.load(from, 80));
  let d = low8(v128.load(from, 96), v128.load(from, 112));
  let e = low8(v128.load(from, 128), v128.load(from, 144));
  let f = low8(v128.load(from, 160), v128.load(from, 176));
  let g = low8(v128.load(from, 192), v128.load(from, 208));
  let h = low8(v128.load(from, 224), v128.load(from, 240));
  store16x4(to, step, low16(a, b), low16(c, d), low16(e, f), low16(g, h));
  store16x4(to + 4 * step, step, high16(a, b), high16(c, d), high16(e, f), high16(g, h));
  a = high8(v128.load(from), v128.load(from, 16));
  b = high8(v128.load(from, 32), v128.load(from, 48));
  c = high8(v128.load(from, 64), v128.load(from, 80));
  d = high8(v128.load(from, 96), v128.load(from, 112));
  e = high8(v128.load(from, 128), v128.load(from, 144));
  f = high8(v128.load(from, 160), v128.load(from, 176));
  g = high8(v128.load(from, 192), v128.load(from, 208));
  h = high8(v128.load(from, 224), v128.load(from, 240));
  store16x4(to + 8 * step, step, low16(a, b), low16(c, d), low16(e, f), low16(g, h));
  store16x4(to + 12 * step, step, high16(a, b), high16(c, d), high16(e, f), high16(g, h));
}

/** Writes the 16 bytes at `from` as the lowest bytes of 16 elements. */
@inline
export function widen(from: usize, to: usize, itemsize: usize): void {
  const bytes = v128.load(from);
  const zero = i8x16.splat(0);
  const low = low8(bytes, zero);
  const high = high8(bytes, zero);
  if (itemsize == 2) {
    v128.store(to, low);
    v128.store(to, high, 16);
  } else if (itemsize == 4) {
    v128.store(to, low16(low, zero));
    v128.store(to, high16(low, zero), 16);
    v128.store(to, low16(high, zero), 32);
    v128.store(to, high16(high, zero), 48);
  } else {
    widen32(low16(low, zero), to);
    widen32(high16(low, zero), to + 32);
    widen32(low16(high, zero), to + 64);
    widen32(high16(high, zero), to + 96);
  }
}

@inline
function widen32(four: v128, to: usize): void {
  const zero = i8x16.splat(0);
  v128.store(to, low32(four, zero));
  v128.store(to, high32(four, zero), 16);
}
