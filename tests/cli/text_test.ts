import assert from "node:assert/strict";
import { barChart, shadedImage, sparkline } from "../../lib/cli/text.ts";
import { columns } from "../../lib/notebook/table.ts";
import { bytesText, countText, durationText, numberText } from "../../lib/units.ts";
import { view } from "../../lib/array/ndarray.ts";
import { counting } from "../array/samples.ts";

const curve = (...values: number[]) => view(Float64Array.from(values));

Deno.test("bytes are told in the unit that keeps them short, in three digits", () => {
  const texts: [number, string][] = [
    [0, "0 B"],
    [1, "1 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [3216, "3.22 kB"],
    [999_499, "999 kB"],
    [999_500, "1 MB"],
    [12_345_678, "12.3 MB"],
    [5e9, "5 GB"],
    [2.5e12, "2.5 TB"],
    [4e15, "4000 TB"],
  ];
  for (const [bytes, text] of texts) assert.equal(bytesText(bytes), text);
});

Deno.test("counts have their thousands apart, and the noun in the right number", () => {
  const spaces = (text: string): string => text.replace(/\s/gu, " ");
  assert.equal(spaces(countText(0, "event")), "0 events");
  assert.equal(spaces(countText(1, "event")), "1 event");
  assert.equal(spaces(countText(999, "event")), "999 events");
  assert.equal(spaces(countText(1000, "result")), "1 000 results");
  assert.equal(spaces(countText(1234567, "event")), "1 234 567 events");
});

Deno.test("durations are told in milliseconds, seconds, minutes or hours", () => {
  const texts: [number, string][] = [
    [0, "0 ms"],
    [0.000_042, "0.042 ms"],
    [0.000_4, "0.4 ms"],
    [0.001_26, "1.3 ms"],
    [0.0234, "23 ms"],
    [0.0999, "100 ms"],
    [0.1, "0.10 s"],
    [1.234, "1.23 s"],
    [10, "10 s"],
    [89.4, "89 s"],
    [90, "2 min"],
    [150, "3 min"],
    [3600, "60 min"],
    [5400, "1 h 30 min"],
    [7200, "2 h 0 min"],
    [90_061, "25 h 1 min"],
  ];
  for (const [seconds, text] of texts) assert.equal(durationText(seconds), text);
  assert.deepEqual([0.01, 0.4, 3.6, 89.4, 150].map((seconds) => durationText(seconds, true)), [
    "0 s",
    "0 s",
    "4 s",
    "89 s",
    "3 min",
  ]);
});

Deno.test("numbers have at most five significant digits, whole ones all of theirs", () => {
  const texts: [number, string][] = [
    [0, "0"],
    [1234567, "1234567"],
    [-42, "-42"],
    [0.1 + 0.2, "0.3"],
    [1 / 3, "0.33333"],
    [12345.678, "12346"],
    [1.5e-9, "1.5e-9"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
  ];
  for (const [value, text] of texts) assert.equal(numberText(value), text);
});

Deno.test("a table has texts to the left, numbers to the right, and no spaces at the end of lines", () => {
  assert.equal(
    columns([["stream", "events", "typ"], ["xrd", 9, "STINS"], ["contrast", 12345, ""]]),
    [
      "stream    events  typ",
      "xrd            9  STINS",
      "contrast   12345",
    ].join("\n"),
  );
  assert.equal(columns([]), "");
  assert.equal(columns([["only"]]), "only");
  assert.equal(columns([["a"], ["long", 1], [7]]), "a\nlong  1\n   7");
});

Deno.test("a sparkline has a bar for each value, the lowest and the highest at the ends of the scale", () => {
  assert.equal(sparkline(counting(8)), "▁▂▃▄▅▆▇█");
  assert.equal(sparkline(curve(5, -5, 0)), "█▁▅");
  assert.equal(sparkline(view(BigInt64Array.of(0n, 7n))), "▁█");
  assert.equal(sparkline(curve(3)), "▁");
  assert.equal(sparkline(curve(2, 2, 2)), "▁▁▁");
});

Deno.test("a sparkline leaves a gap for what is no finite number", () => {
  assert.equal(sparkline(curve(0, NaN, 7, Infinity)), "▁ █ ");
  assert.equal(sparkline(curve(NaN, Infinity)), "");
  assert.equal(sparkline(curve()), "");
});

Deno.test("a sparkline of many values shows means of runs of them", () => {
  assert.equal(sparkline(curve(0, 0, 7, 7, 3, 4), 3), "▁█▅");
  assert.equal(sparkline(curve(0, NaN, 7, 7), 2), "▁█");
  assert.equal(sparkline(counting(1000)).length, 48);
  assert.equal(sparkline(counting(48)).length, 48);
  assert.equal(sparkline(counting(7), 3), "▁▄█");
});

Deno.test("bars stand on zero, with the range at the left", () => {
  assert.equal(
    barChart(curve(0, 1, 2), { width: 6, height: 2 }),
    [
      "2 ┤    █",
      "0 ┤▁ █ █",
    ].join("\n"),
  );
  assert.equal(
    barChart(curve(-1, 1), { width: 2, height: 3 }),
    [
      " 1 ┤ █",
      "   │ █",
      "-1 ┤▁█",
    ].join("\n"),
  );
});

Deno.test("bars leave a gap for what is no finite number, and say so when none is", () => {
  assert.equal(barChart(curve(4, NaN, 4), { width: 3, height: 1 }), "4 ┤█ █");
  assert.equal(barChart(curve(NaN), { width: 3, height: 1 }), "(no finite value)");
  assert.equal(barChart(curve(), { width: 3, height: 1 }), "(no finite value)");
});

Deno.test("bars of values that are all equal can be drawn", () => {
  assert.match(barChart(curve(-5, -5), { width: 4, height: 2 }), /-5 ┤/);
  assert.match(barChart(curve(5, 5), { width: 4, height: 2 }), /^5 ┤█ █\n0 ┤█ █$/);
});

Deno.test("bars that are all zero are told as zero", () => {
  for (const line of barChart(curve(0, 0), { width: 4, height: 2 }).split("\n")) {
    assert.match(line, /^\s*[01]? [┤│](▁ ▁)?$/);
  }
});

Deno.test("more values than columns are drawn as means", () => {
  assert.equal(
    barChart(curve(0, 0, 1, 3, 4, 4), { width: 3, height: 1 }),
    "4 ┤▁▄█",
  );
});

Deno.test("an image is drawn in shades, two columns a pixel", () => {
  assert.equal(shadedImage(counting(2, 2), 10), "  ░░\n▓▓██");
  assert.equal(shadedImage(view(new Uint16Array(4), [2, 2]), 10), "    \n    ");
  assert.equal(shadedImage(counting(2, 2).transpose(1, 0), 10), "  ▓▓\n░░██");
  assert.equal(shadedImage(view(BigUint64Array.of(0n, 9n), [1, 2]), 10), "  ██");
});

Deno.test("a large image is binned down to the lines there are, a last partial bin by its mean", () => {
  const steps = view(Uint8Array.of(0, 0, 4, 4, 0, 0, 4, 4, 4, 4, 0, 0), [3, 4]);
  assert.equal(shadedImage(steps, 2), "  ██\n██  ");
  assert.equal(shadedImage(counting(100, 7), 30).split("\n").length, 25);
});

Deno.test("an image without pixels is drawn as nothing, negative pixels as empty", () => {
  assert.equal(shadedImage(counting(0, 5), 10), "");
  assert.equal(shadedImage(view(Int8Array.of(-4, 4), [1, 2]), 10), "  ██");
});

Deno.test("a pixel that is no finite number does not blank the others", () => {
  for (const odd of [NaN, Infinity]) {
    const drawn = shadedImage(view(Float32Array.of(4, odd, 0, 2), [2, 2]), 10).split("\n");
    assert.deepEqual([drawn[0]?.slice(0, 2), drawn[1]], ["██", "  ▒▒"], String(odd));
  }
});
