import assert from "node:assert/strict";
import { createFile, openFile } from "beamfold";
import { treeOf, typeText } from "../../lib/hdf5/tree.ts";
import { treeLines, treeRendering } from "../../lib/notebook/tree.ts";
import { inFolder } from "../tools.ts";

Deno.test("the type of a dataset says which axes can grow, and how far", () =>
  inFolder((folder) => {
    const made = createFile(`${folder}/a.h5`);
    const dtype = "float32";
    made.createDataset("endless", { shape: [9], maxShape: [null], dtype });
    made.createDataset("frames", { shape: [0, 4, 5], maxShape: [null, 4, 5], dtype });
    made.createDataset("bounded", { shape: [2, 3], maxShape: [8, 3], dtype });
    made.createDataset("fixed", { shape: [3, 4], dtype });
    made.createDataset("scalar", { data: 7 });
    made.close();
    using file = openFile(`${folder}/a.h5`);
    const tree = treeOf(file);
    assert.deepEqual(treeLines(tree), [
      "├ bounded  float32 (2 → 8, 3)",
      "├ endless  float32 (9 → ∞)",
      "├ fixed  float32 (3, 4)",
      "├ frames  float32 (0 → ∞, 4, 5)",
      "└ scalar  int64 = 7",
    ]);
    assert.deepEqual([tree, ...tree.children].map(typeText).slice(0, 2), ["", "float32 (2 → 8, 3)"]);
    assert.equal(typeText(tree.children.at(-1)!), "int64");
  }));

Deno.test("two levels of groups are unfolded, and a long value is cut", () =>
  inFolder((folder) => {
    const made = createFile(`${folder}/a.h5`);
    made.createDataset("a/b/c/x", { data: "long ".repeat(100) });
    made.close();
    using file = openFile(`${folder}/a.h5`);
    const { html, text } = treeRendering(treeOf(file));
    assert.deepEqual(html.match(/<details[^>]*>/g)?.map((tag) => tag.includes(" open")), [true, true, false]);
    const [last = ""] = text.split("\n").slice(-1);
    assert.match(last, /^ {6}└ x {2}str = "long .*…$/);
    assert.ok(last.length < 150);
  }));
