import assert from "node:assert/strict";
import { sardana } from "beamfold";
import fc from "fast-check";
import { streamData } from "../../lib/event.ts";
import { extras, frames, refuses, refusesWithoutKeys, texts } from "./support.ts";

const { TYP, parse, encode } = sardana;
const description = { type: "DataDescription", serialno: 20338, scandir: "/data", title: "ascan x 0 1 3 0.1" } as const;
const record = { type: "RecordData", timestamp: 0.61, point_nb: 8 } as const;
const end = { type: "RecordEnd" } as const;

Deno.test("packets are parsed as they were encoded, with whatever else was in them", () => {
  fc.assert(fc.property(extras, fc.nat(), fc.double(), texts, (extra, count, time, text) => {
    const packets: sardana.SardanaPacket[] = [
      { ...extra, ...description, serialno: count, scandir: text, title: text },
      { ...extra, ...record, timestamp: time },
      { ...extra, ...end },
    ];
    for (const packet of packets) assert.deepEqual(parse(encode(packet)), packet);
  }));
});

Deno.test("each key of a packet is looked at", () => {
  const read = (packet: object): unknown => parse(frames(TYP, packet));
  const type = '"DataDescription", "RecordData" or "RecordEnd"';
  const texts = { scandir: "a text", title: "a text" };
  refusesWithoutKeys(description, { type, serialno: "a whole number", ...texts }, TYP, read);
  refusesWithoutKeys(record, { type, timestamp: "a number" }, TYP, read);
  refusesWithoutKeys(end, { type }, TYP, read);
  refuses(() => read({ ...record, type: "Record" }), TYP, `"type" is "Record", expected ${type}`);
});

Deno.test("another type of stream, another number of frames, or no JSON object is refused", () => {
  refuses(() => parse(frames("Sardana", end)), TYP, /the stream's type is "Sardana", expected "sardana"/);
  refuses(() => parse(streamData(TYP, [])), TYP, "found 0 frames, expected one");
  refuses(() => parse(frames(TYP, end, new Uint8Array())), TYP, "found 2 frames, expected one");
  refuses(() => parse(frames(TYP, "RecordEnd")), TYP, /the first frame is not JSON \(/);
  refuses(() => parse(frames(TYP, "null")), TYP, "the first frame holds null, expected a JSON object");
});
