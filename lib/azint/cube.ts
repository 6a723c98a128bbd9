/**
 * The cube of a cosine in float32, to the last digit as azint has it.
 *
 * azint leaves the cubes of its solid angles to numpy. Where numpy 2 uses AVX-512, as for azint's references, its power
 * is `powf` of Intel's SVML (svml_z0_pow_s_la in https://github.com/numpy/SVML), which is off in the last digit for one
 * number in five. Here are its steps, with its polynomials: log2, times three, exp2, each with a table; the logarithm
 * is the sum of two float32. The result is the same float32 for every number from 1/16 to 1. The kernel takes the same
 * steps for whole rows (`assembly/solid_angle.ts`), with these tables; this is what the tests hold it against.
 *
 * @module
 */

const { abs, floor, fround, log2, round } = Math;

/** log2 of 2/(1 + i/32) for i up to 32, in pairs: 16 bits behind the point, and what is left as a float32. */
export const LOGARITHMS: Float64Array = new Float64Array(66).map((_, at) => {
  const exact = 1 - log2(1 + (at >> 1) / 32);
  const high = round(exact * 2 ** 16) / 2 ** 16;
  return at % 2 === 0 ? high : fround(exact - high);
});
/** 2^-i. */
const HALVES = Float64Array.from({ length: 512 }, (_, i) => 2 ** -i);

/** 2^(i/16). */
export const POWERS: Float32Array = Float32Array.from({ length: 16 }, (_, i) => 2 ** (i / 16));

/** A number rounded to float32 towards 0. */
function towardsZero(value: number): number {
  const near = fround(value);
  return abs(near) > abs(value) ? fround(near * (1 - 2 ** -24)) : near;
}

/**
 * x³ in float32.
 *
 * @param x A float32 from 0 to 1.
 */
export function cube(x: number): number {
  if (x === 0) return 0;
  let mantissa = x;
  let exponent = -1;
  for (; mantissa < 0.5; mantissa *= 2) exponent--;
  if (mantissa === 1) return 1;

  // x = 2^exponent · (1 + rest) / near · 2, where near has five bits behind the point.
  const place = (32 / mantissa - 31.5) | 0;
  const near = 1 + place / 32;
  const rest = fround(mantissa * near - 1);
  let p = fround(rest * 0.2886277735233307 - 0.36074772477149963);
  p = fround(rest * p + 0.48089835047721863);
  p = fround(rest * p - 0.7213475108146667);
  p = fround(rest * p + 1.9259822181538766e-8);
  const base = (LOGARITHMS[2 * place] as number) + exponent;
  const linear = rest * 1.4426950216293335;
  const first = fround(base + linear);
  const small = fround(rest * p + (LOGARITHMS[2 * place + 1] as number));
  const high = fround(first + small);
  const low = fround(fround(small - fround(high - first)) + fround(linear - fround(first - base)));

  const big = towardsZero(3 * high);
  const little = towardsZero(3 * low + (3 * high - big));
  const power = towardsZero(big + little);
  const sixteenths = floor(16 * power);
  const fraction = fround(
    towardsZero(power - sixteenths / 16) + fround(little - fround(power - big)),
  );
  const whole = POWERS[sixteenths & 15] as number;
  let q = fround(fraction * 0.05672148987650871 + 0.24017876386642456);
  q = fround(fraction * q + 0.6931477785110474);
  return fround(fround(fraction * whole) * q + whole) * (HALVES[-(sixteenths >> 4)] as number);
}
