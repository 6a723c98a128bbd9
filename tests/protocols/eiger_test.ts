import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type NdArray, openCapture, type StreamData, sum, toNested } from "beamfold";
import fc from "fast-check";
import { dtypeOf, elementType } from "../../lib/array/dtypes.ts";
import { contiguous, copyArray, view } from "../../lib/array/ndarray.ts";
import { compressBslz4, compressLz4 } from "../../lib/bslz4/compress.ts";
import { CompressionError, ProtocolError } from "../../lib/errors.ts";
import { streamData } from "../../lib/event.ts";
import * as eiger from "../../lib/protocols/eiger.ts";
import { PayloadCopier } from "../../lib/replay/payload.ts";
import { arrays, nestedOf } from "../array/samples.ts";
import { shared, testWith } from "../tools.ts";
import { extras, frames, jsonFrame, refuses, refusesToEncode, refusesWithoutKeys } from "./support.ts";

const TYP = "EIGER_LEGACY";
const none = new Uint8Array();

const imageFields = { htype: "dimage-1.0", frame: 2, hash: "f00", series: 7 };
const dataHead = { htype: "dimage_d-1.0", encoding: "<", shape: [3, 2], size: 12, type: "uint16" };
const config = { htype: "dconfig-1.0", real_time: 9999900, start_time: 103597359252740 };
const pixels = Uint8Array.of(0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 0, 1);

function imageFrames(head: object = {}, buffer: Uint8Array = pixels, appendix: Uint8Array = jsonFrame({})): StreamData {
  return frames(TYP, imageFields, jsonFrame({ ...dataHead, ...head }), buffer, jsonFrame(config), appendix);
}

function image(stream: StreamData): eiger.EigerImage {
  const packet = eiger.parse(stream);
  assert.ok(packet.htype === "dimage-1.0");
  return packet;
}

const headerFields = { htype: "dheader-1.0", header_detail: "all", series: 7 };

function headerFrames(tables: [object, Uint8Array][], appendix: Uint8Array = jsonFrame({ note: 1 })): StreamData {
  const parts = tables.flatMap(([head, data]) => [jsonFrame(head), data]);
  return frames(TYP, headerFields, jsonFrame({ nimages: 6 }), ...parts, appendix);
}

const flatfield = { htype: "dflatfield-1.0", shape: [2, 1], type: "float32" };
const mask = { htype: "dpixelmask-1.0", shape: [2, 1], type: "uint32" };
const rates = { htype: "dcountrate_table-1.0", shape: [2, 2], type: "float32" };
const tables: [object, Uint8Array][] = [
  [flatfield, new Uint8Array(Float32Array.of(1, 0.5).buffer)],
  [mask, new Uint8Array(Uint32Array.of(0, 2).buffer)],
  [rates, new Uint8Array(Float32Array.of(0, 0, 10, 11).buffer)],
];

function header(stream: StreamData): eiger.EigerHeader {
  const packet = eiger.parse(stream);
  assert.ok(packet.htype === "dheader-1.0");
  return packet;
}

Deno.test("an image is parsed to its keys, its data as they came, and its pixels in rows and columns", () => {
  const packet = image(imageFrames());
  assert.deepEqual(packet, { ...imageFields, data: { ...dataHead, buffer: pixels }, config } as unknown);
  assert.deepEqual(toNested(packet.image), [[0, 1, 2], [3, 4, 256]]);
});

Deno.test("pixels are read in every encoding", () => {
  const cases: [string, string, Uint8Array][] = [
    ["bs8-lz4<", "uint8", compressBslz4(pixels, { itemsize: 1, header: true })],
    ["bs16-lz4<", "uint16", compressBslz4(pixels, { itemsize: 2, header: true })],
    ["bs32-lz4<", "uint32", compressBslz4(pixels, { itemsize: 4, header: true })],
    ["bs32-lz4<", "float32", compressBslz4(pixels, { itemsize: 4 })],
    ["bs8-lz4<", "int16", compressBslz4(pixels, { itemsize: 1, header: true })],
    ["lz4<", "uint16", compressLz4(pixels)],
    ["<", "int16", pixels],
  ];
  for (const [encoding, type, buffer] of cases) {
    const { itemsize } = elementType(type);
    const packet = image(imageFrames({ encoding, type, shape: [4 / itemsize, 3] }, buffer));
    assert.deepEqual([...packet.image.shape], [3, 4 / itemsize]);
    assert.equal(dtypeOf(packet.image.data), type);
    const elements = contiguous(packet.image);
    assert.deepEqual(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength), pixels, encoding);
  }
});

Deno.test("pixels are decompressed once, when they are read first", () => {
  const buffer = compressBslz4(pixels, { itemsize: 2, header: true });
  const packet = image(imageFrames({ encoding: "bs16-lz4<" }, buffer));
  const first = packet.image;
  assert.equal(first.get(1, 2), 256);
  buffer.fill(0);
  assert.equal(packet.image, first);
  assert.deepEqual(toNested(first), [[0, 1, 2], [3, 4, 256]]);
});

Deno.test("what is computed is not enumerable, so that cut images are printed, copied and spread", () => {
  const cut = image(imageFrames({ encoding: "bs32-lz4<", shape: [3000, 2000], type: "uint32" }, none));
  const cutHeader = header(headerFrames(tables.map(([head]) => [head, none])));
  for (const packet of [cut, cutHeader]) {
    assert.doesNotMatch(Deno.inspect(packet), /Getter|image:|tables:/);
    assert.deepEqual({ ...packet }, packet as unknown);
    assert.deepEqual(new PayloadCopier().copy(packet), { ...packet });
    assert.deepEqual(structuredClone(packet), { ...packet });
  }
  assert.deepEqual(Object.keys(cutHeader), ["htype", "header_detail", "series", "info", "appendix"]);
  assert.deepEqual(Object.keys(cut), ["htype", "frame", "hash", "series", "data", "config"]);
});

Deno.test("a header is parsed to its keys, and its tables to arrays in rows and columns", () => {
  const packet = header(headerFrames(tables));
  assert.deepEqual(packet, { ...headerFields, info: { nimages: 6 }, appendix: { note: 1 } } as unknown);
  assert.deepEqual(toNested(packet.flatfield), [[1, 0.5]]);
  assert.deepEqual(toNested(packet.mask), [[0, 2]]);
  assert.deepEqual(toNested(packet.countrate_table), [[0, 0], [10, 11]]);
  assert.deepEqual([packet.flatfield, packet.mask].map(({ data }) => dtypeOf(data)), ["float32", "uint32"]);
  assert.deepEqual(packet.tables.mask, { ...mask, buffer: tables[1]?.[1] } as unknown);
});

Deno.test("a table that is cut, or not there, is an error when it is read, with both lengths", () => {
  const packet = header(headerFrames(tables.map(([head, data]) => [head, data.subarray(0, 7)])));
  const says = (what: string, of: string): string => `the data of the ${what} does not fit: ${of} bytes, found 7`;
  refuses(() => packet.flatfield, TYP, says("flatfield", "float32 of shape [1, 2] takes 8"));
  refuses(() => packet.mask, TYP, says("mask", "uint32 of shape [1, 2] takes 8"));
  refuses(() => packet.countrate_table, TYP, says("countrate_table", "float32 of shape [2, 2] takes 16"));
  const empty = header(headerFrames(tables.map(([head]) => [{ ...head, shape: [0] }, none])));
  assert.deepEqual([...empty.mask.shape], [0]);
});

Deno.test("an image that is cut or damaged is an error when it is read, with offset and sizes", () => {
  const buffer = compressBslz4(new Uint8Array(4000).fill(7), { itemsize: 2, header: true });
  const size = buffer.length;
  const cut = image(imageFrames({ encoding: "bs16-lz4<", shape: [50, 40], size }, buffer.subarray(0, 20)));
  assert.throws(() => cut.image, (error: Error) => {
    assert.ok(error instanceof ProtocolError);
    assert.ok(error.cause instanceof CompressionError);
    assert.equal(error.cause.offset, 12);
    assert.equal(
      error.message,
      `cannot parse this as ${TYP}: the data of image 2 (its head says that they are ${size} bytes) ` +
        `cannot be decompressed: ` +
        `${error.cause.message}`,
    );
    return true;
  });
  refuses(
    () => image(imageFrames({ type: "complex64" })).image,
    TYP,
    /the data of image 2 does not fit: dtype "complex64" cannot be read/,
  );
  refuses(
    () => image(imageFrames({ type: "complex64", encoding: "lz4<" })).image,
    TYP,
    /the data of image 2 cannot be decompressed: dtype "complex64" cannot be read/,
  );
  refuses(() => image(imageFrames({ shape: [3, 3] })).image, TYP, /image 2 .*takes 18 bytes, found 12$/);
  refuses(
    () => image(imageFrames({ shape: [2 ** 40, 2 ** 40], encoding: "lz4<" })).image,
    TYP,
    /frames have from 0 to/,
  );
});

Deno.test("an encoding that is not known is an error that names it, when the image is read", () => {
  for (const encoding of ["bs24-lz4<", "lz4", ">", "", "zstd<", "toString"]) {
    refuses(
      () => image(imageFrames({ encoding })).image,
      TYP,
      `image 2 has the encoding "${encoding}", expected one of bs8-lz4<, bs16-lz4<, bs32-lz4<, lz4<, <`,
    );
  }
});

Deno.test("integers beyond 53 bits stay exact", () => {
  const json = '{"htype":"dconfig-1.0","start_time":1704807770443944912}';
  const stream = frames(TYP, imageFields, jsonFrame(dataHead), pixels, jsonFrame(json), none);
  const packet = image(stream);
  assert.equal(packet.config["start_time"], 1704807770443944912n);
  assert.deepEqual(eiger.parse(eiger.encode(packet)), packet);
});

Deno.test("an appendix is JSON, or the text or bytes that it is; an image's is left out when it is empty", () => {
  const bytes = Uint8Array.of(0xff, 0);
  const cases: [Uint8Array, unknown][] = [
    [jsonFrame({ a: { b: 1 } }), { a: { b: 1 } }],
    [jsonFrame("run 7"), "run 7"],
    [jsonFrame("[1]"), "[1]"],
    [jsonFrame("\ufeffrun"), "\ufeffrun"],
    [bytes, bytes],
    [none, undefined],
  ];
  for (const [frame, expected] of cases) {
    const packets = [image(imageFrames({}, pixels, frame)), header(headerFrames(tables, frame))];
    for (const packet of packets) {
      assert.deepEqual(packet.appendix, expected);
      assert.equal("appendix" in packet, expected !== undefined);
      assert.deepEqual(eiger.parse(eiger.encode(packet)), packet);
    }
  }
  assert.ok(!("appendix" in image(imageFrames({}, pixels, jsonFrame({})))));
  assert.deepEqual(header(headerFrames(tables, jsonFrame({}))).appendix, {});
  assert.deepEqual(eiger.encode(image(imageFrames())).frames[4], jsonFrame({}));
});

const reserved = ["htype", "series", "frame", "info", "appendix", "tables", "data", "image", "config"]
  .concat("flatfield", "mask", "countrate_table", "buffer", "shape", "type", "encoding", "size");
const others = extras.filter((extra) => reserved.every((key) => !Object.hasOwn(extra, key)));
const appendices = fc.oneof(others.filter((extra) => Object.keys(extra).length > 0), fc.constant("a text"));

Deno.test("packets are parsed as they were encoded, with whatever else was in them", () => {
  const data = fc.record({ type: fc.constantFrom("uint32", "<u2"), shape: fc.array(fc.nat(), { maxLength: 2 }) });
  fc.assert(fc.property(
    fc.record({ series: fc.nat(), extra: others, more: others, data, buffer: fc.uint8Array(), appendix: appendices }),
    ({ series, extra, more, data, buffer, appendix }) => {
      const end = { ...extra, htype: "dseries_end-1.0" as const, series };
      assert.deepEqual(eiger.parse(eiger.encode(end)), end);
      const described = { ...more, ...data, htype: "some", buffer };
      const taken = {
        ...extra,
        htype: "dimage-1.0" as const,
        frame: 3,
        series,
        data: described,
        config: more,
        appendix,
      };
      assert.deepEqual(eiger.parse(eiger.encode(taken)), taken);
      const tables = { flatfield: described, mask: { ...described, ...more }, countrate_table: described };
      const start = { ...extra, htype: "dheader-1.0" as const, series, info: more, appendix };
      const parsed = header(eiger.encode({ ...start, tables }));
      assert.deepEqual(parsed, start as unknown);
      assert.deepEqual(parsed.tables, tables);
      // Whatever was parsed can be encoded again, though nothing in it can be decoded.
      assert.deepEqual(header(eiger.encode(parsed)).tables, tables);
    },
  ));
});

Deno.test("images of every dtype, shape and stride are compressed and come out", () => {
  fc.assert(fc.property(arrays(), fc.constantFrom("bs", "lz4<", "<", undefined), (array, choice) => {
    const itemsize = array.data.BYTES_PER_ELEMENT;
    if (itemsize === 8 && (choice === "bs" || choice === undefined)) return;
    const encoding = choice === "bs" ? `bs${8 * itemsize}-lz4<` : choice;
    const data = encoding === undefined ? {} : { data: { encoding } };
    const packet = image(eiger.encode({ htype: "dimage-1.0", frame: 0, series: 1, image: array, ...data }));
    assert.deepEqual(nestedOf(packet.image), nestedOf(array));
    assert.equal(packet.image.data.constructor, array.data.constructor);
    assert.equal(packet.data.encoding, encoding ?? `bs${8 * itemsize}-lz4<`);
    assert.deepEqual(packet.data.shape, [...array.shape].reverse());
    assert.equal(packet.data["size"], packet.data.buffer.length);
  }));
});

Deno.test("an image is compressed as DECTRIS does, with a header", () => {
  const array = view(Uint16Array.from({ length: 12 }, (_, i) => i), [3, 4]);
  const packet = image(eiger.encode({ htype: "dimage-1.0", frame: 0, series: 1, image: array }));
  const bytes = new Uint8Array(array.data.buffer);
  assert.deepEqual(packet.data.buffer, compressBslz4(bytes, { itemsize: 2, header: true }));
  assert.deepEqual(packet.data.htype, "dimage_d-1.0");
});

Deno.test("a header is encoded from arrays, and without tables", () => {
  const flatfield = view(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const fields = { htype: "dheader-1.0" as const, series: 1, info: {} };
  const packet = header(eiger.encode({ ...fields, flatfield }));
  assert.deepEqual(toNested(packet.flatfield), [[1, 2, 3], [4, 5, 6]]);
  assert.deepEqual(packet.tables.flatfield.shape, [3, 2]);
  assert.deepEqual([...packet.mask.shape, ...packet.countrate_table.shape], [0, 0]);
  assert.deepEqual(packet.tables.mask, { htype: "dpixelmask-1.0", shape: [0], type: "uint32", buffer: none });
  assert.deepEqual(packet, fields as unknown);
});

Deno.test("what is no Eiger message is refused", () => {
  refuses(
    () => eiger.parse(streamData("STINS", [])),
    TYP,
    `the stream's type is "STINS", expected "${TYP}": use the parser for that type`,
  );
  refuses(() => eiger.parse(streamData(TYP, [])), TYP, /found 0 frames, expected 9 for a header, 5 for an image, 1 /);
  const parts = imageFrames().frames;
  refuses(() => eiger.parse(streamData(TYP, parts.slice(0, 4))), TYP, "found 4 frames, expected 5 for image 2");
  refuses(() => eiger.parse(streamData(TYP, [...parts, none])), TYP, "found 6 frames, expected 5 for image 2");
  refuses(
    () => eiger.parse(streamData(TYP, headerFrames(tables).frames.slice(0, 8))),
    TYP,
    "found 8 frames, expected 9 for a header",
  );
  const end = { htype: "dseries_end-1.0", series: 7 };
  refuses(() => eiger.parse(frames(TYP, end, none)), TYP, "found 2 frames, expected 1 for an end");
  refuses(() => eiger.parse(frames(TYP, "{")), TYP, /the first frame is not JSON/);
  refuses(
    () => eiger.parse(frames(TYP, { htype: "dimage-2.0", series: 7 })),
    TYP,
    '"htype" is "dimage-2.0", expected "dheader-1.0", "dimage-1.0" or "dseries_end-1.0"',
  );
  const broken = (at: number): StreamData => streamData(TYP, parts.map((part, i) => i === at ? jsonFrame("[") : part));
  refuses(() => eiger.parse(broken(1)), TYP, /the head of the data of image 2 is not JSON/);
  refuses(() => eiger.parse(broken(3)), TYP, /the configuration of image 2 is not JSON/);
  const brokenHeader = (at: number): StreamData =>
    streamData(TYP, headerFrames(tables).frames.map((part, i) => i === at ? jsonFrame("[") : part));
  refuses(() => eiger.parse(brokenHeader(1)), TYP, /the detector's configuration is not JSON/);
  refuses(() => eiger.parse(brokenHeader(2)), TYP, /the head of the flatfield is not JSON/);
  refuses(() => eiger.parse(brokenHeader(4)), TYP, /the head of the mask is not JSON/);
  refuses(() => eiger.parse(brokenHeader(6)), TYP, /the head of the countrate_table is not JSON/);
});

Deno.test("a key that is missing or of another type is refused by its name", () => {
  const whole = "a whole number";
  const parts = imageFrames().frames.slice(1);
  refusesWithoutKeys(
    imageFields,
    { series: whole, frame: whole },
    TYP,
    (packet) => eiger.parse(frames(TYP, packet, ...parts)),
  );
  refusesWithoutKeys(
    dataHead,
    { type: "a text", shape: "a list of whole numbers" },
    TYP,
    (head) => eiger.parse(frames(TYP, imageFields, jsonFrame(head), ...parts.slice(1))),
  );
  refuses(() => image(imageFrames({ encoding: 3 })), TYP, '"encoding" is 3, expected a text');
});

Deno.test("encode refuses what cannot be read again", () => {
  const fields = { htype: "dimage-1.0" as const, frame: 0, series: 1 };
  const array: NdArray = view(Uint16Array.of(1, 2), [1, 2]);
  const fails = (given: object, message: string): void =>
    refusesToEncode(() => eiger.encode({ ...fields, ...given }), TYP, message);
  fails({}, 'there is neither "data" with a "buffer" nor an "image" that is an array');
  fails({ image: [1, 2] }, 'there is neither "data" with a "buffer" nor an "image" that is an array');
  fails({ image: array, data: { type: "int16" } }, 'the image\'s dtype is uint16, but "type" says "int16"');
  fails({ image: array, data: { shape: [1, 2] } }, 'the image\'s columns and rows are [2, 1], but "shape" says [1, 2]');
  for (const encoding of ["bs32-lz4<", "zstd<", "toString"]) {
    fails({ image: array, data: { encoding } }, `elements of uint16 cannot have the encoding "${encoding}"`);
  }
  const wide = view(Float64Array.of(1), [1, 1]);
  fails({ image: wide }, 'elements of float64 cannot have the encoding "bs64-lz4<"');
});

function sha256(array: NdArray): string {
  const elements = contiguous(copyArray(array));
  return createHash("sha256").update(new Uint8Array(elements.buffer)).digest("hex");
}

testWith([shared], "cut captures are parsed as the reference implementation parses them", async () => {
  const expected = JSON.parse(Deno.readTextFileSync(shared.path("reference/eiger-small.json")));
  const digest = (bytes: Uint8Array) => ({
    bytes: { length: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
  });
  const found = [];
  for await (const { eventNumber, streams } of openCapture(shared.path("captures/events/eiger-small.cbors"))) {
    const stream = streams["eiger"] as StreamData;
    const packet = eiger.parse(stream);
    const shown = packet.htype === "dimage-1.0"
      ? { ...packet, data: { ...packet.data, buffer: digest(packet.data.buffer) } }
      : packet;
    const lengths = stream.frames.map((frame) => frame.length);
    found.push({ event_number: eventNumber, stream: "eiger", typ: stream.typ, frames: lengths, packet: shown });
    if (packet.htype === "dimage-1.0") {
      refuses(
        () => packet.image,
        TYP,
        /^cannot parse .* the data of image \d \(its head says that they are 75\d{4} bytes\) cannot be decompressed: cannot decompress 20000 bytes to 40553184 bytes: at byte 20000, /,
      );
    } else if (packet.htype === "dheader-1.0") {
      refuses(() => packet.flatfield, TYP, /float32 of shape \[3262, 3108\] takes 40553184 bytes, found 20000$/);
      refuses(() => packet.mask, TYP, /uint32 of shape \[3262, 3108\] takes 40553184 bytes, found 20000$/);
      assert.deepEqual([...packet.countrate_table.shape], [1001, 2]);
    }
    assert.deepEqual(eiger.parse(eiger.encode(packet)), packet);
  }
  const named = expected.map((event: { packet: object }) => {
    const { packet: _, ...packet } = event.packet as Record<string, unknown>;
    return { ...event, packet };
  });
  assert.deepEqual(found, named);
});

testWith([shared], "real images are those that the reference implementation finds", async () => {
  const expected = JSON.parse(Deno.readTextFileSync(shared.path("reference/eiger-full.json")));
  const found = [];
  for await (const { eventNumber, streams } of openCapture(shared.path("captures/events/eiger-full.cbors"))) {
    const packet = eiger.parse(streams["eiger"] as StreamData);
    if (packet.htype !== "dimage-1.0") continue;
    const { image, data } = packet;
    found.push({
      event_number: eventNumber,
      encoding: data.encoding,
      rows_columns: [...image.shape],
      dtype: `<u${image.data.BYTES_PER_ELEMENT}`,
      sha256: sha256(image),
      sum: sum(image),
    });
  }
  assert.deepEqual(found, expected);
});
