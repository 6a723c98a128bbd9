/**
 * Every event of every real capture is parsed as the reference implementation parses it. The captures are found, not
 * listed: `reference/<name>.json` is what it makes of `captures/events/<name>.cbors`, `<name>-streams.json` of all
 * `<name>-*.cbors` merged.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as beamfold from "beamfold";
import { type CaptureItem, type NdArray, openCapture, readEvents, type StreamData } from "beamfold";
import { dtypeOf } from "../../lib/array/dtypes.ts";
import { contiguous, isNdArray } from "../../lib/array/ndarray.ts";
import { shared, testWith } from "../tools.ts";

type Parse = (data: StreamData) => unknown;

interface Protocol {
  readonly TYP: string;
  readonly parse?: Parse;
  readonly Parser?: new () => { parse: Parse };
  encode(packet: unknown): StreamData;
}

/** The protocols by the type of their streams: whatever the module exports with a `TYP`. */
const protocols = new Map(
  Object.values<unknown>(beamfold).filter((value) => typeof value === "object" && value !== null && "TYP" in value)
    .map((value) => [(value as Protocol).TYP, value as Protocol]),
);

/** Parses the streams of one capture, which may need what came before. */
function parser(): Parse {
  const parsers = new Map<string, Parse>();
  return (data) => {
    let parse = parsers.get(data.typ);
    if (parse === undefined) {
      const protocol = protocols.get(data.typ);
      assert.ok(protocol, `no protocol is exported for streams of type "${data.typ}"`);
      if (protocol.Parser !== undefined) {
        const stateful = new protocol.Parser();
        parse = (data) => stateful.parse(data);
      } else parse = protocol.parse as Parse;
      parsers.set(data.typ, parse);
    }
    return parse(data);
  };
}

type Fields = Record<string, unknown>;

/** What the reference implementation does not keep, by the class of its packet. */
const kept: Record<string, (packet: Fields) => Fields> = {
  PositionCapStart: ({ arm_time }) => ({ arm_time }),
  PositionCapValues: ({ fields }) => ({ fields }),
  PositionCapEnd: () => ({}),
  LecroyEnd: ({ htype: _, ...packet }) => packet,
  XspressImage: (packet) => ({
    ...packet,
    meta: Object.fromEntries(Object.entries(packet["meta"] as Fields).slice(0, 8)),
  }),
};

function assertSame(found: unknown, expected: unknown, path: string): void {
  if (typeof expected !== "object" || expected === null) return assert.equal(found, expected, path);
  if (Array.isArray(expected)) {
    assert.ok(Array.isArray(found), `${path} is ${Deno.inspect(found)}, expected a list`);
    assert.equal(found.length, expected.length, `the length of ${path}`);
    return expected.forEach((item, i) => assertSame(found[i], item, `${path}[${i}]`));
  }
  const { packet, ...fields } = expected as Fields;
  const [kind] = Object.keys(fields);
  switch (Object.keys(expected).length === 1 ? kind : undefined) {
    case "ndarray":
      return assertArray(found, fields["ndarray"] as ReferenceArray, path);
    case "bytes":
      assert.ok(found instanceof Uint8Array, `${path} is ${Deno.inspect(found)}, expected bytes`);
      return assert.deepEqual({ length: found.length, sha256: sha256(found) }, fields["bytes"], path);
    case "int":
      return assert.equal(found, BigInt(fields["int"] as string), path);
    case "datetime":
      return assert.equal(instant(found as string), instant(fields["datetime"] as string), path);
  }
  assert.ok(typeof found === "object" && found !== null, `${path} is ${Deno.inspect(found)}, expected an object`);
  const comparable = kept[String(packet)]?.(found as Fields) ?? found as Fields;
  assert.deepEqual(Object.keys(comparable).sort(), Object.keys(fields).sort(), `the keys of ${path}`);
  for (const [key, value] of Object.entries(fields)) assertSame(comparable[key], value, `${path}.${key}`);
}

interface ReferenceArray {
  readonly dtype: string | undefined;
  readonly shape: readonly number[] | undefined;
  readonly sha256: string | undefined;
}

function assertArray(found: unknown, { dtype, shape, sha256: hash }: ReferenceArray, path: string): void {
  assert.ok(isNdArray(found), `${path} is ${Deno.inspect(found)}, expected an array`);
  assert.deepEqual(
    { dtype: shortName(found), shape: [...found.shape], sha256: sha256(contiguous(found)) },
    { dtype, shape, sha256: hash },
    path,
  );
}

/** A dtype as numpy's `str` writes it. */
function shortName(array: NdArray): string {
  const [, kind, bits] = /^(u?i|f)\D*(\d+)$/.exec(dtypeOf(array.data).replace("uint", "ui")) ?? [];
  return `${bits === "8" ? "|" : "<"}${kind === "ui" ? "u" : kind}${Number(bits) / 8}`;
}

function sha256(bytes: ArrayBufferView): string {
  return createHash("sha256").update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)).digest("hex");
}

/** A time in UTC with microseconds, however it is written. */
function instant(text: string): string {
  const [, seconds, fraction = ""] = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)?$/.exec(text) ?? [];
  assert.ok(seconds, text);
  return `${seconds}.${fraction.padEnd(6, "0")}`;
}

/** What a reference says of an event: of its only stream, of all, or of its only image. */
interface Reference {
  readonly event_number: number;
  readonly stream?: string;
  readonly typ?: string;
  readonly frames?: readonly number[];
  readonly packet?: unknown;
  readonly streams?: Readonly<Record<string, unknown>>;
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly rows_columns?: readonly number[];
  readonly sha256?: string;
}

function assertEvent({ eventNumber, streams }: CaptureItem, expected: Reference, parse: Parse): void {
  assert.equal(eventNumber, expected.event_number);
  const packets = expected.streams ?? { [String(expected.stream)]: expected.packet };
  assert.deepEqual(Object.keys(streams).sort(), Object.keys(packets).sort());
  for (const [name, stream] of Object.entries(streams)) {
    assert.equal(stream.typ, expected.typ ?? stream.typ);
    const lengths = stream.frames.map((frame) => frame.length);
    assert.deepEqual(lengths, expected.frames ?? lengths);
    assertSame(parse(stream), packets[name], `event ${eventNumber} of ${name}`);
  }
}

const folder = shared.missing() === undefined ? shared.path("reference") : undefined;
const names = folder === undefined ? [] : [...Deno.readDirSync(folder)].map(({ name }) => name.replace(/\.json$/, ""));
const captures = folder === undefined ? [] : [...Deno.readDirSync(shared.path("captures/events"))]
  .map(({ name }) => name).filter((name) => name.endsWith(".cbors"));

function capturesOf(name: string): string[] {
  const merged = /^(.*)-streams$/.exec(name)?.[1];
  const files = captures.filter((file) =>
    merged === undefined ? file === `${name}.cbors` : file.startsWith(`${merged}-`)
  );
  return files.map((file) => shared.path(`captures/events/${file}`));
}

testWith([shared], "there are captures of all protocols with references", () => {
  const typs = names.filter((name) => capturesOf(name).length > 0);
  assert.ok(typs.length >= 10, typs.join());
});

for (const name of names.filter((name) => capturesOf(name).length > 0).sort()) {
  const references: Reference[] = JSON.parse(Deno.readTextFileSync(`${folder}/${name}.json`));
  if (references.every((reference) => "packet" in reference || "streams" in reference)) {
    testWith([shared], `${name} is parsed as the reference implementation parses it`, async () => {
      const parse = parser();
      let next = 0;
      for await (const event of readEvents(capturesOf(name))) {
        const reference = references[next++];
        assert.ok(reference, `event ${event.eventNumber} is not in the reference`);
        assertEvent(event, reference, parse);
      }
      assert.equal(next, references.length);
    });
  } else if (references.every((reference) => "sha256" in reference)) {
    testWith([shared], `the images of ${name} are those that the reference implementation finds`, async () => {
      const images = new Map<number, unknown>();
      for (const path of capturesOf(name)) {
        const parse = parser();
        for await (const { eventNumber, streams } of openCapture(path)) {
          for (const stream of Object.values(streams)) {
            const { data, image } = parse(stream) as { data?: unknown; image?: unknown };
            if (data !== undefined) images.set(eventNumber, isNdArray(data) ? data : image);
          }
        }
      }
      assert.deepEqual([...images.keys()], references.map(({ event_number }) => event_number));
      for (const reference of references) {
        const { event_number, dtype, shape = reference.rows_columns, sha256 } = reference;
        assertArray(images.get(event_number), { dtype, shape, sha256 }, `the image of event ${event_number}`);
      }
    });
  }
}

for (const file of captures.sort()) {
  testWith([shared], `what is parsed of ${file} is encoded so that it is parsed the same`, async () => {
    const parse = parser();
    const parseAgain = parser();
    for await (const { eventNumber, streams } of openCapture(shared.path(`captures/events/${file}`))) {
      for (const [name, stream] of Object.entries(streams)) {
        const packet = parse(stream);
        const encoded = (protocols.get(stream.typ) as Protocol).encode(packet);
        assert.deepEqual([encoded.typ, encoded.length], [stream.typ, stream.length]);
        assert.deepEqual(parseAgain(encoded), packet, `event ${eventNumber} of ${name}`);
      }
    }
  });
}
