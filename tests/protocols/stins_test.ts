import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type NdArray, openCapture, stins, type StreamData, sum, toNested } from "beamfold";
import fc from "fast-check";
import { dtypeOf } from "../../lib/array/dtypes.ts";
import { contiguous, view } from "../../lib/array/ndarray.ts";
import { compressBslz4 } from "../../lib/bslz4/compress.ts";
import { streamData } from "../../lib/event.ts";
import { arrays, extremes, nestedOf } from "../array/samples.ts";
import { shared, testWith } from "../tools.ts";

const header = { htype: "header", msg_number: 0, filename: "" };
const image = { htype: "image", msg_number: 1, frame: 0, shape: [2, 3], type: "uint16", compression: "none" };

function frames(json: unknown, ...parts: Uint8Array[]): StreamData {
  const text = typeof json === "string" ? json : JSON.stringify(json);
  return streamData("STINS", [new TextEncoder().encode(text), ...parts]);
}

function parsedImage(stream: StreamData): stins.StinsImage {
  const packet = stins.parse(stream);
  assert.ok(packet.htype === "image");
  return packet;
}

function refused(stream: StreamData, message: string | RegExp): void {
  assert.throws(() => stins.parse(stream), { name: "ProtocolError", protocol: "STINS", message });
}

const plain = { noNullPrototype: true };

/** Keys that a detector may send besides those of the protocol. */
const extras = fc.dictionary(
  fc.string(),
  fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(true, false, null, 0.25, -1e-7),
    fc.maxSafeInteger(),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.record({ motor: fc.string(), position: fc.integer() }, plain),
  ),
  plain,
);

Deno.test("headers and ends are parsed as they were encoded, with whatever else was in them", () => {
  fc.assert(fc.property(extras, fc.nat(), fc.string(), (extra, msg_number, filename) => {
    const start = { ...extra, htype: "header" as const, msg_number, filename };
    assert.deepEqual(stins.parse(stins.encode(start)), start);
    const end = { ...extra, htype: "series_end" as const, msg_number };
    assert.deepEqual(stins.parse(stins.encode(end)), end);
  }));
});

Deno.test("images of every dtype, shape and stride are parsed as they were encoded", () => {
  fc.assert(fc.property(extras, arrays(), fc.nat(), (extra, array, frame) => {
    const fields = { ...extra, htype: "image" as const, msg_number: frame + 1, frame };
    const { data, ...parsed } = parsedImage(stins.encode({ ...fields, data: array }));
    assert.deepEqual(nestedOf(data), nestedOf(array));
    assert.equal(data.data.constructor, array.data.constructor);
    const shape = [...array.shape];
    assert.deepEqual(parsed, { ...fields, shape, type: dtypeOf(array.data), compression: "none" });
  }));
});

Deno.test("a packet keeps its keys as they are on the wire", () => {
  const packet = stins.parse(frames({ ...header, filename: "scan.h5", trigger: { mode: "ext" } }));
  assert.deepEqual(packet, { htype: "header", msg_number: 0, filename: "scan.h5", trigger: { mode: "ext" } });
});

Deno.test("integers beyond 53 bits stay exact", () => {
  const packet = stins.parse(
    frames(`{"htype":"series_end","msg_number":2,"acquisition_timestamp":1704807770443944912}`),
  );
  assert.equal(packet["acquisition_timestamp"], 1704807770443944912n);
  assert.deepEqual(stins.parse(stins.encode(packet)), packet);
});

Deno.test("the data of an image is a view of its frame where that is aligned", () => {
  const bytes = new Uint8Array(16);
  const aligned = parsedImage(frames(image, bytes.subarray(2, 14)));
  const unaligned = parsedImage(frames(image, bytes.subarray(3, 15)));
  bytes.fill(1);
  assert.deepEqual(toNested(aligned.data), [[257, 257, 257], [257, 257, 257]]);
  assert.deepEqual(toNested(unaligned.data), [[0, 0, 0], [0, 0, 0]]);
});

Deno.test("dtypes may be written as numpy's short names, in either byte order", () => {
  const pixels = Uint8Array.of(1, 2);
  const cases: Record<string, number> = { "<u2": 513, ">u2": 258, "|u1": 1, "<i2": 513, "uint16": 513 };
  for (const [type, expected] of Object.entries(cases)) {
    const bytes = type === "|u1" ? pixels.subarray(0, 1) : pixels;
    const { data, type: kept } = parsedImage(frames({ ...image, type, shape: [1, 1] }, bytes));
    assert.deepEqual([toNested(data), kept], [[[expected]], type]);
  }
});

Deno.test("an image that was parsed can be encoded again, however its dtype is spelled", () => {
  const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const extents: Record<string, number> = { uint16: 4, "<u2": 4, "=i2": 4, ">u2": 4, "<f4": 2, ">f8": 1, bool: 8 };
  for (const [type, extent] of Object.entries(extents)) {
    const first = parsedImage(frames({ ...image, type, shape: [extent] }, pixels));
    const again = parsedImage(stins.encode(first));
    assert.deepEqual(toNested(again.data), toNested(first.data), type);
  }
});

Deno.test("a bool image is encoded from bytes", () => {
  const data = view(Uint8Array.of(0, 1), [1, 2]);
  const packet = parsedImage(stins.encode({ htype: "image", msg_number: 1, frame: 0, type: "bool", data }));
  assert.deepEqual([packet.type, toNested(packet.data)], ["bool", [[0, 1]]]);
});

Deno.test("an image without pixels, or without axes, is an image", () => {
  assert.deepEqual(parsedImage(frames({ ...image, shape: [0, 3] }, new Uint8Array())).data.shape, [0, 3]);
  assert.equal(toNested(parsedImage(frames({ ...image, shape: [] }, Uint8Array.of(7, 0))).data), 7);
});

Deno.test("a stream of another type is refused by its type", () => {
  refused(
    streamData("contrast", []),
    'cannot parse this as STINS: the stream\'s type is "contrast", expected "STINS": ' +
      "use the parser for that type",
  );
});

Deno.test("no frame, or one too many, is refused with the number found", () => {
  refused(streamData("STINS", []), /found 0 frames, expected a JSON part and, for an image, a data part$/);
  refused(frames(image, new Uint8Array(12), new Uint8Array()), /found 3 frames/);
});

Deno.test("a first frame that is no JSON object is refused", () => {
  for (const text of ["", "{", "htype: header", '{"htype": "header",}']) {
    refused(frames(text), /the first frame is not JSON \(/);
  }
  refused(streamData("STINS", [Uint8Array.of(0x22, 0xff, 0x22)]), /the first frame is not JSON \(/);
  for (const [text, shown] of [["3", "3"], ["null", "null"], ["[]", "[]"], ['"header"', '"header"']] as const) {
    refused(frames(text), `cannot parse this as STINS: the first frame holds ${shown}, expected a JSON object`);
  }
});

Deno.test("a packet of an unknown kind is refused with the kinds there are", () => {
  for (
    const [htype, shown] of [["footer", '"footer"'], [undefined, "undefined"], [1, "1"], ["toString", '"toString"']]
  ) {
    refused(
      frames({ ...header, htype }),
      `cannot parse this as STINS: "htype" is ${shown}, expected "header", "image" or "series_end"`,
    );
  }
});

Deno.test("a key that is missing or of another type is refused by its name", () => {
  const pixels = new Uint8Array(12);
  const keys: [object, string, string][] = [
    [header, "msg_number", "a whole number"],
    [{ ...header, htype: "series_end" }, "msg_number", "a whole number"],
    [header, "filename", "a text"],
    [image, "msg_number", "a whole number"],
    [image, "frame", "a whole number"],
    [image, "type", "a text"],
    [image, "compression", "a text"],
    [image, "shape", "a list of whole numbers"],
  ];
  for (const [packet, key, expected] of keys) {
    const message = (shown: string): string => `cannot parse this as STINS: "${key}" is ${shown}, expected ${expected}`;
    refused(frames({ ...packet, [key]: undefined }, pixels), message("undefined"));
    refused(frames({ ...packet, [key]: null }, pixels), message("null"));
    refused(frames({ ...packet, [key]: 1.5 }, pixels), message("1.5"));
  }
  for (const shape of [[2, -3], [2.5], ["2", 3], [null], { 0: 2 }]) {
    refused(frames({ ...image, shape }, pixels), /"shape" is /);
  }
});

Deno.test("an image without a data part is refused by its number", () => {
  refused(frames({ ...image, frame: 4 }), "cannot parse this as STINS: image 4 has no data part");
});

Deno.test("a data part that is too short or too long is refused with both lengths", () => {
  for (const found of [0, 11, 13, 24]) {
    refused(
      frames(image, new Uint8Array(found)),
      "cannot parse this as STINS: the data of image 0 does not fit: " +
        `uint16 of shape [2, 3] takes 12 bytes, found ${found}`,
    );
  }
});

Deno.test("a dtype or compression that cannot be read is refused by its name", () => {
  refused(frames({ ...image, type: "complex64" }, new Uint8Array(48)), /image 0 .*dtype "complex64" cannot be read/);
  refused(frames({ ...image, compression: "lz77" }, new Uint8Array(12)), /image 0 has the compression "lz77"/);
});

Deno.test("compressed images of every dtype, shape and stride are parsed as they were encoded", () => {
  fc.assert(fc.property(extras, arrays(), (extra, array) => {
    const fields = { ...extra, htype: "image" as const, msg_number: 1, frame: 0, compression: "bslz4" };
    const { data, ...parsed } = parsedImage(stins.encode({ ...fields, data: array }));
    assert.deepEqual(nestedOf(data), nestedOf(array));
    assert.equal(data.data.constructor, array.data.constructor);
    assert.deepEqual(parsed, { ...fields, shape: [...array.shape], type: dtypeOf(array.data) });
  }));
});

Deno.test("a compressed image has no header when it is encoded, and is read with one, in either byte order", () => {
  const data = view(Uint16Array.from({ length: 100 }, (_, i) => 256 * i), [10, 10]);
  const stream = stins.encode({ htype: "image", msg_number: 1, frame: 0, compression: "bslz4", data });
  const bytes = new Uint8Array(data.data.buffer);
  assert.deepEqual(stream.frames[1], compressBslz4(bytes, { itemsize: 2 }));
  const compressed = compressBslz4(bytes, { itemsize: 2, header: true });
  const fields = { ...image, shape: [10, 10], compression: "bslz4" };
  assert.deepEqual(toNested(parsedImage(frames(fields, compressed)).data), toNested(data));
  const swapped = parsedImage(frames({ ...fields, type: ">u2" }, compressed)).data;
  assert.deepEqual([swapped.get(0, 1), swapped.get(9, 9)], [1, 99]);
  const bool = view(Uint8Array.of(0, 1, 1), [3]);
  const packet = stins.encode({
    htype: "image",
    msg_number: 1,
    frame: 0,
    type: "bool",
    compression: "bslz4",
    data: bool,
  });
  assert.deepEqual([parsedImage(packet).type, toNested(parsedImage(packet).data)], ["bool", [0, 1, 1]]);
});

Deno.test("a compressed image that is damaged, cut, or of another shape is refused with its number, offset and sizes", () => {
  const compressed = compressBslz4(new Uint8Array(12).fill(1), { itemsize: 2, header: true });
  const compressedImage = { ...image, frame: 4, shape: [2, 3], compression: "bslz4" };
  assert.deepEqual(toNested(parsedImage(frames(compressedImage, compressed)).data), [[257, 257, 257], [257, 257, 257]]);
  const fails = (fields: object, bytes: Uint8Array, message: RegExp): void => {
    assert.throws(() => stins.parse(frames({ ...compressedImage, ...fields }, bytes)), (error: Error) => {
      assert.equal(error.name, "ProtocolError");
      assert.match(error.message, /^cannot parse this as STINS: the data of image 4 cannot be decompressed: /);
      assert.match(error.message, message);
      assert.ok(error.cause instanceof Error && error.message.endsWith(error.cause.message));
      return true;
    });
  };
  fails({}, compressed.subarray(0, 20), /cannot decompress 20 bytes to 12 bytes: at byte 12, 8 bytes are left behind /);
  fails({ shape: [20, 3] }, compressed, /cannot decompress 24 bytes to 120 bytes: at byte 0, its header says 12: /);
  fails({ shape: [2 ** 40, 2 ** 40] }, compressed, /frames have from 0 to 2147483647 bytes/);
  fails({ shape: [0, 3] }, compressed, /to 0 bytes: at byte 0, 24 bytes are left behind the blocks, expected 0: /);
  fails({ type: "complex64" }, compressed, /dtype "complex64" cannot be read/);
});

testWith([shared], "compressed images of real captures are those that the reference implementation finds", async () => {
  for (const name of ["stins-bslz4", "stins-bslz4-header"]) {
    const expected: { event_number: number; sum: number }[] = JSON.parse(
      Deno.readTextFileSync(shared.path(`reference/${name}.json`)),
    );
    const found: typeof expected = [];
    for await (const { eventNumber, streams } of openCapture(shared.path(`captures/events/${name}.cbors`))) {
      const packet = stins.parse(Object.values(streams)[0] as StreamData);
      if (packet.htype !== "image") continue;
      const elements = contiguous(packet.data);
      const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
      const [, kind, bits] = /^(u?)[a-z]*?(?:int|float)?(\d+)$/.exec(packet.type) ?? [];
      const letter = packet.type.startsWith("float") ? "f" : kind === "u" ? "u" : "i";
      found.push({
        event_number: eventNumber,
        shape: packet.data.shape,
        dtype: `${bits === "8" ? "|" : "<"}${letter}${Number(bits) / 8}`,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        sum: sum(packet.data),
      } as { event_number: number; sum: number });
    }
    assert.deepEqual(found, expected);
  }
});

Deno.test("encode refuses fields that contradict the data", () => {
  const data: NdArray = view(extremes.uint16.slice(0, 2), [1, 2]);
  const given = { htype: "image" as const, msg_number: 1, frame: 0, data };
  const fails = (fields: object, message: RegExp): void => {
    assert.throws(() => stins.encode({ ...given, ...fields }), (error: Error) => {
      assert.equal(error.name, "ProtocolError");
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /parse/);
      return true;
    });
  };
  fails({ shape: [2, 1] }, /the image's shape is \[1, 2\], but "shape" says \[2, 1\]$/);
  fails({ type: "int16" }, /the image's dtype is uint16, but "type" says "int16"$/);
  fails({ type: "bool" }, /the image's dtype is uint16, but "type" says "bool"$/);
  fails({ compression: "lz77" }, /the compression "lz77" cannot be written$/);
});

interface ReferenceArray {
  readonly ndarray: { dtype: string; shape: number[]; sha256: string; head: number[]; sum: number };
}

interface Reference {
  readonly event_number: number;
  readonly stream: string;
  readonly typ: string;
  readonly frames: number[];
  readonly packet: Record<string, unknown> & { data?: ReferenceArray };
}

testWith([shared], "a real capture is parsed as the reference implementation parses it", async () => {
  const expected: Reference[] = JSON.parse(Deno.readTextFileSync(shared.path("reference/dump_xrd.json")));
  const found: Reference[] = [];
  for await (const { eventNumber, streams } of openCapture(shared.path("captures/events/dump_xrd.cbors"))) {
    for (const [name, stream] of Object.entries(streams)) {
      const packet = stins.parse(stream);
      const lengths = stream.frames.map((frame) => frame.length);
      found.push({
        event_number: eventNumber,
        stream: name,
        typ: stream.typ,
        frames: lengths,
        packet: comparable(packet),
      });
    }
  }
  const named = expected.map(({ packet: { packet: _, ...packet }, ...event }) => ({ ...event, packet }));
  assert.deepEqual(found, named);
});

function comparable(packet: stins.StinsPacket): Record<string, unknown> {
  if (packet.htype !== "image") return packet;
  const { data, ...fields } = packet;
  const elements = contiguous(data);
  const sha256 = createHash("sha256").update(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength));
  const head = Array.from<number | bigint>(elements.slice(0, 4));
  const dtype = { uint16: "<u2" }[packet.type] ?? packet.type;
  return {
    ...fields,
    data: { ndarray: { dtype, shape: data.shape, sha256: sha256.digest("hex"), head, sum: sum(data) } },
  };
}
