import assert from "node:assert/strict";
import { createFile, type H5File, openFile } from "beamfold";
import { plotsOf } from "../../lib/notebook/hdf5_view.ts";
import type { ShowOptions } from "../../lib/notebook/array_view.ts";
import type { Picture } from "../../lib/notebook/rendering.ts";
import { renderingOf } from "../../lib/notebook/view.ts";
import { treeOf } from "../../lib/hdf5/tree.ts";
import { inFolder, python, pythonJson, testWith } from "../tools.ts";
import { imagesIn, piecesIn, textsIn } from "./snapshot.ts";

const ramp = (length: number, step = 1) => Float64Array.from({ length }, (_, i) => i * step);

/** The pictures of a file that is filled by `fill`. */
async function pictures(fill: (file: H5File) => void, options: ShowOptions = {}): Promise<Picture[]> {
  let found: Picture[] = [];
  await inFolder((folder) => {
    const path = `${folder}/a.h5`;
    const made = createFile(path);
    fill(made);
    made.close();
    using file = openFile(path);
    found = plotsOf(file, treeOf(file), options);
  });
  return found;
}

/** The lines that say what they are. */
async function alts(fill: (file: H5File) => void): Promise<string[]> {
  return (await pictures(fill)).map(({ alt }) => alt);
}

/** What is written around them: titles and labels. */
async function labels(fill: (file: H5File) => void, options?: ShowOptions): Promise<string[][]> {
  return (await pictures(fill, options)).map(({ svg }) => textsIn(svg, "ink"));
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
  assert.equal(alt, "line plot of intensity: 50 points from 0 to 49");
});

Deno.test("title and labels of a curve do not repeat each other", async () => {
  const data = ramp(5);
  const found = await labels((file) => {
    file.createDataset("a", { data });
    file.createDataset("b", { data, attrs: { units: "counts" } });
    file.createDataset("c", { data, attrs: { units: "counts", long_name: "intensity" } });
    file.createDataset("d", { data, attrs: { units: "counts", long_name: "intensity / counts" } });
  });
  assert.deepEqual(found, [
    ["a", "index"],
    ["b", "index", "counts"],
    ["intensity", "index", "counts"],
    ["intensity / counts", "index"],
  ]);
});

Deno.test("under a title of its own a curve has its name at the vertical axis", async () => {
  const fill = (title: string) => (file: H5File) => {
    file.attrs.assign({ signal: "I", title });
    file.createDataset("I", { data: ramp(5), attrs: { units: "counts" } });
  };
  assert.deepEqual(await labels(fill("scan 7")), [["scan 7", "index", "I (counts)"]]);
  assert.deepEqual(await labels(fill("I")), [["I", "index", "counts"]]);
  assert.deepEqual(await labels(fill("I (counts)")), [["I (counts)", "index"]]);
  assert.deepEqual(await labels(fill("scan 7"), { title: "mine", yLabel: "y" }), [["mine", "index", "y"]]);
});

Deno.test("the axes of an image are those that its group names, slowest first", async () => {
  const [image] = await pictures((file) => {
    file.attrs.assign({ signal: "cake", axes: ["chi", "q"] });
    file.createDataset("cake", { data: ramp(9), shape: [3, 3] });
    file.createDataset("chi", { data: [0, 10, 20], attrs: { units: "deg" } });
    file.createDataset("q", { data: [100, 200, 300], attrs: { units: "1/Å" } });
  });
  assert.deepEqual(textsIn(image?.svg ?? "", "ink"), ["cake", "q (1/Å)", "chi (deg)"]);
  // The value of an axis is the middle of its pixels: that of the second of three is in the middle of the image.
  const { svg = "" } = image ?? {};
  const first = /<text class="quiet mid" x="([\d.]+)" y="[\d.]+">100</.exec(svg)?.[1];
  const [, x, y, width, height] = /<image x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const column = /<text class="quiet mid" x="([\d.]+)" y="[\d.]+">200</.exec(svg)?.[1];
  const row = /<text class="quiet end" x="[\d.]+" y="([\d.]+)">10</.exec(svg)?.[1];
  assert.ok(Math.abs(Number(column) - (Number(x) + Number(width) / 2)) < 0.1);
  assert.ok(Math.abs(Number(first) - (Number(x) + Number(width) / 6)) < 0.1);
  assert.ok(Math.abs(Number(row) - (Number(y) + Number(height) / 2 + 4)) < 0.1);
});

Deno.test("the pixels of an axis of two values lie around them, and that of one value is one wide", async () => {
  const [image] = await pictures((file) => {
    file.attrs.assign({ signal: "I", axes: ["y", "x"] });
    file.createDataset("I", { data: ramp(2), shape: [1, 2] });
    file.createDataset("y", { data: [8] });
    file.createDataset("x", { data: [100, 200] });
  });
  const { svg = "" } = image ?? {};
  const [, left, width] = /<image x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/.exec(svg) ?? [];
  const at = /<text class="quiet mid" x="([\d.]+)" y="[\d.]+">100</.exec(svg)?.[1];
  assert.ok(Math.abs(Number(at) - (Number(left) + Number(width) / 4)) < 0.1);
  const rows = textsIn(svg, "end").map(Number);
  assert.ok(Math.min(...rows) >= 7.5 && Math.max(...rows) <= 8.5 && rows.includes(8), rows.join());
});

Deno.test("a square image takes the axes beside it one after the other, and none where there is one only", async () => {
  const fill = (names: string[]) => (file: H5File) => {
    file.createDataset("cake", { data: ramp(9), shape: [3, 3] });
    for (const name of names) file.createDataset(name, { data: ramp(3, 0.5) });
  };
  assert.deepEqual(await labels(fill(["azimuth_axis", "radial_axis"])), [["cake", "radial_axis", "azimuth_axis"]]);
  assert.deepEqual(await labels(fill(["radial_axis"])), [["cake"]]);
});

Deno.test("curves stand over the axis that fits, with the errors beside them", async () => {
  const [curve, ...others] = await pictures((file) => {
    file.createDataset("I", { data: [5, 5, 5] });
    file.createDataset("I_errors", { data: [1, 2, 3] });
    file.createDataset("other_axis", { data: ramp(4) });
    file.createDataset("radial_axis", { data: [10, 11, 13], attrs: { units: "1/nm" } });
  });
  assert.deepEqual(others, []);
  const { svg = "" } = curve ?? {};
  assert.deepEqual(textsIn(svg, "ink"), ["I", "radial_axis (1/nm)"]);
  const [a = 0, b = 0, c = 0] = (piecesIn(svg, "line")[0] ?? []).map(([x]) => x);
  assert.ok(Math.abs((c - b) / (b - a) - 2) < 0.01);
  const lengths = [...svg.matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)/g)].map(([, from, to]) => Number(from) - Number(to));
  assert.deepEqual(lengths.map((length) => Math.abs(Math.round(length / (lengths[0] ?? 1)))), [1, 2, 3]);
});

Deno.test("axes may be named in one text, and errors in a dataset of that name", async () => {
  const [curve] = await pictures((file) => {
    file.attrs.assign({ signal: "I", axes: "q" });
    file.createDataset("I", { data: [5, 5] });
    file.createDataset("errors", { data: [1, 1] });
    file.createDataset("q", { data: [10, 20] });
  });
  assert.deepEqual(textsIn(curve?.svg ?? "", "ink"), ["I", "q"]);
  assert.equal(piecesIn(curve?.svg ?? "", "bar").length, 6);
  const [image] = await labels((file) => {
    file.attrs.assign({ signal: "I", axes: "chi:q" });
    file.createDataset("I", { data: ramp(6), shape: [2, 3] });
    file.createDataset("chi", { data: ramp(2) });
    file.createDataset("q", { data: ramp(3) });
  });
  assert.deepEqual(image, ["I", "q", "chi"]);
});

Deno.test("errors without a curve are a curve", async () => {
  assert.deepEqual(await labels((file) => void file.createDataset("I_errors", { data: ramp(5) })), [[
    "I_errors",
    "index",
  ]]);
});

Deno.test("errors and axes that hold no numbers are left aside", async () => {
  const found = await labels((file) => {
    file.createDataset("I", { data: [5, 6, 7] });
    file.createDataset("I_errors", { data: ["a", "b", "c"] });
    file.createDataset("x_axis", { data: ["a", "b", "c"] });
  });
  assert.deepEqual(found, [["I", "index"]]);
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

Deno.test("of a very long curve every n-th point is drawn, with its own x and error", async () => {
  const count = 4_000_002;
  const [picture] = await pictures((file) => {
    const chunks = [1_000_000];
    file.createDataset("I", { shape: [count], dtype: "float32", chunks });
    file.createDataset("I_errors", { shape: [count], dtype: "float32", chunks }).set(`${count - 2}:`, [7, 7]);
    file.createDataset("q_axis", { data: Float32Array.from({ length: count }, (_, i) => i / 1e6) });
  });
  const { svg = "", alt } = picture ?? {};
  assert.match(alt ?? "", /^line plot of I: 2000001 points/);
  assert.ok(textsIn(svg, "mid").includes("4.0"), textsIn(svg, "mid").join());
  assert.ok(Math.max(...textsIn(svg, "end").map((text) => Number(text.replace("−", "-")))) >= 5);
});

Deno.test("of very many spectra the first are drawn, each with its row, and a note says so", async () => {
  const [picture] = await pictures((file) => {
    file.attrs.assign({ signal: "mca", axes: [".", "energy"] });
    const data = Float64Array.from({ length: 40 * 3 }, (_, i) => Math.floor(i / 3));
    file.createDataset("mca", { data, shape: [40, 3], attrs: { interpretation: "spectrum" } });
    file.createDataset("energy", { data: [1, 2, 3] });
  });
  assert.match(picture?.alt ?? "", /mca \(0, 1, 2 and 9 more\): 12 curves of 3 points from 0 to 11$/);
  assert.deepEqual(picture?.notes, ["12 of 40 rows are drawn"]);
  assert.ok(textsIn(picture?.svg ?? "", "ink").includes("energy"));
});

Deno.test("of a stack of images the first, the middle and the last are read", async () => {
  const found = await alts((file) => {
    const stack = file.createDataset("stack", { shape: [0, 2, 3], maxShape: [null, 2, 3], dtype: "uint16" });
    for (let i = 0; i < 9; i++) stack.append([[i, i, i], [i, i, i + 1]]);
  });
  assert.deepEqual(found, [
    "image of stack [0]: 2×3, 0 to 1 (viridis, linear)",
    "image of stack [4]: 2×3, 4 to 5 (viridis, linear)",
    "image of stack [8]: 2×3, 8 to 9 (viridis, linear)",
  ]);
});

Deno.test("a detector image is read whole, and of one that is too large a part, with the indices of the whole", async () => {
  const fill = (shape: [number, number]) => (file: H5File) => {
    file.createDataset("image", { shape, dtype: "uint8", chunks: [100, shape[1]] }).set(0, new Uint8Array(shape[1]));
  };
  const [eiger] = await pictures(fill([2600, 2000]));
  assert.match(eiger?.alt ?? "", /^image of image: 2600×2000/);
  assert.deepEqual(eiger?.notes, []);
  const [large] = await pictures(fill([7000, 7000]));
  assert.deepEqual(large?.notes, ["3500×3500 of 7000×7000 pixels are drawn"]);
  const { svg = "" } = large ?? {};
  assert.ok(textsIn(svg, "mid").includes("6000") && textsIn(svg, "end").includes("6000"));
  const place = (text: string) =>
    Number(new RegExp(`class="quiet end" x="[\\d.]+" y="([\\d.]+)">${text}<`).exec(svg)?.[1]);
  assert.ok(place("0") < place("6000"), "row 0 is at the top");
  const [pixels] = imagesIn(svg);
  assert.equal(pixels?.width, pixels?.height);
});

Deno.test("of very many datasets a few are drawn, and of a very large one a part is read", async () => {
  const many = await alts((file) => {
    for (let i = 0; i < 20; i++) file.createDataset(`x${i}`, { data: ramp(5) });
  });
  assert.equal(many.length, 6);
  const stacks = await alts((file) => {
    for (let i = 0; i < 3; i++) file.createDataset(`stack${i}`, { data: ramp(12 + 60 * i), shape: [3, 2, 2 + 10 * i] });
    file.createDataset("a", { data: ramp(5) });
  });
  assert.equal(stacks.length, 6);
  const [large] = await pictures((file) => {
    file.createDataset("large", { shape: [50_000_000], dtype: "float32", chunks: [1_000_000] });
  });
  assert.equal(large?.alt, "line plot of large: 3846154 points at 0");
  assert.deepEqual(large?.notes, ["1 of 13 points is drawn"]);
  // The positions are those in the whole.
  assert.match(textsIn(large?.svg ?? "", "mid").at(-2) ?? "", /^4\dM$/);
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
      using file = openFile(path);
      assert.match((await renderingOf(file.dataset("half"))).text, /"\/half" float16 \(5\)/);
    }),
);
