/**
 * LZ4 blocks, in AssemblyScript. Every copy goes in steps of 16 bytes and may read and write up to 63 bytes behind what
 * it has to: both the frame and the output need that much memory behind them, which nothing else is kept in.
 */

/** Why decoding failed, and where: the numbers are those of `Fault` in `../layout.ts`. */
let code: i32 = 0;
let place: usize = 0;
let found: u32 = 0;

export function failureCode(): i32 {
  return code;
}

export function failurePlace(): usize {
  return place;
}

export function failureFound(): u32 {
  return found;
}

export function fail(why: i32, where: usize, what: u32): bool {
  code = why;
  place = where;
  found = what;
  return false;
}

/** Decodes the block in [source, end) into exactly `size` bytes at `target`. */
export function decodeLz4(source: usize, end: usize, target: usize, size: usize): bool {
  let from = source;
  let to = target;
  const full = target + size;
  while (true) {
    if (from >= end) return fail(3, from, 0);
    const token: usize = load<u8>(from++);

    let literals = token >> 4;
    if (literals == 15) {
      let more: usize;
      do {
        if (from >= end) return fail(3, from, 0);
        more = load<u8>(from++);
        literals += more;
        if (literals > size) return fail(5, from - 1, <u32> literals);
      } while (more == 255);
    }
    if (literals > end - from) return fail(4, from, <u32> literals);
    if (literals > full - to) return fail(5, from, <u32> literals);
    v128.store(to, v128.load(from));
    for (let i: usize = 16; i < literals; i += 16) v128.store(to + i, v128.load(from + i));
    from += literals;
    to += literals;
    if (from == end) return to == full ? true : fail(6, from, <u32> (to - target));

    if (end - from < 2) return fail(3, from, 0);
    const distance: usize = load<u16>(from);
    if (distance == 0 || distance > to - target) return fail(7, from, <u32> distance);
    from += 2;
    let length = (token & 15) + 4;
    if (length == 19) {
      let more: usize;
      do {
        if (from >= end) return fail(3, from, 0);
        more = load<u8>(from++);
        length += more;
        if (length > size) return fail(8, from - 1, <u32> length);
      } while (more == 255);
    }
    if (length > full - to) return fail(8, from, <u32> length);
    copyMatch(to, distance, length);
    to += length;
  }
}

/** Repeats what lies `distance` bytes before `to`. */
@inline
function copyMatch(to: usize, distance: usize, length: usize): void {
  const from = to - distance;
  if (distance >= 16) {
    v128.store(to, v128.load(from));
    for (let i: usize = 16; i < length; i += 16) v128.store(to + i, v128.load(from + i));
  } else if (distance == 1) {
    fill(to, length, i8x16.splat(load<u8>(from)));
  } else if (length <= distance) {
    v128.store(to, v128.load(from));
  } else if (distance == 2) {
    fill(to, length, i16x8.splat(load<u16>(from)));
  } else if (distance == 4) {
    fill(to, length, i32x4.splat(load<u32>(from)));
  } else if (distance == 8) {
    fill(to, length, i64x2.splat(load<u64>(from)));
  } else {
    // Once the pattern is there often enough for 16 bytes, it is copied from a multiple of the distance before.
    const far: usize = ((distance + 15) / distance) * distance;
    const begin: usize = min(far - distance, length);
    for (let i: usize = 0; i < begin; i++) store<u8>(to + i, load<u8>(from + i));
    for (let i: usize = begin; i < length; i += 16) v128.store(to + i, v128.load(to + i - far));
  }
}

@inline
function fill(to: usize, length: usize, pattern: v128): void {
  v128.store(to, pattern);
  v128.store(to, pattern, 16);
  for (let i: usize = 32; i < length; i += 64) {
    v128.store(to + i, pattern);
    v128.store(to + i, pattern, 16);
    v128.store(to + i, pattern, 32);
    v128.store(to + i, pattern, 48);
  }
}
