import assert from "node:assert/strict";
import { pcap } from "beamfold";
import fc from "fast-check";
import { streamData } from "../../lib/event.ts";
import { extras, frames, refuses, refusesWithoutKeys } from "./support.ts";

const { TYP, parse, encode } = pcap;
const arm_time = "2024-10-07T08:49:10.627Z";
const start = { message_type: "series-start", message_id: 1, version: 1, arm_time } as const;
const capture = { message_type: "data", message_id: 2, version: 1, frame_number: 0, "INENC3.VAL.Mean": 0.25 } as const;
const end = { message_type: "series-end", message_id: 102, version: 1 } as const;

Deno.test("packets are parsed as they were encoded, with whatever else was in them", () => {
  const times = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-12-31T00:00:00Z") });
  fc.assert(fc.property(extras, fc.nat(), times, (extra, count, time) => {
    const packets: pcap.PcapPacket[] = [
      { ...extra, ...start, message_id: count, arm_time: time.toISOString() },
      { ...extra, ...capture, frame_number: count },
      { ...extra, ...end, message_id: count },
    ];
    for (const packet of packets) assert.deepEqual(parse(encode(packet)), packet);
  }));
});

Deno.test("a time is kept as it is on the wire", () => {
  const times = [
    arm_time,
    "2026-11-24T07:01:22.646048Z",
    "2026-11-24T07:01:22.646048123+01:00",
    "2024-10-07 08:49:10",
    "2024-10-07T08:49",
    "2024-02-29T00:00:00-0530",
  ];
  for (const arm_time of times) assert.deepEqual(parse(frames(TYP, { ...start, arm_time })), { ...start, arm_time });
});

Deno.test("each key of a packet is looked at", () => {
  const read = (packet: object): unknown => parse(frames(TYP, packet));
  const kinds = '"series-start", "data" or "series-end"';
  const keys = { message_id: "a whole number", version: "1", message_type: kinds };
  const time = 'a time, such as "2024-10-07T08:49:10.627Z"';
  refusesWithoutKeys(start, { ...keys, arm_time: time }, TYP, read);
  refusesWithoutKeys(capture, { ...keys, frame_number: "a whole number" }, TYP, read);
  refusesWithoutKeys(end, keys, TYP, read);
  for (const arm_time of ["", "today", "08:49:10", "2024-13-07T08:49:10Z", "2024-10-07", "2024-10-07T08:49:10Zulu"]) {
    refuses(() => read({ ...start, arm_time }), TYP, `"arm_time" is ${Deno.inspect(arm_time)}, expected ${time}`);
  }
  refuses(() => read({ ...end, version: 2 }), TYP, '"version" is 2, expected 1');
});

Deno.test("another type of stream, another number of frames, or no JSON object is refused", () => {
  const message = 'the stream\'s type is "PCAP_RAW", expected "PCAP": use the parser for that type';
  refuses(() => parse(frames("PCAP_RAW", start)), TYP, message);
  refuses(() => parse(streamData(TYP, [])), TYP, "found 0 frames, expected one");
  refuses(() => parse(frames(TYP, start, new Uint8Array())), TYP, "found 2 frames, expected one");
  refuses(() => parse(frames(TYP, "arm_time: 2026")), TYP, /the first frame is not JSON \(/);
  refuses(() => parse(frames(TYP, [])), TYP, "the first frame holds [], expected a JSON object");
});
