import { createFile, writeCapture } from "beamfold";
import assert from "node:assert/strict";
import { numbered, shorten, upTo } from "../replay/parts.ts";
import { cli, inFolder, shared, testWith } from "../tools.ts";
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
