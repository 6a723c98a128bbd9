import assert from "node:assert/strict";
import { openFile } from "beamfold";
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

/** From which rows on, and how many, rows are written during something. */
function writesDuring(run: () => void): [first: number, count: number][] {
  const { set_dataset_data } = Module;
  const writes: [number, number][] = [];
  Module.set_dataset_data = (...args: Parameters<typeof set_dataset_data>) => {
    writes.push([Number(args[3]?.[0]), Number(args[2]?.[0])]);
    return set_dataset_data(...args);
  };
  try {
    run();
  } finally {
    Module.set_dataset_data = set_dataset_data;
  }
  return writes;
}

Deno.test("rows of a compressed dataset are gathered by the extent of a chunk on the first axis", () =>
  inFile((file) => {
    const options = { maxShape: [null, 4], dtype: "int8", chunks: [3, 2], compression: "gzip" } as const;
    const rows = file.createDataset("x", { shape: [0, 4], ...options });
    const writes = writesDuring(() => {
      for (let i = 0; i < 7; i++) rows.append(i);
      file.flush();
    });
    assert.deepEqual(writes, [[0, 3], [3, 3], [6, 1]]);
  }));

Deno.test("other rows are gathered by whole chunks of about 2 MiB, and up to their end again behind a flush", () =>
  inFile((file) => {
    const rows = file.createDataset("x", { shape: [0, 1000], maxShape: [null, 1000], dtype: "int8", chunks: [300, 9] });
    const writes = writesDuring(() => {
      for (let i = 0; i < 3000; i++) {
        if (i === 1000) file.flush();
        rows.append(new Int8Array(1000));
      }
      file.flush();
    });
    assert.deepEqual(writes, [[0, 1000], [1000, 800], [1800, 1200]]);
    const large = file.createDataset("large", { shape: [0, 2 ** 20], maxShape: [null, 2 ** 20], dtype: "int16" });
    const each = writesDuring(() => {
      for (let i = 0; i < 3; i++) large.append(new Int16Array(2 ** 20).fill(i));
    });
    assert.deepEqual(each, [[0, 1], [1, 1], [2, 1]]);
    assert.deepEqual(plain(large.read(":, 7")), [0, 1, 2]);
  }));

Deno.test("rows of a dataset that cannot grow are gathered as well", () =>
  inFile((file) => {
    const rows = file.createDataset("x", { shape: [1000], dtype: "float32" });
    const writes = writesDuring(() => {
      for (let i = 0; i < 1000; i++) rows.set(i, i / 2);
      file.flush();
    });
    assert.deepEqual(writes, [[0, 1000]]);
    assert.deepEqual(plain(rows.read("998:")), [499, 499.5]);
  }));

const numbers = [
  0,
  -0,
  1,
  -1,
  2,
  127,
  128,
  -128,
  -129,
  255,
  256,
  65535,
  65536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -2147483649,
]
  .concat([2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 53), 2 ** 63, -(2 ** 63), 2 ** 64, 0.5, 1e300, 1e-300, NaN, Infinity]);

Deno.test("a number alone becomes the element, or the error, that it is in a list", () =>
  inFile((file) => {
    const dtypes = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"];
    for (const dtype of [...dtypes, "S8"]) {
      const alone = file.createDataset(`${dtype} alone`, { shape: [0], maxShape: [null], dtype });
      const listed = file.createDataset(`${dtype} listed`, { shape: [0, 1], maxShape: [null, 1], dtype });
      const errorOf = (run: () => void): string => {
        try {
          run();
          return "";
        } catch (error) {
          return (error as Error).message.replace(/^.*?: /, "");
        }
      };
      for (const number of numbers) {
        const said = errorOf(() => alone.append(number));
        assert.equal(said, errorOf(() => listed.append([number])), `${dtype} ${number}`);
      }
      assert.ok(alone.shape[0] as number > 0 || dtype === "S8");
      if (dtype !== "S8") assert.deepEqual(alone.read().data, listed.read().data);
    }
  }));

Deno.test("a typed array is taken as it is only where the elements are the dataset's", () =>
  inFile((file, path) => {
    const rows = file.createDataset("x", { shape: [0, 2], maxShape: [null, 2], dtype: "uint8" });
    const sources = [Uint8Array, Uint8ClampedArray, Int32Array, Float64Array, BigUint64Array] as const;
    for (const source of sources) {
      rows.append(
        (source as Uint8ArrayConstructor).from(
          [1, 2].map((each) => source === BigUint64Array ? BigInt(each) as never : each),
        ),
      );
    }
    assert.deepEqual(plain(rows.get()), sources.map(() => [1, 2]));
    const where = { file: path, path: "/x", operation: "write to" };
    fails(() => rows.append(Int32Array.of(1, 256)), { ...where, reason: /256 cannot be stored as uint8/ });
    fails(() => rows.append(Uint8Array.of(1)), { ...where, reason: /has the shape \[2\], found .* \[1\]/ });
    const gone = Uint8Array.of(1, 2);
    gone.buffer.transfer();
    fails(() => rows.append(gone), { ...where, reason: /memory was used again/ });
    assert.deepEqual(rows.shape, [5, 2]);
  }));

/** A row of 64 KiB with a number in it that is not 0. */
const rowOf = (number: number): Int32Array => new Int32Array(1 << 14).fill(number + 1);

/** How many rows the disk has of a dataset of such rows, all of which have to be right. */
function rowsOnDisk(path: string, name: string): number {
  Deno.copyFileSync(path, `${path}.copy`);
  using copy = openFile(`${path}.copy`);
  const first = copy.dataset(name).read(":, 0");
  assert.deepEqual([...first.data], Array.from({ length: first.data.length }, (_, i) => i + 1));
  return first.data.length;
}

Deno.test("the room that a growing dataset gets beforehand is never seen as rows", () =>
  inFile((file, path) => {
    const options = { shape: [0, 1 << 14], maxShape: [null, 1 << 14], dtype: "int32", chunks: [4, 1 << 14] } as const;
    const rows = file.createDataset("rows", options);
    const changes: number[] = [];
    const { resize_dataset } = Module;
    Module.resize_dataset = (...args) => {
      changes.push(rows.shape[0] as number);
      return resize_dataset(...args);
    };
    try {
      for (let count = 1; count <= 500; count++) {
        assert.equal(rows.append(rowOf(count - 1)), count - 1);
        assert.equal(rows.shape[0], count);
        if (count === 333) {
          file.flush();
          assert.equal(rowsOnDisk(path, "rows"), 333);
        }
        if (count === 400) assert.deepEqual(rows.read("-2:, 0").data, Int32Array.of(399, 400));
      }
    } finally {
      Module.resize_dataset = resize_dataset;
    }
    // Of 16 groups few, and a flush.
    assert.ok(changes.length < 8, `at ${changes}`);
    file.close();
    assert.equal(rowsOnDisk(path, "rows"), 500);
  }));

Deno.test("nor is it where HDF5 saves another dataset's chunk, nor beyond what a dataset can have", () =>
  inFile((file, path) => {
    const shape = [0, 1 << 14];
    const layout = { shape, dtype: "int32", chunks: [4, 1 << 14] } as const;
    const rows = file.createDataset("rows", { ...layout, maxShape: [200, 1 << 14] });
    const packed = file.createDataset("packed", { ...layout, maxShape: [null, 1 << 14], compression: "gzip" });
    for (let count = 0; count < 6; count++) packed.append(rowOf(count));
    // Its last chunk is written now, and written again when it is full: then it moves, which is saved at once.
    packed.read();
    for (let count = 0; count < 100; count++) rows.append(rowOf(count));
    for (let count = 6; count < 8; count++) packed.append(rowOf(count));
    assert.equal(rowsOnDisk(path, "packed"), 8);
    assert.equal(rowsOnDisk(path, "rows"), 96);
    for (let count = 100; count < 200; count++) rows.append(rowOf(count));
    fails(() => rows.append(rowOf(200)), {
      ...{ file: path, path: "/rows", operation: "write to" },
      reason: /row 200 is outside its 200 rows/,
    });
    file.flush();
    assert.equal(rowsOnDisk(path, "rows"), 200);
  }));
