import assert from "node:assert/strict";
import { isBeamfoldError, writeCapture } from "beamfold";
import { type DumpSummary, dumpSummary, isDump } from "../../lib/capture/dump_summary.ts";
import { inFolder, shared, testWith } from "../tools.ts";
import { dumpBytes } from "./dumps.ts";

const header = { htype: "header", msg_number: 0, filename: "" };
const image = { htype: "image", msg_number: 1 };
const scan = [[header], [image, "xx"], [image, "xxxx"], [{ htype: "series_end", msg_number: 3 }]];

async function summaryOf(content: Uint8Array | string): Promise<DumpSummary> {
  let summary: DumpSummary | undefined;
  await inFolder(async (folder) => {
    const path = `${folder}/dump.cbors`;
    Deno.writeFileSync(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    summary = await dumpSummary(path);
    assert.equal(summary.fileSize, Deno.statSync(path).size);
  });
  return summary as DumpSummary;
}

testWith([shared], "real dumps are counted and recognised, and make as many events as were recorded", async () => {
  const rows = [];
  for (const { name } of [...Deno.readDirSync(shared.path("captures/raw"))].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = shared.path(`captures/raw/${name}`);
    assert.ok(isDump(path));
    const { messages, parts, bytes, protocol, typ, events, problem, remarks, cut, header } = await dumpSummary(path);
    assert.deepEqual([problem, cut, header?.typ], [undefined, undefined, typ]);
    rows.push([
      name,
      messages,
      parts.total,
      `${parts.min}–${parts.max}`,
      bytes.total,
      protocol,
      events,
      remarks.length,
    ]);
  }
  assert.deepEqual(rows, [
    ["albaem-dump.cbors", 6, 6, "1–1", 1350, "albaem", 6, 0],
    ["contrast-dump.cbors", 26, 26, "1–1", 52_403, "contrast", 22, 2],
    ["eiger-small.cbors", 5, 25, "1–9", 110_922, "eiger", 5, 0],
    ["maui-02-continuous-3.cbor.gz", 9, 17, "1–3", 257_152, "lecroy", 4, 0],
    ["pcap-zmq.cbors", 102, 102, "1–1", 88_048, "pcap", 1502, 0],
    ["xspress3-dump.cbors", 62, 62, "1–1", 1_326_123, "xspress", 22, 0],
    ["xspress3-multipart.cbors", 7, 17, "1–3", 331_954, "xspress", 7, 0],
  ]);
});

Deno.test("parts and bytes have their extremes, and the header is the first event's", async () => {
  const found = await summaryOf(dumpBytes(scan));
  assert.deepEqual([found.form, found.messages, found.events, found.protocol, found.typ], [
    "messages",
    4,
    4,
    "stins",
    "STINS",
  ]);
  assert.deepEqual(found.parts, { total: 6, min: 1, max: 2 });
  assert.deepEqual([found.bytes.min, found.bytes.max], [2, JSON.stringify(header).length]);
  const [frame] = found.header?.frames ?? [];
  assert.deepEqual(JSON.parse(new TextDecoder().decode(frame)), header);
});

Deno.test("what is passed over and missing is in the remarks", async () => {
  const { messages, events, remarks } = await summaryOf(dumpBytes([[image, "y"], ...scan, [image, "z"]]));
  assert.deepEqual([messages, events], [6, 4]);
  assert.match(remarks.join("\n"), /1 message before the header was passed over\n.*1 message after the end/);
  const open = await summaryOf(dumpBytes(scan.slice(0, 2)));
  assert.match(open.remarks.join(), /it ends early: the message with "htype": "series_end" is missing/);
});

Deno.test("a dump that is cut is counted up to there", async () => {
  const whole = dumpBytes(scan);
  const { messages, events, cut, remarks } = await summaryOf(whole.subarray(0, whole.length - 5));
  assert.deepEqual([messages, events, remarks], [3, 3, []]);
  assert.match(cut?.message ?? "", /is cut: its last message, at byte \d+, after message 2, lacks at least 5 bytes/);
  const nothing = await summaryOf(whole.subarray(0, 10));
  assert.deepEqual([nothing.messages, nothing.protocol, nothing.bytes], [0, undefined, { total: 0, min: 0, max: 0 }]);
  assert.match(nothing.cut?.message ?? "", /is cut/);
});

Deno.test("messages of an unknown kind are counted, and why nothing is made of them is said", async () => {
  const unknown = await summaryOf(dumpBytes([["?"], ["??", "!"]]));
  assert.deepEqual([unknown.messages, unknown.parts.total, unknown.events], [2, 3, undefined]);
  assert.deepEqual([unknown.protocol, unknown.typ, unknown.header], [undefined, undefined, undefined]);
  assert.match(unknown.problem ?? "", /cannot tell the protocol of the raw dump .* by its first 2 messages: say which/);
  const headless = await summaryOf(dumpBytes(scan.slice(1)));
  assert.deepEqual([headless.messages, headless.protocol, headless.events], [3, "stins", 0]);
  assert.match(headless.problem ?? "", /holds no stins scan: none of its 3 messages is the header/);
});

Deno.test("a text is counted by its lines", async () => {
  const text =
    "arm_time: 2026-11-24T07:01:22.646048Z\nmissed: 0\nfields:\n PCAP.TS double Value\n\n 1.5\n 2.5\nEND 2 Ok\n";
  const { form, messages, events, protocol, typ, problem } = await summaryOf(text);
  assert.deepEqual([form, messages, events, protocol, typ, problem], [
    "lines",
    8,
    4,
    "positioncap",
    "PCAP_RAW",
    undefined,
  ]);
});

Deno.test("damage, and what is no dump, is an error with its place", async () => {
  const refused = async (content: Uint8Array, says: RegExp): Promise<void> => {
    await assert.rejects(
      summaryOf(content),
      (error) => isBeamfoldError(error, "CaptureError") && says.test(error.message),
    );
  };
  await refused(
    dumpBytes([[header], ["no JSON"], ...scan.slice(1)]),
    /damaged: message 1, at byte 50, is no stins message/,
  );
  await refused(Uint8Array.of(...dumpBytes(scan), 0xff, 0xff), /is damaged at byte \d+, after message 3/);
  await refused(Uint8Array.of(0x81, 0x41, 0x3f, 0xff), /is damaged at byte 3, after message 0/);
  await inFolder(async (folder) => {
    await writeCapture(`${folder}/events.cbors`, [{ eventNumber: 0, streams: {} }]);
    assert.equal(isDump(`${folder}/events.cbors`), false);
    await assert.rejects(dumpSummary(`${folder}/events.cbors`), /its items are events already/);
    assert.throws(() => isDump(`${folder}/none.cbors`), /there is no such file/);
    assert.throws(() => isDump(folder), /it is a folder/);
  });
});

Deno.test("a dump is summarised in memory that does not grow with it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/large.cbors`;
    const file = Deno.openSync(path, { create: true, write: true });
    const large = dumpBytes([[image, new Uint8Array(1 << 20)]]);
    file.writeSync(dumpBytes(scan.slice(0, 1)));
    for (let i = 0; i < 200; i++) file.writeSync(large);
    file.close();
    const before = Deno.memoryUsage().external;
    let most = 0;
    const timer = setInterval(() => most = Math.max(most, Deno.memoryUsage().external), 1);
    const { events, bytes } = await dumpSummary(path);
    clearInterval(timer);
    assert.deepEqual([events, bytes.max], [201, 1 << 20]);
    assert.ok(most - before < 150 << 20, `${Math.round((most - before) / (1 << 20))} MiB`);
  }));
