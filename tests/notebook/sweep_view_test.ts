import assert from "node:assert/strict";
import { dump } from "beamfold";
import { sweepRendering } from "../../lib/notebook/sweep_view.ts";
import { inFolder } from "../tools.ts";
import { picturesIn, svgsIn } from "./tools.ts";
import { piecesIn, textsIn } from "./snapshot.ts";

/** The outcome of a replay that wrote one file. */
const wrote = (path: string) => ({
  events: 3,
  results: 3,
  skipped: 0,
  unselected: 0,
  errors: [],
  warnings: ["the capture is cut"],
  files: [path],
  parameters: {},
  seconds: 1,
  aborted: false,
  lastEvent: 3,
});

Deno.test("curves of one name are drawn over each other, once named, with a legend of the values", () =>
  inFolder((folder) => {
    const points = [1, 2].map((till_x) => {
      const path = `${folder}/${till_x}.h5`;
      dump({ sums: { reduced: [0, till_x, 2] }, image: [[1, 2], [3, 4]], note: "text", one: [5] }, path);
      return { values: { till_x }, outcome: wrote(path) };
    });
    const rendering = sweepRendering(points);
    assert.equal(picturesIn(rendering), 3);
    const [svg = "", first = "", second = ""] = svgsIn(rendering);
    assert.deepEqual([textsIn(first, "title"), textsIn(second, "title")], [["image, till_x = 1"], [
      "image, till_x = 2",
    ]]);
    assert.deepEqual(textsIn(svg, "ink"), ["sums/reduced", "index", "till_x = 1", "till_x = 2"]);
    assert.equal(new Set(piecesIn(svg, "line").filter((run) => run.length === 3).map(String)).size, 2);
    assert.equal(rendering.text.match(/the capture is cut/g)?.length, 1);
  }));

Deno.test("a few plots are drawn of very many datasets", () =>
  inFolder((folder) => {
    dump(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`x${i}`, [0, 1, i]])), `${folder}/a.h5`);
    assert.equal(picturesIn(sweepRendering([{ values: { till_x: 1 }, outcome: wrote(`${folder}/a.h5`) }])), 4);
  }));

Deno.test("a file that is gone leaves its line in the table, and the curves of the others", () =>
  inFolder((folder) => {
    dump({ reduced: [0, 1, 2] }, `${folder}/a.h5`);
    const rendering = sweepRendering([
      { values: { till_x: 1 }, outcome: wrote(`${folder}/a.h5`) },
      { values: { till_x: 2 }, outcome: wrote(`${folder}/gone.h5`) },
    ]);
    assert.match(rendering.text, /^ +2 +3 +3 +0 +\S+gone\.h5$/m);
    assert.match(rendering.text, /line plot of reduced \(till_x = 1\): 3 points/);
  }));

Deno.test("values of a binary parameter are the file that was named, or how many bytes there are", () =>
  inFolder((folder) => {
    const given = [
      { file: "monday/x.poni" },
      { file: "friday/x.poni" },
      new Uint8Array(313),
    ];
    const points = given.map((poni, i) => {
      dump({ curve: [0, i, 2] }, `${folder}/${i}.h5`);
      return { values: { poni }, outcome: wrote(`${folder}/${i}.h5`) };
    });
    const rendering = sweepRendering(points);
    const shown = ["monday/x.poni", "friday/x.poni", "313 bytes"];
    const rows = rendering.text.split("\n").slice(1, 4);
    assert.deepEqual(rows.map((row) => row.split(/  +/)[0]), shown);
    const [svg = ""] = svgsIn(rendering);
    assert.deepEqual(textsIn(svg, "ink").slice(2), shown.map((value) => `poni = ${value}`));
  }));

Deno.test("of NXdata the signal is drawn over its axis, and no axis as a curve of its own", () =>
  inFolder((folder) => {
    const points = [1, 2].map((roi) => {
      const path = `${folder}/${roi}.h5`;
      const entry = { counts: [1, roi, 3], energy: [7, 8, 9], energy_attrs: { units: "keV" } };
      dump(
        { entry, entry_attrs: { signal: "counts", axes: "energy", title: "Fe" }, _attrs: { default: "entry" } },
        path,
      );
      return { values: { roi }, outcome: wrote(path) };
    });
    const rendering = sweepRendering(points);
    assert.equal(picturesIn(rendering), 1);
    const [svg = ""] = svgsIn(rendering);
    assert.deepEqual(textsIn(svg, "ink"), ["entry/counts", "energy (keV)", "roi = 1", "roi = 2"]);
  }));
