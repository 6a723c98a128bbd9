import assert from "node:assert/strict";
import { openFile, type WritableValue } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { inFolder, python, pythonJson, testWith } from "../tools.ts";
import { fails, inFile, madeByPython, plain } from "./support.ts";

/** Attributes of every kind: what is set, numpy's dtype for it, and its value. */
const kinds: Readonly<Record<string, [value: WritableValue, dtype: string, read: unknown]>> = {
  whole: [3, "int64", 3],
  negative: [-3, "int64", -3],
  half: [-1.5, "float64", -1.5],
  big: [2n ** 60n + 1n, "int64", 2n ** 60n + 1n],
  huge: [2n ** 64n - 1n, "uint64", 2n ** 64n - 1n],
  yes: [true, "int8", 1],
  text: ["Ångström", "str", "Ångström"],
  "empty text": ["", "str", ""],
  texts: [["a", "", "日本"], "str", ["a", "", "日本"]],
  list: [[1, 2], "int64", [1n, 2n]],
  table: [[[1.5, 2], [3, 4]], "float64", [[1.5, 2], [3, 4]]],
  bytes: [Uint8Array.of(1, 255), "uint8", [1, 255]],
  array: [view(Float32Array.of(1, 2), [1, 2]), "float32", [[1, 2]]],
  nothing: [[], "float64", []],
};

Deno.test("attributes of every kind come back as they were set, on files, groups and datasets", () =>
  inFile((file, path) => {
    const objects = { "/": file, "/g": file.createGroup("g"), "/g/x": file.createDataset("g/x", { data: 1 }) };
    for (const { attrs } of Object.values(objects)) {
      for (const [name, [value]] of Object.entries(kinds)) attrs.set(name, value);
    }
    file.close();
    using read = openFile(path);
    for (const at of Object.keys(objects)) {
      const { attrs } = read.get(at);
      assert.deepEqual(attrs.keys().sort(), Object.keys(kinds).sort());
      for (const [name, [, , expected]] of Object.entries(kinds)) {
        assert.deepEqual(plain(attrs.get(name)), expected, name);
      }
    }
  }));

testWith([python], "attributes of every kind are to h5py what they are here", () =>
  inFile(async (file, path) => {
    for (const [name, [value]] of Object.entries(kinds)) file.attrs.set(name, value);
    file.attrs.set("small", 5, { dtype: "int32" });
    file.attrs.set("fixed", "abc", { dtype: "S4" });
    file.close();
    const script = `
import h5py, json, numpy, sys
attrs = h5py.File(sys.argv[1]).attrs
def text(x): return x.decode() if isinstance(x, bytes) else str(x)
def dtype(name):
    t = attrs.get_id(name).dtype
    return "str" if h5py.check_string_dtype(t) and t.kind == "O" else t.str if t.kind == "S" else t.name
print(json.dumps({n: [dtype(n), list(numpy.shape(attrs[n])), [text(x) for x in numpy.ravel(attrs[n])]] for n in attrs}))`;
    // Compared as texts: JSON has no 64-bit integers, and Python writes 2 as 2.0 where it is a float.
    const asText = (dtype: string) => (x: unknown): string =>
      dtype.startsWith("float") && Number.isInteger(x) ? `${x}.0` : String(x);
    const expected = Object.entries(kinds).map(([name, [, dtype, read]]) => {
      const shape: number[] = [];
      for (let level = read; Array.isArray(level); level = level[0]) shape.push(level.length);
      return [name, [dtype, shape, [read].flat(3).map(asText(dtype))]];
    });
    const given = { small: ["int32", [], ["5"]], fixed: ["|S4", [], ["abc"]] };
    assert.deepEqual(await pythonJson(script, [path]), { ...Object.fromEntries(expected), ...given });
  }));

testWith([python], "attributes of every kind that h5py sets are read", () =>
  inFolder(async (folder) => {
    const path = `${folder}/python.h5`;
    await madeByPython(
      path,
      `
a = f.attrs
a["whole"] = -3; a["float"] = np.float32(0.5); a["big"] = 2**60; a["bool"] = True; a["bools"] = [True, False]
a["text"] = "\\u00e9"; a["fixed"] = np.bytes_(b"ab"); a["texts"] = ["a", "bb"]; a["fixeds"] = np.array([b"a", b"bc"])
a["big endian"] = np.array([1, 2], ">u2"); a["table"] = np.arange(4, dtype="f8").reshape(2, 2); a["nan"] = np.nan
a["complex"] = 1 + 2j; a["compound"] = np.array((1, 2.5), [("n", "i4"), ("x", "f8")]); a["null"] = h5py.Empty("f4")
a["none"] = np.array([], h5py.string_dtype()); a["none fixed"] = np.array([], "S3")
a.create("enum", 1, dtype=h5py.enum_dtype({"OFF": 0, "ON": 1})); a["half"] = np.float16(1.5)`,
    );
    using file = openFile(path);
    const readable = file.attrs.keys().filter((name) => name !== "half");
    assert.deepEqual(Object.fromEntries(readable.map((name) => [name, plain(file.attrs.get(name))])), {
      whole: -3,
      float: 0.5,
      big: 2n ** 60n,
      bool: true,
      bools: [1, 0],
      text: "é",
      fixed: "ab",
      texts: ["a", "bb"],
      fixeds: ["a", "bc"],
      "big endian": [1, 2],
      table: [[0, 1], [2, 3]],
      nan: NaN,
      complex: [1, 2],
      compound: [1, 2.5],
      null: null,
      none: [],
      "none fixed": [],
      enum: 1,
    });
    const operation = 'read the attribute "half" of';
    fails(() => file.attrs.get("half"), { file: path, path: "/", operation, reason: /float16/i });
  }));

Deno.test("an attribute is replaced, whatever its type and shape were, and deleted", () =>
  inFile((file, path) => {
    const { attrs } = file.createGroup("g");
    for (const value of [1, "text", [1, 2, 3], ["a"], 2.5]) attrs.set("x", value);
    assert.deepEqual([...attrs], [["x", 2.5]]);
    assert.deepEqual([attrs.has("x"), attrs.has("y"), attrs.get("y")], [true, false, undefined]);
    attrs.delete("x");
    assert.deepEqual(attrs.keys(), []);
    const operation = 'delete the attribute "x" of';
    fails(() => attrs.delete("x"), { file: path, path: "/g", operation, reason: /there is no attribute of this name/ });
  }));

Deno.test("assign and the attrs of createDataset set several; attributes print on one line", () =>
  inFile((file) => {
    file.attrs.assign({ n: 3, units: "mm" });
    assert.equal(Deno.inspect(file.attrs), 'attrs { n: 3, units: "mm" }');
    const dataset = file.createDataset("x", { data: 1, attrs: { long_name: "position", units: "mm" } });
    assert.deepEqual([...dataset.attrs], [["long_name", "position"], ["units", "mm"]]);
  }));

Deno.test("a value that cannot be stored is refused, and the attribute keeps the one it has", () =>
  inFile((file, path) => {
    const where = { file: path, path: "/", operation: 'set the attribute "x" of' };
    file.attrs.set("x", "old");
    fails(() => file.attrs.set("x", { a: 1 } as never), { ...where, reason: /\{ a: 1 \} cannot be stored/ });
    fails(() => file.attrs.set("x", 300, { dtype: "uint8" }), { ...where, reason: /300 cannot be stored as uint8/ });
    fails(() => file.attrs.set("x", 1, { dtype: "half" }), { ...where, reason: /"half".*expected one of/ });
    fails(() => file.attrs.set("x", "abc", { dtype: "S2" }), { ...where, reason: /more than the 2 of S2/ });
    // HDF5 ends a text of any length at its first NUL.
    fails(() => file.attrs.set("x", "a\0b"), { ...where, reason: /NUL|\\u0000|\\0/ });
    assert.equal(file.attrs.get("x"), "old");
  }));

testWith([python], "an empty list of texts is an empty list of texts", () =>
  inFile(async (file, path) => {
    file.attrs.set("none", [], { dtype: "str" });
    assert.deepEqual(file.attrs.get("none"), []);
    file.close();
    const script = 'import h5py, json, sys; print(json.dumps(h5py.File(sys.argv[1]).attrs["none"].tolist()))';
    assert.deepEqual(await pythonJson(script, [path]), []);
  }));
