import assert from "node:assert/strict";
import { createFile, type H5File, type NXdataOptions, openFile, writeNXdata } from "beamfold";
import { treeOf } from "../../lib/hdf5/tree.ts";
import { plotsOf } from "../../lib/notebook/hdf5_view.ts";
import { textsIn } from "../notebook/snapshot.ts";
import { inFolder, python, pythonJson, testWith } from "../tools.ts";
import { fails, inFile, plain } from "./support.ts";

const attrsOf = (file: H5File, path: string) =>
  Object.fromEntries([...file.get(path).attrs].map(([name, value]) => [name, plain(value)]));

const q = { name: "q", data: [0.1, 0.2, 0.3], units: "1/Å", longName: "scattering vector" };

Deno.test("new datasets are made, and the group says how they are plotted", () =>
  inFile((file) => {
    const signal = writeNXdata(file.createGroup("entry/data"), {
      signal: { name: "I", data: [[1, 2, 3], [4, 5, 6]], dtype: "float32", longName: "intensity" },
      errors: { data: [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]] },
      axes: [null, q],
      units: "counts",
      title: "a scan",
      interpretation: "spectrum",
    });
    assert.equal(signal.path, "/entry/data/I");
    assert.deepEqual([signal.dtype, plain(signal.get())], ["float32", [[1, 2, 3], [4, 5, 6]]]);
    assert.deepEqual(attrsOf(file, "/"), { NX_class: "NXroot", default: "entry" });
    assert.deepEqual(attrsOf(file, "/entry"), { NX_class: "NXentry", default: "data" });
    assert.deepEqual(attrsOf(file, "/entry/data"), {
      NX_class: "NXdata",
      signal: "I",
      axes: [".", "q"],
      q_indices: 1,
    });
    assert.deepEqual(attrsOf(file, "/entry/data/I"), {
      units: "counts",
      long_name: "intensity",
      interpretation: "spectrum",
    });
    assert.deepEqual(attrsOf(file, "/entry/data/I_errors"), { units: "counts" });
    assert.deepEqual(attrsOf(file, "/entry/data/q"), { units: "1/Å", long_name: "scattering vector" });
    assert.equal(file.dataset("/entry/data/title").get(), "a scan");
    assert.deepEqual(file.group("entry/data").keys().sort(), ["I", "I_errors", "q", "title"]);
  }));

Deno.test("datasets that are there are taken as they are, and nothing is said that is not known", () =>
  inFile((file) => {
    const data = file.createGroup("data");
    data.createDataset("I", { data: [1, 2, 3], attrs: { units: "counts" } });
    data.createDataset("x", { data: [1, 2, 3] });
    assert.equal(writeNXdata(data, { signal: "I", axes: ["x"] }).path, "/data/I");
    assert.deepEqual(attrsOf(file, "/data"), { NX_class: "NXdata", signal: "I", axes: ["x"], x_indices: 0 });
    assert.deepEqual(attrsOf(file, "/data/I"), { units: "counts" });
    assert.deepEqual(attrsOf(file, "/data/x"), {});
    writeNXdata(data, { signal: { name: "I", units: "1" }, axes: [{ name: "x", units: "mm" }] });
    assert.deepEqual([attrsOf(file, "/data/I"), attrsOf(file, "/data/x")], [{ units: "1" }, { units: "mm" }]);
    assert.deepEqual(attrsOf(file, "/"), { NX_class: "NXroot", default: "data" });
  }));

Deno.test("the units of the signal itself win over those that stand alone", () =>
  inFile((file) => {
    writeNXdata(file.createGroup("data"), {
      signal: { name: "I", data: [1], units: "a" },
      errors: { data: [1] },
      units: "b",
    });
    assert.deepEqual(attrsOf(file, "/data/I"), { units: "a" });
    assert.deepEqual(attrsOf(file, "/data/I_errors"), { units: "a" });
    assert.deepEqual(attrsOf(file, "/data"), { NX_class: "NXdata", signal: "I" });
  }));

Deno.test("called again, it replaces what the group said about its plot", () =>
  inFile((file) => {
    const data = file.createGroup("data");
    const options = { signal: { name: "I", data: [1, 2, 3] }, axes: [q], title: "one" };
    writeNXdata(data, options);
    writeNXdata(data, { signal: { name: "J", data: [1, 2] }, title: "one" });
    assert.deepEqual(attrsOf(file, "/data"), { NX_class: "NXdata", signal: "J" });
    const reason = /it has a "title" already, which cannot be replaced/;
    const where = { file: file.filename, path: "/data", operation: "write NXdata into" };
    fails(() => writeNXdata(data, { signal: "I", title: "two" }), { ...where, reason });
  }));

Deno.test("a default or a class that is there stays", () =>
  inFile((file) => {
    file.attrs.set("default", "first");
    file.attrs.set("NX_class", "NXown");
    file.createGroup("entry").attrs.assign({ NX_class: "NXsubentry", default: "other" });
    writeNXdata(file.createGroup("entry/process/data"), { signal: { name: "I", data: [1] } });
    assert.deepEqual(attrsOf(file, "/"), { default: "first", NX_class: "NXown" });
    assert.deepEqual(attrsOf(file, "/entry"), { NX_class: "NXsubentry", default: "other" });
    assert.deepEqual(attrsOf(file, "/entry/process"), { default: "data" });
  }));

Deno.test("signal, errors and axes may grow together, and need not fit before they have", () =>
  inFile((file) => {
    const rows = { shape: [0, 2], maxShape: [null, 2], dtype: "float32" };
    const data = file.createGroup("entry/data");
    const signal = writeNXdata(data, {
      signal: { name: "I", ...rows },
      errors: rows,
      axes: [{ name: "y", shape: [0], maxShape: [null], dtype: "float64" }, { name: "x", data: [1, 2, 3] }],
    });
    signal.set(2, [5, 6]);
    data.dataset("I_errors").append([1, 1]);
    data.dataset("y").append(0.5);
    assert.deepEqual(plain(signal.get()), [[0, 0], [0, 0], [5, 6]]);
    // Now only what cannot change any more has to fit.
    writeNXdata(data, { signal: "I", axes: ["y", "x"] });
    const reason = /the axis "z" has 5 values, but dimension 1 of "I" has 2; expected 2, or 3 edges/;
    const where = { file: file.filename, path: "/entry/data", operation: "write NXdata into" };
    fails(() => writeNXdata(data, { signal: "I", axes: ["y", { name: "z", data: [1, 2, 3, 4, 5] }] }), {
      ...where,
      reason,
    });
  }));

Deno.test("where one of two can grow, they need not fit yet", () =>
  inFile((file) => {
    const fixed = { data: [1, 2, 3, 4] };
    const growing = { shape: [0], maxShape: [null], dtype: "float32" };
    const errors = (name: string) => file.dataset(`${name}/I_errors`).shape;
    writeNXdata(file.createGroup("a"), {
      signal: { name: "I", ...growing },
      errors: fixed,
      axes: [{ name: "x", ...fixed }],
    });
    writeNXdata(file.createGroup("b"), {
      signal: { name: "I", ...fixed },
      errors: growing,
      axes: [{ name: "x", ...growing }],
    });
    assert.deepEqual([errors("a"), errors("b")], [[4], [0]]);
  }));

Deno.test("what does not fit is refused, and nothing is written", () =>
  inFile((file, path) => {
    const group = file.createGroup("entry/data");
    group.createDataset("there", { data: [1, 2] });
    const I = { name: "I", data: [[1, 2, 3], [4, 5, 6]] };
    const cases: [NXdataOptions, RegExp][] = [
      [{ signal: I, axes: [q] }, /there are 1 axes, but "I" has the shape \[2, 3\]; give one for each.*or null/],
      [{ signal: I, axes: [null, null, q] }, /there are 3 axes/],
      [{ signal: I, axes: [null, "there"] }, /the axis "there" has 2 values, but dimension 1 of "I" has 3/],
      [{ signal: I, axes: [null, { name: "y", data: [1, 2, 3, 4, 5] }] }, /has 5 values.*expected 3, or 4 edges/],
      [{ signal: I, axes: [null, { name: "y", data: [[1, 2, 3]] }] }, /"y" has the shape \[1, 3\], expected one dim/],
      [{ signal: I, axes: ["there", "there"] }, /"there" is named twice/],
      [{ signal: I, axes: [null, { name: "I", data: [1, 2, 3] }] }, /"I" is named twice/],
      [{ signal: I, errors: { data: [1, 2, 3] } }, /"I_errors" has the shape \[3\], but "I" has the shape \[2, 3\]/],
      [{ signal: I, errors: { data: [[[1], [2], [3]], [[4], [5], [6]]] } }, /"I_errors" has the shape \[2, 3, 1\]/],
      [{ signal: I, errors: { data: [[1, 2], [3, 4]] } }, /"I_errors" has the shape \[2, 2\]/],
      [{ signal: { ...I, name: "there" } }, /there is a "there" already; leave out data and shape to use that/],
      [{ signal: { name: "a/b", data: [1] } }, /"a\/b" is no name of a dataset in it/],
      [{ signal: { name: "", data: [1] } }, /"" is no name of a dataset in it/],
      [{ signal: { name: "I", shape: [2] } }, /"I" cannot be made: without data, shape and dtype are needed/],
    ];
    for (const [options, reason] of cases) {
      const where = { file: path, path: "/entry/data", operation: "write NXdata into" };
      fails(() => writeNXdata(group, options), { ...where, reason });
      assert.deepEqual(group.keys(), ["there"]);
      for (const at of ["/", "/entry", "/entry/data"]) assert.deepEqual(attrsOf(file, at), {});
    }
    fails(() => writeNXdata(group, { signal: "ther" }), {
      file: path,
      path: "/entry/data/ther",
      operation: "get",
      reason: /did you mean "there"\?/,
    });
    group.createDataset("there_errors", { data: [1] });
    fails(() => writeNXdata(group, { signal: "there" }), {
      file: path,
      path: "/entry/data",
      operation: "write NXdata into",
      reason: /"there_errors" has the shape \[1\], but "there" has the shape \[2\]/,
    });
  }));

Deno.test("the file itself and a group of another class are refused", () =>
  inFile((file, path) => {
    const signal = { name: "I", data: [1] };
    const operation = "write NXdata into";
    fails(() => writeNXdata(file, { signal }), {
      file: path,
      path: "/",
      operation,
      reason: /createGroup\("entry\/data"\)/,
    });
    const group = file.createGroup("detector");
    group.attrs.set("NX_class", "NXdetector");
    const reason = /its NX_class is "NXdetector"; give it a group of its own/;
    fails(() => writeNXdata(group, { signal }), { file: path, path: "/detector", operation, reason });
    assert.deepEqual(group.keys(), []);
  }));

Deno.test("show draws it by itself: axes, errors, units and title", () =>
  inFolder((folder) => {
    const drawn = (name: string, options: NXdataOptions) => {
      const made = createFile(`${folder}/${name}.h5`);
      made.createDataset("more", { data: [1, 2, 3] });
      writeNXdata(made.createGroup("entry/data"), options);
      made.close();
      using file = openFile(`${folder}/${name}.h5`);
      return plotsOf(file, treeOf(file));
    };
    const x = { name: "x", data: [10, 20, 30], units: "mm" };
    const [curve, ...others] = drawn("curve", {
      signal: { name: "I", data: [1, 5, 2], units: "counts" },
      errors: { data: [1, 1, 1] },
      axes: [x],
      title: "a curve",
    });
    assert.deepEqual(others, []);
    assert.match(curve?.alt ?? "", /^line plot of a curve: 3 points/);
    assert.deepEqual(textsIn(curve?.svg ?? "", "ink").filter((text) => /mm|counts|a curve/.test(text)), [
      "a curve",
      "x (mm)",
      "I (counts)",
    ]);
    const [image, ...noMore] = drawn("image", {
      signal: { name: "map", data: [[1, 2, 3], [4, 5, 6]] },
      axes: [{ name: "y", data: [1, 2], units: "µm" }, x],
    });
    assert.deepEqual(noMore, []);
    const labels = textsIn(image?.svg ?? "", "ink");
    assert.ok(labels.includes("y (µm)") && labels.includes("x (mm)"), labels.join());
  }));

testWith(
  [python],
  "h5py reads the attributes as they are meant, by the chain of defaults",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/a.h5`;
      const file = createFile(path);
      writeNXdata(file.createGroup("entry/data"), {
        signal: { name: "I", shape: [0, 3], maxShape: [null, 3], dtype: "float32", units: "counts" },
        axes: [null, q],
        title: "a scan",
        interpretation: "spectrum",
      }).set(1, [1, 2, 3]);
      file.close();
      const script = `
import h5py, json, sys
file = h5py.File(sys.argv[1])
data = file[file.attrs["default"]]
data = data[data.attrs["default"]]
signal = data[data.attrs["signal"]]
axis = data[data.attrs["axes"][1]]
print(json.dumps([data.name, list(data.attrs["axes"]), int(data.attrs["q_indices"]), data.attrs["NX_class"],
  signal[()].tolist(), dict(signal.attrs), axis[()].tolist(), dict(axis.attrs), data["title"][()].decode()]))`;
      assert.deepEqual(await pythonJson(script, [path]), [
        "/entry/data",
        [".", "q"],
        1,
        "NXdata",
        [[0, 0, 0], [1, 2, 3]],
        { units: "counts", interpretation: "spectrum" },
        [0.1, 0.2, 0.3],
        { units: "1/Å", long_name: "scattering vector" },
        "a scan",
      ]);
    }),
);
