/**
 * Frames as detectors give them.
 *
 * @module
 */

/** The rows and columns of the frames. */
export const ROWS = 2167;
export const COLUMNS = 2070;

/**
 * Counts of a detector with gaps between its modules: few photons, more of them towards the middle.
 *
 * @param mean Roughly the mean count.
 * @param seed What the photons depend on.
 * @param gap What is in the gaps; detectors write the greatest value.
 */
export function detectorFrame(mean: number, seed: number, gap = 0xffffffff): Uint32Array<ArrayBuffer> {
  const random = generator(seed);
  const frame = new Uint32Array(ROWS * COLUMNS);
  for (let row = 0, pixel = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++, pixel++) {
      const dead = row % 551 >= 514 || (column >= 1030 && column < 1040);
      const radius = Math.hypot(row - ROWS / 2, column - COLUMNS / 2) / ROWS;
      frame[pixel] = dead ? gap : poisson(mean * Math.exp(2 - 6 * radius), random);
    }
  }
  return frame;
}

/** Knuth's way: few uniform numbers where few photons are expected. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** mulberry32. */
function generator(seed: number): () => number {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}
