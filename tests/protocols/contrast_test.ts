import assert from "node:assert/strict";
import { contrast, mean, type NdArray, type StreamData } from "beamfold";
import fc from "fast-check";
import { view } from "../../lib/array/ndarray.ts";
import { streamData } from "../../lib/event.ts";
import { pickle } from "../../lib/pickle/pickle.ts";
import { arrays, nestedOf } from "../array/samples.ts";
import { extras, jsonFrame, refuses, refusesWithoutKeys, texts, withoutPrototypes } from "./support.ts";

const { TYP, parse, encode } = contrast;
const started = { status: "started", path: "/data", scannr: 4, description: "mesh sx -2 2 3" } as const;
const running = { status: "running", dt: 2.5 } as const;
const heartbeat = { status: "heartbeat" } as const;

function pickled(value: unknown): StreamData {
  return streamData(TYP, [pickle(value)]);
}

Deno.test("packets are parsed as they were encoded, with whatever else was in them", () => {
  fc.assert(fc.property(extras, fc.nat(), fc.double(), texts, (extra, count, time, text) => {
    const packets: contrast.ContrastPacket[] = [
      { ...extra, ...started, scannr: count, path: text, description: text, snapshot: extra },
      { ...extra, ...running, dt: time },
      { ...extra, ...started, status: "finished" },
      { ...extra, ...heartbeat },
    ];
    for (const packet of packets) assert.deepEqual(withoutPrototypes(parse(encode(packet))), withoutPrototypes(packet));
  }));
});

Deno.test("arrays in a packet are parsed as they were encoded", () => {
  fc.assert(fc.property(arrays(), (array) => {
    const packet = parse(encode({ ...running, pseudo: { x: array }, y: array }));
    const { x } = packet["pseudo"] as { x: NdArray };
    for (const found of [x, packet["y"] as NdArray]) {
      assert.deepEqual(nestedOf(found), nestedOf(array));
      assert.equal(found.data.constructor, array.data.constructor);
    }
  }));
});

Deno.test("a packet is a plain object, and dicts in it are harmless", () => {
  const packet = parse(
    encode({ ...running, ["__proto__"]: { polluted: 1 }, panda0: { x: view(Float64Array.of(1, 2)) } }),
  );
  assert.equal(Object.getPrototypeOf(packet), Object.prototype);
  assert.equal("polluted" in packet, false);
  assert.deepEqual(Object.keys(packet), ["status", "dt", "__proto__", "panda0"]);
  const { x } = packet["panda0"] as { x: NdArray };
  assert.equal(mean(x), 1.5);
});

Deno.test("each key of a packet is looked at", () => {
  const read = (packet: object): unknown => parse(pickled(packet));
  const status = '"started", "running", "finished" or "heartbeat"';
  const keys = { status, path: "a text", scannr: "a whole number", description: "a text" };
  refusesWithoutKeys(started, keys, TYP, read);
  refusesWithoutKeys({ ...started, status: "finished" }, keys, TYP, read);
  refusesWithoutKeys(running, { status, dt: "a number" }, TYP, read);
  refusesWithoutKeys(heartbeat, { status }, TYP, read);
  refuses(() => read({ ...running, status: "idle" }), TYP, `"status" is "idle", expected ${status}`);
  refuses(
    () => read({ ...started, scannr: 2n ** 64n }),
    TYP,
    '"scannr" is 18446744073709551616n, expected a whole number',
  );
});

Deno.test("another type of stream, or another number of frames, is refused", () => {
  const message = 'the stream\'s type is "xspress", expected "contrast": use the parser for that type';
  refuses(() => parse(streamData("xspress", [pickle(running)])), TYP, message);
  refuses(() => parse(streamData(TYP, [])), TYP, "found 0 frames, expected one");
  refuses(() => parse(streamData(TYP, [pickle(running), pickle(running)])), TYP, "found 2 frames, expected one");
});

Deno.test("a pickle of something else than a dict of texts is refused", () => {
  const others = [null, 3, 2n ** 70n, "running", [running], view(Float64Array.of(1)), new Set([1]), Uint8Array.of(1)];
  for (const value of [...others, new Map([[1, 2]]), new Date(0)]) {
    refuses(() => parse(pickled(value)), TYP, /: the frame holds .*, expected a dict with texts as keys$/s);
  }
});

Deno.test("what is no pickle, or one of more than data, is refused, and nothing of it is run", () => {
  const whole = pickle(running);
  for (let cut = 0; cut < whole.length; cut++) {
    refuses(() => parse(streamData(TYP, [whole.subarray(0, cut)])), TYP, /: the frame: /);
  }
  refuses(() => parse(streamData(TYP, [jsonFrame(running)])), TYP, /: the frame: /);
  for (
    const [text, name] of [["cos\nsystem\n(S'ls'\ntR.", "os\\.system"], [
      "cbuiltins\neval\n(S'1'\ntR.",
      "builtins\\.eval",
    ]]
  ) {
    const stream = streamData(TYP, [jsonFrame(text)]);
    refuses(() => parse(stream), TYP, new RegExp(`cannot parse this as contrast: the frame: .*${name}`));
    assert.throws(() => parse(stream), (error: Error) => (error.cause as Error).name === "PickleError");
  }
});

Deno.test("what cannot be pickled is not encoded", () => {
  const message = /^cannot encode this as contrast: .*callback/;
  const packet = { ...running, fit: { callback: () => {} } };
  assert.throws(() => encode(packet), { name: "ProtocolError", protocol: TYP, message });
});
