/**
 * Where pixels are, in float32 as azint 1.2.5 has it: edges of bins fall on ties, so that a float64 computation puts
 * several percent of the pixels of a small detector into another bin. Axes: 1 = y (slow), 2 = x (fast), 3 = beam.
 *
 * @module
 */

const { abs, atan, atan2, cos, fround, PI, sin, sqrt } = Math;

/** What the positions of pixels follow from; lengths in metres, angles in radians. */
export interface Setup {
  /** Rows and columns. */
  readonly shape: readonly [number, number];
  /** The size of a pixel: y, x. */
  readonly pixelSize: readonly [number, number];
  readonly dist: number;
  readonly poni1: number;
  readonly poni2: number;
  readonly rot1: number;
  readonly rot2: number;
  readonly rot3: number;
}

/**
 * Coordinates in the frame of the detector, before rotation. A detector is flat and its pixels are rectangles: axis 1
 * depends on the row only, axis 2 on the column only.
 */
export interface Grid {
  /** Axis 1 of each sub-pixel row, `splitting` for each row. */
  readonly sub1: Float32Array;
  /** Axis 2 of each sub-pixel column. */
  readonly sub2: Float32Array;
  /** Axis 1 of the centres of rows. */
  readonly centre1: Float32Array;
  /** Axis 2 of the centres of columns. */
  readonly centre2: Float32Array;
  /** Axis 3 of everything. */
  readonly dist: number;
}

/** Positions relative to the point of normal incidence: of pixels' centres, and of splitting² points in each. */
export function gridOf(setup: Setup, splitting: number): Grid {
  const [rows, columns] = setup.shape;
  const [size1, size2] = setup.pixelSize;
  return {
    sub1: subPixels(rows, size1, setup.poni1, splitting),
    sub2: subPixels(columns, size2, setup.poni2, splitting),
    centre1: centres(rows, size1, setup.poni1, false),
    centre2: centres(columns, size2, setup.poni2, true),
    dist: fround(setup.dist),
  };
}

/** f32(index) · f32(pixel size) of the corners of pixels. */
function corner(index: number, size: number): number {
  return fround(fround(index) * fround(size));
}

function subPixels(count: number, size: number, poni: number, splitting: number): Float32Array {
  const points = new Float32Array(count * splitting);
  for (let i = 0; i < count; i++) {
    const a = corner(i, size);
    const step = fround(corner(i + 1, size) - a);
    for (let k = 0; k < splitting; k++) {
      const delta = fround((k + 0.5) / splitting);
      points[i * splitting + k] = fround(fround(a + fround(delta * step)) - fround(poni));
    }
  }
  return points;
}

/** The mean of the corners A(i, j), B(i+1, j), C(i+1, j+1), D(i, j+1), summed in this order. */
function centres(count: number, size: number, poni: number, fast: boolean): Float32Array {
  const points = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const a = corner(i, size);
    const c = corner(i + 1, size);
    const [b, d] = fast ? [a, c] : [c, a];
    const mean = fround(fround(fround(fround(a + b) + c) + d) / 4);
    points[i] = fround(mean - fround(poni));
  }
  return points;
}

/** R3·R2·R1: for points of pixels in float32, for their centres in float64, as azint has it. */
export interface Rotation {
  /** The product as a matrix, row by row, in float32. */
  readonly single: Float32Array;
  /** Cosines and sines of rot1, rot2 and rot3. */
  readonly exact: Float64Array;
  /** Whether positions stay what they are. */
  readonly none: boolean;
}

/** The rotations of a setup. */
export function rotationOf({ rot1, rot2, rot3 }: Setup): Rotation {
  const angles = [rot1, rot2, rot3];
  const [c1, s1, c2, s2, c3, s3] = angles.flatMap((angle) => [cos(fround(angle)), sin(fround(angle))]).map(
    fround,
  ) as Six;
  const r1 = Float32Array.of(1, 0, 0, 0, c1, s1, 0, -s1, c1);
  const r2 = Float32Array.of(c2, 0, -s2, 0, 1, 0, s2, 0, c2);
  const r3 = Float32Array.of(c3, -s3, 0, s3, c3, 0, 0, 0, 1);
  return {
    single: product(product(r3, r2), r1),
    exact: Float64Array.from(angles.flatMap((angle) => [cos(angle), sin(angle)])),
    none: angles.every((angle) => angle === 0),
  };
}

type Six = [number, number, number, number, number, number];

/** The product of two 3 × 3 matrices, in float32. */
function product(a: Float32Array, b: Float32Array): Float32Array {
  const to = new Float32Array(9);
  const column = new Float32Array(3);
  for (let j = 0; j < 3; j++) {
    apply(a, b[j] as number, b[3 + j] as number, b[6 + j] as number, column);
    for (let i = 0; i < 3; i++) to[3 * i + j] = column[i] as number;
  }
  return to;
}

/** A matrix times a vector, in float32. */
function apply(m: Float32Array, x: number, y: number, z: number, to: Float32Array): void {
  for (let i = 0; i < 3; i++) to[i] = timesRow(m, 3 * i, x, y, z);
}

/** A row of a matrix, from element `i` on, times a vector, in float32. */
function timesRow(m: Float32Array, i: number, x: number, y: number, z: number): number {
  return fround(
    fround(fround((m[i] as number) * x) + fround((m[i + 1] as number) * y)) + fround((m[i + 2] as number) * z),
  );
}

/** R3·R2·R1 of a point, in float32, written to `to`. */
export function rotate({ single }: Rotation, p1: number, p2: number, p3: number, to: Float32Array): void {
  apply(single, p1, p2, p3, to);
}

/** Axis 1, 2 or 3 of R3·R2·R1 of a point, in float32. */
export function rotated({ single }: Rotation, axis: 1 | 2 | 3, p1: number, p2: number, p3: number): number {
  return timesRow(single, 3 * axis - 3, p1, p2, p3);
}

/** R3·R2·R1 of a point, in float64, written to `to`. */
export function rotateExactly({ exact }: Rotation, p1: number, p2: number, p3: number, to: Float64Array): void {
  const s1 = exact[1] as number;
  const s2 = exact[3] as number;
  const s3 = exact[5] as number;
  const b = (exact[0] as number) * p2 + s1 * p3;
  const c = (exact[0] as number) * p3 - s1 * p2;
  const a = (exact[2] as number) * p1 - s2 * c;
  to[2] = s2 * p1 + (exact[2] as number) * c;
  to[0] = (exact[4] as number) * a - s3 * b;
  to[1] = s3 * a + (exact[4] as number) * b;
}

/** 2θ of a position, in radians and float32. */
export function twoTheta(y: number, x: number, z: number): number {
  return arcTangent(fround(sqrt(fround(fround(y * y) + fround(x * x)))), z);
}

/** The azimuth of a position, in degrees: 0 at +x, 90 at +y. */
export function azimuthOf(y: number, x: number): number {
  return fround((arcTangent(-y, -x) / PI) * 180 + 180);
}

/**
 * `atan2` in float32 as glibc 2.36 has it: the quotient is rounded before its arc tangent is taken. With it every point
 * of azint's references falls into azint's bin; with an `atan2` that is rounded once, two in a million do not.
 */
function arcTangent(y: number, x: number): number {
  if (y === 0 || x === 0) return fround(atan2(y, x));
  const acute = fround(atan(fround(abs(y) / abs(x))));
  const angle = x > 0 ? acute : fround(PI - acute);
  return y > 0 ? angle : -angle;
}
