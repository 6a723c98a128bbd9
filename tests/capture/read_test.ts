import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { type CaptureItem, openCapture, writeCapture } from "beamfold";
import { inFolder, shared, smallCapture, testWith } from "../tools.ts";

async function itemsOf(path: string): Promise<CaptureItem[]> {
  return await Array.fromAsync(openCapture(path));
}

async function readBytes(bytes: number[]): Promise<CaptureItem[]> {
  let items: CaptureItem[] = [];
  await inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/capture`, Uint8Array.from(bytes));
    items = await itemsOf(`${folder}/capture`);
  });
  return items;
}

const EVENT = [0xd9, 0xa7, 0x7d];
const STREAM = [0xd9, 0xa7, 0x7e];
const frames = [0x81, 0x42, 7, 8];

Deno.test("an item of two elements, with and without the self-described tag", async () => {
  const item = [...EVENT, 0x82, 0x05, 0xa1, 0x61, 0x61, ...STREAM, 0x82, 0x61, 0x54, ...frames];
  for (const bytes of [item, [0xd9, 0xd9, 0xf7, ...item]]) {
    const [event] = await readBytes(bytes);
    assert.equal(event?.eventNumber, 5);
    assert.equal(event?.createdAt, undefined);
    assert.equal(event?.streams["a"]?.typ, "T");
    assert.equal(event?.streams["a"]?.length, 1);
    assert.deepEqual([...event?.streams["a"]?.frames[0] ?? []], [7, 8]);
  }
});

Deno.test("a third element that is a time keeps its microseconds; null is no time", async () => {
  const head = [...EVENT, 0x83, 0x00, 0xa0];
  const time = "2024-10-07T08:49:10.627001Z";
  const [event] = await readBytes([...head, 0xc0, 0x78, time.length, ...new TextEncoder().encode(time)]);
  assert.equal(event?.createdAt, time);
  const [bare] = await readBytes([...head, 0xf6]);
  assert.equal(bare?.createdAt, undefined);
});

Deno.test("arrays and maps of indefinite length, which other writers may use", async () => {
  const stream = [...STREAM, 0x9f, 0x61, 0x54, 0x9f, 0x41, 9, 0x40, 0xff, 0xff];
  const item = (number: number): number[] => [...EVENT, 0x9f, number, 0xbf, 0x61, 0x61, ...stream, 0xff, 0xff];
  const [event, alike, next] = await readBytes([...item(1), ...item(2), ...EVENT, 0x82, 3, 0xa0]);
  for (const read of [event, alike]) {
    assert.deepEqual(read?.streams["a"]?.frames.map((frame) => [...frame]), [[9], []]);
  }
  assert.deepEqual([event, alike, next].map((read) => read?.eventNumber), [1, 2, 3]);
});

Deno.test("items that are alike up to arrays of indefinite length", async () => {
  const item = (number: number, type: number[], data: number[]): number[] => [
    ...[...EVENT, 0x82, number, 0xa1, 0x61, 0x61, ...STREAM],
    ...[...type, 0x61, 0x54, ...data],
  ];
  const pieces = [0x9f, 0x41, 9, 0xff];
  const read = await readBytes([
    ...item(1, [0x9f], [...pieces, 0xff]),
    ...item(2, [0x9f], [...pieces, 0xff]),
    ...item(3, [0x82], pieces),
    ...item(4, [0x82], pieces),
    ...item(5, [0x82], frames),
  ]);
  const framesOf = read.map(({ streams }) => streams["a"]?.frames.map((frame) => [...frame]));
  assert.deepEqual(framesOf, [[[9]], [[9]], [[9]], [[9]], [[7, 8]]]);
});

Deno.test("a name beyond ASCII, and one that objects have by themselves", async () => {
  await inFolder(async (folder) => {
    const streams = Object.fromEntries(
      ["détecteur", "toString", "__proto__"].map((name) => [name, { typ: "T", frames: [] }]),
    );
    Object.defineProperty(streams, "__proto__", { value: { typ: "T", frames: [] }, enumerable: true });
    await writeCapture(`${folder}/a.cbors`, [{ eventNumber: 0, streams }, { eventNumber: 1, streams: {} }]);
    const [first, second] = await itemsOf(`${folder}/a.cbors`);
    assert.deepEqual(Object.keys(first?.streams ?? {}).sort(), ["__proto__", "détecteur", "toString"]);
    assert.equal("toString" in (second?.streams ?? {}), false);
  });
});

Deno.test("gzip is told by content, not by name, and may be of several members", async () => {
  await inFolder(async (folder) => {
    const plain = await smallCapture(folder);
    const bytes = Deno.readFileSync(plain);
    const whole = await itemsOf(plain);
    Deno.writeFileSync(`${folder}/plain.gz`, bytes);
    Deno.writeFileSync(`${folder}/zipped.cbors`, gzipSync(bytes));
    const half = bytes.length >> 1;
    const members = [gzipSync(bytes.subarray(0, half)), gzipSync(bytes.subarray(half))];
    Deno.writeFileSync(`${folder}/members.cbors.gz`, Buffer.concat(members));
    for (const name of ["plain.gz", "zipped.cbors", "members.cbors.gz"]) {
      assert.deepEqual(await itemsOf(`${folder}/${name}`), whole, name);
    }
  });
});

Deno.test("frames from empty to megabytes, at every offset to the chunks in which files are read", async () => {
  await inFolder(async (folder) => {
    const sizes = [0, 1, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 3_000_001, 7, 131_072, 24];
    const frameOf = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (i * 31 + size) & 255);
    const items = sizes.map((size, eventNumber) => ({
      eventNumber,
      streams: {
        a: { typ: "A", frames: [frameOf(eventNumber), frameOf(size)] },
        b: { typ: "B", frames: [frameOf(size), frameOf(3)] },
      },
    }));
    for (const name of ["a.cbors", "a.cbors.gz"]) {
      await writeCapture(`${folder}/${name}`, items);
      const read = await itemsOf(`${folder}/${name}`);
      assert.equal(read.length, items.length);
      for (const [i, item] of read.entries()) {
        for (const stream of ["a", "b"] as const) {
          const expected = (items[i] as typeof items[number]).streams[stream].frames;
          assert(
            item.streams[stream]?.frames.every((frame, k) => equal(frame, expected[k] as Uint8Array)),
            `${name} ${i}`,
          );
        }
      }
    }
  });
});

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

Deno.test("a large frame has a buffer of its own, so that an image over it needs no copy", async () => {
  await inFolder(async (folder) => {
    const frame = new Uint8Array(100_001);
    await writeCapture(`${folder}/a.cbors`, [{ eventNumber: 0, streams: { a: { typ: "A", frames: [frame] } } }]);
    const [event] = await itemsOf(`${folder}/a.cbors`);
    const read = event?.streams["a"]?.frames[0];
    assert.equal(read?.byteOffset, 0);
    assert.equal(read?.buffer.byteLength, 100_001);
  });
});

Deno.test("event(n) finds any event, plain or gzip, also one in several items", async () => {
  await inFolder(async (folder) => {
    const item = (eventNumber: number, name: string) => ({
      eventNumber,
      streams: { [name]: { typ: "T", frames: [Uint8Array.of(eventNumber), new Uint8Array(70_000).fill(eventNumber)] } },
    });
    const items = [item(0, "a"), item(0, "b"), item(3, "a"), item(4, "a"), item(4, "b")];
    for (const name of ["a.cbors", "a.cbors.gz"]) {
      await writeCapture(`${folder}/${name}`, items);
      const capture = openCapture(`${folder}/${name}`);
      for (const [eventNumber, names] of [[4, ["a", "b"]], [3, ["a"]], [0, ["a", "b"]]] as const) {
        const event = await capture.event(eventNumber);
        assert.deepEqual(Object.keys(event.streams), names);
        assert(Object.values(event.streams).every(({ frames }) => frames[1]?.at(-1) === eventNumber));
      }
      await assert.rejects(capture.event(2), /has no event 2: its 3 events are numbered 0 to 4/);
      await assert.rejects(capture.event(-1), /event number is -1, expected 0, 1, 2/);
    }
  });
});

testWith([shared], "the summary of a real capture", async () => {
  const path = shared.path("captures/events/dump_xrd.cbors");
  const { streams, ...rest } = await openCapture(path).summary();
  assert.deepEqual(rest, {
    path,
    fileSize: 3173,
    events: 11,
    items: 11,
    firstEvent: 0,
    lastEvent: 10,
    gaps: [],
    missing: 0,
    createdAt: undefined,
    duration: undefined,
    cut: undefined,
  });
  const frames = { total: 20, min: 1, max: 2 };
  assert.deepEqual(streams, [{
    name: "xrd",
    typs: ["STINS"],
    events: 11,
    frames,
    bytes: { total: 2869, min: 41, max: 200 },
  }]);
});

Deno.test("the summary of a capture with gaps, disorder, several items an event, and a cut", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.cbors`;
    const item = (eventNumber: number, name: string, micros: number) => ({
      eventNumber,
      streams: { [name]: { typ: name.toUpperCase(), frames: [new Uint8Array(80_000)] } },
      createdAt: `2024-10-07T08:49:10.${String(micros).padStart(6, "0")}Z`,
    });
    const order = [2, 3, 3, 9, 8, 5].map((eventNumber, i) => item(eventNumber, i === 2 ? "b" : "a", i));
    const parts = await Promise.all(order.map(async (one, i) => {
      await writeCapture(`${folder}/${i}`, [one]);
      return Deno.readFileSync(`${folder}/${i}`);
    }));
    Deno.writeFileSync(path, new Uint8Array(await new Blob(parts).arrayBuffer()));
    Deno.truncateSync(path, Deno.statSync(path).size - 50_000);
    const summary = await openCapture(path).summary();
    assert.deepEqual([summary.events, summary.items, summary.firstEvent, summary.lastEvent], [4, 5, 2, 9]);
    assert.deepEqual([summary.gaps, summary.missing], [[{ from: 4, to: 7 }], 4]);
    assert.equal(summary.duration, 4e-6);
    assert.deepEqual(summary.streams.map(({ name, typs, events }) => [name, typs, events]), [["a", ["A"], 4], ["b", [
      "B",
    ], 1]]);
    assert.match(summary.cut?.message ?? "", /lacks at least \d+ bytes/);
  });
});

Deno.test("what is no capture is called by its name", async () => {
  const text = (value: string): number[] => [...new TextEncoder().encode(value)];
  const cases: [number[], RegExp][] = [
    [[0x82, 0x42, 1, 2, 0x40], /it is a raw dump/],
    [[0xd9, 0xd9, 0xf7, 0x81, 0x58, 30], /it is a raw dump/],
    [text('{"till_x": 3}'), /it is JSON, not CBOR/],
    [text("2024-10-07 08:49 started"), /it is a text \("2024-10-07 08:49 sta"…\), not CBOR/],
    [[0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], /it is an HDF5 file/],
    [[0x80, 4, 0x4e, 0x2e], /expected a pickled dranspose\.event\.InternalWorkerMessage, found null/],
    [[0x50, 0x4b, 3, 4], /it is a zip archive/],
    [[0x28, 0xb5, 0x2f, 0xfd], /compressed with zstd/],
    [[0xa1, 0x61, 0x61, 0x01], /is damaged at byte 0: expected an event \(tag 42877\), found a map \(1\)/],
  ];
  for (const [bytes, message] of cases) await assert.rejects(readBytes(bytes), message);
});

Deno.test("a missing file, a folder and an empty file are told apart", async () => {
  await inFolder((folder) => {
    Deno.writeFileSync(`${folder}/empty.cbors`, new Uint8Array());
    assert.throws(() => openCapture(`${folder}/none.cbors`), /none\.cbors": there is no such file \(looked in/);
    assert.throws(() => openCapture("/dev/null"), /it is a pipe or device/);
    assert.throws(() => openCapture(folder), /it is a folder; name the files in it/);
    assert.throws(() => openCapture(`${folder}/empty.cbors`), /is empty \(0 bytes\): was the recording started\?/);
  });
});
