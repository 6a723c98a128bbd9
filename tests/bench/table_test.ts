import assert from "node:assert/strict";
import { markdown, spread, times, whole } from "../../bench/table.ts";

Deno.test("a table in Markdown, with rows that end early", () => {
  assert.equal(
    markdown(["case", "s"], [["one", "1.25"], ["two"]]),
    ["| case |    s |", "| ---- | ---: |", "| one  | 1.25 |", "| two  |      |"].join("\n"),
  );
});

Deno.test("medians with the least and the most; a dash where there is nothing", () => {
  assert.equal(spread([3, 1, 2]), "2.00 (1.00–3.00)");
  assert.equal(spread([0.5], 1), "0.5");
  assert.equal(spread([]), "–");
  assert.equal(times([6, 6, 9], [2, 2, 2]), "3.0×");
  assert.equal(times([], [2]), "–");
  assert.equal(whole(1234567.8), "1 234 568");
  assert.equal(whole(NaN), "–");
});
