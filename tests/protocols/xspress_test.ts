import assert from "node:assert/strict";
import { type NdArray, openCapture, type StreamData, toNested, xspress } from "beamfold";
import fc from "fast-check";
import { dtypeOf } from "../../lib/array/dtypes.ts";
import { view } from "../../lib/array/ndarray.ts";
import { streamData } from "../../lib/event.ts";
import { pickle } from "../../lib/pickle/pickle.ts";
import { unpickle } from "../../lib/pickle/unpickle.ts";
import { arrays, nestedOf } from "../array/samples.ts";
import { shared, testWith } from "../tools.ts";
import {
  extras,
  frames,
  jsonFrame,
  refuses,
  refusesToEncode,
  refusesWithoutKeys,
  texts,
  values,
  withoutPrototypes,
} from "./support.ts";

const { TYP, parse, encode } = xspress;
const header = { htype: "header", filename: "scan.h5" } as const;
const end = { htype: "series_end" } as const;
const json = { htype: "image", frame: 0, shape: [2, 3], type: "uint16", exptime: 0.1, compression: "none" } as const;
const spectra = new Uint8Array(12);
const names = ["ocr", "AllEvents", "AllGood", "ClockTicks", "TotalTicks", "ResetTicks", "event_widths", "dtc"];

function imageOf(meta: unknown, tags?: unknown): xspress.XspressImage {
  const data = frames(TYP, json, spectra, pickle(meta));
  const packet = tags === undefined ? parse(data) : parse(data, { extra_tags: tags });
  assert.ok(packet.htype === "image");
  return packet;
}

Deno.test("headers and ends are parsed as they were encoded, with whatever else was in them", () => {
  fc.assert(fc.property(extras, texts, fc.array(texts), (extra, filename, extra_tags) => {
    const start = { ...extra, ...header, filename, extra_tags };
    assert.deepEqual(parse(encode(start)), start);
    assert.deepEqual(parse(encode({ ...extra, ...end })), { ...extra, ...end });
  }));
});

Deno.test("images of every dtype, shape and stride are parsed as they were encoded", () => {
  const tags = fc.uniqueArray(texts.filter((tag) => !names.includes(tag) && !/^(entry_)?\d+$/.test(tag)), {
    maxLength: 3,
  });
  const counters = fc.array(values, { minLength: 0, maxLength: 8 });
  fc.assert(
    fc.property(extras, arrays(), arrays(), fc.nat(), tags, counters, (extra, data, counts, frame, tags, some) => {
      const more = tags.length > 0 ? [...Array(8 - some.length).fill(null), ...tags] : [];
      const entries = [...some, ...more].map((entry, i) => [[...names, ...tags][i], entry]);
      const meta = Object.fromEntries(entries);
      const fields = { ...extra, htype: "image", frame, exptime: 0.25, compression: null } as const;
      const found = parse(encode({ ...fields, data, meta }), { extra_tags: [...names, ...tags] });
      assert.ok(found.htype === "image");
      const { data: parsed, meta: named, ...rest } = found;
      assert.deepEqual(nestedOf(parsed), nestedOf(data));
      assert.equal(parsed.data.constructor, data.data.constructor);
      assert.deepEqual(rest, { ...fields, shape: [...data.shape], type: dtypeOf(data.data) });
      assert.deepEqual(withoutPrototypes(named), withoutPrototypes(meta));
      const again = parse(encode({ ...fields, data, meta: { ocr: counts } }));
      assert.ok(again.htype === "image");
      assert.deepEqual(nestedOf(again.meta["ocr"] as NdArray), nestedOf(counts));
    }),
  );
});

Deno.test("entries of the pickled part have names, as many as there are", () => {
  for (let count = 0; count <= 8; count++) {
    const meta = Array.from({ length: count }, (_, i) => i);
    assert.deepEqual(imageOf(meta).meta, Object.fromEntries(names.slice(0, count).map((name, i) => [name, i])));
  }
});

Deno.test("entries behind the eighth are named by the header's tags at their place, or by their number", () => {
  const counts = Array.from({ length: 11 }, (_, i) => i);
  const tags = [...names.map((name) => `tag_${name}`), "window_counts", "pileup", "extra"];
  const named = (tags?: unknown): string[] => Object.keys(imageOf(counts, tags).meta).slice(8);
  assert.deepEqual(named(tags), ["window_counts", "pileup", "extra"]);
  assert.deepEqual(imageOf(counts, tags).meta["pileup"], 9);
  assert.deepEqual(Object.keys(imageOf(counts, tags).meta).slice(0, 8), names);
  assert.deepEqual(named(), ["entry_8", "entry_9", "entry_10"]);
  assert.deepEqual(named(tags.slice(0, 9)), ["window_counts", "entry_9", "entry_10"]);
  for (const others of [null, "window_counts", { 8: "window_counts" }, 8, []]) {
    assert.deepEqual(named(others), ["entry_8", "entry_9", "entry_10"]);
  }
});

Deno.test("no entry is lost to the name of another, and none moves to another place", () => {
  const counts = Array.from({ length: 12 }, (_, i) => i);
  for (const more of [["dtc", "a", "a", "b"], ["entry_9", "entry_9", "5", "0"], ["__proto__", 3, null, "toString"]]) {
    const { meta } = imageOf(counts, [...names, ...more]);
    assert.deepEqual(Object.values(meta), counts, Deno.inspect(meta));
    assert.deepEqual(unpickle(encode(imageOf(counts, [...names, ...more])).frames[2] as Uint8Array), counts);
  }
  assert.deepEqual(Object.keys(imageOf(counts, [...names, "__proto__", "a"]).meta).slice(8, 10), ["__proto__", "a"]);
});

testWith([shared], "a real capture keeps its ninth entry under the name in its header", async () => {
  let header: xspress.XspressPacket | undefined;
  for await (const { streams } of openCapture(shared.path("captures/events/xspress3-multipart.cbors"))) {
    const stream = streams["xspress3"] as StreamData;
    header ??= parse(stream);
    const packet = parse(stream, header);
    if (packet.htype !== "image") continue;
    assert.deepEqual(Object.keys(packet.meta), [...names, "window_counts"]);
    assert.deepEqual((packet.meta["window_counts"] as NdArray).shape, [2, 4]);
  }
});

Deno.test("the data of an image is a view of its frame where that is aligned", () => {
  const bytes = new Uint8Array(12);
  const packet = parse(frames(TYP, json, bytes, pickle([])));
  bytes.fill(1);
  assert.deepEqual(toNested(packet["data"] as NdArray), [[257, 257, 257], [257, 257, 257]]);
});

Deno.test("each key of a packet is looked at", () => {
  const read = (packet: object): unknown => parse(frames(TYP, packet));
  const image = (packet: object): unknown => parse(frames(TYP, packet, spectra, pickle([])));
  const htype = '"header", "image" or "series_end"';
  refusesWithoutKeys(header, { htype, filename: "a text" }, TYP, read);
  refusesWithoutKeys(end, { htype }, TYP, read);
  const keys = { htype, frame: "a whole number", type: "a text", shape: "a list of whole numbers" };
  refusesWithoutKeys(json, keys, TYP, image);
  refuses(() => image({ ...json, exptime: "1" }), TYP, '"exptime" is "1", expected a number');
  refuses(
    () => image({ ...json, compression: "bslz4" }),
    TYP,
    'image 0 has the compression "bslz4", and only "none" is read',
  );
  for (const extra_tags of ["ocr", [1], {}]) {
    refuses(() => read({ ...header, extra_tags }), TYP, /"extra_tags" is .*, expected a list of texts/);
  }
  const { exptime: _exptime, compression: _compression, ...least } = json;
  for (const packet of [least, { ...json, exptime: null, compression: null }]) assert.ok(image(packet));
  assert.ok(read({ ...header, extra_tags: null }));
});

Deno.test("a shape that is none, or that does not fit the data, is refused with both lengths", () => {
  const image = (shape: unknown, bytes = 12) => () =>
    parse(frames(TYP, { ...json, frame: 4, shape }, new Uint8Array(bytes), pickle([])));
  for (const shape of [[2, -3], [2.5, 2], ["2", 3], [null], { 0: 2 }, [2 ** 53, 1]]) {
    refuses(image(shape), TYP, /"shape" is .*, expected a list of whole numbers/);
  }
  const nan = '{"htype":"image","frame":0,"type":"uint16","shape":[NaN,Infinity]}';
  refuses(
    () => parse(frames(TYP, nan, spectra, pickle([]))),
    TYP,
    '"shape" is [ NaN, Infinity ], expected a list of whole numbers',
  );
  refuses(image(Array(33).fill(1), 2), TYP, '"shape" has 33 axes, expected at most 32');
  for (const bytes of [0, 11, 13, 24]) {
    const message = `the data of image 4 does not fit: uint16 of shape [2, 3] takes 12 bytes, found ${bytes}`;
    refuses(image([2, 3], bytes), TYP, message);
  }
  refuses(image([1e15, 1e15]), TYP, /image 4 does not fit: .* takes 2e\+30 bytes, found 12/);
  refuses(
    () => parse(frames(TYP, { ...json, type: "object" }, spectra, pickle([]))),
    TYP,
    /dtype "object" cannot be read/,
  );
});

Deno.test("another type of stream, or another number of frames, is refused", () => {
  refuses(() => parse(frames("STINS", header)), TYP, /the stream's type is "STINS", expected "xspress"/);
  refuses(
    () => parse(streamData(TYP, [])),
    TYP,
    "found 0 frames, expected a JSON part and, for an image, data and meta",
  );
  for (const parts of [[], [spectra], [spectra, pickle([]), pickle([])]]) {
    const message = `image 0 has ${parts.length + 1} frames, expected a JSON part, data and meta`;
    refuses(() => parse(frames(TYP, json, ...parts)), TYP, message);
  }
  for (const packet of [header, end]) {
    const message = `found 2 frames, expected one, as "htype" is "${packet.htype}"`;
    refuses(() => parse(frames(TYP, packet, spectra)), TYP, message);
  }
  refuses(() => parse(frames(TYP, [json], spectra, pickle([]))), TYP, /the first frame holds \[/);
  refuses(() => parse(frames(TYP, "image", spectra, pickle([]))), TYP, /the first frame is not JSON \(/);
});

Deno.test("a meta part that is no pickled list is refused", () => {
  const image = (meta: Uint8Array) => () => parse(frames(TYP, json, spectra, meta));
  for (const value of [null, 3, "ocr", { ocr: 1 }, view(Float64Array.of(1)), new Set([1])]) {
    refuses(image(pickle(value)), TYP, /: the meta part of image 0 holds .*, expected a list$/s);
  }
  refuses(image(new Uint8Array()), TYP, /: the meta part of image 0: /);
  refuses(image(jsonFrame("cos\nsystem\n(S'ls'\ntR.")), TYP, /: the meta part of image 0: .*os\.system/);
});

Deno.test("encode refuses fields that contradict the data, and entries without a place", () => {
  const data = view(Uint16Array.of(1, 2), [1, 2]);
  const image = { htype: "image", frame: 0, data, meta: {} } as const;
  const fails = (fields: object, message: string): void =>
    refusesToEncode(() => encode({ ...image, ...fields }), TYP, message);
  fails({ shape: [2, 1] }, 'the image\'s shape is [1, 2], but "shape" says [2, 1]');
  fails({ shape: 2 }, 'the image\'s shape is [1, 2], but "shape" says 2');
  fails({ type: "int16" }, 'the image\'s dtype is uint16, but "type" says "int16"');
  fails({ type: 16 }, 'the image\'s dtype is uint16, but "type" says 16');
  fails({ compression: "bslz4" }, 'the compression "bslz4" cannot be written');
  fails({ meta: { AllGood: 1 } }, '"meta" has "AllGood", but no "ocr", which comes before it on the wire');
  fails(
    { meta: { ocr: 1, AllEvents: 1, window_counts: 1 } },
    '"meta" has "window_counts", but no "AllGood", which comes before it on the wire',
  );
  const turned = Object.fromEntries(names.map((name, i) => [name, i] as const).toReversed());
  assert.deepEqual(unpickle(encode({ ...image, meta: turned }).frames[2] as Uint8Array), [0, 1, 2, 3, 4, 5, 6, 7]);
});
