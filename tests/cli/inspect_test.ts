import { createFile, type WritableItem, writeCapture } from "beamfold";
import assert from "node:assert/strict";
import { dumpBytes } from "../capture/dumps.ts";
import { numbered, shorten, upTo } from "../replay/parts.ts";
import { cli, inFolder, shared, stinsItems, testWith } from "../tools.ts";
import { complaint } from "./running.ts";

Deno.test("inspect shows size, events, time and streams of a capture", () =>
  inFolder(async (folder) => {
    const item = (eventNumber: number, ...lengths: number[]) => ({
      eventNumber,
      streams: { eiger: { typ: "T", frames: lengths.map((length) => new Uint8Array(length)) } },
      createdAt: `2024-10-07T08:00:0${eventNumber}.500000Z`,
    });
    await writeCapture(`${folder}/a.cbors`, [item(0, 20), item(1, 30, 12_000), item(2, 40)]);
    const { code, stdout, stderr } = await cli(["inspect", "a.cbors"], folder);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(stdout.split("\n"), [
      "a.cbors",
      "12.2 kB, 3 events, numbered 0 to 2",
      "recorded 2024-10-07T08:00:00.500000Z, for 2.00 s",
      "",
      "stream  type  events  frames  an event  bytes    a frame",
      "eiger   T          3       4  1 – 2     12.1 kB  20 B – 12 kB",
      "",
    ]);
  }));

Deno.test("inspect --json prints a summary with the right numbers, one a line for each capture", () =>
  inFolder(async (folder) => {
    await numbered(`${folder}/a.cbors`, [3, 4, 8], "left");
    await numbered(`${folder}/b.cbors`, upTo(2), "right");
    const { code, stdout } = await cli(["inspect", "--json", "a.cbors", "b.cbors"], folder);
    assert.equal(code, 0);
    const [a, b, ...rest] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(rest, []);
    assert.deepEqual(a, {
      path: "a.cbors",
      fileSize: Deno.statSync(`${folder}/a.cbors`).size,
      events: 3,
      items: 3,
      firstEvent: 3,
      lastEvent: 8,
      gaps: [{ from: 5, to: 7 }],
      missing: 3,
      streams: [{
        name: "left",
        typs: ["T"],
        events: 3,
        frames: { total: 3, min: 1, max: 1 },
        bytes: { total: 3, min: 1, max: 1 },
      }],
    });
    assert.deepEqual([b.path, b.events, b.streams[0].name], ["b.cbors", 2, "right"]);
  }));

Deno.test("inspect names the events that are missing", () =>
  inFolder(async (folder) => {
    await numbered(`${folder}/a.cbors`, [0, 1, 4, 6, 9]);
    const { stdout } = await cli(["inspect", "a.cbors"], folder);
    assert.match(stdout, /5 events, numbered 0 to 9\nmissing 5 events: 2–3, 5, 7–8\n/);
  }));

Deno.test("inspect shows a capture that is cut, with a warning", () =>
  inFolder(async (folder) => {
    shorten(await numbered(`${folder}/a.cbors`, upTo(5)), 1);
    const { code, stdout } = await cli(["inspect", "a.cbors"], folder);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /4 events, numbered 0 to 3\nwarning: the capture "a\.cbors" is cut: .* lacks at least 1 byte\n/,
    );
  }));

Deno.test("inspect counts events and items of a capture that several ingesters wrote to", () =>
  inFolder(async (folder) => {
    const item = (eventNumber: number, name: string) => ({
      eventNumber,
      streams: { [name]: { typ: "T", frames: [] } },
    });
    await writeCapture(`${folder}/a.cbors`, [item(0, "a"), item(0, "b"), item(1, "a"), item(1, "b")]);
    const { stdout } = await cli(["inspect", "a.cbors"], folder);
    assert.match(stdout, /2 events, numbered 0 to 1, in 4 items\n/);
  }));

Deno.test("inspect shows groups, attributes and datasets of an HDF5 file as a tree", () =>
  inFolder(async (folder) => {
    {
      using file = createFile(`${folder}/out.h5`);
      const group = file.createGroup("entry");
      group.attrs.set("NX_class", "NXentry");
      group.createDataset("curve", { shape: [0], maxShape: [null], dtype: "float32" }).set(2, 4);
      file.createDataset("title", { data: "a scan" });
      file.createDataset("count", { data: 3 });
    }
    const { code, stdout } = await cli(["inspect", "out.h5"], folder);
    assert.equal(code, 0);
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      "out.h5",
      "├ count  int64  3",
      "├ entry/",
      '│ ├ @NX_class = "NXentry"',
      "│ └ curve  float32 (3 → ∞)  ▁▁█  0 … 4",
      '└ title  str  "a scan"',
    ]);
  }));

Deno.test("inspect --json prints nothing that is no JSON, for an HDF5 file as well", () =>
  inFolder(async (folder) => {
    createFile(`${folder}/out.h5`).close();
    const { stdout } = await cli(["inspect", "--json", "out.h5"], folder);
    for (const line of stdout.trimEnd().split("\n").filter((line) => line !== "")) JSON.parse(line);
  }));

Deno.test("of several files those that can be read are shown, and the exit status is 1", () =>
  inFolder(async (folder) => {
    await numbered(`${folder}/a.cbors`, upTo(3));
    Deno.writeTextFileSync(`${folder}/empty.cbors`, "");
    const { code, stdout, stderr } = await cli(["inspect", "nope.cbors", "a.cbors", "empty.cbors"], folder);
    assert.equal(code, 1);
    assert.match(stdout, /^\s*a\.cbors\n51 B, 3 events, /);
    assert.match(stderr, /^error: .*"nope\.cbors": there is no such file.*\nerror: .*"empty\.cbors" is empty.*\n$/);
  }));

for (
  const { name, make, says } of [
    { name: "a folder", make: (path: string) => Deno.mkdirSync(path), says: /"it": it is a folder; name the files/ },
    { name: "JSON", make: (path: string) => Deno.writeTextFileSync(path, "[1, 2]"), says: /"it" .*it is JSON/ },
    {
      name: "longer JSON",
      make: (path: string) => Deno.writeTextFileSync(path, '{"till_x": 3}'),
      says: /"it" .*it is JSON/,
    },
    { name: "a text", make: (path: string) => Deno.writeTextFileSync(path, "hello world"), says: /it is a text/ },
    {
      name: "noise",
      make: (path: string) => Deno.writeFileSync(path, Uint8Array.of(1, 2, 3)),
      says: /"it" is damaged/,
    },
  ]
) {
  Deno.test(`inspect refuses in one clear paragraph: ${name}`, () =>
    inFolder(async (folder) => {
      make(`${folder}/it`);
      assert.match(complaint(await cli(["inspect", "it"], folder)), says);
    }));
}

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
      `xrd         0  htype: "header", msg_number: 0, filename: "output/${"long_name_".repeat(4)}long_name…`,
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
    assert.match(stderr, /'1:5' is invalid. Expected the number of an event: 0, 1, 2, …/);
  }));

testWith([shared], "inspect --event reads an event with what the header says", async () => {
  const event = async (name: string, number: number): Promise<string> =>
    (await cli(["inspect", shared.path(`captures/${name}`), "--event", String(number)])).stdout;
  assert.match(await event("events/xspress3-multipart.cbors", 3), /^ {2}window_counts: uint32 \(2, 4\) \[/m);
  assert.match(await event("events/four-pcap.pkls", 3), /^ {2}INENC1.VAL.Mean: \{name: .*, value: 1\}$/m);
  assert.match(await event("raw/xspress3-multipart.cbors", 3), /^ {2}window_counts: uint32 \(2, 4\) \[/m);
  assert.match(await event("events/xspress3-multipart.cbors", 0), /"dead_time_correction", "window_counts"\n$/);
});

testWith([shared], "inspect shows a pickled capture like any other", async () => {
  const [pickled, plain] = await Promise.all(["pkls", "cbors"].map(async (ending) => {
    const { code, stdout, stderr } = await cli(["inspect", shared.path(`captures/events/four-pcap.${ending}`)]);
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout.split("\n").slice(2).join("\n");
  }));
  assert.equal(pickled, plain);
  assert.match(pickled ?? "", /^pcap {4}PCAP_RAW \(positioncap\) /m);
  assert.match(pickled ?? "", /^pcap {8}0 {2}arm_time: "2026-11-24T07:01:22.646048Z", /m);
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
      frames: [51],
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
