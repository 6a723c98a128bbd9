import assert from "node:assert/strict";
import { type CaptureItem, ingest, isBeamfoldError, openCapture, readEvents } from "beamfold";
import { PROTOCOLS } from "../../lib/capture/ingest/names.ts";
import { writeHead } from "../../lib/capture/heads.ts";
import { type Mark, marksFrom } from "../../lib/capture/marks.ts";
import { inFolder, shared, testWith } from "../tools.ts";

const encoder = new TextEncoder();
const bytes = (value: unknown): Uint8Array =>
  value instanceof Uint8Array ? value : encoder.encode(typeof value === "string" ? value : JSON.stringify(value));

/** A raw dump of messages, each a list of parts: bytes, texts, or what becomes JSON. */
function dump(messages: readonly (readonly unknown[])[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  const head = (major: number, argument: number): void => {
    const view = new DataView(new ArrayBuffer(9));
    pieces.push(new Uint8Array(view.buffer, 0, writeHead(view, 0, major, argument)));
  };
  for (const message of messages) {
    head(4, message.length);
    for (const part of message.map(bytes)) {
      head(2, part.length);
      pieces.push(part);
    }
  }
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

interface Ingested {
  readonly events: CaptureItem[];
  readonly remarks: readonly string[];
}

async function ingested(content: Uint8Array, options: Parameters<typeof ingest>[1] = {}): Promise<Ingested> {
  const events: CaptureItem[] = [];
  let remarks: readonly string[] = [];
  await inFolder(async (folder) => {
    const path = `${folder}/dump`;
    Deno.writeFileSync(path, content);
    const generator = ingest(path, options);
    let step = await generator.next();
    for (; !step.done; step = await generator.next()) events.push(step.value);
    remarks = step.value.map((remark) => remark.replace(path, "dump"));
  });
  return { events, remarks };
}

/** The parts of each event, as texts. */
function texts({ events }: Ingested): string[][] {
  return events.map(({ streams }) =>
    Object.values(streams).flatMap(({ frames }) => frames.map((frame) => new TextDecoder().decode(frame)))
  );
}

/** The raw dumps that are there beside the events that were made of them. */
function pairs(): { raw: string; events: string; protocol: string }[] {
  const known: [RegExp, string][] = [
    [/^albaem/, "albaem"],
    [/^contrast/, "contrast"],
    [/^eiger/, "eiger"],
    [/^maui|^lecroy/, "lecroy"],
    [/^pcap/, "pcap"],
    [/^xspress/, "xspress"],
  ];
  return [...Deno.readDirSync(shared.path("captures/raw"))].sort((a, b) => a.name < b.name ? -1 : 1)
    .map(({ name }) => ({
      raw: shared.path(`captures/raw/${name}`),
      events: shared.path(`captures/events/${name.replace(/\..*$/, "")}.cbors`),
      protocol: known.find(([pattern]) => pattern.test(name))?.[1] ?? "auto",
    }));
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

testWith([shared], "every raw dump gives the events that were recorded of it, frame by frame", async () => {
  const found = pairs();
  assert.ok(found.length >= 7, `${found.length} dumps`);
  for (const { raw, events, protocol } of found) {
    const expected = await all(openCapture(events));
    const [stream = ""] = Object.keys(expected[0]?.streams ?? {});
    for (const named of [protocol, "auto"] as const) {
      const actual = await all(ingest(raw, { protocol: named as "auto", stream }));
      assert.equal(actual.length, expected.length, raw);
      for (const [i, item] of actual.entries()) {
        assert.equal(item.eventNumber, expected[i]?.eventNumber, raw);
        const [ours, theirs] = [item.streams[stream], expected[i]?.streams[stream]];
        assert.deepEqual(Object.keys(item.streams), [stream]);
        assert.equal(ours?.typ, theirs?.typ);
        // PCAP's JSON is written anew for every event.
        const plain = (frame: Uint8Array): unknown =>
          protocol === "pcap" ? JSON.parse(new TextDecoder().decode(frame)) : frame;
        assert.deepEqual(ours?.frames.map(plain), theirs?.frames.map(plain), `${raw}, event ${item.eventNumber}`);
      }
    }
  }
});

testWith([shared], "a PCAP event has its numbers as they were written: 1.0 stays a float", async () => {
  const [, first] = await all(ingest(shared.path("captures/raw/pcap-zmq.cbors"), { protocol: "pcap" }));
  assert.match(new TextDecoder().decode(first?.streams["pcap"]?.frames[0]), /"triggernumber":1\.0,/);
});

testWith([shared], "captures in any form hold the same events, and merge into the same", async () => {
  const names = ["contrast", "pcap", "pilatus", "xspress3"];
  const merged = async (ending: string): Promise<CaptureItem[]> =>
    await all(readEvents(names.map((name) => shared.path(`captures/events/four-${name}.${ending}`))));
  const plain = await merged("cbors");
  assert.ok(plain.length > 0 && Object.keys(plain[1]?.streams ?? {}).length === 4);
  for (const ending of ["cbors.gz", "pkls"]) assert.deepEqual(await merged(ending), plain, ending);
});

testWith([shared], "a pickled capture has a summary, single events, and a cut like any other", async () => {
  const path = shared.path("captures/events/four-xspress3.pkls");
  const other = openCapture(path.replace(/pkls$/, "cbors"));
  const [ours, theirs] = [await openCapture(path).summary(), await other.summary()];
  assert.deepEqual({ ...ours, path: "", fileSize: 0 }, { ...theirs, path: "", fileSize: 0 });
  assert.deepEqual(await openCapture(path).event(5), await other.event(5));
  await inFolder(async (folder) => {
    const whole = Deno.readFileSync(path);
    Deno.writeFileSync(`${folder}/cut.pkls`, whole.subarray(0, whole.length - 10));
    const cut = await openCapture(`${folder}/cut.pkls`).summary();
    assert.equal(cut.events, theirs.events - 1);
    assert.match(cut.cut?.message ?? "", /is cut: its last item, at byte \d+, after event 10, lacks at least/);
  });
});

Deno.test("what stands before the header and after the end is passed over, and counted", async () => {
  const image = { htype: "image", msg_number: 1 };
  const scan = [[{ htype: "header", msg_number: 0 }], [image, "xx"], [{ htype: "series_end", msg_number: 2 }]];
  const found = await ingested(dump([[image, "yy"], ["no JSON"], ...scan, [image, "zz"], ...scan]), { stream: "xrd" });
  assert.deepEqual(texts(found), [
    ['{"htype":"header","msg_number":0}'],
    ['{"htype":"image","msg_number":1}', "xx"],
    ['{"htype":"series_end","msg_number":2}'],
  ]);
  assert.deepEqual(found.events.map(({ eventNumber }) => eventNumber), [0, 1, 2]);
  assert.match(found.remarks.join("\n"), /^the raw dump "dump": 2 messages before the header were passed over$/m);
  assert.match(
    found.remarks.join("\n"),
    /4 messages after the end of the scan were passed over; a second scan begins at/,
  );
});

Deno.test("a scan that has no end is told from one that has", async () => {
  const found = await ingested(dump([[{ htype: "header", msg_number: 0 }], [{ htype: "image", msg_number: 1 }, "x"]]));
  assert.equal(found.events.length, 2);
  assert.deepEqual(found.remarks, [
    'the raw dump "dump": it ends early: the message with "htype": "series_end" is missing',
  ]);
});

Deno.test("a message of the scan that is none is damage, with its place", async () => {
  const content = dump([[{ htype: "header", msg_number: 0 }], ["no JSON"], [{ htype: "series_end", msg_number: 2 }]]);
  await assert.rejects(
    ingested(content, { protocol: "stins" }),
    /the raw dump ".*" is damaged: message 1, at byte 36, is no stins message: .* is not JSON/,
  );
});

Deno.test("an Xspress3 image in three messages is one event, also as the last thing in the dump", async () => {
  const parts = [[{ htype: "image", frame: 0 }], ["spectra"], ["meta"]];
  const found = await ingested(
    dump([[{ htype: "header", filename: "" }], ...parts, parts.flat(), ...parts.slice(0, 2)]),
  );
  assert.deepEqual(texts(found).slice(1), [
    ['{"htype":"image","frame":0}', "spectra", "meta"],
    ['{"htype":"image","frame":0}', "spectra", "meta"],
  ]);
  assert.match(found.remarks.join(), /it ends early: the rest of an image is missing/);
  await assert.rejects(
    ingested(dump([[{ htype: "header", filename: "" }], ...parts.slice(0, 1).map(([json]) => [json, "spectra"])])),
    /an image has 2 parts, expected 1 or 3/,
  );
  assert.equal(found.events[0]?.streams["xspress"]?.typ, "xspress");
});

Deno.test("raw text of a PandABox: header, lines, END, however it was cut into messages", async () => {
  const header = "arm_time: 2026-11-24T07:01:22.646048Z\nmissed: 0\nfields:\n PCAP.TS double Value\n\n";
  const content = `OK\n${header} 1.5\n 2.5\nEND 2 Ok\n`;
  const expected = [[header], [" 1.5\n"], [" 2.5\n"], ["END 2 Ok\n"]];
  for (const size of [1, 7, 1000]) {
    const messages = content.match(new RegExp(`[^]{1,${size}}`, "g"))?.map((piece) => [piece]) ?? [];
    assert.deepEqual(texts(await ingested(dump(messages), { protocol: "positioncap" })), expected, `${size}`);
  }
  assert.deepEqual(texts(await ingested(bytes(content))), expected, "a text file");
  assert.deepEqual(texts(await ingested(bytes(content.trimEnd()))).at(-1), ["END 2 Ok\n"]);
  const more = await ingested(bytes(`${content}0.5\n${header}`));
  assert.deepEqual(texts(more), expected);
  assert.match(more.remarks.join(), /after the end of the scan were passed over/);
  const [event] = (await ingested(bytes(content))).events;
  assert.equal(event?.streams["positioncap"]?.typ, "PCAP_RAW");
});

Deno.test("PCAP lists are taken apart; lists of different lengths are damage", async () => {
  const start = { message_id: 1, version: 1, message_type: "series-start", arm_time: "2024-10-07T08:49:10.627Z" };
  const data = { message_id: 2, version: 1, message_type: "data", frame_number: 7, x: [1, 2], y: [0.5, 1e-20], z: 3 };
  const found = await ingested(dump([[start], [data], [{ ...data, x: 1, y: 2 }], [{ message_type: "series-end" }]]));
  assert.deepEqual(texts(found).slice(1, 4).map(([text]) => JSON.parse(text ?? "")), [
    { ...data, x: 1, y: 0.5 },
    { ...data, frame_number: 8, x: 2, y: 1e-20 },
    { ...data, x: 1, y: 2 },
  ]);
  await assert.rejects(
    ingested(dump([[start], [{ ...data, y: [1] }]])),
    /the lists of a data message differ in length: "x" has 2 values, "y" 1/,
  );
});

Deno.test("LeCroy: in sequence mode every sequence has a start of its own", async () => {
  const start = { htype: "msg", what: 1, frame: 0, ntriggers: 2, seqno: 0, channels: [2] };
  const sequence = [[start], [{ htype: "traces", ch: 2 }, "traces", "times"], [{ htype: "msg", what: 2, frame: 1 }]];
  const found = await ingested(dump([[{ htype: "msg", what: 0, frame: 0 }], ...sequence, ...sequence, [{
    htype: "msg",
    what: 3,
    frame: 4,
    frames: 4,
  }]]));
  assert.deepEqual(texts(found).map((parts) => parts.length), [1, 5, 5, 1]);
  assert.equal(texts(found)[2]?.[0], JSON.stringify(start));
  assert.deepEqual(found.remarks, []);
  await assert.rejects(
    ingested(dump([[{ what: 0 }], ...sequence.slice(0, 2), [start]])),
    /a sequence starts before the one before it has ended/,
  );
  await assert.rejects(
    ingested(dump([[{ what: 0 }], ...sequence.slice(0, 2), [{ htype: "msg", what: 3 }]])),
    /the scan stops before its last sequence has ended/,
  );
  await assert.rejects(
    ingested(dump([[{ what: 0 }], ...sequence, ...sequence.slice(1)])),
    /traces come before the start of a sequence/,
  );
});

Deno.test("Eiger: messages with another number of parts are damage", async () => {
  const header = [{ htype: "dheader-1.0" }, ..."12345678"];
  const image = [{ htype: "dimage-1.0", frame: 0 }, ..."1234"];
  const found = await ingested(dump([header, image, [{ htype: "dseries_end-1.0" }]]));
  assert.deepEqual(texts(found).map(({ length }) => length), [9, 5, 1]);
  await assert.rejects(ingested(dump([header, image.slice(1)])), /is no eiger message/);
  await assert.rejects(ingested(dump([header, image.slice(0, 4)])), /an image has 4 parts, expected 5/);
  await assert.rejects(ingested(dump([header.slice(0, 8), image])), /holds no eiger scan/);
});

Deno.test("Sardana: records from the description to the end, also as lines of text", async () => {
  const records = [{ type: "DataDescription", title: "ascan" }, { type: "RecordData", point_nb: 0 }, {
    type: "RecordEnd",
  }];
  const expected = records.map((record) => [JSON.stringify(record)]);
  assert.deepEqual(texts(await ingested(dump(records.map((record) => [record])))), expected);
  const lines = await ingested(bytes(records.map((record) => `${JSON.stringify(record)}\n`).join("")));
  assert.deepEqual(texts(lines).map(([line]) => [line?.trimEnd()]), expected);
});

Deno.test("what is no dump of that protocol is refused, with the protocols there are", async () => {
  const albaem = dump([[{ message_type: "series-start", message_id: 1, version: 1 }]]);
  await assert.rejects(
    ingested(albaem, { protocol: "stins" }),
    /holds no stins scan: none of its 1 messages is the header/,
  );
  await assert.rejects(
    ingested(dump([["?"]])),
    /cannot tell the protocol of the raw dump ".*" by its first 1 messages/,
  );
  await assert.rejects(
    ingested(albaem, { protocol: "xpress" as "auto" }),
    /the protocol is "xpress", expected "auto" or one of stins, .*; did you mean "xspress"\?/,
  );
  await assert.rejects(ingested(dump([]), {}), /is empty/);
  await inFolder(async (folder) => {
    const { writeCapture } = await import("beamfold");
    await writeCapture(`${folder}/events.cbors`, [{ eventNumber: 0, streams: {} }]);
    await assert.rejects(all(ingest(`${folder}/events.cbors`)), /its items are events already: give its path alone/);
  });
  assert.equal(PROTOCOLS.length, 9);
});

testWith([shared], "a dump cut at each byte gives the whole events before, and says where it is cut", async () => {
  const whole = Deno.readFileSync(shared.path("captures/raw/albaem-dump.cbors"));
  const { events } = await ingested(whole, { protocol: "albaem" });
  for (let length = 1; length < whole.length; length++) {
    try {
      const found = await ingested(whole.subarray(0, length), { protocol: "albaem" });
      assert.deepEqual(found.events, events.slice(0, found.events.length));
      assert.equal(found.remarks.length, 1, `${length}: ${found.remarks}`);
      assert.match(found.remarks[0] ?? "", /is cut: its last message, at byte \d+|it ends early/);
    } catch (error) {
      // Without its header it holds no scan.
      assert.ok(isBeamfoldError(error, "CaptureError"), `${length}: ${error}`);
      assert.match(error.message, /holds no albaem scan/);
    }
  }
});

testWith([shared], "a wrong length in the middle of a pickled capture is damage, not a cut", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/it.pkls`;
    const bytes = Deno.readFileSync(shared.path("captures/events/four-pcap.pkls"));
    const [, second = 0] = [...bytes.keys()].filter((i) =>
      bytes[i] === 0x80 && bytes[i + 1] === 4 && bytes[i + 2] === 0x95
    );
    // The length of its first text becomes one that no file has.
    const name = bytes.indexOf(0x8c, second);
    Deno.writeFileSync(path, withLength(bytes, name));
    await assert.rejects(
      all(openCapture(path)),
      /claims to go on past the end of the file, but a whole item \(event 2\) begins inside it at byte \d+/,
    );
  });
});

/** A pickle whose short text at `at` has become a text of four bytes' length, longer than the file. */
function withLength(bytes: Uint8Array, at: number): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), 0x58, 0xff, 0xff, 0x0f, 0, ...bytes.subarray(at + 2)]);
}

testWith([shared], "a wrong length in the middle of a dump is damage, not a cut", async () => {
  const whole = Deno.readFileSync(shared.path("captures/raw/eiger-small.cbors"));
  // The length of the second image's data, made longer than the file.
  const at = whole.findLastIndex((byte, i) => byte === 0x59 && whole[i + 1] === 0x4e && whole[i + 2] === 0x20);
  const damaged = whole.slice();
  damaged.set([0x59, 0xff, 0xff], at);
  await assert.rejects(
    ingested(damaged, { protocol: "eiger" }),
    /claims to go on past the end of the file, but a whole message \(of 1 parts\) begins inside it at byte \d+/,
  );
});

Deno.test("a message of more parts than any has is damage, not waited for", async () => {
  const content = Uint8Array.from([...dump([[{ what: 0, frame: 0 }]]), 0x9a, 0xff, 0xff, 0xff, 0xff, 0x41, 0x00]);
  await assert.rejects(ingested(content, { protocol: "lecroy" }), /at byte 22, .*found a message of 4294967295 parts/);
});

Deno.test("a dump may say first that it is CBOR", async () => {
  const content = dump([[{ htype: "header", msg_number: 0 }], [{ htype: "series_end", msg_number: 1 }]]);
  const found = await ingested(Uint8Array.from([0xd9, 0xd9, 0xf7, ...content]));
  assert.deepEqual([found.events.length, found.remarks], [2, []]);
});

Deno.test("with strict a dump that is cut is an error, after its whole events", async () => {
  const content = dump([[{ htype: "header", msg_number: 0 }], [{ htype: "image", msg_number: 1 }, "pixels"]]);
  const cut = content.subarray(0, content.length - 1);
  assert.match((await ingested(cut)).remarks.join(), /is cut: its last message, at byte 36, after message 0, lacks/);
  await assert.rejects(ingested(cut, { strict: true }), /is cut: its last message, at byte 36/);
});

testWith([shared], "damage in a pickled capture has its byte", async () => {
  await inFolder(async (folder) => {
    const bytes = Deno.readFileSync(shared.path("captures/events/four-pcap.pkls"));
    const at = bytes.lastIndexOf(0x93);
    bytes[at] = 0xff;
    Deno.writeFileSync(`${folder}/it.pkls`, bytes);
    await assert.rejects(
      all(openCapture(`${folder}/it.pkls`)),
      new RegExp(`is damaged at byte ${at} \\(in the item at`),
    );
  });
});

Deno.test("marks are found wherever the windows of the search begin and end", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/file`;
    const window = 256 << 10;
    const places = [3, window - 2, window + 9, 2 * window - 4, 3 * window - 3];
    const content = new Uint8Array(3 * window);
    for (const place of places) content.set([1, 2, 3], place);
    Deno.writeFileSync(path, content);
    const mark: Mark = { length: 3, isAt: (bytes, at) => [1, 2, 3].every((byte, i) => bytes[at + i] === byte) };
    const expected = places;
    assert.deepEqual(await marksFrom(path, 0, mark, 10), expected);
    assert.deepEqual(await marksFrom(path, 4, mark, 2), expected.slice(1, 3));
  });
});
