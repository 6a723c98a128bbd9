import assert from "node:assert/strict";
import { createFile, type H5File, openFile } from "beamfold";
import { plotsOf } from "../../lib/notebook/hdf5_view.ts";
import { renderingOf } from "../../lib/notebook/view.ts";
import { treeOf } from "../../lib/hdf5/tree.ts";
import { inFolder, python, pythonJson, testWith } from "../tools.ts";

const ramp = (length: number, step = 1) => Float64Array.from({ length }, (_, i) => i * step);

/** The lines under the pictures of a file that is filled by `fill`. */
async function alts(fill: (file: H5File) => void): Promise<string[]> {
  let found: string[] = [];
  await inFolder((folder) => {
    const path = `${folder}/a.h5`;
    const made = createFile(path);
    fill(made);
    made.close();
    using file = openFile(path);
    found = plotsOf(file, treeOf(file)).map(({ alt }) => alt);
  });
  return found;
}

Deno.test("a file that says what to plot is taken at its word: default, signal, axes, errors, names and units", async () => {
  const fill = (file: H5File) => {
    const data = file.createGroup("entry/data");
    file.attrs.set("default", "entry");
    file.group("entry").attrs.set("default", "data");
    data.attrs.assign({ NX_class: "NXdata", signal: "I", axes: ["q"] });
    data.createDataset("I", { data: ramp(50), attrs: { units: "counts", long_name: "intensity" } });
    data.createDataset("I_errors", { data: ramp(50) });
    data.createDataset("q", { data: ramp(50, 0.1), attrs: { units: "1/Å" } });
    file.createDataset("other", { data: ramp(9) });
  };
  const [alt, ...others] = await alts(fill);
  assert.deepEqual(others, []);
  assert.match(alt ?? "", /intensity.*50 points/);
});

Deno.test("a default that leads nowhere, or in a circle, falls back on the datasets", async () => {
  for (const wrong of ["nowhere", "x", ".", "/"]) {
    const found = await alts((file) => {
      file.createDataset("x", { data: ramp(5) });
      file.attrs.set("default", wrong);
    });
    assert.equal(found.length, 1, wrong);
  }
});

Deno.test("rows of an image stand against an axis of the same length, as radial_axis is one", async () => {
  const [alt, ...others] = await alts((file) => {
    file.createDataset("cake", { data: ramp(12), shape: [3, 4] });
    file.createDataset("radial_axis", { data: ramp(4, 0.5), attrs: { units: "1/Å" } });
  });
  assert.deepEqual(others, []);
  assert.match(alt ?? "", /^image.*3×4|^image.*4×3/);
});

Deno.test("an image with the interpretation of spectra is drawn as lines", async () => {
  const [alt] = await alts((file) => {
    file.createDataset("mca", { data: ramp(40), shape: [2, 20], attrs: { interpretation: "spectrum" } });
  });
  assert.match(alt ?? "", /line plot.*2 curves/);
});

Deno.test("of very many datasets a few are drawn, and of a very large one a part is read", async () => {
  const many = await alts((file) => {
    for (let i = 0; i < 20; i++) file.createDataset(`x${i}`, { data: ramp(5) });
  });
  assert.equal(many.length, 6);
  const [large] = await alts((file) => {
    file.createDataset("large", { shape: [50_000_000], dtype: "float32", chunks: [1_000_000] });
  });
  assert.match(large ?? "", /line plot of large/);
});

testWith(
  [python],
  "texts, booleans, compounds, complex and float16 are named, and nothing crashes",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/python.h5`;
      await pythonJson(
        `
import h5py, numpy as np, sys
with h5py.File(sys.argv[1], "w") as f:
    f["texts"] = ["a", "b"]; f["flags"] = np.array([True, False]); f["half"] = np.ones(5, "f2")
    f["pairs"] = np.array([(1, 2.0)], dtype=[("n", "i4"), ("x", "f8")]); f["waves"] = np.ones(5, "c16")
    f["none"] = h5py.Empty("f8"); f["link"] = h5py.SoftLink("/nowhere"); f["big"] = np.arange(5, dtype=">u8") + 2**60
print("null")`,
        [path],
      );
      const { text } = await renderingOf(path);
      for (
        const expected of [
          /texts {2}str \(2\)/,
          /pairs {2}compound \(n: int32, x: float64\) \(1\)/,
          /half {2}float16 \(5\)/,
        ]
      ) {
        assert.match(text, expected);
      }
      assert.match(text, /line plot of big: 5 points/);
    }),
);
