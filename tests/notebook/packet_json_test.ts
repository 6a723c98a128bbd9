import assert from "node:assert/strict";
import { albaem, xspress } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { streamData } from "../../lib/event.ts";
import { streamJson } from "../../lib/notebook/packet_json.ts";

Deno.test("a packet for JSON: integers beyond 2^53 as digits, arrays by their beginning", () => {
  const meta = { ocr: view(Float64Array.of(NaN, 0.5)), AllEvents: new Set([1]), AllGood: new Map([[1, "a"]]) };
  const data = view(BigUint64Array.from({ length: 10 }, (_, i) => 2n ** 60n + BigInt(i)), [2, 5]);
  const stream = xspress.encode({ htype: "image", frame: 0, data, meta, note: [{ a: Infinity }] });
  const json = JSON.parse(JSON.stringify(streamJson(stream)));
  assert.deepEqual(json.frames, stream.frames.map(({ length }) => length));
  assert.deepEqual({ ...json, frames: [] }, {
    typ: "xspress",
    frames: [],
    protocol: "xspress",
    packet: {
      htype: "image",
      frame: 0,
      note: [{ a: "Infinity" }],
      shape: [2, 5],
      type: "uint64",
      data: {
        dtype: "uint64",
        shape: [2, 5],
        first: Array.from({ length: 8 }, (_, i) => String(2n ** 60n + BigInt(i))),
      },
      meta: { ocr: { dtype: "float64", shape: [2], first: ["NaN", 0.5] }, AllEvents: [1], AllGood: { 1: "a" } },
    },
  });
  const packet = { message_type: "data", message_id: 1, version: 1, frame_number: 0, timestamp: 0 } as const;
  const big = albaem.encode({ ...packet, acquisition_timestamp: 1704807770443944912n });
  assert.match(JSON.stringify(streamJson(big)), /"acquisition_timestamp":"1704807770443944912"/);
});

Deno.test("what cannot be parsed says why, what is not known is its frames", () => {
  const json = streamJson(streamData("xspress", [new Uint8Array(3)]));
  assert.deepEqual([json["frames"], json["packet"]], [[3], undefined]);
  assert.match(String(json["error"]), /cannot parse this as xspress/);
  assert.deepEqual(streamJson(streamData("T", [new Uint8Array(3)])), { typ: "T", frames: [3] });
});
