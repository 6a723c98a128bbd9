import assert from "node:assert/strict";
import { dump, type Dumpable, openFile } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { inFolder, python, pythonJson, testWith } from "../tools.ts";
import { fails } from "./support.ts";

testWith(
  [python],
  "objects become groups, values datasets, <name>_attrs and _attrs attributes: h5py sees them all",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/new/out.h5`;
      dump({
        map: view(Float32Array.of(1, 2, 3, 4), [2, 2]),
        map_attrs: { units: "counts", weights: [0.5, 1.5] },
        entry: {
          _attrs: { NX_class: "NXentry", default: "data" },
          title: "a scan",
          data: { x: [1, 2, 3], x_attrs: { units: "mm" }, on: true, nothing: null, missing: undefined },
          data_attrs: { signal: "x", left_out: null, neither: undefined },
          empty: {},
        },
        my_attrs: 5,
        _attrs: { creator: "test" },
      }, path);
      const script = `
import h5py, json, numpy, sys
def plain(x): return x.decode() if isinstance(x, bytes) else x.tolist() if isinstance(x, (numpy.ndarray, numpy.generic)) else x
def tree(item):
    attrs = {"@" + name: plain(value) for name, value in item.attrs.items()}
    if isinstance(item, h5py.Dataset): return {"": plain(item[()]), "dtype": str(item.dtype), **attrs}
    return {**{name: tree(item[name]) for name in item}, **attrs}
print(json.dumps(tree(h5py.File(sys.argv[1]))))`;
      assert.deepEqual(await pythonJson(script, [path]), {
        map: { "": [[1, 2], [3, 4]], dtype: "float32", "@units": "counts", "@weights": [0.5, 1.5] },
        entry: {
          title: { "": "a scan", dtype: "object" },
          data: {
            x: { "": [1, 2, 3], dtype: "int64", "@units": "mm" },
            on: { "": 1, dtype: "int8" },
            "@signal": "x",
          },
          empty: {},
          "@NX_class": "NXentry",
          "@default": "data",
        },
        my_attrs: { "": 5, dtype: "int64" },
        "@creator": "test",
      });
    }),
);

Deno.test("a dump takes the place of the file that is there", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    dump({ old: 1 }, path);
    dump({ new: [] }, path);
    using file = openFile(path);
    assert.deepEqual(file.keys(), ["new"]);
    assert.deepEqual(file.dataset("new").shape, [0]);
  }));

Deno.test("attributes may stand before what they belong to, and instances of a class are groups", () =>
  inFolder((folder) => {
    class Fit {
      readonly slope = 0.5;
      readonly slope_attrs = { units: "1/s" };
    }
    const path = `${folder}/out.h5`;
    dump({ fit_attrs: { model: "line" }, fit: new Fit() as unknown as Dumpable }, path);
    using file = openFile(path);
    assert.equal(file.dataset("fit/slope").get(), 0.5);
    assert.equal(file.dataset("fit/slope").attrs.get("units"), "1/s");
    assert.equal(file.group("fit").attrs.get("model"), "line");
  }));

Deno.test("a value that cannot be stored is an error that names it, and the file holds what came before", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    const bad: Record<string, [value: unknown, reason: RegExp]> = {
      callback: [() => 1, /\[Function/],
      symbol: [Symbol("s"), /Symbol\(s\)/],
      ragged: [[[1], [1, 2]], /different length/],
      objects: [[{ a: 1 }], /\{ a: 1 \}/],
      // These are objects with nothing that a loop over their keys would find.
      date: [new Date(0), /1970|Date/],
      map: [new Map([["a", 1]]), /Map/],
      set: [new Set([1]), /Set/],
      bytes: [new ArrayBuffer(2), /ArrayBuffer/],
    };
    for (const [name, [value, reason]] of Object.entries(bad)) {
      fails(() => dump({ before: 1, fit: { [name]: value } } as Dumpable, path), {
        file: path,
        path: `/fit/${name}`,
        operation: "create the dataset",
        reason,
      });
      using file = openFile(path);
      assert.equal(file.dataset("before").get(), 1);
    }
  }));

Deno.test("attributes of nothing are an error that says of what they would be", () =>
  inFolder((folder) => {
    const path = `${folder}/out.h5`;
    const reason = /"x_attrs".*there is no "x" beside it/;
    assert.throws(() => dump({ g: { x_attrs: { units: "mm" } } }, path), (error) => {
      assert.match((error as Error).message, reason);
      assert.ok((error as Error).message.includes(`"${path}"`), (error as Error).message);
      const { name, file, path: at } = error as Error & { file: string; path: string };
      assert.deepEqual([name, file, at], ["Hdf5Error", path, "/g"]);
      return true;
    });
  }));
