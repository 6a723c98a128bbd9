import assert from "node:assert/strict";
import {
  albaem,
  contrast,
  eiger,
  isBeamfoldError,
  lecroy,
  type NdArray,
  openCapture,
  pcap,
  positioncap,
  sardana,
  stins,
  type StreamData,
  toNested,
  xspress,
} from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { PROTOCOLS, STREAM_TYPES } from "../../lib/capture/ingest/names.ts";
import { streamData } from "../../lib/event.ts";
import { type Drawable, drawablesOf, parsePacket, protocolOfTyp } from "../../lib/protocols/packets.ts";
import { shared, testWith } from "../tools.ts";
import { jsonFrame } from "./support.ts";

const ramp = (...shape: number[]) =>
  view(Uint32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i), shape);

function drawables(stream: StreamData): readonly Drawable[] {
  const known = parsePacket(stream);
  assert.ok(known);
  return drawablesOf(known);
}

const arrayOf = (drawable: Drawable | undefined): NdArray => {
  assert.equal(drawable?.kind, "array");
  return drawable.read();
};

const image = (channels: number, bins: number) =>
  xspress.encode({ htype: "image", frame: 3, data: ramp(channels, bins), meta: { ocr: ramp(channels) } });

const sequence = (traces: number, channels: number[], horizontal = { horiz_offset: -2e-6, horiz_interval: 1e-8 }) =>
  lecroy.encode({
    htype: "msg",
    what: 1,
    frame: 5,
    ntriggers: traces,
    seqno: 0,
    channels,
    meta: channels.map((ch) => ({
      htype: "traces",
      ch,
      ts: 1.5,
      frame: 0,
      shape: [traces, 4],
      dtype: "uint32",
      ...horizontal,
    })),
    data: channels.map(() => ramp(traces, 4)),
    timestamps: channels.map(() => new Array(traces).fill(1.5)),
  });

Deno.test("every protocol of raw dumps is known by the type of its streams", () => {
  for (const protocol of PROTOCOLS) assert.equal(protocolOfTyp(STREAM_TYPES[protocol]), protocol);
  const types = [stins, xspress, contrast, eiger, lecroy, pcap, positioncap, sardana, albaem].map(({ TYP }) => TYP);
  assert.deepEqual(types.toSorted(), PROTOCOLS.map((protocol) => STREAM_TYPES[protocol]).toSorted());
  assert.equal(protocolOfTyp("toString"), undefined);
  assert.equal(parsePacket(streamData("T", [])), undefined);
});

testWith([shared], "real captures of every kind are parsed as their protocol parses them", async () => {
  const folder = shared.path("captures/events");
  for (const { name } of Deno.readDirSync(folder)) {
    let header: StreamData | undefined;
    for await (const { streams } of openCapture(`${folder}/${name}`)) {
      for (const stream of Object.values(streams)) {
        header ??= stream;
        const known = parsePacket(stream, { header });
        assert.ok(known && Object.keys(known.packet).length > 0, name);
        if (stream.typ === stins.TYP) assert.deepEqual(known.packet, stins.parse(stream));
      }
    }
  }
});

Deno.test("what is wrong with frames is said; what is wrong with the header is said where it stands", () => {
  const broken = streamData(xspress.TYP, [jsonFrame({ htype: "huh" })]);
  assert.throws(() => parsePacket(broken), { name: "ProtocolError", message: /"htype" is "huh"/ });
  assert.equal(parsePacket(image(2, 3), { header: broken })?.packet["frame"], 3);
  assert.throws(() => parsePacket(streamData(positioncap.TYP, [])), /found 0 frames/);
});

Deno.test("the header names the further counters of an Xspress3 image", () => {
  const header = xspress.encode({ htype: "header", filename: "", extra_tags: [..."abcdefgh", "window_counts"] });
  const names = [
    "ocr",
    "AllEvents",
    "AllGood",
    "ClockTicks",
    "TotalTicks",
    "ResetTicks",
    "event_widths",
    "dtc",
    "more",
  ];
  const meta = Object.fromEntries(names.map((name) => [name, ramp(2)]));
  const stream = xspress.encode({ htype: "image", frame: 0, data: ramp(2, 3), meta });
  const last = (known: ReturnType<typeof parsePacket>) => Object.keys(known?.packet["meta"] as object).at(-1);
  assert.deepEqual([last(parsePacket(stream)), last(parsePacket(stream, { header }))], ["entry_8", "window_counts"]);
});

Deno.test("PandABox values are named by the header, and without it they are a line of text", () => {
  const fields = [{ name: "INENC1.VAL.Mean", type: "double" }];
  const header = positioncap.encode({ type: "start", arm_time: "2026-11-24T07:01:22.646048Z", fields });
  const values = streamData(positioncap.TYP, [new TextEncoder().encode(" 0.25\n")]);
  const end = positioncap.encode({ type: "end", samples: 1, reason: "Ok" });
  assert.deepEqual(parsePacket(values, { header })?.packet, {
    type: "values",
    fields: { "INENC1.VAL.Mean": { name: "INENC1.VAL.Mean", type: "double", value: 0.25 } },
  });
  for (const context of [{}, { header: undefined }, { header: values }, { header: end }]) {
    assert.deepEqual(parsePacket(values, context)?.packet, { type: "values", text: "0.25" });
  }
  assert.equal(parsePacket(end)?.packet["reason"], "Ok");
  assert.equal(parsePacket(header, { header })?.packet["type"], "start");
});

Deno.test("of STINS and Eiger the image is drawn, of headers and ends nothing", () => {
  const [one] = drawables(stins.encode({ htype: "image", msg_number: 1, frame: 7, data: ramp(2, 3) }));
  assert.equal(one?.name, "frame 7");
  assert.deepEqual(toNested(arrayOf(one)), [[0, 1, 2], [3, 4, 5]]);
  const [other] = drawables(eiger.encode({ htype: "dimage-1.0", frame: 8, series: 1, image: ramp(20, 30) }));
  assert.equal(other?.name, "frame 8");
  assert.deepEqual(arrayOf(other).shape, [20, 30]);
  const none = [
    stins.encode({ htype: "header", msg_number: 0, filename: "" }),
    eiger.encode({ htype: "dheader-1.0", series: 1, info: {} }),
    eiger.encode({ htype: "dseries_end-1.0", series: 1 }),
    xspress.encode({ htype: "series_end" }),
    lecroy.encode({ what: 3, frame: 1, frames: 1 }),
    sardana.encode({ type: "RecordEnd" }),
    pcap.encode({ message_type: "series-end", message_id: 1, version: 1 }),
    image(0, 5),
    sequence(0, [1]),
    sequence(1, []),
  ];
  for (const stream of none) assert.deepEqual(drawables(stream), [], stream.typ);
});

Deno.test("a cut Eiger image is told only when it is read", () => {
  const whole = eiger.encode({ htype: "dimage-1.0", frame: 8, series: 1, image: ramp(20, 30) });
  const frames = whole.frames.map((frame, i) => i === 2 ? frame.subarray(0, 100) : frame);
  const [cut] = drawables(streamData(eiger.TYP, frames));
  assert.throws(
    () => arrayOf(cut),
    (error) => isBeamfoldError(error, "ProtocolError") && /image 8/.test(error.message),
  );
});

Deno.test("up to eight spectra are curves, more are their sum and an image", () => {
  const [few, ...noMore] = drawables(image(8, 5));
  assert.ok(few?.kind === "curves" && noMore.length === 0);
  assert.deepEqual(few.curves.map(({ label }) => label).slice(0, 2), ["channel 0", "channel 1"]);
  assert.deepEqual(toNested(few.curves[7]?.values as NdArray), [35, 36, 37, 38, 39]);
  assert.deepEqual(toNested(few.small?.values as NdArray), [140, 148, 156, 164, 172]);
  const [sum, all, ...noThird] = drawables(image(9, 5));
  assert.ok(sum?.kind === "curves" && noThird.length === 0);
  assert.deepEqual(sum.curves.map(({ label }) => label), ["sum of 9 channels"]);
  assert.deepEqual(arrayOf(all).shape, [9, 5]);
  const [single] = drawables(image(1, 5));
  assert.ok(single?.kind === "curves" && single.small === undefined);
});

Deno.test("up to eight traces are curves over time, of more the first of each channel and an image of each", () => {
  const [curves, ...noMore] = drawables(sequence(2, [1, 3]));
  assert.ok(curves?.kind === "curves" && noMore.length === 0);
  assert.deepEqual([curves.name, curves.xLabel], ["frame 5", "time / µs"]);
  assert.deepEqual(curves.curves.map(({ label }) => label), ["ch 1 [0]", "ch 1 [1]", "ch 3 [0]", "ch 3 [1]"]);
  const [first] = curves.curves;
  assert.deepEqual([first?.first, first?.step?.toFixed(6)], [-2, "0.010000"]);
  const [some, ...images] = drawables(sequence(5, [1, 3]));
  assert.ok(some?.kind === "curves");
  assert.deepEqual(some.curves.map(({ label }) => label), ["ch 1, first of 5", "ch 3, first of 5"]);
  assert.deepEqual(images.map((drawable) => arrayOf(drawable).shape), [[5, 4], [5, 4]]);
  assert.deepEqual(images.map(({ name }) => name), ["frame 5, ch 1", "frame 5, ch 3"]);
});

Deno.test("times are given in a unit that suits them", () => {
  const unit = (horiz_offset: number, horiz_interval: number): string => {
    const [drawn] = drawables(sequence(1, [1], { horiz_offset, horiz_interval }));
    return (drawn?.kind === "curves" && drawn.xLabel) || "";
  };
  assert.deepEqual(
    [unit(0, 1), unit(-1, 0), unit(0, 1e-3), unit(-1e-7, 1e-11), unit(0, 1e-12), unit(0, 0), unit(0, Infinity)],
    ["time / s", "time / s", "time / ms", "time / ns", "time / ps", "time / s", "time / s"],
  );
});

Deno.test("of a contrast dict arrays of two axes are drawn, wherever they are, up to four", () => {
  const stream = contrast.encode({
    status: "running",
    dt: 1,
    one: ramp(1),
    row: ramp(1, 9),
    det: { frames: ramp(2, 3), deep: { er: ramp(4, 4) } },
    last: ramp(3, 3),
  });
  assert.deepEqual(drawables(stream).map(({ name }) => name), ["det.frames", "det.deep.er", "last"]);
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`a${i}`, ramp(2, 2)]));
  assert.equal(drawables(contrast.encode({ status: "running", dt: 1, ...many })).length, 4);
});
