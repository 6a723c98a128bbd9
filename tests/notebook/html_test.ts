import assert from "node:assert/strict";
import { dump, openFile } from "beamfold";
import { treeOf } from "../../lib/hdf5/tree.ts";
import { outcomeRendering } from "../../lib/notebook/outcome_view.ts";
import { progressRendering } from "../../lib/notebook/progress_view.ts";
import { tableRendering } from "../../lib/notebook/table.ts";
import { treeRendering } from "../../lib/notebook/tree.ts";
import { inFolder } from "../tools.ts";
import { matchesSnapshot } from "./snapshot.ts";

/** HTML with a line for each element, so that a difference is told by its line. */
const lines = (html: string): string => html.replaceAll("><", ">\n<");

Deno.test("the tree of a file, as it has always been", () =>
  inFolder((folder) => {
    dump({
      entry: { data: { I: [1, 2.5, 4], I_attrs: { units: "counts" }, _attrs: { NX_class: "NXdata" } }, note: "<&>" },
      till_x: 3,
      _attrs: { default: "entry" },
    }, `${folder}/a.h5`);
    using file = openFile(`${folder}/a.h5`);
    matchesSnapshot("tree.html", lines(treeRendering(treeOf(file)).html));
  }));

Deno.test("in a table numbers stand to the right, and what is in a cell is made safe", () => {
  const { html } = tableRendering(["stream", "events"], [["<xrd>", 9]]);
  assert.match(html, /text-align:left">&lt;xrd&gt;<\/td><td [^>]*text-align:right">9<\/td>/);
});

Deno.test("an outcome with warnings and skipped events, and a progress bar, as they have always been", () => {
  const value = (name: string, value: unknown) => ({ name, value, data: new Uint8Array() });
  const outcome = {
    events: 12_345,
    results: 12_346,
    skipped: 1,
    unselected: 2,
    errors: [new Error("too <hot>")],
    warnings: ["the capture is cut"],
    files: [],
    parameters: { till_x: value("till_x", 3), edge: value("edge", "K") },
    seconds: 2.5,
    aborted: true,
    lastEvent: 12_346,
  };
  matchesSnapshot("outcome.html", lines(outcomeRendering(outcome).html));
  const progress = { events: 500, bytes: 25e6, totalBytes: 100e6, seconds: 2 };
  matchesSnapshot("progress.html", lines(progressRendering(progress).html));
});
