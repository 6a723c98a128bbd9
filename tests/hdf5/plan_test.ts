import assert from "node:assert/strict";
import type { DatasetOptions } from "beamfold";
import { planDataset } from "../../lib/hdf5/plan.ts";
import { h5dump, python, run, testWith } from "../tools.ts";
import { fails, inFile, inPython } from "./support.ts";

testWith(
  [h5dump],
  "a growable float32 dataset is what h5py makes of shape (0,) and maxshape (None,)",
  () =>
    inFile(async (file, path) => {
      const reduced = file.createDataset("reduced", { shape: [0], maxShape: [null], dtype: "float32" });
      for (let i = 0; i < 5; i++) reduced.append(i);
      file.close();
      const { stdout } = await run("h5dump", ["-d", "/reduced", path]);
      assert.match(stdout, /DATATYPE {2}H5T_IEEE_F32LE\s+DATASPACE {2}SIMPLE \{ \( 5 \) \/ \( H5S_UNLIMITED \) \}/);
      assert.match(stdout, /\(0\): 0, 1, 2, 3, 4\s/);
    }),
);

testWith(
  [python],
  "shape, maxShape, chunks and compression are to h5py what was asked for",
  () =>
    inFile(async (file, path) => {
      file.createDataset("cube", {
        shape: [2, 3, 4],
        maxShape: [null, 3, 8],
        chunks: [1, 3, 2],
        dtype: "uint16",
        compression: 9,
      });
      file.createDataset("packed", { data: new Float32Array(100), compression: "gzip" });
      file.close();
      const { cube, packed } = await inPython(path);
      const zeros = "00".repeat(2 * 3 * 4 * 2);
      const cubeShape = { dtype: "uint16", shape: [2, 3, 4], maxshape: [null, 3, 8], chunks: [1, 3, 2] };
      assert.deepEqual(cube, { ...cubeShape, compression: "gzip", data: zeros });
      assert.deepEqual([packed?.compression, packed?.chunks, packed?.maxshape], ["gzip", [100], [100]]);
    }),
);

Deno.test("chunks left out are 1024 elements, or rows of about 1 MiB together, and never more than can be", () =>
  inFile((file) => {
    const expected: [DatasetOptions, number[] | undefined][] = [
      [{ shape: [0], maxShape: [null], dtype: "float32" }, [1024]],
      [{ shape: [0, 1000], maxShape: [null, 1000], dtype: "float32" }, [262, 1000]],
      [{ shape: [0, 2], maxShape: [null, 2], dtype: "float32" }, [1024, 2]],
      [{ shape: [0, 2048, 2048], maxShape: [null, 2048, 2048], dtype: "uint16" }, [1, 2048, 2048]],
      [{ shape: [5, 10], dtype: "int8", compression: "gzip" }, [5, 10]],
      [{ shape: [5000], dtype: "int8", compression: "gzip" }, [5000]],
      [{ shape: [1, 3], maxShape: [2, 3], dtype: "int8" }, [2, 3]],
      [{ shape: [1], maxShape: [3], dtype: "int8" }, [3]],
      [{ shape: [5], dtype: "int8" }, undefined],
      // Nothing says how wide the rows will be.
      [{ shape: [0, 0], maxShape: [null, null], dtype: "float32" }, [256, 1024]],
      [{ shape: [0, 0], maxShape: [null, 5], dtype: "float32" }, [1024, 5]],
    ];
    for (const [i, [options, chunks]] of expected.entries()) {
      assert.deepEqual(file.createDataset(`${i}`, options).chunks, chunks, Deno.inspect(options));
    }
  }));

Deno.test("gzip has the level 4, as with h5py, or the one that is given", () => {
  const levels = (["gzip", 1, 9] as const).map((compression) => planDataset({ data: [1], compression }).created);
  assert.deepEqual(levels.map(({ compression }) => compression), ["gzip", "gzip", "gzip"]);
  assert.deepEqual(levels.map((created) => created.compression_opts), [4, 1, 9]);
});

Deno.test("a dataset that is chunked or compressed alone cannot grow", () =>
  inFile((file) => {
    for (const options of [{ chunks: [1, 3] }, { compression: "gzip" }] as const) {
      const dataset = file.createDataset(Object.keys(options).join(), { shape: [2, 3], dtype: "int8", ...options });
      assert.deepEqual([dataset.shape, dataset.maxShape], [[2, 3], [2, 3]]);
    }
  }));

Deno.test("data takes another shape or dtype when these are given", () => {
  const { shape, dtype, data } = planDataset({ data: [1, 2, 3, 4], shape: [2, 2], dtype: "float32" }).created;
  assert.deepEqual([shape, dtype, data], [[2, 2], "<f", Float32Array.of(1, 2, 3, 4)]);
});

Deno.test("options that do not fit together are refused, and nothing is made", () =>
  inFile((file, path) => {
    const growable = { shape: [2], maxShape: [null], dtype: "int8" };
    const bad: [DatasetOptions, RegExp][] = [
      [{}, /shape and dtype are needed/],
      [{ shape: [3] }, /shape and dtype are needed/],
      [{ data: [1, 2], shape: [3] }, /the data has 2 elements, but shape is \[3\]/],
      [{ shape: [1.5], dtype: "int8" }, /shape is \[1.5\], expected whole numbers/],
      [{ shape: [-1], dtype: "int8" }, /shape is \[-1\]/],
      [{ data: [1, 2], shape: [-1, -2] }, /shape is \[-1, -2\]/],
      [{ ...growable, maxShape: [1] }, /maxShape is \[1\], which is no bound for the shape \[2\]/],
      [{ ...growable, maxShape: [null, null] }, /maxShape is \[null, null\]/],
      [{ ...growable, maxShape: [2.5] }, /maxShape is \[2.5\]/],
      [{ ...growable, chunks: [0] }, /chunks is \[0\], expected 1 positive whole numbers/],
      [{ ...growable, chunks: [1, 1] }, /chunks is \[1, 1\]/],
      [{ shape: [2], maxShape: [4], chunks: [5], dtype: "int8" }, /chunk/],
      [{ shape: [2], dtype: "float16" }, /"float16".*expected one of/],
      [{ shape: [2], dtype: "S0" }, /"S0"/],
      [{ data: 300, dtype: "uint8" }, /300 cannot be stored as uint8: expected a whole number from 0 to 255/],
      [{ data: 1.5, dtype: "int32" }, /1.5 cannot be stored as int32/],
      [{ data: 1, maxShape: [] }, /a scalar cannot grow/],
      [{ data: 1, compression: "gzip" }, /a scalar cannot.*be compressed/],
      // In one piece zeros have to be written, of whatever size an element is.
      [{ shape: [300_000_000], dtype: "float64" }, /\[300000000\] take 2400000000 bytes; give chunks/],
      [{ data: [1], compression: 0 }, /compression is 0, expected "gzip" or a level from 1 to 9/],
      [{ data: [1], compression: 10 }, /compression is 10, expected "gzip" or a level from 1 to 9/],
      [{ data: [1], compression: "lzf" as "gzip" }, /compression is "lzf"/],
      [{ data: ["a"], maxShape: [null] }, /texts of any length can neither grow nor be compressed; use dtype "S64"/],
      [{ data: ["a"], compression: "gzip" }, /texts of any length can neither grow nor be compressed/],
    ];
    for (const [options, reason] of bad) {
      fails(() => file.createDataset("group/x", options), {
        file: path,
        path: "/group/x",
        operation: "create the dataset",
        reason,
      });
    }
    assert.deepEqual(file.keys(), []);
  }));

Deno.test("a dataset larger than memory is made, or refused by an error that says so", () =>
  inFile((file, path) => {
    // Without data nothing has to be written: HDF5 sets no room aside for chunks that are not there.
    const images = { shape: [100_000, 4096, 4096], chunks: [1, 4096, 4096], dtype: "uint16" };
    try {
      assert.deepEqual(file.createDataset("images", images).shape, images.shape);
    } catch (error) {
      fails(() => {
        throw error;
      }, { file: path, path: "/images", operation: "create the dataset", reason: /bytes|memory/ });
    }
  }));
