/**
 * Sums of integers that lie next to each other, in AssemblyScript. A stretch is a number of steps of 64 bytes, and at
 * most 64 KiB, so that no lane of 32 bits overflows.
 */

/** The elements of one vector, added up into lanes of 32 bits, or of 64 where the elements have 32. */
@inline
function lanes<T>(at: usize): v128 {
  const vector = v128.load(at);
  if (sizeof<T>() == 1) return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(vector));
  if (sizeof<T>() == 2) {
    return isSigned<T>() ? i32x4.extadd_pairwise_i16x8_s(vector) : i32x4.extadd_pairwise_i16x8_u(vector);
  }
  return wide<T>(vector);
}

/** Four lanes of 32 bits as two of 64. */
@inline
function wide<T>(vector: v128): v128 {
  return isSigned<T>()
    ? i64x2.add(i64x2.extend_low_i32x4_s(vector), i64x2.extend_high_i32x4_s(vector))
    : i64x2.add(i64x2.extend_low_i32x4_u(vector), i64x2.extend_high_i32x4_u(vector));
}

@inline
function plus<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? i64x2.add(a, b) : i32x4.add(a, b);
}

@inline
function sum<T>(at: usize, end: usize): f64 {
  let a = i64x2.splat(0);
  let b = i64x2.splat(0);
  for (; at < end; at += 64) {
    a = plus<T>(a, plus<T>(lanes<T>(at), lanes<T>(at + 16)));
    b = plus<T>(b, plus<T>(lanes<T>(at + 32), lanes<T>(at + 48)));
  }
  if (sizeof<T>() < 4) {
    a = wide<T>(a);
    b = wide<T>(b);
  }
  const both = i64x2.add(a, b);
  return <f64> (i64x2.extract_lane(both, 0) + i64x2.extract_lane(both, 1));
}

export function sumU8(at: usize, end: usize): f64 {
  return sum<u8>(at, end);
}

export function sumU16(at: usize, end: usize): f64 {
  return sum<u16>(at, end);
}

export function sumI16(at: usize, end: usize): f64 {
  return sum<i16>(at, end);
}

export function sumU32(at: usize, end: usize): f64 {
  return sum<u32>(at, end);
}

export function sumI32(at: usize, end: usize): f64 {
  return sum<i32>(at, end);
}
