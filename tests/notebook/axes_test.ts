import assert from "node:assert/strict";
import { horizontalAxis, verticalAxis } from "../../lib/notebook/axes.ts";
import { numberText, type Range, type ScaleKind } from "../../lib/notebook/scales.ts";
import { textWidth } from "../../lib/notebook/svg.ts";

const axes: [ScaleKind, Range][] = [
  ["linear", [0, 100]],
  ["linear", [-1e-6, 1e-6]],
  ["log", [1, 1e6]],
  ["log", [3, 40]],
  ["log", [1e-30, 1e30]],
  ["sqrt", [0, 1e5]],
  ["sqrt", [-100, 100]],
];

Deno.test("labels on a vertical axis are so far from each other that each can be read, and each has its tick", () => {
  for (const [kind, domain] of axes) {
    for (const height of [40, 120, 400]) {
      const { at, ticks: { values, labels } } = verticalAxis(kind, domain, [height, 0]);
      assert.equal(labels.length, values.length);
      const places = values.map(at);
      for (const [i, place] of places.slice(1).entries()) {
        assert.ok((places[i] as number) - place >= 13, `${kind} ${domain} over ${height}: ${values}`);
      }
    }
  }
});

Deno.test("a short axis has at least two ticks", () => {
  for (const domain of [[3, 8.9], [0.12, 0.19], [101, 149], [0, 1]] as const) {
    const { ticks } = verticalAxis("linear", domain, [40, 0]);
    assert.ok(ticks.values.length >= 2, `${domain}: ${ticks.values}`);
  }
});

Deno.test("a label tells the value of its own tick, also where ticks were left out", () => {
  const { ticks: { values, labels } } = verticalAxis("sqrt", [0, 1e4], [120, 0]);
  assert.ok(values.length > 2);
  assert.deepEqual(labels, values.map((value) => numberText(value)));
});

Deno.test("labels on a horizontal axis do not touch", () => {
  for (const [kind, domain] of axes) {
    for (const width of [60, 200, 500]) {
      const { at, ticks: { values, labels } } = horizontalAxis(kind, domain, [0, width]);
      const ends = values.map((value, i) => {
        const half = textWidth(labels[i] as string) / 2;
        return [at(value) - half, at(value) + half] as const;
      });
      for (const [i, [left]] of ends.slice(1).entries()) assert.ok(left - (ends[i]?.[1] ?? 0) > 5, `${kind} ${domain}`);
    }
  }
});

Deno.test("an axis may fall: then its values go the other way", () => {
  const { at, ticks } = horizontalAxis("linear", [10, 0], [0, 100]);
  assert.deepEqual([at(10), at(0)], [0, 100]);
  assert.deepEqual([...ticks.values].sort((a, b) => a - b), ticks.values);
  const vertical = verticalAxis("linear", [180, -180], [0, 100]);
  assert.deepEqual([vertical.at(180), vertical.at(-180)], [0, 100]);
});
