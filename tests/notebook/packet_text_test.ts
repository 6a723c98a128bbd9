import assert from "node:assert/strict";
import { type StreamData, xspress } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { streamData } from "../../lib/event.ts";
import { packetText, shortened, streamLine, streamText, typNames, typText } from "../../lib/notebook/packet_text.ts";
import { PickledObject } from "../../lib/pickle/object.ts";

const ramp = (...shape: number[]) =>
  view(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 3), shape);

Deno.test("values are printed exactly, arrays by dtype, shape and beginning, bytes by their number", () => {
  const packet = {
    big: 1704807770443944912n,
    small: -2.8e-11,
    zero: -0,
    nan: NaN,
    none: null,
    gone: undefined,
    flag: true,
    text: 'a "b"\n',
    buffer: new Uint8Array(7438),
    scalar: view(Float64Array.of(3), []),
    single: ramp(1),
    "odd key": [],
    "": {},
    counts: BigInt64Array.of(-1n, 2n ** 60n),
    image: ramp(3, 4),
    empty: ramp(0, 4),
  };
  assert.equal(
    packetText(packet),
    `big: 1704807770443944912, small: -2.8e-11, zero: -0, nan: NaN, none: null, gone: undefined, flag: true
text: "a \\"b\\"\\n", buffer: 7438 bytes, scalar: float64 () [3], single: float64 (1) [0], "odd key": [], "": {}
counts: int64 (2) [-1, 1152921504606846976]
image: float64 (3, 4) [0, 0.33333, 0.66667, 1, 1.3333, 1.6667, 2, 2.3333, …]
empty: float64 (0, 4) []`,
  );
});

Deno.test("dicts and lists that do not fit have lines of their own, and long lists are cut", () => {
  const names = ["output_count_rate", "all_events", "all_good", "clock_ticks", "total_ticks", "reset_ticks"];
  const packet = {
    few: { a: 1, b: [1, 2, [3]] },
    names,
    numbers: Array.from({ length: 1000 }, (_, i) => i),
    meta: [{ ch: 2, what: "x".repeat(30), array: ramp(2) }, { ch: 4, what: "y".repeat(30) }],
    deep: { one: { two: { name: "z".repeat(50) } } },
    after: 1,
    last: 2,
  };
  assert.equal(
    packetText(packet, { width: 60 }),
    `few: {a: 1, b: [1, 2, [3]]}
names:
  "output_count_rate", "all_events", "all_good"
  "clock_ticks", "total_ticks", "reset_ticks"
numbers: [0, 1, 2, 3, 4, 5, 6, 7, … 1000 in all]
meta:
  0:
    ch: 2, what: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    array: float64 (2) [0, 0.33333]
  1: {ch: 4, what: "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}
deep:
  one:
    two:
      name: "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
after: 1, last: 2`,
  );
  const many = packetText({ names }, { width: 60, items: 3 });
  assert.equal(many, 'names:\n  "output_count_rate", "all_events", "all_good", … 6 in all');
});

Deno.test("what a pickle can hold besides: maps, sets, objects", () => {
  const packet = {
    map: new Map<unknown, unknown>([[1, "one"], [[2], ramp(2)]]),
    set: new Set([1, "a"]),
    none: Object.assign(Object.create(null), { a: 1 }),
    object: new PickledObject("dranspose.event.StreamData", { typ: "T" }),
  };
  const text = packetText(packet, { width: 200 });
  assert.match(
    text,
    /^map: \{1: "one", "\[ 2 \]": float64 \(2\) \[0, 0.33333\]\}, set: set \{1, "a"\}, none: \{a: 1\}, /,
  );
  assert.match(text, /object: PickledObject \{ global: "dranspose.event.StreamData"/);
});

Deno.test("what is very long, wide or deep stays short", () => {
  assert.match(packetText({ text: "x".repeat(1000) }), /^text: "x{300}"… 1000 characters$/);
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, "x".repeat(100)]));
  const lines = packetText(wide).split("\n");
  assert.deepEqual([lines.length, lines.at(-1)], [301, "… 4700 more"]);
  let deep: unknown = 1;
  for (let i = 0; i < 900; i++) deep = i % 2 === 0 ? [deep] : { deep };
  assert.ok(packetText({ deep }).length < 200);
  // What is shared is printed wherever it is used.
  let shared: unknown = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`key${i}`, i]));
  for (let i = 0; i < 9; i++) shared = Object.fromEntries(Array.from({ length: 60 }, (_, k) => [`inner${k}`, shared]));
  assert.ok(packetText({ shared }).split("\n").length < 3000);
});

Deno.test("a stream is its packet, or why it is none; a type that is not known is nothing", () => {
  const stream = xspress.encode({ htype: "header", filename: "a\nb" });
  assert.equal(streamText(stream), 'htype: "header", filename: "a\\nb"');
  assert.equal(streamLine(stream, 20), 'htype: "header", fi…');
  const broken: StreamData = streamData("xspress", []);
  assert.match(streamText(broken) ?? "", /^error: cannot parse this as xspress: found 0 frames/);
  assert.match(streamLine(broken, 30) ?? "", /^error: cannot parse this as x…$/);
  assert.deepEqual([streamText(streamData("T", [])), streamLine(streamData("T", []), 80)], [undefined, undefined]);
});

Deno.test("a type is named with its protocol where it does not say it", () => {
  assert.deepEqual(["STINS", "xspress", "T", "EIGER_LEGACY", "PCAP_RAW", "lecroy_9fwdWp6Rq7"].map(typText), [
    "STINS",
    "xspress",
    "T",
    "EIGER_LEGACY (eiger)",
    "PCAP_RAW (positioncap)",
    "lecroy_9fwdWp6Rq7 (lecroy)",
  ]);
  assert.deepEqual(typNames("PCAP"), ["PCAP"]);
  assert.equal(shortened("a \n b", 3), "a b");
});
