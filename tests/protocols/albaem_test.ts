import assert from "node:assert/strict";
import { albaem } from "beamfold";
import fc from "fast-check";
import { streamData } from "../../lib/event.ts";
import { extras, frames, refuses, refusesWithoutKeys, textsOf } from "./support.ts";

const { TYP, parse, encode } = albaem;
const start = { message_type: "series-start", message_id: 1, version: 1 } as const;
const reading = {
  message_type: "data",
  message_id: 2,
  version: 1,
  frame_number: 0,
  timestamp: 7.5,
  acquisition_timestamp: 1704807770443944912n,
  channel1: -2.8302592615927417e-11,
} as const;
const end = { message_type: "series-end", message_id: 6, version: 1 } as const;

Deno.test("packets are parsed as they were encoded, with whatever else was in them", () => {
  fc.assert(
    fc.property(extras, fc.nat(), fc.double(), fc.bigInt({ min: 2n ** 53n }), (extra, count, time, nanoseconds) => {
      const packets: albaem.AlbaemPacket[] = [
        { ...extra, ...start, message_id: count },
        { ...extra, ...reading, frame_number: count, timestamp: time, acquisition_timestamp: nanoseconds },
        { ...extra, ...reading, acquisition_timestamp: count },
        { ...extra, ...end, message_id: count },
      ];
      for (const packet of packets) assert.deepEqual(parse(encode(packet)), packet);
    }),
  );
});

Deno.test("a reading keeps its keys and its time in nanoseconds", () => {
  const text = '{"version": 1, "message_type": "data", "message_id": 2, "frame_number": 0, "timestamp": 7, ' +
    '"acquisition_timestamp": 1704807770443944912, "channel1": -2.8302592615927417e-11}';
  assert.deepEqual(parse(frames(TYP, text)), { ...reading, timestamp: 7 });
  assert.deepEqual(textsOf(encode(start)), ['{"message_type":"series-start","message_id":1,"version":1}']);
});

Deno.test("each key of a packet is looked at", () => {
  const read = (packet: object): unknown => parse(frames(TYP, packet));
  const kinds = '"series-start", "data" or "series-end"';
  const keys = { message_id: "a whole number", version: "1", message_type: kinds };
  refusesWithoutKeys(start, keys, TYP, read);
  refusesWithoutKeys(end, keys, TYP, read);
  const exact = { ...reading, acquisition_timestamp: 3 };
  const more = { frame_number: "a whole number", timestamp: "a number", acquisition_timestamp: "a whole number" };
  refusesWithoutKeys(exact, { ...keys, ...more }, TYP, read);
  for (
    const [key, value] of [["version", 2], ["version", "1"], ["message_type", "toString"], ["message_type", "series"]]
  ) {
    refuses(() => read({ ...start, [key as string]: value }), TYP, /: "(version|message_type)" is .*, expected /);
  }
  refuses(
    () => parse(frames(TYP, '{"message_id":99999999999999999999,"version":1}')),
    TYP,
    /"message_id" is 9+n, expected/,
  );
});

Deno.test("another type of stream, another number of frames, or no JSON object is refused", () => {
  const message = 'the stream\'s type is "PCAP", expected "albaem": use the parser for that type';
  refuses(() => parse(frames("PCAP", start)), TYP, message);
  refuses(() => parse(streamData(TYP, [])), TYP, "found 0 frames, expected one");
  refuses(() => parse(frames(TYP, start, new Uint8Array())), TYP, "found 2 frames, expected one");
  refuses(() => parse(frames(TYP, "series-start")), TYP, /the first frame is not JSON \(/);
  refuses(() => parse(frames(TYP, [start])), TYP, /the first frame holds \[.*\], expected a JSON object/s);
});
