import assert from "node:assert/strict";
import { eventData, frameText, noStreams, resultData, streamData } from "../lib/event.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const inspect = (value: unknown): string => Deno.inspect(value, { colors: false });

Deno.test("a stream has its type, its frames and their number", () => {
  const frames = [text("{}"), Uint8Array.of(1, 2)];
  const stream = streamData("STINS", frames);
  assert.equal(stream.typ, "STINS");
  assert.equal(stream.frames, frames);
  assert.equal(stream.length, 2);
  assert.equal(streamData("STINS", []).length, 0);
});

Deno.test("an event has createdAt only where it is known", () => {
  const streams = { xrd: streamData("STINS", []) };
  const createdAt = "2024-10-07T08:49:10.627001Z";
  assert.equal(eventData(3, streams, createdAt).createdAt, createdAt);
  const event = eventData(3, streams);
  assert.equal("createdAt" in event, false);
  assert.deepEqual([event.eventNumber, event.streams], [3, streams]);
});

Deno.test("a result has its event number, worker, parameters and payload", () => {
  const payload = { mean: 2 };
  const result = resultData(7, "replay-worker-1", "ab12", payload);
  assert.deepEqual({ ...result }, { eventNumber: 7, worker: "replay-worker-1", parametersHash: "ab12", payload });
  assert.equal(result.payload, payload);
});

Deno.test("a frame of text shows its length and its beginning", () => {
  assert.equal(frameText(text('{"htype":"header"}')), '18 B {"htype":"header"}');
  assert.equal(frameText(text("x".repeat(48))), `48 B ${"x".repeat(48)}`);
  assert.equal(frameText(text("x".repeat(48) + "y")), `49 B ${"x".repeat(48)}…`);
});

Deno.test("a frame of anything else shows its first bytes", () => {
  assert.equal(frameText(Uint8Array.of(0, 1, 254, 255)), "4 B 00 01 fe ff");
  assert.equal(frameText(new Uint8Array(8)), "8 B 00 00 00 00 00 00 00 00");
  assert.equal(frameText(new Uint8Array(9)), "9 B 00 00 00 00 00 00 00 00…");
  assert.equal(frameText(text("a\nb")), "3 B 61 0a 62");
  assert.equal(frameText(text("Å")), "2 B c3 85");
  assert.equal(frameText(new Uint8Array()), "0 B");
});

Deno.test("text that ends in other bytes further on still shows as text", () => {
  assert.equal(frameText(text("x".repeat(48) + "\0")), `49 B ${"x".repeat(48)}…`);
});

Deno.test("streams, events and results print on one line, frames by their lengths", () => {
  const stream = streamData("STINS", [text("{}"), Uint8Array.of(1, 2, 3)]);
  assert.equal(inspect(stream), "StreamData STINS [2 B {}, 3 B 01 02 03]");
  assert.equal(
    inspect(eventData(3, { xrd: stream, motor: streamData("contrast", []) })),
    "EventData #3 { xrd: STINS [2 B {}, 3 B 01 02 03], motor: contrast [] }",
  );
  assert.equal(
    inspect(eventData(0, {}, "2024-10-07T08:49:10Z")),
    "EventData #0 recorded 2024-10-07T08:49:10Z { no streams }",
  );
  assert.equal(
    inspect(resultData(4, "replay-worker-0", "ab12", { mean: 2.5, fit: { centre: [1, 2] } })),
    "ResultData #4 from replay-worker-0: { mean: 2.5, fit: { centre: [ 1, 2 ] } }",
  );
});

Deno.test("a record of streams has only streams, by whatever names, and prints like any other", () => {
  const streams = noStreams();
  for (const name of ["toString", "constructor", "__proto__", "xrd"]) assert.equal(name in streams, false, name);
  streams["xrd"] = streamData("STINS", [Uint8Array.of(1, 2)]);
  streams["__proto__"] = streamData("PCAP", []);
  assert.deepEqual(Object.keys(streams), ["xrd", "__proto__"]);
  assert.equal(streams["__proto__"]?.typ, "PCAP");
  const { xrd } = streams;
  assert.equal(inspect(Object.assign(noStreams(), { xrd })), "{ xrd: StreamData STINS [2 B 01 02] }");
});
