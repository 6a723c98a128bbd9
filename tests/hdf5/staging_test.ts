import assert from "node:assert/strict";
import fc from "fast-check";
import { createFile, type DatasetOptions, openFile } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { Module } from "../../lib/hdf5/library.ts";
import { Staging } from "../../lib/hdf5/staging.ts";
import { inFolder, python, testWith } from "../tools.ts";
import { hex, inPython } from "./support.ts";

type Writes = [first: number, ...bytes: number[]][];

/** A staging of one-byte rows, and the writes that it made; those for which `fails` holds are errors. */
function recorded(groupRows: number, fails = (): boolean => false): { staging: Staging; writes: Writes } {
  const writes: Writes = [];
  const write = (first: number, count: number, pointer: number): void => {
    if (fails()) throw new Error("disk full");
    writes.push([first, ...Module.HEAPU8.subarray(pointer, pointer + count)]);
  };
  const subject = { file: "out.h5", path: "/x", operation: "write to" };
  return { staging: new Staging({ array: Uint8Array, rowLength: 1, groupRows, write, subject }), writes };
}

function put(staging: Staging, ...indices: number[]): void {
  for (const index of indices) staging.put(index, Uint8Array.of(100 + index));
}

Deno.test("rows in order are written a whole group at a time", () => {
  const { staging, writes } = recorded(3);
  put(staging, 1, 2, 3, 4, 5, 6);
  assert.deepEqual(writes, [[1, 101, 102], [3, 103, 104, 105]]);
  assert.deepEqual([staging.end, staging.empty], [7, false]);
  staging.flush();
  staging.flush();
  assert.deepEqual(writes.slice(2), [[6, 106]]);
  assert.deepEqual([staging.end, staging.empty], [0, true]);
});

Deno.test("a row out of order has those before it written; a staged row is replaced in place", () => {
  const { staging, writes } = recorded(4);
  put(staging, 4, 5);
  staging.put(4, Uint8Array.of(1));
  put(staging, 9);
  assert.deepEqual(writes, [[4, 1, 105]]);
  put(staging, 8);
  assert.deepEqual(writes, [[4, 1, 105], [9, 109]]);
});

Deno.test("rows that cannot be written stay staged, and later rows meet the same error", () => {
  let full = true;
  const { staging, writes } = recorded(2, () => full);
  put(staging, 0);
  for (const index of [1, 2, 3, 7]) assert.throws(() => put(staging, index), /disk full/);
  full = false;
  staging.flush();
  assert.deepEqual(writes, [[0, 100, 101]]);
});

Deno.test("rows that cannot be written never take more than the memory of a group", () => {
  const { staging } = recorded(3, () => true);
  put(staging, 1);
  for (const index of [2, 3, 4]) assert.throws(() => put(staging, index), /disk full/);
  assert.equal(staging.end, 3);
});

Deno.test("rows move as they need more memory, and when the library's memory grows", () => {
  const { staging, writes } = recorded(100_000);
  const expected = Array.from({ length: 10_000 }, (_, i) => i % 251);
  for (const [i, value] of expected.entries()) staging.put(i, value);
  const { length } = Module.HEAPU8;
  const taken = Module._malloc(length);
  assert.ok(Module.HEAPU8.length > length);
  for (const i of [9_999, 10_000]) staging.put(i, Uint8Array.of(255));
  Module._free(taken);
  staging.flush();
  assert.deepEqual(writes, [[0, ...expected.slice(0, -1), 255, 255]]);
});

Deno.test("memory that rows take is given back when they are written or discarded", () => {
  const { staging } = recorded(2 ** 25);
  const big = (index: number): void => {
    staging.put(index, 1);
    for (let i = 1; i < 2 ** 20; i++) staging.put(index + i, i);
  };
  big(0);
  staging.flush();
  const { length } = Module.HEAPU8;
  for (let i = 1; i < 60; i++) {
    big(2 ** 20 * (i % 7));
    if (i % 2 === 0) staging.flush();
    else staging.discard();
    assert.deepEqual([staging.end, staging.empty], [0, true]);
  }
  assert.ok(Module.HEAPU8.length - length < 2 ** 23, `${Module.HEAPU8.length - length} bytes`);
});

Deno.test("a row for which there is no memory is an error, and later ones are taken", () => {
  const { staging, writes } = recorded(4);
  const { _malloc } = Module;
  Module._malloc = () => 0;
  try {
    for (const index of [1, 2]) {
      assert.throws(() => put(staging, index), /cannot write to "\/x" in "out.h5": no memory/);
    }
  } finally {
    Module._malloc = _malloc;
  }
  put(staging, 2, 3);
  assert.deepEqual(writes, [[2, 102, 103]]);
});

type Step =
  | { do: "set"; index: number; value: number }
  | { do: "append"; value: number }
  | { do: "resize"; rows: number }
  | { do: "read" | "flush" | "reopen" };

const value = fc.integer({ min: -999, max: 999 });
const index = fc.nat({ max: 13 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("append"), value }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("set"), index, value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("resize"), rows: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("read", "flush", "reopen") }) },
) as fc.Arbitrary<Step>;

const kinds: { name: string; row: number[]; options: Omit<DatasetOptions, "shape" | "maxShape"> }[] = [
  { name: "numbers", row: [], options: { dtype: "int16", chunks: [3] } },
  { name: "packed numbers", row: [], options: { dtype: "int16", chunks: [4], compression: "gzip" } },
  { name: "rows over chunk borders", row: [3], options: { dtype: "int16", chunks: [2, 2] } },
  { name: "packed rows", row: [3], options: { dtype: "int16", chunks: [3, 3], compression: 1 } },
  { name: "images", row: [2, 2], options: { dtype: "int16", chunks: [1, 2, 2] } },
];

for (const { name, row, options } of kinds) {
  testWith(
    [python],
    `any setting, appending, resizing and reading gives what a plain list would: ${name}`,
    () =>
      inFolder(async (folder) => {
        const path = `${folder}/test.h5`;
        const width = row.reduce((product, extent) => product * extent, 1);
        const elements = (first: number): Int16Array => Int16Array.from({ length: width }, (_, i) => first + i);
        const flat = (rows: Int16Array[]): Int16Array => Int16Array.from(rows.flatMap((each) => [...each]));
        const expected: Record<string, string> = {};
        let file = createFile(path);
        fc.assert(
          fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
            const name = `run ${Object.keys(expected).length}`;
            const maxShape = [null, ...row];
            let dataset = file.createDataset(name, { shape: [0, ...row], maxShape, ...options });
            const model: Int16Array[] = [];
            for (const step of steps) {
              if (step.do === "set" || step.do === "append") {
                const at = step.do === "set" ? step.index : model.length;
                while (model.length < at) model.push(new Int16Array(width));
                model[at] = elements(step.value);
                const data = view(elements(step.value), row);
                if (step.do === "set") dataset.set(at, data);
                else assert.equal(dataset.append(data), at);
              } else if (step.do === "resize") {
                model.length = Math.min(model.length, step.rows);
                while (model.length < step.rows) model.push(new Int16Array(width));
                dataset.resize([step.rows, ...row]);
              } else if (step.do === "read") {
                assert.deepEqual(dataset.read().data, flat(model));
              } else if (step.do === "flush") {
                file.flush();
              } else {
                file.close();
                file = openFile(path, "a");
                dataset = file.dataset(name);
              }
              assert.deepEqual(dataset.shape, [model.length, ...row]);
            }
            assert.deepEqual(dataset.read().data, flat(model));
            expected[name] = hex(flat(model));
          }),
          { numRuns: 80 },
        );
        file.close();
        const seen = Object.entries(await inPython(path)).map(([name, { data }]) => [name, data]);
        assert.deepEqual(Object.fromEntries(seen), expected);
      }),
  );
}
