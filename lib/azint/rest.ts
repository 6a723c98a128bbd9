/**
 * Pixels in other bins than two neighbours: lists of bins.
 *
 * @module
 */

/** Pixels in the order of their numbers, with their bins: those of `pixel[i]` are at `start[i]` … `start[i + 1]`. */
export interface Rest {
  readonly pixel: Uint32Array;
  readonly start: Uint32Array;
  readonly bin: Uint32Array;
  /** Of the pixel in the bin, with corrections. */
  readonly weight: Float32Array;
  /** Points of the pixel in the bin. */
  readonly hits: Uint32Array;
}

/** Collects pixels of {@link Rest} in the order of their numbers. */
export class RestBuilder {
  #pixel = new Uint32Array(64);
  #start = new Uint32Array(64);
  #bin = new Uint32Array(256);
  #weight = new Float32Array(256);
  #hits = new Uint32Array(256);
  #pixels = 0;
  #entries = 0;

  /** Begins a pixel. */
  begin(pixel: number): void {
    if (this.#pixels + 1 >= this.#pixel.length) {
      this.#pixel = grown(this.#pixel);
      this.#start = grown(this.#start);
    }
    this.#pixel[this.#pixels] = pixel;
    this.#start[this.#pixels++] = this.#entries;
  }

  /** Adds a bin to the pixel that was begun last. */
  add(bin: number, hits: number, weight: number): void {
    if (this.#entries === this.#bin.length) {
      this.#bin = grown(this.#bin);
      this.#hits = grown(this.#hits);
      const weights = new Float32Array(2 * this.#entries);
      weights.set(this.#weight);
      this.#weight = weights;
    }
    this.#bin[this.#entries] = bin;
    this.#weight[this.#entries] = weight;
    this.#hits[this.#entries++] = hits;
  }

  /** What was collected, and a fresh start. */
  take(): Rest {
    this.#start[this.#pixels] = this.#entries;
    const taken = {
      pixel: this.#pixel.slice(0, this.#pixels),
      start: this.#start.slice(0, this.#pixels + 1),
      bin: this.#bin.slice(0, this.#entries),
      weight: this.#weight.slice(0, this.#entries),
      hits: this.#hits.slice(0, this.#entries),
    };
    this.#pixels = 0;
    this.#entries = 0;
    return taken;
  }
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** Puts lists together, each of which has pixels that come after those of the one before. */
export function joined(rests: readonly Rest[]): Rest {
  const sum = (count: (rest: Rest) => number): number => rests.reduce((total, rest) => total + count(rest), 0);
  const pixels = sum(({ pixel }) => pixel.length);
  const entries = sum(({ bin }) => bin.length);
  const all = {
    pixel: new Uint32Array(pixels),
    start: new Uint32Array(pixels + 1),
    bin: new Uint32Array(entries),
    weight: new Float32Array(entries),
    hits: new Uint32Array(entries),
  };
  let pixel = 0;
  let entry = 0;
  for (const rest of rests) {
    all.pixel.set(rest.pixel, pixel);
    for (let i = 0; i < rest.pixel.length; i++) all.start[pixel + i] = entry + (rest.start[i] as number);
    all.bin.set(rest.bin, entry);
    all.weight.set(rest.weight, entry);
    all.hits.set(rest.hits, entry);
    pixel += rest.pixel.length;
    entry += rest.bin.length;
  }
  all.start[pixels] = entry;
  return all;
}
