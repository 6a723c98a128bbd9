/**
 * The radial axis in its units: what a scattering angle is there, and back.
 *
 * @module
 */

const { asin, atan, fround, PI, sin, tan } = Math;

/** `q` in Å⁻¹, `2th` in degrees, `d` in Å, `r` in mm. */
export type RadialUnit = "q" | "2th" | "d" | "r";

/** A unit of the radial axis. */
export interface Scale {
  /** The value of a 2θ in radians, both float32; `NaN` where there is none. */
  value(twoTheta: number): number;
  /** The 2θ in radians at which the unit has a value, in float64; infinite beyond all angles, `NaN` below them. */
  angle(value: number): number;
  /** Whether values fall as 2θ grows. */
  readonly falling: boolean;
  /** The edges of `count` bins of one width, from the least to the greatest 2θ in radians; all float64. */
  steps(least: number, greatest: number, count: number): Float64Array;
}

/**
 * The scale of a unit.
 *
 * @param wavelength In metres; only `q` and `d` need it.
 * @param direct The distance from the sample to where the beam meets the detector's plane, in metres; for `r` only.
 */
export function scaleOf(unit: RadialUnit, wavelength: number, direct: number): Scale {
  const exactScale = (4e-10 * PI) / wavelength;
  const scale = (4e-10 * PI) / fround(wavelength);
  const exactQ = (angle: number): number => exactScale * sin(angle / 2);
  const q = (angle: number): number => fround(scale * fround(sin(angle / 2)));
  const angleOfQ = (value: number): number => value < 0 ? NaN : value >= scale ? Infinity : 2 * asin(value / scale);
  const between = (value: (angle: number) => number) => (least: number, greatest: number, count: number) =>
    linspace(value(least), value(greatest), count);
  switch (unit) {
    case "q":
      return { value: q, angle: angleOfQ, falling: false, steps: between(exactQ) };
    case "2th":
      return {
        value: (angle) => fround(angle * (180 / PI)),
        angle: (value) => value < 0 ? NaN : (value * PI) / 180,
        falling: false,
        steps: (least, greatest, count) => linspace(least, greatest, count).map((angle) => angle * (180 / PI)),
      };
    case "d": {
      const exactD = (angle: number): number => (2 * PI) / exactQ(angle);
      return {
        value: (angle) => fround((2 * PI) / q(angle)),
        angle: (value) => value <= 0 ? Infinity : angleOfQ((2 * PI) / value),
        falling: true,
        steps: (least, greatest, count) => linspace(exactD(greatest), exactD(least), count),
      };
    }
    case "r": {
      const r = (angle: number): number => angle < PI / 2 ? 1e3 * direct * tan(angle) : NaN;
      return {
        value: (angle) => fround(r(angle)),
        angle: (value) => value < 0 ? NaN : atan(value / (1e3 * direct)),
        falling: false,
        steps: between(r),
      };
    }
  }
}

/** `count` equal steps from `low` to `high`, as numpy's `linspace`. */
export function linspace(low: number, high: number, count: number): Float64Array {
  const step = (high - low) / count;
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => low + i * step);
  edges[count] = high;
  return edges;
}
