import assert from "node:assert/strict";
import { lecroy, openCapture, type StreamData, toNested } from "beamfold";
import fc from "fast-check";
import { dtypeOf } from "../../lib/array/dtypes.ts";
import { view } from "../../lib/array/ndarray.ts";
import { streamData } from "../../lib/event.ts";
import { pickle } from "../../lib/pickle/pickle.ts";
import { arrays, nestedOf } from "../array/samples.ts";
import { shared, testWith } from "../tools.ts";
import { extras, frames, jsonFrame, refuses, refusesToEncode, refusesWithoutKeys } from "./support.ts";

const { TYP, parse, encode } = lecroy;
const prepare = { htype: "msg", what: 0, frame: 0 } as const;
const stop = { htype: "msg", what: 3, frame: 4, frames: 4 } as const;
const start = { htype: "msg", what: 1, frame: 0, ntriggers: -1, seqno: 0, channels: [2, 4] } as const;
const traces = {
  htype: "traces",
  ch: 2,
  ts: 1740563664.870739,
  frame: 0,
  shape: [1, 2],
  dtype: "float32",
  horiz_offset: -1e-7,
  horiz_interval: 1.25e-11,
} as const;
const end = { htype: "msg", what: 2, frame: 2 } as const;

/** The parts of a channel. */
function channel(meta: object = traces, times: Uint8Array = pickle([1.5]), bytes = 8): Uint8Array[] {
  return [jsonFrame(meta), new Uint8Array(bytes), times];
}

function sequence(...parts: Uint8Array[]): StreamData {
  return frames(TYP, start, ...parts, jsonFrame(end));
}

Deno.test("preparations and stops are parsed as they were encoded, with whatever else was in them", () => {
  fc.assert(fc.property(extras, fc.nat(), (extra, frame) => {
    const packets: lecroy.LecroyPacket[] = [{ ...extra, ...prepare, frame }, {
      ...extra,
      ...stop,
      frame,
      frames: frame,
    }];
    for (const packet of packets) assert.deepEqual(parse(encode(packet)), packet);
  }));
  const { htype: _, ...without } = stop;
  assert.deepEqual(parse(encode(without)), without);
});

const channels = fc.array(
  fc.record({
    array: arrays(),
    extra: extras,
    ch: fc.nat(),
    ts: fc.double(),
    times: fc.array(fc.double(), { maxLength: 3 }),
  }),
  { maxLength: 3 },
);

Deno.test("sequences of any number of channels are parsed as they were encoded", () => {
  fc.assert(fc.property(extras, channels, fc.nat(), (extra, channels, frame) => {
    const { what: _, ...others } = extra;
    const packet = {
      ...others,
      ...start,
      frame,
      channels: channels.map(({ ch }) => ch),
      meta: channels.map(({ extra, array, ch, ts }, i) => {
        return { ...extra, ...traces, ch, ts, frame: frame + i, shape: [...array.shape], dtype: dtypeOf(array.data) };
      }),
      data: channels.map(({ array }) => array),
      timestamps: channels.map(({ times }) => times),
    };
    const found = parse(encode(packet));
    assert.ok(found.what === 1);
    const { data, ...rest } = found;
    const { data: given, ...expected } = packet;
    assert.deepEqual(rest, expected);
    assert.deepEqual(data.map((array) => nestedOf(array)), given.map((array) => nestedOf(array)));
    assert.deepEqual(data.map((array) => array.data.constructor), given.map((array) => array.data.constructor));
  }));
});

Deno.test("a sequence has what its channels have, and nothing else that is enumerable", () => {
  const four = { ...traces, ch: 4, frame: 1, dtype: "<u2", shape: [2, 1], note: "x" };
  const packet = parse(sequence(...channel(), ...channel(four, pickle([]), 4)));
  assert.deepEqual(Object.keys(packet), [...Object.keys(start), "meta", "data", "timestamps"]);
  assert.ok(packet.what === 1);
  assert.deepEqual([packet.meta, packet.timestamps], [[traces, four], [[1.5], []]]);
  assert.deepEqual(packet.data.map(toNested), [[[0, 0]], [[0], [0]]]);
});

Deno.test("the part at the end is encoded as it was parsed, or made up", () => {
  const last = (packet: lecroy.LecroyPacket): unknown =>
    JSON.parse(new TextDecoder().decode(encode(packet).frames.at(-1)));
  const parts = [...channel(), ...channel({ ...traces, frame: 7 })];
  const own = { ...end, frame: 99, more: true };
  const packet = parse(frames(TYP, start, ...parts, jsonFrame(own)));
  assert.deepEqual(last(packet), own);
  assert.deepEqual(last({ ...packet } as lecroy.LecroySequence), { ...end, frame: 8 });
  const none = { ...start, frame: 5, channels: [], meta: [], data: [], timestamps: [] };
  assert.deepEqual(last(none), { ...end, frame: 5 });
  // A key of that name in the start part is another thing.
  const named = parse(frames(TYP, { ...start, end: "x" }, ...parts, jsonFrame(own)));
  assert.equal(named["end"], "x");
  assert.deepEqual(last(named), { ...end, frame: 8 });
  assert.deepEqual(parse(encode(named)), named);
});

testWith([shared], "the JSON parts of a real capture are encoded as they are", async () => {
  for await (const { streams } of openCapture(shared.path("captures/events/maui-02-continuous-3.cbors"))) {
    const stream = streams["lecroy"] as StreamData;
    const again = encode(parse(stream));
    assert.equal(again.length, stream.length);
    stream.frames.forEach((frame, i) => {
      const found = again.frames[i] as Uint8Array;
      if (frame[0] !== 0x7b) return i % 3 === 2 ? assert.deepEqual(found, frame) : undefined;
      assert.deepEqual(JSON.parse(new TextDecoder().decode(found)), JSON.parse(new TextDecoder().decode(frame)));
    });
  }
});

Deno.test("each key of a packet is looked at", () => {
  const read = (packet: object): unknown => parse(frames(TYP, packet));
  const what = "0 (prepare), 1 (a sequence) or 3 (stop)";
  const keys = { frame: "a whole number", what };
  refusesWithoutKeys(prepare, { ...keys, htype: '"msg"' }, TYP, read);
  refusesWithoutKeys(stop, { ...keys, frames: "a whole number" }, TYP, read);
  refuses(() => read(end), TYP, `"what" is 2, expected ${what}`);
  refuses(() => read({ ...prepare, what: "0" }), TYP, `"what" is "0", expected ${what}`);
  const whole = "a whole number";
  const startKeys = { ...keys, htype: '"msg"', ntriggers: whole, seqno: whole, channels: "a list of whole numbers" };
  const both = [...channel(), ...channel()];
  refusesWithoutKeys(start, startKeys, TYP, (packet) => parse(frames(TYP, packet, ...both, jsonFrame(end))));
  for (const channels of [[2, "4"], [2, 4.5], [null, 1], "24"]) {
    refuses(() => parse(frames(TYP, { ...start, channels }, ...both, jsonFrame(end))), TYP, /"channels" is /);
  }
});

Deno.test("each key of what a channel has is looked at", () => {
  const number = "a number";
  const keys = {
    htype: '"traces"',
    ch: "a whole number",
    ts: number,
    frame: "a whole number",
    horiz_offset: number,
    horiz_interval: number,
    dtype: "a text",
    shape: "a list of whole numbers",
  };
  refusesWithoutKeys(traces, keys, TYP, (meta) => parse(sequence(...channel(), ...channel(meta))));
  refuses(
    () => parse(sequence(...channel(), ...channel([]))),
    TYP,
    "the first frame of channel 4 holds [], expected a JSON object",
  );
  const unread = [jsonFrame("x"), new Uint8Array(8), pickle([])];
  refuses(() => parse(sequence(...unread, ...channel())), TYP, /the first frame of channel 2 is not JSON \(/);
});

Deno.test("a sequence with another number of frames than its channels need is refused with both", () => {
  for (const count of [0, 1, 5, 6, 8, 9]) {
    const parts = Array<Uint8Array>(count).fill(jsonFrame(end));
    const message = `found ${count + 1} frames for the channels [ 2, 4 ], expected 8: one, three a channel, and one`;
    refuses(() => parse(frames(TYP, start, ...parts)), TYP, message);
  }
  for (const packet of [prepare, stop]) {
    const message = `found 2 frames, expected one, as "what" is ${packet.what}`;
    refuses(() => parse(frames(TYP, packet, new Uint8Array())), TYP, message);
  }
  refuses(
    () => parse(streamData(TYP, [])),
    TYP,
    "found 0 frames, expected a JSON part and, for a sequence, its traces",
  );
  refuses(() => parse(frames("lecroy", prepare)), TYP, /the stream's type is "lecroy", expected "lecroy_9fwdWp6Rq7"/);
});

Deno.test("the last part of a sequence must be its end", () => {
  const parts = [...channel(), ...channel()];
  const last = (json: unknown) => () => parse(frames(TYP, start, ...parts, jsonFrame(json)));
  refuses(last({ ...end, what: 1 }), TYP, '"what" is 1, expected 2');
  refuses(last(3), TYP, "the last frame holds 3, expected a JSON object");
  refuses(last(""), TYP, /the last frame is not JSON \(/);
});

Deno.test("traces that do not fit their shape are refused with both lengths, times that are no list too", () => {
  for (const bytes of [0, 7, 9, 16]) {
    const message = `the data of channel 4 does not fit: float32 of shape [1, 2] takes 8 bytes, found ${bytes}`;
    refuses(() => parse(sequence(...channel(), ...channel(traces, pickle([]), bytes))), TYP, message);
  }
  for (const shape of [[1, -2], [NaN], [1.5], [2 ** 60]]) {
    refuses(() => parse(sequence(...channel(), ...channel({ ...traces, shape }))), TYP, /"shape" is /);
  }
  for (const value of [null, 1.5, ["1.5"], [null], [2n ** 64n], { 0: 1 }, view(Float64Array.of(1))]) {
    const stream = sequence(...channel(), ...channel(traces, pickle(value)));
    refuses(() => parse(stream), TYP, /the part with the times of channel 4 holds .*, expected a list of numbers/s);
  }
  const hostile = sequence(...channel(), ...channel(traces, jsonFrame("cos\nsystem\n(S'ls'\ntR.")));
  refuses(() => parse(hostile), TYP, /the part with the times of channel 4: .*os\.system/);
});

Deno.test("encode refuses a sequence whose parts contradict each other", () => {
  const packet: lecroy.LecroySequence = {
    ...start,
    channels: [2],
    meta: [traces],
    data: [view(Float32Array.of(1, 2), [1, 2])],
    timestamps: [[1.5]],
  };
  assert.ok(encode(packet));
  const fails = (fields: object, message: string): void =>
    refusesToEncode(() => encode({ ...packet, ...fields }), TYP, message);
  fails({ channels: [2, 4] }, "the sequence has 2 channels, but 1 meta, 1 data and 1 timestamps");
  fails({ meta: [] }, "the sequence has 1 channels, but 0 meta, 1 data and 1 timestamps");
  fails({ data: [] }, "the sequence has 1 channels, but 1 meta, 0 data and 1 timestamps");
  fails({ timestamps: [] }, "the sequence has 1 channels, but 1 meta, 1 data and 0 timestamps");
  fails({ meta: [{ ...traces, shape: [2, 1] }] }, 'channel 2\'s shape is [1, 2], but "shape" says [2, 1]');
  fails({ meta: [{ ...traces, dtype: "float64" }] }, 'channel 2\'s dtype is float32, but "dtype" says "float64"');
});
