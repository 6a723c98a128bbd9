/**
 * The detectors that have a name: what they are made of, and where their gaps are.
 *
 * @module
 */

import type { NdArray } from "../array/dtypes.ts";
import { view } from "../array/ndarray.ts";
import { closest } from "../errors.ts";

type Pair = readonly [rows: number, columns: number];

/** A detector that has a name. */
export interface Model {
  /** The name that pyFAI writes into poni files. */
  readonly name: string;
  /** Pixels of an image. */
  readonly shape: Pair;
  /** Metres, along both axes. */
  readonly pixelSize: number;
  /** Pixels of a module, which are repeated from the first row and column on. */
  readonly module: Pair;
  /** Pixels between modules. */
  readonly gap: Pair;
  /** Columns that measure nothing in the middle of each module, where the sensor is CdTe. */
  readonly seam: number;
}

interface Family extends Omit<Model, "name" | "shape"> {
  readonly models: Readonly<Record<string, Pair>>;
}

const pilatus = { pixelSize: 172e-6, module: [195, 487], gap: [17, 7] } as const;
const pilatus4 = { pixelSize: 150e-6, module: [255, 513], gap: [20, 7] } as const;
const eiger = { pixelSize: 75e-6, module: [514, 1030], gap: [37, 10] } as const;
const eiger2 = { pixelSize: 75e-6, module: [512, 1028], gap: [38, 12] } as const;

/** The numbers are those of pyFAI 2026.9. */
const families: readonly Family[] = [
  {
    ...pilatus,
    seam: 0,
    models: {
      Pilatus100k: [195, 487],
      Pilatus200k: [407, 487],
      Pilatus300k: [619, 487],
      Pilatus300kw: [195, 1475],
      Pilatus900k: [619, 1475],
      Pilatus1M: [1043, 981],
      Pilatus2M: [1679, 1475],
      Pilatus6M: [2527, 2463],
    },
  },
  {
    ...pilatus,
    seam: 3,
    models: {
      PilatusCdTe300k: [619, 487],
      PilatusCdTe300kw: [195, 1475],
      PilatusCdTe900kw: [195, 4439],
      PilatusCdTe1M: [1043, 981],
      PilatusCdTe2M: [1679, 1475],
    },
  },
  {
    ...pilatus4,
    seam: 0,
    models: {
      Pilatus4_260k: [530, 513],
      Pilatus4_260kw: [255, 1033],
      Pilatus4_1M: [1080, 1033],
      Pilatus4_2M: [1630, 1553],
      Pilatus4_4M: [2180, 2073],
    },
  },
  {
    ...pilatus4,
    seam: 1,
    models: {
      Pilatus4_CdTe_260k: [530, 513],
      Pilatus4_CdTe_260kw: [255, 1033],
      Pilatus4_CdTe_1M: [1080, 1033],
      Pilatus4_CdTe_2M: [1630, 1553],
      Pilatus4_CdTe_4M: [2180, 2073],
    },
  },
  {
    ...eiger,
    seam: 0,
    models: {
      Eiger500k: [514, 1030],
      Eiger1M: [1065, 1030],
      Eiger4M: [2167, 2070],
      Eiger9M: [3269, 3110],
      Eiger16M: [4371, 4150],
    },
  },
  {
    ...eiger2,
    seam: 0,
    models: {
      Eiger2_250k: [512, 512],
      Eiger2_500k: [512, 1028],
      Eiger2_1M: [1062, 1028],
      Eiger2_1MW: [512, 2068],
      Eiger2_2MW: [512, 4148],
      Eiger2_4M: [2162, 2068],
      Eiger2_9M: [3262, 3108],
      Eiger2_16M: [4362, 4148],
    },
  },
  {
    ...eiger2,
    seam: 2,
    models: {
      Eiger2CdTe_500k: [512, 1028],
      Eiger2CdTe_1M: [1062, 1028],
      Eiger2CdTe_1MW: [512, 2068],
      Eiger2CdTe_2MW: [512, 4148],
      Eiger2CdTe_4M: [2162, 2068],
      Eiger2CdTe_9M: [3262, 3108],
      Eiger2CdTe_16M: [4362, 4148],
    },
  },
];

const modelsByKey: ReadonlyMap<string, Model> = new Map(
  families.flatMap(({ models, ...family }) =>
    Object.entries(models).map(([name, shape]) => [keyOf(name), { ...family, name, shape }])
  ),
);

/** All names, as pyFAI writes them. */
export function modelNames(): string[] {
  return [...modelsByKey.values()].map(({ name }) => name);
}

/** The model of a name; case, spaces, `_`, `-` and the place of `CdTe` do not matter. */
export function findModel(name: string): Model | undefined {
  return modelsByKey.get(keyOf(name));
}

/** Up to three names that look like a wrong one, the closest first. */
export function similarNames(name: string): string[] {
  const keys = new Set(modelsByKey.keys());
  const found: string[] = [];
  while (found.length < 3) {
    const key = closest(keyOf(name), keys);
    if (key === undefined) break;
    keys.delete(key);
    found.push((modelsByKey.get(key) as Model).name);
  }
  return found;
}

/** What all spellings of a name have in common: "Pilatus 300k CdTe" and "PilatusCdTe300k" are one detector. */
function keyOf(name: string): string {
  const plain = name.toLowerCase().replace(/[\s_-]/g, "");
  return plain.includes("cdte") ? `${plain.replace("cdte", "")}cdte` : plain;
}

/**
 * Where a model has no pixels: 1 in the gaps between modules and in the seams of CdTe sensors, else 0.
 *
 * @param model The model.
 * @param shape Another number of pixels than the model's own, counted from its first row and column.
 * @returns Bytes of that shape, or undefined where there is no such pixel.
 */
export function gapMask({ module, gap, seam, shape: own }: Model, shape: Pair = own): NdArray<Uint8Array> | undefined {
  const [rows, columns] = shape;
  const columnMask = new Uint8Array(columns);
  const seamStart = (module[1] - seam) / 2;
  for (let start = 0; start < columns; start += module[1] + gap[1]) {
    columnMask.fill(1, start + seamStart, start + seamStart + seam);
    columnMask.fill(1, start + module[1], start + module[1] + gap[1]);
  }
  if (rows <= module[0] && !columnMask.includes(1)) return undefined;
  const mask = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const inGap = row % (module[0] + gap[0]) >= module[0];
    if (inGap) mask.fill(1, row * columns, (row + 1) * columns);
    else mask.set(columnMask, row * columns);
  }
  return view(mask, [rows, columns]);
}
