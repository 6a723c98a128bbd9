import assert from "node:assert/strict";
import fc from "fast-check";
import { openFile, slice, toNested } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { inFolder, python, testWith } from "../tools.ts";
import { fails, hex, inFile, inPython, madeByPython, plain } from "./support.ts";

/** A slice of one axis, as text and as the indices it means: JavaScript clips and counts from the end as numpy does. */
const axisPart = fc.oneof(
  fc.record({ index: fc.nat({ max: 4 }), negative: fc.boolean() }),
  fc.record({
    start: fc.option(fc.integer({ min: -7, max: 7 })),
    stop: fc.option(fc.integer({ min: -7, max: 7 })),
    step: fc.option(fc.integer({ min: 1, max: 4 })),
  }),
);

type AxisPart = typeof axisPart extends fc.Arbitrary<infer Part> ? Part : never;

function textAndIndices(part: AxisPart, extent: number): { text: string; indices: number[]; single: boolean } {
  const all = Array.from({ length: extent }, (_, i) => i);
  if ("index" in part) {
    const index = part.index % extent;
    return { text: String(part.negative ? index - extent : index), indices: [index], single: true };
  }
  const { start, stop, step } = part;
  const text = `${start ?? ""}:${stop ?? ""}${step === null ? "" : `:${step}`}`;
  const indices = all.slice(start ?? 0, stop ?? extent).filter((_, i) => i % (step ?? 1) === 0);
  return { text, indices, single: false };
}

Deno.test("a slice reads and writes the elements that numpy's notation names", () =>
  inFile((file) => {
    let runs = 0;
    const extent = fc.integer({ min: 1, max: 5 });
    fc.assert(fc.property(extent, extent, axisPart, axisPart, (rows, columns, rowPart, columnPart) => {
      const model = Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => 10 * r + c));
      const dataset = file.createDataset(`run ${runs++}`, { data: model, dtype: "int16" });
      const [r, c] = [textAndIndices(rowPart, rows), textAndIndices(columnPart, columns)];
      const where = `${r.text}, ${c.text}`;
      const taken = r.indices.map((row) => c.indices.map((column) => model[row]?.[column]));
      const withoutColumns = c.single ? taken.map((row) => row[0]) : taken;
      const expected = r.single ? withoutColumns[0] : withoutColumns;
      const part = dataset.read(where);
      assert.deepEqual(part.size === 0 ? [] : toNested(part), part.size === 0 ? [] : expected, where);
      const shape = [...(r.single ? [] : [r.indices.length]), ...(c.single ? [] : [c.indices.length])];
      assert.deepEqual(part.shape, shape, where);

      const values = Int16Array.from({ length: r.indices.length * c.indices.length }, (_, i) => -1 - i);
      dataset.set(where, view(values, shape));
      let next = -1;
      for (const row of r.indices) for (const column of c.indices) (model[row] as number[])[column] = next--;
      assert.deepEqual(toNested(dataset.read()), model, where);
    }));
  }));

Deno.test("get gives a scalar, a row, or everything; negative indices count from the end", () =>
  inFile((file) => {
    const cube = file.createDataset("cube", { data: [[[1, 2]], [[3, 4]], [[5, 6]]] });
    assert.deepEqual(plain(cube.get()), [[[1, 2]], [[3, 4]], [[5, 6]]].map((row) => row.map((x) => x.map(BigInt))));
    assert.deepEqual(plain(cube.get(-1)), [[5n, 6n]]);
    const line = file.createDataset("line", { data: [0.5, 1.5, 2.5] });
    assert.deepEqual([line.get(0), line.get(2), line.get(-3)], [0.5, 2.5, 0.5]);
    assert.equal(file.createDataset("one", { data: 7 }).get(), 7);
  }));

Deno.test("a negative number is read as any other", () =>
  inFile((file) => {
    for (const [name, data] of Object.entries({ whole: -3, half: -1.5, list: [-3, -1.5] })) {
      assert.deepEqual(plain(file.createDataset(name, { data }).get()), data);
    }
    assert.equal(file.dataset("list").get(0), -3);
    assert.equal(file.dataset("whole").read().get(), -3n);
  }));

Deno.test("2 GiB at once are too much to read or write, and the error says what to do", () =>
  inFile((file, path) => {
    // Chunks that are not there take no room.
    const images = file.createDataset("images", {
      shape: [1200, 1000, 1000],
      chunks: [1, 1000, 1000],
      dtype: "uint16",
    });
    const reason = /the part takes 2400000000 bytes, more than 2 GiB; use a slice such as "0:100"/;
    fails(() => images.get(), { file: path, path: "/images", operation: "read", reason });
    fails(() => images.read(), { file: path, path: "/images", operation: "read", reason });
    fails(() => images.set("...", 0), { file: path, path: "/images", operation: "write to", reason });
    assert.deepEqual(images.read("-1, 0, :3").data, new Uint16Array(3));
  }));

Deno.test("what is done to the extents that a dataset gives does not reach it", () =>
  inFile((file) => {
    const dataset = file.createDataset("x", { shape: [2, 3], maxShape: [null, 3], dtype: "int8" });
    dataset.shape.push(5);
    dataset.maxShape[0] = 2;
    dataset.append([1, 2, 3]);
    assert.deepEqual([dataset.shape, dataset.maxShape], [[3, 3], [null, 3]]);
  }));

Deno.test("a number alone fills a part", () =>
  inFile((file) => {
    const dataset = file.createDataset("map", { shape: [2, 3], dtype: "float32" });
    dataset.set(":, 1", 4);
    dataset.set("1, :2", [7, 8]);
    dataset.set("0, 0", 0.5);
    assert.deepEqual(plain(dataset.get()), [[0.5, 4, 0], [7, 8, 0]]);
    dataset.set("...", -1);
    assert.deepEqual(plain(dataset.get()), [[-1, -1, -1], [-1, -1, -1]]);
    dataset.set(0, 2);
    assert.deepEqual(plain(dataset.get()), [[2, 2, 2], [-1, -1, -1]]);
  }));

Deno.test("a scalar is written by the empty slice, as the error for a row of it says", () =>
  inFile((file, path) => {
    const dataset = file.createDataset("one", { data: 3 });
    const reason = /it is a scalar, which has no row 0; use set\("", value\)/;
    fails(() => dataset.append(4), { file: path, path: "/one", operation: "write to", reason });
    dataset.set("", 9);
    assert.equal(dataset.get(), 9);
  }));

Deno.test("a view of another array is written as it is seen", () =>
  inFile((file) => {
    const image = view(Uint16Array.from({ length: 12 }, (_, i) => i), [3, 4]);
    const dataset = file.createDataset("rows", { shape: [0, 3], maxShape: [null, 3], dtype: "uint16" });
    dataset.append(slice(image, ":, 1"));
    dataset.append(slice(image, "::-1, -1"));
    assert.deepEqual(plain(dataset.get()), [[1, 5, 9], [11, 7, 3]]);
  }));

Deno.test("a part of a larger buffer is written from where it begins", () =>
  inFile((file) => {
    const buffer = Int16Array.of(1, 2, 3, 4, 5, 6);
    const rows = file.createDataset("rows", { shape: [0, 2], maxShape: [null, 2], dtype: "int16" });
    rows.append(buffer.subarray(2, 4));
    rows.append([0, 0]);
    rows.set("1, :", buffer.subarray(4));
    assert.deepEqual(plain(rows.get()), [[3, 4], [5, 6]]);
    assert.deepEqual(plain(file.createDataset("made", { data: buffer.subarray(3) }).get()), [4, 5, 6]);
  }));

Deno.test("what a worker changes after set does not reach the file", () =>
  inFile((file) => {
    const dataset = file.createDataset("rows", { shape: [0, 2], maxShape: [null, 2], dtype: "int32" });
    const row = Int32Array.of(1, 2);
    dataset.append(row);
    row.fill(9);
    assert.deepEqual(plain(dataset.get()), [[1, 2]]);
  }));

Deno.test("rows are set in any order; those that are skipped are 0, and the last one set is the last", () =>
  inFile((file) => {
    let runs = 0;
    const indices = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 12 });
    fc.assert(fc.property(indices, fc.constantFrom(1, 4, 64), fc.boolean(), (order, chunkRows, compressed) => {
      const dataset = file.createDataset(`rows ${runs++}`, {
        shape: [0, 3],
        maxShape: [null, 3],
        dtype: "float32",
        chunks: [chunkRows, 3],
        ...(compressed ? { compression: "gzip" } : {}),
      });
      const model = Array.from({ length: Math.max(...order) + 1 }, () => [0, 0, 0]);
      for (const [i, index] of order.entries()) {
        const row = [i + 0.5, index, NaN];
        model[index] = row;
        dataset.set(index, Float32Array.from(row));
      }
      assert.deepEqual(dataset.shape, [model.length, 3]);
      assert.deepEqual(plain(dataset.get()), model);
    }));
  }));

Deno.test("rows follow a change of their width", () =>
  inFile((file) => {
    const options = { maxShape: [null, null], dtype: "int16", chunks: [4, 2] };
    const dataset = file.createDataset("rows", { shape: [0, 2], ...options });
    dataset.append([1, 2]);
    dataset.resize([1, 3]);
    for (const row of [[3, 4, 5], [6, 7, 8]]) dataset.append(row);
    assert.deepEqual(plain(dataset.get()), [[1, 2, 0], [3, 4, 5], [6, 7, 8]]);
    const empty = file.createDataset("from nothing", { shape: [0, 0], ...options });
    empty.resize([0, 3]);
    empty.append([1, 2, 3]);
    assert.deepEqual(plain(empty.get()), [[1, 2, 3]]);
  }));

Deno.test("a row that does not fit is refused and changes nothing", () =>
  inFile((file, path) => {
    const rows = file.createDataset("rows", { shape: [0, 3], maxShape: [null, 3], dtype: "uint8" });
    const where = { file: path, path: "/rows", operation: "write to" };
    rows.append([1, 2, 3]);
    const reason = /row 1 has the shape \[3\], found a value of shape \[2\]/;
    fails(() => rows.append([1, 2]), { ...where, reason });
    fails(() => rows.append([1, 2, 256]), { ...where, reason: /256 cannot be stored as uint8.*0 to 255/ });
    fails(() => rows.append([1, 2, NaN]), { ...where, reason: /NaN cannot be stored as uint8/ });
    fails(() => rows.append("abc"), { ...where, reason: /expected a number, found "abc"/ });
    fails(() => rows.set(-1, 0), { ...where, reason: /the row is -1, expected 0, 1, 2/ });
    fails(() => rows.set(0.5, 0), { ...where, reason: /the row is 0.5/ });
    fails(() => rows.set("0, 3", 0), { ...where, reason: /index 3 is outside axis 1, which has 3 elements/ });
    fails(() => rows.set("1:x", 0), { ...where, reason: /cannot read "1:x" in the slice/ });
    fails(() => rows.set("0, :2", [1, 2, 3]), { ...where, reason: /the part "0, :2" has the shape \[2\].*\[3\]/ });
    assert.deepEqual(plain(rows.get()), [[1, 2, 3]]);
  }));

Deno.test("a place outside of a dataset is refused: of fixed shape, within bounds, or when reading", () =>
  inFile((file, path) => {
    const fixed = file.createDataset("fixed", { shape: [2], dtype: "int8" });
    const bounded = file.createDataset("bounded", { shape: [0], maxShape: [2], dtype: "int8" });
    const at = (name: string, operation: string) => ({ file: path, path: `/${name}`, operation });
    const outside = /row 2 is outside its 2 rows, and it can have 2 at the most.*maxShape: \[null/;
    fails(() => fixed.append(1), { ...at("fixed", "write to"), reason: outside });
    bounded.set(1, 5);
    fails(() => bounded.append(1), { ...at("bounded", "write to"), reason: outside });
    fails(() => fixed.resize([3]), { ...at("fixed", "resize"), reason: /fixed shape.*maxShape: \[null/ });
    for (const shape of [[3], [1, 1], [-1], [0.5]]) {
      const reason = new RegExp(`\\[${shape.join(", ")}\\] does not fit its maxShape \\[2\\]`);
      fails(() => bounded.resize(shape), { ...at("bounded", "resize"), reason });
    }
    fails(() => fixed.get(2), { ...at("fixed", "read"), reason: /index 2 is outside axis 0/ });
    fails(() => fixed.get(-3), { ...at("fixed", "read"), reason: /index -3 is outside axis 0/ });
    fails(() => fixed.read("0, 0"), { ...at("fixed", "read"), reason: /has 2 parts, but the array has 1 axes/ });
    fails(() => fixed.read("::-1"), { ...at("fixed", "read"), reason: /positive steps only/ });
    assert.deepEqual(plain(bounded.get()), [0, 5]);
  }));

testWith(
  [python],
  "big-endian, boolean and fixed-text datasets of h5py are written in their own types",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/python.h5`;
      await madeByPython(
        path,
        `
f["big"] = np.array([1, 2, 3], ">i4"); f["bool"] = np.array([True, False]); f["text"] = np.array([b"ab", b"cd"], "S2")
f.create_dataset("filled", (2,), "i4", maxshape=(None,), chunks=(2,), fillvalue=7)`,
      );
      const file = openFile(path, "a");
      file.dataset("big").set(0, -258);
      file.dataset("bool").set("1:", [true]);
      file.dataset("text").set(1, "z");
      file.dataset("filled").set(3, 1);
      file.close();
      const seen = await inPython(path);
      assert.deepEqual(seen["big"]?.data, "fffffefe" + "00000002" + "00000003");
      assert.deepEqual([seen["bool"]?.dtype, seen["bool"]?.data], ["bool", "0101"]);
      assert.deepEqual([seen["text"]?.dtype, seen["text"]?.data], ["S2", ["ab", "z"]]);
      // A gap holds what the file's maker chose for it.
      assert.deepEqual(seen["filled"]?.data, hex(Int32Array.of(7, 7, 7, 1)));
    }),
);
