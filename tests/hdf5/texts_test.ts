import assert from "node:assert/strict";
import { python, testWith } from "../tools.ts";
import { fails, inFile, inPython } from "./support.ts";

testWith([python], "texts of any length and of fixed length are texts to h5py", () =>
  inFile(async (file, path) => {
    file.createDataset("text", { data: "Ångström" });
    file.createDataset("texts", { data: ["", "a", "日本"] });
    file.createDataset("fixed", { data: ["", "µ", "12345678"], dtype: "S8" });
    const growing = file.createDataset("growing", { shape: [0], maxShape: [null], dtype: "S4" });
    for (const text of ["ab", "日", "wxyz"]) growing.append(text);
    const found = ["text", "texts", "fixed", "growing"].map((
      name,
    ) => [file.dataset(name).dtype, file.dataset(name).get()]);
    file.close();
    const seen = await inPython(path);
    const asSeen = ["text", "texts", "fixed", "growing"].map((name) => [seen[name]?.dtype, seen[name]?.data]);
    assert.deepEqual(found, [
      ["str", "Ångström"],
      ["str", ["", "a", "日本"]],
      ["S8", ["", "µ", "12345678"]],
      ["S4", ["ab", "日", "wxyz"]],
    ]);
    assert.deepEqual(asSeen, found);
  }));

Deno.test("texts come back in the shape in which they were given", () =>
  inFile((file) => {
    const rows = [["a", "bc"], ["", "d"], ["e", "f"]];
    assert.deepEqual(file.createDataset("rows", { data: rows }).get(), rows);
    assert.deepEqual(file.createDataset("fixed", { data: rows, dtype: "S2" }).get(), rows);
    assert.deepEqual(file.dataset("rows").get(1), ["", "d"]);
    assert.equal(file.createDataset("line", { data: ["a", "bc"] }).get(1), "bc");
    assert.equal(file.createDataset("fixed line", { data: ["a", "bc"], dtype: "S2" }).get(-1), "bc");
    assert.deepEqual(file.createDataset("none", { shape: [0], maxShape: [null], dtype: "S2" }).get(), []);
  }));

Deno.test("a text that cannot be stored whole is refused", () =>
  inFile((file, path) => {
    const where = { file: path, path: "/text", operation: "create the dataset" };
    const long = { data: "ångström", dtype: "S8" };
    fails(() => file.createDataset("text", long), {
      ...where,
      reason: /"ångström" takes 10 bytes, more than the 8 of S8/,
    });
    // HDF5 ends a text of any length at its first NUL.
    fails(() => file.createDataset("text", { data: "a\0b" }), { ...where, reason: /NUL|\\u0000|\\0/ });
    const growing = file.createDataset("growing", { shape: [0], maxShape: [null], dtype: "S4" });
    const write = {
      file: path,
      path: "/growing",
      operation: "write to",
      reason: /takes 5 bytes, more than the 4 of S4/,
    };
    fails(() => growing.append("abcde"), write);
    growing.append("abcd");
    fails(() => growing.set("0:1", ["abcde"]), write);
    assert.deepEqual(growing.get(), ["abcd"]);
  }));
