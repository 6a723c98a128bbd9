/**
 * Appends rows to a dataset: `hdf5.ts <dataset as JSON> <file>`. Prints the seconds that it took.
 *
 * @module
 */

import { createFile } from "beamfold";
import type { Appended } from "./appends.ts";

const [described = "", path = ""] = Deno.args;
const { count, row, dtype, chunks } = JSON.parse(described) as Appended;
const size = row.reduce((size, extent) => size * extent, 1);
const make = { uint16: Uint16Array, float32: Float32Array, float64: Float64Array }[dtype];
const rows = Array.from({ length: 16 }, (_, kind) => {
  const elements = make.from(Array.from({ length: size }, (_, i) => (31 * kind + i) % 4096));
  return row.length === 0 ? elements[0] as number : elements;
});

const file = createFile(path);
const dataset = file.createDataset("rows", { shape: [0, ...row], maxShape: [null, ...row], dtype, chunks });
const started = performance.now();
for (let i = 0; i < count; i++) dataset.append(rows[i % 16]!);
file.close();
console.log((performance.now() - started) / 1000);
