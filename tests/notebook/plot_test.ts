import assert from "node:assert/strict";
import fc from "fast-check";
import { linePlot } from "../../lib/notebook/plot.ts";
import { textWidth } from "../../lib/notebook/svg.ts";
import { assertDocument, matchesSnapshot, piecesIn, textsIn } from "./snapshot.ts";

const wave = (count: number, f = (i: number) => i): number[] =>
  Array.from({ length: count }, (_, i) => Math.round(100 * Math.sin(f(i) / 10)) / 100);
const circles = (svg: string) => [...svg.matchAll(/<circle class="dot" cx="([\d.]+)" cy="([\d.]+)"/g)];

Deno.test("a curve with title and labels looks as it did", () => {
  const y = [0, 1.5, 3, 4.25, 6, 7.5, 9, 10.25, 11.5, 11.75];
  const { svg, alt, warnings, width, height } = linePlot({
    series: [{ y, label: "reduced" }],
    title: "reduced",
    xLabel: "event",
    yLabel: "mean intensity",
  });
  assert.equal(alt, "line plot of reduced: 10 points from 0 to 11.75");
  assert.deepEqual([width, height, warnings], [560, 260, []]);
  assertDocument(svg);
  matchesSnapshot("line", svg);
});

Deno.test("several curves with errors and gaps look as they did", () => {
  const x = Array.from({ length: 40 }, (_, i) => i / 8);
  const first = wave(40).map((y, i) => (i % 13 === 5 ? NaN : y));
  const { svg, alt } = linePlot({
    series: [
      { x, y: first, errors: x.map((_, i) => 0.02 * (i % 5)), label: "first" },
      { x, y: wave(40, (i) => i + 20), label: "second <&>" },
    ],
    xLabel: "q / nm⁻¹",
    width: 420,
    height: 220,
  });
  assert.equal(alt, "line plot of first and second <&>: 2 curves of 40 points from −1 to 1");
  assertDocument(svg);
  matchesSnapshot("curves", svg);
});

Deno.test("a logarithmic axis looks as it did", () => {
  const { svg } = linePlot({
    series: [{ y: [1, 3, 20, 400, 5000, 1e6], errors: [1, 1, 4, 20, 70, 1000] }],
    log: true,
    yLabel: "counts",
  });
  assertDocument(svg);
  matchesSnapshot("log", svg);
});

Deno.test("a band of errors looks as it did", () => {
  const { svg } = linePlot({ series: [{ y: wave(250), errors: wave(250).map((y) => 0.1 + Math.abs(y) / 4) }] });
  assertDocument(svg);
  matchesSnapshot("band", svg);
  assert.equal(piecesIn(svg, "band").length, 1);
  assert.equal(piecesIn(svg, "bar").length, 0);
});

Deno.test("a plot without points says so", () => {
  for (const series of [[], [{ y: [] }]]) {
    const { svg, alt, warnings } = linePlot({ series, title: "empty" });
    assert.equal(alt, "line plot of empty: no points");
    assert.deepEqual(warnings, ["there is nothing to draw: no points"]);
    assert.ok(textsIn(svg, "quiet").includes("nothing to draw"));
    assertDocument(svg);
  }
});

Deno.test("points of which none can be drawn are a warning that counts them", () => {
  const { svg, alt, warnings } = linePlot({ series: [{ y: [NaN, Infinity, -Infinity] }] });
  assert.equal(alt, "line plot: 3 points");
  assert.deepEqual(warnings, ["there is nothing to draw: none of 3 points can be drawn"]);
  assertDocument(svg);
});

Deno.test("one point is a dot in the middle of its axes", () => {
  const { svg, alt, warnings } = linePlot({ series: [{ y: [42] }] });
  assert.equal(alt, "line plot: 1 point at 42");
  assert.deepEqual(warnings, []);
  assert.equal(circles(svg).length, 1);
  assert.ok(textsIn(svg, "quiet").includes("42"));
  assertDocument(svg);
});

Deno.test("equal values are a level line at their tick", () => {
  const { svg, alt } = linePlot({ series: [{ y: [7, 7, 7] }] });
  assert.equal(alt, "line plot: 3 points at 7");
  const [line] = piecesIn(svg, "line");
  assert.equal(new Set(line?.map(([, y]) => y)).size, 1);
  assertDocument(svg);
});

Deno.test("values of 0 and below are left out on a logarithmic axis, and counted", () => {
  const { svg, warnings } = linePlot({ series: [{ y: [-1, 0, 1, 10, 100], label: "counts" }], log: true });
  assert.deepEqual(warnings, ["counts: 2 of 5 values are 0 or below, which a logarithmic axis cannot show"]);
  assert.equal(circles(svg).length, 3);
  const none = linePlot({ series: [{ y: [-1, 0] }], log: true });
  assert.deepEqual(none.warnings, [
    "there is nothing to draw: none of 2 points can be drawn",
    "curve: 2 of 2 values are 0 or below, which a logarithmic axis cannot show",
  ]);
  assertDocument(none.svg);
});

Deno.test("an error as large as its value reaches the end of a logarithmic axis, not beyond", () => {
  const { svg } = linePlot({ series: [{ y: [10, 100], errors: [10, 500] }], log: true });
  assertDocument(svg);
  const grounds = piecesIn(svg, "axis").map(([start]) => start?.[1] ?? 0);
  const base = Math.max(...grounds);
  for (const [, y] of piecesIn(svg, "bar").flat()) assert.ok(y === undefined || y <= base, `${y} > ${base}`);
});

Deno.test("the sign of an error does not matter", () => {
  const plot = (errors: number[]) => linePlot({ series: [{ y: [1, 2, 3], errors }] }).svg;
  assert.equal(plot([-1, -2, 0.5]), plot([1, 2, 0.5]));
});

Deno.test("errors reach as far up as down, and the axis goes as far as they do", () => {
  const { svg } = linePlot({ series: [{ y: [10, 10, 10], errors: [1, 2, 4] }] });
  const [line = []] = piecesIn(svg, "line");
  const bars = [...svg.matchAll(/M([\d.]+) ([\d.]+)V([\d.]+)/g)].map((found) => found.slice(1).map(Number));
  for (const [i, [x, from, to]] of bars.entries()) {
    const [px, py] = line[i] as [number, number];
    assert.equal(x, px);
    assert.ok(Math.abs(Math.abs(from! - py) - Math.abs(to! - py)) < 0.03);
  }
  const labels = textsIn(svg, "end").map(Number);
  assert.ok(Math.min(...labels) <= 6 && Math.max(...labels) >= 14, labels.join());
});

Deno.test("where a curve with a band has a gap, the band has one", () => {
  const y = wave(300).map((value, i) => (i >= 100 && i < 120 ? NaN : value));
  const { svg } = linePlot({ series: [{ y, errors: y.map(() => 0.1) }] });
  assert.equal(piecesIn(svg, "band").length, 2);
  assert.equal(piecesIn(svg, "line").length, 2);
});

Deno.test("up to sixty points each is marked", () => {
  assert.equal(circles(linePlot({ series: [{ y: wave(60) }] }).svg).length, 60);
  assert.equal(circles(linePlot({ series: [{ y: wave(61) }] }).svg).length, 0);
});

Deno.test("NaN and infinity are gaps, and a point between two gaps is a dot", () => {
  const y = wave(70).map((value, i) => (i === 20 || i === 22 ? NaN : i === 40 ? Infinity : value));
  const { svg, alt } = linePlot({ series: [{ y }] });
  assert.deepEqual(piecesIn(svg, "line").map((run) => run.length), [20, 17, 29]);
  assert.equal(circles(svg).length, 1);
  assert.match(alt, /70 points from −1 to 1$/);
});

Deno.test("a million points are a small picture in which no peak and no dip disappears", () => {
  const y = new Float32Array(1_000_000);
  for (let i = 0; i < y.length; i++) y[i] = Math.sin(i / 50_000);
  y[123_456] = 9;
  y[765_432] = -9;
  const { svg, alt, warnings } = linePlot({ series: [{ y }] });
  assert.ok(svg.length < 60_000, `${svg.length} characters`);
  assert.equal(alt, "line plot: 1000000 points from −9 to 9");
  assert.deepEqual(warnings, []);
  const heights = piecesIn(svg, "line").flat().map(([, at]) => at);
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)];
  const usual = [...heights].sort((a, b) => a - b);
  assert.ok(top < (usual[1] as number) - 50 && bottom > (usual.at(-2) as number) + 50);
});

Deno.test("a reduced curve passes through the first, last, lowest and highest point of each column", () => {
  const count = 20_000;
  const y = Array.from({ length: count }, (_, i) => ((i * 7919) % 1009) / 1009);
  const { svg } = linePlot({ series: [{ y }], width: 300 });
  const points = piecesIn(svg, "line").flat();
  // From pixels back to values, by the ticks of both ends.
  const [low, high] = [Math.max(...points.map(([, at]) => at)), Math.min(...points.map(([, at]) => at))];
  const [left, right] = [Math.min(...points.map(([at]) => at)), Math.max(...points.map(([at]) => at))];
  const [least, most] = [Math.min(...y), Math.max(...y)];
  const columns = new Map<number, number[]>();
  y.forEach((value, i) => {
    const column = Math.floor(left + (i / (count - 1)) * (right - left));
    columns.set(column, [...columns.get(column) ?? [], low + ((value - least) / (most - least)) * (high - low)]);
  });
  let checked = 0;
  for (const [column, values] of [...columns].slice(1, -1)) {
    const drawn = points.filter(([at]) => Math.floor(at) === column).map(([, at]) => at);
    if (drawn.length < 2) continue;
    // Rounded to two decimals, a point may fall into the neighbouring column.
    if (
      Math.abs(Math.min(...drawn) - Math.min(...values)) < 1 && Math.abs(Math.max(...drawn) - Math.max(...values)) < 1
    ) {
      checked++;
    }
  }
  assert.ok(checked > 0.95 * (columns.size - 2), `${checked} of ${columns.size} columns`);
});

Deno.test("a million points with gaps everywhere, or in no order, stay a small picture", () => {
  const y = Float64Array.from({ length: 300_000 }, (_, i) => (i % 2 === 0 ? Math.sin(i / 9000) : NaN));
  const gaps = linePlot({ series: [{ y }] });
  assert.ok(gaps.svg.length < 60_000, `${gaps.svg.length} characters`);
  const x = y.map((_, i) => (i * 7919) % 300_007);
  const jumping = linePlot({ series: [{ x, y, errors: y }] });
  assert.ok(jumping.svg.length < 60_000, `${jumping.svg.length} characters`);
  assert.deepEqual(jumping.warnings, ["curve: x goes to and fro too often for a line; the extent at each x is drawn"]);
  assertDocument(jumping.svg);
});

Deno.test("x and y of different lengths are drawn as far as both go, with a warning", () => {
  const { svg, warnings } = linePlot({ series: [{ x: [1, 2], y: [1, 2, 3], label: "a" }] });
  assert.deepEqual(warnings, ["a: 2 values of x for 3 of y; the first 2 are drawn"]);
  assert.equal(circles(svg).length, 2);
});

Deno.test("there is a legend when there are labels to tell apart", () => {
  const y = [1, 2];
  assert.deepEqual(textsIn(linePlot({ series: [{ y, label: "a" }] }).svg, "ink"), []);
  assert.deepEqual(textsIn(linePlot({ series: [{ y, label: "a" }, { y, label: "b" }] }).svg, "ink"), ["a", "b"]);
  const many = Array.from({ length: 17 }, (_, i) => ({ y, label: `curve ${i}` }));
  const { svg, alt } = linePlot({ series: many });
  assert.equal(textsIn(svg, "ink").length, 17);
  assert.match(alt, /^line plot of curve 0, curve 1, curve 2 and 14 more: 17 curves of 2 points/);
});

Deno.test("curves that share a colour are told apart by dashes", () => {
  const { svg } = linePlot({ series: Array.from({ length: 17 }, (_, i) => ({ y: [i, i + 1] })) });
  const groups = [...svg.matchAll(/<g class="(c\d)"><path class="([^"]*)"/g)].map(([, colour, line]) =>
    `${colour} ${line}`
  );
  assert.equal(new Set(groups).size, 16);
  assert.deepEqual([groups[0], groups[8], groups[16]], ["c0 line", "c0 line dash", "c0 line"]);
});

Deno.test("the last label of the horizontal axis is inside of the picture", () => {
  for (const start of [0, 1_234_567, 1_728_288_000]) {
    const { svg, width } = linePlot({ series: [{ x: [start, start + 1, start + 2], y: [1, 2, 3] }], width: 400 });
    for (const [, x, text] of svg.matchAll(/<text class="quiet mid" x="([\d.]+)"[^>]*>([^<]*)</g)) {
      assert.ok(Number(x) + textWidth(text as string) / 2 <= width, `${text} at ${x}`);
    }
  }
});

Deno.test("texts are escaped, cut where they are too long, and hold no character that XML cannot", () => {
  const title = `<script>&"'\x00\ud800 ${"long ".repeat(60)}`;
  const { svg } = linePlot({ series: [{ y: [1, 2] }], title, xLabel: "a < b", yLabel: "\x1b[1m" });
  assert.doesNotMatch(svg, /<script/);
  // deno-lint-ignore no-control-regex -- these are the ones
  assert.doesNotMatch(svg, /[\x00-\x08\x0b-\x1f]/);
  assert.ok(svg.isWellFormed());
  assert.match(textsIn(svg, "title")[0] as string, /^&lt;script&gt;&amp;.*…$/);
  assertDocument(svg);
});

Deno.test("no number is too large or too small for an axis", () => {
  for (const scale of [1e-320, 1e-300, 1e-9, 1e9, 1e300, 1.7e308]) {
    for (const log of [false, true]) {
      assertDocument(
        linePlot({ series: [{ y: [scale / 2, scale], x: [-scale, scale], errors: [scale, 0] }], log }).svg,
      );
    }
  }
});

Deno.test("any curves of any numbers make a document", () => {
  const numbers = fc.array(fc.double(), { maxLength: 8 });
  const curves = fc.array(fc.record({ y: numbers, x: numbers, errors: numbers, label: fc.string() }), { maxLength: 3 });
  fc.assert(fc.property(curves, fc.boolean(), (series, log) => assertDocument(linePlot({ series, log }).svg)));
});

Deno.test("other numbers as x have ticks between whole ones", () => {
  const quiet = textsIn(linePlot({ series: [{ x: [0, 0.5, 1], y: [1, 2, 3] }] }).svg, "mid");
  assert.ok(quiet.includes("0.5"), quiet.join());
});

Deno.test("whole numbers as x have no ticks between them", () => {
  const quiet = textsIn(linePlot({ series: [{ y: [1, 2, 3] }] }).svg, "mid");
  assert.deepEqual(quiet, ["0", "1", "2"]);
});
