import { createFile, type WritableItem, writeCapture } from "beamfold";
import assert from "node:assert/strict";
import { dumpBytes } from "../capture/dumps.ts";
import { cli, inFolder, shared, stinsItems, testWith } from "../tools.ts";
import { complaint } from "./running.ts";

/** A scan of two streams, the second of which begins later and is broken. */
async function twoStreams(folder: string): Promise<string> {
  const path = `${folder}/scan.cbors`;
  const images = [1, 2].map((n) => ({ data: Uint16Array.of(n, n, n, 4), shape: [2, 2] }));
  const items: WritableItem[] = stinsItems(images, { filename: `output/${"long_name_".repeat(20)}.h5` });
  const broken = { typ: "PCAP", frames: [new TextEncoder().encode("{}")] };
  const [first, ...rest] = items.map((item) => ({ ...item, createdAt: "2024-10-07T08:00:00.500000Z" }));
  await writeCapture(path, [first!, ...rest.map((item) => ({ ...item, streams: { ...item.streams, broken } }))]);
  return path;
}

Deno.test("inspect shows the first packet of each stream on a line", () =>
  inFolder(async (folder) => {
    await twoStreams(folder);
    const { stdout } = await cli(["inspect", "scan.cbors"], folder);
    assert.deepEqual(stdout.split("\n").slice(-5), [
      "",
      "stream  event  first packet",
      `xrd         0  htype: "header", msg_number: 0, filename: "output/${"long_name_".repeat(5)}lon…`,
      'broken      1  error: cannot parse this as PCAP: "message_id" is undefined, expected a whole number',
      "",
    ]);
  }));

Deno.test("inspect --event shows the packets of one event", () =>
  inFolder(async (folder) => {
    await twoStreams(folder);
    const { code, stdout } = await cli(["inspect", "scan.cbors", "--event", "2"], folder);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `scan.cbors, event 2, recorded 2024-10-07T08:00:00.500000Z

xrd  STINS, 2 frames of 93 B, 8 B
htype: "image", msg_number: 2, frame: 1, shape: [2, 2], type: "uint16", compression: "none"
data: uint16 (2, 2) [2, 2, 2, 4]

broken  PCAP, 1 frame of 2 B
error: cannot parse this as PCAP: "message_id" is undefined, expected a whole number
`,
    );
    const json = JSON.parse((await cli(["inspect", "--json", "scan.cbors", "--event", "2"], folder)).stdout);
    assert.deepEqual([json.path, json.eventNumber, json.createdAt], ["scan.cbors", 2, "2024-10-07T08:00:00.500000Z"]);
    assert.deepEqual(json.streams.xrd.packet.data, { dtype: "uint16", shape: [2, 2], first: [2, 2, 2, 4] });
    assert.match(json.streams.broken.error, /"message_id" is undefined/);
  }));

Deno.test("inspect --event refuses what is no event", () =>
  inFolder(async (folder) => {
    await twoStreams(folder);
    createFile(`${folder}/out.h5`).close();
    Deno.writeFileSync(`${folder}/dump.cbors`, dumpBytes(scan));
    const refused = async (file: string, event: string) =>
      complaint(await cli(["inspect", file, "--event", event], folder));
    assert.match(await refused("scan.cbors", "9"), /has no event 9: its 4 events are numbered 0 to 3/);
    assert.match(await refused("dump.cbors", "9"), /has no event 9: its 3 events are numbered 0 to 2/);
    assert.match(await refused("out.h5", "1"), /--event 1: "out.h5" is an HDF5 file and has no events; leave it out/);
    const { code, stderr } = await cli(["inspect", "scan.cbors", "--event", "1:5"], folder);
    assert.equal(code, 2);
    assert.match(stderr, /"1:5" is invalid. Expected the number of an event: 0, 1, 2, …/);
  }));

testWith([shared], "inspect --event reads an event with what the header says", async () => {
  const event = async (name: string, number: number): Promise<string> =>
    (await cli(["inspect", shared.path(`captures/${name}`), "--event", String(number)])).stdout;
  assert.match(await event("events/xspress3-multipart.cbors", 3), /^ {2}window_counts: uint32 \(2, 4\) \[/m);
  assert.match(await event("events/four-pcap.pkls", 3), /^ {2}INENC1.VAL.Mean: \{name: .*, value: 1\}$/m);
  assert.match(await event("raw/xspress3-multipart.cbors", 3), /^ {2}window_counts: uint32 \(2, 4\) \[/m);
  assert.match(await event("events/xspress3-multipart.cbors", 0), /"dead_time_correction", "window_counts"\n$/);
});

const scan = [
  [{ htype: "header", msg_number: 0, filename: "scan.h5" }],
  [{ htype: "image", msg_number: 1 }, "xxxx"],
  [{ htype: "series_end", msg_number: 2 }],
];

Deno.test("inspect shows what a raw dump holds, what becomes of it, and how it is used", () =>
  inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/my dump.cbors`, dumpBytes([...scan, [{ htype: "image", msg_number: 3 }, "?"]]));
    const { code, stdout, stderr } = await cli(["inspect", "my dump.cbors"], folder);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(stdout.split("\n"), [
      "my dump.cbors",
      "size      174 B",
      "messages  4 messages, 1 – 2 parts each, 1 B – 54 B a part",
      "protocol  stins",
      "events    3 events",
      "warning   1 message after the end of the scan was passed over",
      "use       deno task ingest 'my dump.cbors' -o events.cbors",
      "          deno task replay -w … -r … -f stins:stins@'my dump.cbors'",
      "",
      "first packet",
      'htype: "header", msg_number: 0, filename: "scan.h5"',
      "",
    ]);
  }));

Deno.test("inspect --json gives the same of a raw dump for programs", () =>
  inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/dump.cbors`, dumpBytes(scan));
    const { stdout } = await cli(["inspect", "--json", "dump.cbors"], folder);
    const { header, ...summary } = JSON.parse(stdout);
    assert.deepEqual(summary, {
      path: "dump.cbors",
      fileSize: Deno.statSync(`${folder}/dump.cbors`).size,
      form: "messages",
      messages: 3,
      parts: { total: 4, min: 1, max: 2 },
      bytes: { total: 127, min: 4, max: 54 },
      protocol: "stins",
      typ: "STINS",
      events: 3,
      remarks: [],
    });
    assert.deepEqual(header, {
      typ: "STINS",
      frames: [54],
      protocol: "stins",
      packet: { htype: "header", msg_number: 0, filename: "scan.h5" },
    });
  }));

Deno.test("inspect counts the messages of a dump whose protocol it cannot tell, and refuses a damaged one", () =>
  inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/dump.cbors`, dumpBytes([["?"], ["!"]]));
    const { code, stdout } = await cli(["inspect", "dump.cbors"], folder);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^messages {2}2 messages, 1 part each, 1 B a part\nprotocol {2}not recognised\nwarning {3}cannot/m,
    );
    assert.match(stdout, /deno task ingest dump\.cbors --protocol … -o events\.cbors\n +deno .* -f …:…@dump\.cbors\n$/);
    Deno.writeFileSync(`${folder}/dump.cbors`, dumpBytes([scan[0]!, ["no JSON"]]));
    assert.match(
      complaint(await cli(["inspect", "dump.cbors"], folder)),
      /is damaged: message 1, at byte \d+, is no stins/,
    );
  }));

testWith([shared], "inspect shows the beginning of a long first packet", async () => {
  const { stdout } = await cli(["inspect", shared.path("captures/raw/contrast-dump.cbors")]);
  assert.match(stdout, /^ {2}attenuator3_x: 0\.536, .*\n(.*\n){8}… \d+ more lines: see --event 0\n$/m);
});
