/**
 * What a curve consists of, made ready for drawing.
 *
 * @module
 */

/** One curve. */
export interface Series {
  /** What is drawn; NaN and infinities are gaps. */
  readonly y: ArrayLike<number>;
  /** As many as `y`; the indices of the points when left out. */
  readonly x?: ArrayLike<number>;
  /** Standard deviations of `y`, as many as it; NaN where there is none. */
  readonly errors?: ArrayLike<number>;
  /** What the curve is called in the legend. */
  readonly label?: string;
}

/** A curve in numbers, with what can be drawn of it. */
export interface Measured {
  readonly name: string;
  /** NaN where the point cannot be drawn. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Not negative, 0 where there is none. */
  readonly errors: Float64Array | undefined;
  /** Whether each x is a whole number, as indices are. */
  readonly wholeX: boolean;
  /** How many points can be drawn. */
  readonly drawn: number;
  /** The range of those points, and with their errors. */
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly withErrors: readonly [number, number];
}

/** Takes a curve apart; `warn` is told what cannot be drawn although it looks like a value. */
export function measure(series: Series, log: boolean, warn: (warning: string) => void): Measured {
  const name = series.label ?? "curve";
  const count = series.x === undefined ? series.y.length : Math.min(series.x.length, series.y.length);
  if (series.x !== undefined && series.x.length !== series.y.length) {
    warn(`${name}: ${series.x.length} values of x for ${series.y.length} of y; the first ${count} are drawn`);
  }
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const errors = series.errors === undefined ? undefined : new Float64Array(count);
  let drawn = 0;
  let negative = 0;
  let wholeX = true;
  let [xLow, xHigh, yLow, yHigh, low, high] = [Infinity, -Infinity, Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const px = series.x === undefined ? i : Number(series.x[i]);
    const py = Number(series.y[i]);
    x[i] = y[i] = NaN;
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    if (log && py <= 0) {
      negative++;
      continue;
    }
    x[i] = px;
    y[i] = py;
    drawn++;
    if (wholeX && !Number.isInteger(px)) wholeX = false;
    if (px < xLow) xLow = px;
    if (px > xHigh) xHigh = px;
    if (py < yLow) yLow = py;
    if (py > yHigh) yHigh = py;
    const error = errors === undefined ? 0 : Math.abs(Number(series.errors?.[i]));
    if (errors === undefined || !Number.isFinite(error)) continue;
    errors[i] = error;
    // On a log axis an error that reaches 0 would take the axis with it.
    if (py - error < low && !(log && py - error <= 0)) low = py - error;
    if (py + error > high) high = py + error;
  }
  if (negative > 0) {
    warn(
      `${name}: ${negative} of ${count} values ${
        negative === 1 ? "is" : "are"
      } 0 or below, which a logarithmic axis cannot show`,
    );
  }
  return {
    name,
    x,
    y,
    errors,
    wholeX,
    drawn,
    xRange: [xLow, xHigh],
    yRange: [yLow, yHigh],
    withErrors: [Math.min(low, yLow), Math.max(high, yHigh)],
  };
}
