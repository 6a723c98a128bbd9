import assert from "node:assert/strict";
import { createFile, openFile } from "beamfold";
import { FileHandle } from "../../lib/hdf5/handle.ts";
import { h5wasm, Module } from "../../lib/hdf5/library.ts";
import { Rows } from "../../lib/hdf5/rows.ts";
import { inFolder, python, testWith } from "../tools.ts";
import { fails, inFile, madeByPython, plain } from "./support.ts";

Deno.test("a value of a row may leave out or add axes of extent 1, and a typed array may be flat", () =>
  inFile((file) => {
    const rows = file.createDataset("rows", { shape: [0, 1, 3], maxShape: [null, 1, 3], dtype: "int8" });
    for (const row of [[1, 2, 3], [[4, 5, 6]], [[[7], [8], [9]]], Int8Array.of(10, 11, 12)]) rows.append(row);
    assert.deepEqual(plain(rows.get()), [[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9]], [[10, 11, 12]]]);
    const images = file.createDataset("images", { shape: [0, 2, 2], maxShape: [null, 2, 2], dtype: "int8" });
    images.append(Int8Array.of(1, 2, 3, 4));
    images.set("0, :, 1", Int8Array.of(5, 6));
    assert.deepEqual(plain(images.get()), [[[1, 5], [3, 6]]]);
  }));

Deno.test("a text alone fills a part with itself", () =>
  inFile((file) => {
    const texts = file.createDataset("texts", { shape: [2, 2], dtype: "S4" });
    texts.set("0", "ab");
    texts.set("1, 1", "wxyz");
    assert.deepEqual(texts.get(), [["ab", "ab"], ["", "wxyz"]]);
  }));

Deno.test("texts of any length that are there cannot be written, and the error says what can", () =>
  inFile((file, path) => {
    const texts = file.createDataset("texts", { data: ["a", "b"] });
    const where = { file: path, path: "/texts", operation: "write to" };
    for (const place of [0, ":", "0:1"]) {
      fails(() => texts.set(place, "x"), {
        ...where,
        reason: /only be written when the dataset is created; use .*"S64"/,
      });
    }
    assert.deepEqual(texts.get(), ["a", "b"]);
  }));

testWith([python], "elements that are no numbers cannot be written", () =>
  inFolder(async (folder) => {
    const path = `${folder}/python.h5`;
    await madeByPython(
      path,
      `
f["compound"] = np.array([(1, 2.5)], [("n", "i8"), ("x", "f4")])
f.create_dataset("enum", data=[1], dtype=h5py.enum_dtype({"OFF": 0, "ON": 1}, "i2")); f["half"] = np.ones(1, "f2")`,
    );
    using file = openFile(path, "a");
    for (
      const [name, dtype] of [["compound", /compound \(n: /], ["enum", /enum of OFF, ON/], ["half", /float16/]] as const
    ) {
      for (const place of [0, ":"]) {
        const reason = new RegExp(`its elements are ${dtype.source}.*, which cannot be written`);
        fails(() => file.dataset(name).set(place, 0), { file: path, path: `/${name}`, operation: "write to", reason });
      }
    }
    assert.deepEqual(plain(file.dataset("compound").get()), [[1, 2.5]]);
  }));

/** How much the library's memory grows, in MiB. */
function growthOf(run: () => void): number {
  const before = Module.HEAPU8.length;
  run();
  return (Module.HEAPU8.length - before) / 2 ** 20;
}

Deno.test("memory that a write takes is given back, also where it fails", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    const file = new h5wasm.File(path, "w");
    const bytes = new Uint8Array(2 ** 21);
    file.create_dataset({ name: "x", data: bytes, shape: [bytes.length] });
    const handle = new FileHandle(path, file, false);
    const rows = new Rows(handle, "/x");
    const where = { file: path, path: "/x", operation: "write to" };
    const growth = growthOf(() => {
      for (let i = 0; i < 50; i++) {
        rows.write([0], [bytes.length], bytes);
        fails(() => rows.write([1], [bytes.length], bytes), { ...where, reason: /./ });
      }
    });
    handle.close();
    assert.ok(growth < 20, `${growth} MiB`);
  }));

Deno.test("a write for which there is no memory is an error, and writes nothing", () =>
  inFile((file, path) => {
    const dataset = file.createDataset("x", { data: [1, 2, 3] });
    const { _malloc } = Module;
    Module._malloc = () => 0;
    try {
      const where = { file: path, path: "/x", operation: "write to" };
      fails(() => dataset.set("1:", 9), { ...where, reason: /no memory for 16 bytes/ });
    } finally {
      Module._malloc = _malloc;
    }
    assert.deepEqual(plain(dataset.get()), [1n, 2n, 3n]);
  }));

Deno.test("rows are gathered by the extent of a chunk on the first axis", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    using file = createFile(path);
    const rows = file.createDataset("x", { shape: [0, 4], maxShape: [null, 4], dtype: "int8", chunks: [3, 2] });
    const { set_dataset_data } = Module;
    const writes: bigint[] = [];
    Module.set_dataset_data = (...args: Parameters<typeof set_dataset_data>) => {
      writes.push(args[2]?.[0] as bigint);
      return set_dataset_data(...args);
    };
    try {
      for (let i = 0; i < 7; i++) rows.append(i);
      file.flush();
    } finally {
      Module.set_dataset_data = set_dataset_data;
    }
    assert.deepEqual(writes, [3n, 3n, 1n]);
  }));
