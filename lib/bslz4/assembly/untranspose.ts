/**
 * The bit rows of a block back to elements, in AssemblyScript. Byte row 8j + b has bit b of byte j of all elements, so
 * that column i of the eight rows of a j is an 8×8 matrix of bits, whose transpose has byte j of elements 8i … 8i + 7.
 *
 * 16 columns go at a time: the matrices are transposed with three rounds of swaps between eight vectors (Hacker's
 * Delight 7-3, but across registers), which leaves byte j of elements 8i + m in lane i of vector m. With the vectors of
 * all j in the order m·itemsize + j, what remains is a transpose of 16×16 bytes.
 */

import { transpose16, transpose8, widen } from "./bytes";

/** Bytes of memory that {@link untranspose} needs: the vectors of 16 columns of eight-byte elements. */
export const WORKSPACE: usize = 1024;

@inline
function swap(a: v128, b: v128, shift: i32, mask: v128): v128 {
  return v128.and(v128.xor(i64x2.shr_u(a, shift), b), mask);
}

/** Transposes the bits of 16 columns of the eight rows from `rows` on; vector m goes to `to + m * step`. */
@inline
function transposeBits(rows: usize, row: usize, to: usize, step: usize): void {
  let a0 = v128.load(rows);
  let a1 = v128.load(rows + row);
  let a2 = v128.load(rows + 2 * row);
  let a3 = v128.load(rows + 3 * row);
  let a4 = v128.load(rows + 4 * row);
  let a5 = v128.load(rows + 5 * row);
  let a6 = v128.load(rows + 6 * row);
  let a7 = v128.load(rows + 7 * row);

  let mask = i8x16.splat(0x0f);
  let t = swap(a0, a4, 4, mask);
  a4 = v128.xor(a4, t);
  a0 = v128.xor(a0, i64x2.shl(t, 4));
  t = swap(a1, a5, 4, mask);
  a5 = v128.xor(a5, t);
  a1 = v128.xor(a1, i64x2.shl(t, 4));
  t = swap(a2, a6, 4, mask);
  a6 = v128.xor(a6, t);
  a2 = v128.xor(a2, i64x2.shl(t, 4));
  t = swap(a3, a7, 4, mask);
  a7 = v128.xor(a7, t);
  a3 = v128.xor(a3, i64x2.shl(t, 4));

  mask = i8x16.splat(0x33);
  t = swap(a0, a2, 2, mask);
  a2 = v128.xor(a2, t);
  a0 = v128.xor(a0, i64x2.shl(t, 2));
  t = swap(a1, a3, 2, mask);
  a3 = v128.xor(a3, t);
  a1 = v128.xor(a1, i64x2.shl(t, 2));
  t = swap(a4, a6, 2, mask);
  a6 = v128.xor(a6, t);
  a4 = v128.xor(a4, i64x2.shl(t, 2));
  t = swap(a5, a7, 2, mask);
  a7 = v128.xor(a7, t);
  a5 = v128.xor(a5, i64x2.shl(t, 2));

  mask = i8x16.splat(0x55);
  t = swap(a0, a1, 1, mask);
  v128.store(to + step, v128.xor(a1, t));
  v128.store(to, v128.xor(a0, i64x2.shl(t, 1)));
  t = swap(a2, a3, 1, mask);
  v128.store(to + 3 * step, v128.xor(a3, t));
  v128.store(to + 2 * step, v128.xor(a2, i64x2.shl(t, 1)));
  t = swap(a4, a5, 1, mask);
  v128.store(to + 5 * step, v128.xor(a5, t));
  v128.store(to + 4 * step, v128.xor(a4, i64x2.shl(t, 1)));
  t = swap(a6, a7, 1, mask);
  v128.store(to + 7 * step, v128.xor(a7, t));
  v128.store(to + 6 * step, v128.xor(a6, i64x2.shl(t, 1)));
}

/** The bits that 16 columns of the eight rows from `rows` on have. */
@inline
function bits(rows: usize, row: usize): v128 {
  const low = v128.or(
    v128.or(v128.load(rows), v128.load(rows + row)),
    v128.or(v128.load(rows + 2 * row), v128.load(rows + 3 * row)),
  );
  const high = v128.or(
    v128.or(v128.load(rows + 4 * row), v128.load(rows + 5 * row)),
    v128.or(v128.load(rows + 6 * row), v128.load(rows + 7 * row)),
  );
  return v128.or(low, high);
}

/** 16 columns: 128 elements. Counts are small, so that only their lowest bytes are often not zero. */
@inline
function columns16(rows: usize, row: usize, to: usize, itemsize: usize, work: usize): void {
  if (itemsize == 1) {
    transposeBits(rows, row, work, 16);
    transpose8(work, to);
    return;
  }
  let upper = i8x16.splat(0);
  for (let j: usize = 1; j < itemsize; j++) upper = v128.or(upper, bits(rows + 8 * j * row, row));
  if (v128.any_true(upper)) {
    for (let j: usize = 0; j < itemsize; j++) transposeBits(rows + 8 * j * row, row, work + 16 * j, 16 * itemsize);
    for (let g: usize = 0; g < itemsize; g += 2) transpose16(work + 128 * g, to + 8 * g, 8 * itemsize);
    return;
  }
  transposeBits(rows, row, work, 16);
  transpose8(work, work + 128);
  for (let v: usize = 0; v < 8; v++) widen(work + 128 + 16 * v, to + 16 * itemsize * v, itemsize);
}

/** One column: eight elements. */
@inline
function column(rows: usize, row: usize, to: usize, itemsize: usize): void {
  for (let j: usize = 0; j < itemsize; j++) {
    let x: u64 = 0;
    for (let b: usize = 0; b < 8; b++) x |= <u64> load<u8>(rows + (8 * j + b) * row) << (8 * b);
    let t = (x ^ (x >> 7)) & 0x00aa00aa00aa00aa;
    x ^= t ^ (t << 7);
    t = (x ^ (x >> 14)) & 0x0000cccc0000cccc;
    x ^= t ^ (t << 14);
    t = (x ^ (x >> 28)) & 0x00000000f0f0f0f0;
    x ^= t ^ (t << 28);
    for (let m: usize = 0; m < 8; m++) store<u8>(to + m * itemsize + j, <u8> (x >> (8 * m)));
  }
}

/** Puts the bit rows of `elements` elements, a multiple of 8, back into elements. */
export function untranspose(rows: usize, to: usize, elements: usize, itemsize: usize, work: usize): void {
  const row = elements / 8;
  if (row < 16) {
    for (let i: usize = 0; i < row; i++) column(rows + i, row, to + 8 * i * itemsize, itemsize);
    return;
  }
  for (let i: usize = 0; i < row; i += 16) {
    // The last columns are made together with some that are there already.
    if (i + 16 > row) i = row - 16;
    columns16(rows + i, row, to + 8 * i * itemsize, itemsize, work);
  }
}
