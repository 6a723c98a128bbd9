/**
 * Curves as a few vertices: gaps where nothing can be drawn, and no more points than pixels can show.
 *
 * @module
 */

/** A piece of a curve without gaps: x and y in turn, in pixels. */
export type Run = number[];

/** The points of a curve in pixels, in drawing order; NaN where there is a gap. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A curve reduced. */
export interface Curve {
  readonly runs: readonly Run[];
  /** Whether points were left out that pixels cannot show, with their order. */
  readonly envelope: boolean;
}

/** More vertices than this for each column of pixels: the points jump to and fro. */
const PER_COLUMN = 16;

/**
 * The runs to draw. Where there are more than two points a column of pixels, each column keeps its first, lowest,
 * highest and last point (U. Jugel et al., "M4: a visualization-oriented time series data aggregation", 2014): the
 * lines then cover the same pixels as those through all points. Gaps within one column disappear.
 *
 * @param points Positions in pixels.
 * @param columns The width of the drawing area in pixels.
 */
export function reduceCurve(points: Points, columns: number): Curve {
  if (points.x.length <= 2 * columns) return { runs: wholeRuns(points), envelope: false };
  const runs = columnRuns(points, PER_COLUMN * columns);
  return runs === undefined ? { runs: columnExtents(points), envelope: true } : { runs, envelope: false };
}

function wholeRuns({ x, y }: Points): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [x[i] as number, y[i] as number];
    if (px !== px || py !== py) {
      run = undefined;
      continue;
    }
    if (run === undefined) runs.push(run = []);
    run.push(px, py);
  }
  return runs;
}

function columnRuns({ x, y }: Points, most: number): Run[] | undefined {
  const runs: Run[] = [];
  let run: Run = [];
  let vertices = 0;
  let column = NaN;
  let gap = false;
  let [first, low, high, last] = [-1, -1, -1, -1];
  const flush = (): void => {
    if (first < 0) return;
    const kept = [first, Math.min(low, high), Math.max(low, high), last];
    for (const [at, i] of kept.entries()) {
      if (at > 0 && kept[at - 1] === i) continue;
      run.push(x[i] as number, y[i] as number);
      vertices++;
    }
  };
  for (let i = 0; i < x.length; i++) {
    const px = x[i] as number;
    const py = y[i] as number;
    if (px !== px || py !== py) {
      gap = true;
      continue;
    }
    const here = Math.floor(px);
    if (here !== column) {
      flush();
      if (vertices > most) return undefined;
      if (gap && run.length > 0) {
        runs.push(run);
        run = [];
      }
      column = here;
      first = low = high = i;
    } else {
      if (py < (y[low] as number)) low = i;
      if (py > (y[high] as number)) high = i;
    }
    last = i;
    gap = false;
  }
  flush();
  if (run.length > 0) runs.push(run);
  return runs;
}

/** The lowest and highest point of each column of pixels, joined by a line; the order of points is lost. */
function columnExtents({ x, y }: Points): Run[] {
  const columns = new Map<number, [number, number]>();
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [x[i] as number, y[i] as number];
    if (px !== px || py !== py) continue;
    const extent = columns.get(Math.floor(px));
    if (extent === undefined) columns.set(Math.floor(px), [py, py]);
    else if (py < extent[0]) extent[0] = py;
    else if (py > extent[1]) extent[1] = py;
  }
  return [...columns].map(([column, [low, high]]) =>
    low === high ? [column + 0.5, low] : [column + 0.5, low, column + 0.5, high]
  );
}

/**
 * The outline of a band from `low` to `high` around a curve, each run going there and back; in columns of pixels where
 * there are more than two points a column.
 */
export function bandRuns(x: Float64Array, low: Float64Array, high: Float64Array, columns: number): Run[] {
  const reduced = x.length > 2 * columns;
  const runs: Run[] = [];
  let there: Run = [];
  let back: [number, number][] = [];
  const close = (): void => {
    if (there.length > 0) runs.push([...there, ...back.reverse().flat()]);
    there = [];
    back = [];
  };
  let column = NaN;
  let gap = false;
  for (let i = 0; i < x.length; i++) {
    const [px, from, to] = [x[i] as number, low[i] as number, high[i] as number];
    if (px !== px || from !== from || to !== to) {
      gap = true;
      continue;
    }
    const here = Math.floor(px);
    if (reduced && here === column) {
      const end = back.at(-1) as [number, number];
      there[there.length - 1] = Math.min(there.at(-1) as number, from);
      end[1] = Math.max(end[1], to);
    } else {
      if (gap) close();
      there.push(px, from);
      back.push([px, to]);
    }
    column = here;
    gap = false;
  }
  close();
  return runs;
}
