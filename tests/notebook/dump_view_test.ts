import assert from "node:assert/strict";
import { isBeamfoldError } from "beamfold";
import { renderingOf } from "../../lib/notebook/view.ts";
import { dumpBytes } from "../capture/dumps.ts";
import { inFolder, shared, testWith } from "../tools.ts";
import { picturesIn, strippedIn } from "./tools.ts";

const scan = [
  [{ htype: "header", msg_number: 0, filename: "<b>.h5" }],
  ...[1, 2, 3].map((n) => [
    { htype: "image", msg_number: n, frame: n - 1, shape: [2, 2], type: "uint8", compression: "none" },
    Uint8Array.of(n, 1, 2, 3),
  ]),
  [{ htype: "series_end", msg_number: 4 }],
];

Deno.test("a raw dump shows what it holds, what becomes of it, its first packet and thumbnails", () =>
  inFolder(async (folder) => {
    const path = `${folder}/dump.cbors`;
    const content = dumpBytes([scan[1] as unknown[], ...scan]);
    Deno.writeFileSync(path, content);
    const rendering = await renderingOf(path);
    assert.deepEqual(
      rendering.text.replaceAll(folder, "…").split("\n").map((line) => line.replace(/ \(viridis.*/, "")),
      [
        "raw dump  …/dump.cbors",
        `size      ${content.length} B`,
        "messages  6 messages, 1 – 2 parts each, 4 B – 92 B a part",
        "protocol  stins",
        "events    5 events",
        "warning   1 message before the header was passed over",
        'use       replay({ …, files: [{ path: "…/dump.cbors", protocol: "stins", stream: "stins" }] })',
        "first packet",
        'htype: "header", msg_number: 0, filename: "<b>.h5"',
        "image of stins, event 1: 2×2, 1 to 3",
        "image of stins, event 2: 2×2, 1 to 3",
        "image of stins, event 3: 2×2, 1 to 3",
      ],
    );
    assert.deepEqual([picturesIn(rendering), strippedIn(rendering)], [3, []]);
    assert.ok(rendering.html.includes("&lt;b&gt;.h5"));
  }));

testWith([shared], "real dumps of detectors are drawn as the captures that were made of them", async () => {
  for (const [name, pictures] of [["xspress3-dump.cbors", 3], ["maui-02-continuous-3.cbor.gz", 2]] as const) {
    assert.equal(picturesIn(await renderingOf(shared.path(`captures/raw/${name}`))), pictures);
  }
  const { text } = await renderingOf(shared.path("captures/raw/eiger-small.cbors"));
  assert.match(text, /^protocol {2}eiger, streams of type EIGER_LEGACY$/m);
  assert.match(text, /^ {2}auto_summation: true, /m);
  assert.match(text, /^⚠ eiger, event 1: .* the frame is cut/m);
});

Deno.test("a dump that is not recognised says so; one that is cut or damaged too", () =>
  inFolder(async (folder) => {
    const path = `${folder}/dump.cbors`;
    Deno.writeFileSync(path, dumpBytes([["?"], ["!"]]));
    const { text } = await renderingOf(path);
    assert.match(
      text,
      /^messages {2}2 messages, 1 part each, 1 B a part\nprotocol {2}not recognised\nwarning {3}cannot tell/m,
    );
    assert.match(text, /^use {7}replay\(\{ …, files: \[\{ path: ".*", protocol: "…", stream: "…" \}\] \}\)$/m);
    const whole = dumpBytes(scan);
    Deno.writeFileSync(path, whole.subarray(0, whole.length - 3));
    const cut = await renderingOf(path);
    assert.match(cut.text, /^events {4}4 events\nwarning {3}the raw dump ".*" is cut: its last message/m);
    assert.equal(picturesIn(cut), 2);
    Deno.writeFileSync(path, dumpBytes([...scan.slice(0, 2), ["no JSON"]]));
    await assert.rejects(renderingOf(path), (error) => isBeamfoldError(error, "CaptureError"));
  }));

Deno.test("a text of a PandABox is counted in lines", () =>
  inFolder(async (folder) => {
    const path = `${folder}/positions.cbors`;
    const text = "arm_time: 2026-11-24T07:01:22.646048Z\nfields:\n PCAP.TS double Value\n\n 1.5\nEND 1 Ok\n";
    Deno.writeTextFileSync(path, text);
    const shown = (await renderingOf(path)).text;
    assert.match(
      shown,
      /^messages {2}6 lines, 1 B – 38 B a line\nprotocol {2}positioncap, streams of type PCAP_RAW\n/m,
    );
    assert.match(shown, /^events {4}3 events$/m);
  }));
