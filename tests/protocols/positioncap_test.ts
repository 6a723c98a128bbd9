import assert from "node:assert/strict";
import { positioncap, readEvents, type StreamData } from "beamfold";
import fc from "fast-check";
import { streamData } from "../../lib/event.ts";
import { shared, testWith } from "../tools.ts";
import { frames, refuses, refusesToEncode, textsOf } from "./support.ts";

const { TYP, Parser, encode } = positioncap;
const arm_time = "2026-11-24T07:01:22.646048Z";
const header = `arm_time: ${arm_time}\nmissed: 0\nprocess: Scaled\nformat: ASCII\nfields:\n` +
  " PCAP.BITS0 uint32 Value\n INENC1.VAL double Mean\n";
const fields = [{ name: "PCAP.BITS0.Value", type: "uint32" }, { name: "INENC1.VAL.Mean", type: "double" }];

function parseAll(...texts: string[]): positioncap.PositioncapPacket[] {
  const parser = new Parser();
  return texts.map((text) => parser.parse(frames(TYP, text)));
}

function valuesOf(packet: positioncap.PositioncapPacket | undefined): number[] {
  assert.ok(packet?.type === "values");
  return Object.values(packet.fields).map(({ value }) => value);
}

Deno.test("a header gives the fields that the values have", () => {
  assert.deepEqual(parseAll(header, " 4294967295 -1.5\n", "END 1 Disarmed\n"), [
    { type: "start", arm_time, missed: "0", process: "Scaled", format: "ASCII", fields },
    {
      type: "values",
      fields: {
        "PCAP.BITS0.Value": { name: "PCAP.BITS0.Value", type: "uint32", value: 4294967295 },
        "INENC1.VAL.Mean": { name: "INENC1.VAL.Mean", type: "double", value: -1.5 },
      },
    },
    { type: "end", samples: 1, reason: "Disarmed" },
  ]);
});

Deno.test("lines may end or be spaced as other software writes them", () => {
  const windows = parseAll(header.replaceAll("\n", "\r\n") + "\r\n", "1  2 \r\n", " 3 4");
  assert.deepEqual(windows[0], parseAll(header)[0]);
  assert.deepEqual(windows.slice(1).map(valuesOf), [[1, 2], [3, 4]]);
});

Deno.test("what follows a field in the header is kept with it", () => {
  const [packet] = parseAll(
    `arm_time: ${arm_time}\nfields:\n A.B double Mean scale: 1e-3 offset: 0 units: \n` +
      " C.D double Min units: mm per s\n E double Max scale: 2\n F double Mean ???\n",
  );
  assert.deepEqual((packet as positioncap.PositioncapStart).fields, [
    { name: "A.B.Mean", type: "double", scale: "1e-3", offset: "0", units: "" },
    { name: "C.D.Min", type: "double", units: "mm per s" },
    { name: "E.Max", type: "double", scale: "2" },
    { name: "F.Mean", type: "double" },
  ]);
});

Deno.test("a new header replaces the fields, another parser knows none of them", () => {
  const short = `arm_time: ${arm_time}\nfields:\n A double Mean\n`;
  assert.deepEqual(valuesOf(parseAll(header, " 1 2\n", short, " 3\n", header, " 4 5\n").at(-1)), [4, 5]);
  assert.deepEqual(valuesOf(parseAll(header, short, " 3\n").at(-1)), [3]);
  refuses(
    () => parseAll(" 1 2\n"),
    TYP,
    'found the values " 1 2\\n" before a header: parse the first event with this parser too',
  );
  refuses(() => parseAll(""), TYP, /found the values "" before a header/);
});

Deno.test("a header that is refused leaves the fields as they were", () => {
  const parser = new Parser();
  parser.parse(frames(TYP, header));
  refuses(() => parser.parse(frames(TYP, "arm_time: never\nfields:\n A double Mean\n")), TYP, /"arm_time" is "never"/);
  assert.deepEqual(valuesOf(parser.parse(frames(TYP, " 1 2\n"))), [1, 2]);
});

Deno.test("doubles are read in all ways in which they are written", () => {
  const double = `arm_time: ${arm_time}\nfields:\n A double Mean\n`;
  const cases: Record<string, number> = {
    "1": 1,
    "-1.": -1,
    "+.5": 0.5,
    "1e-06": 1e-6,
    "1.5E+300": 1.5e300,
    "-0.0": -0,
    nan: NaN,
    "-nan": NaN,
    NaN: NaN,
    inf: Infinity,
    "-inf": -Infinity,
    "-Infinity": -Infinity,
  };
  for (const [word, value] of Object.entries(cases)) {
    assert.deepEqual(valuesOf(parseAll(double, ` ${word}\n`)[1]), [value], word);
  }
});

Deno.test("another number of values than fields is refused with both, and the names", () => {
  for (const [text, count] of [[" 1\n", 1], [" 1 2 3\n", 3], ["\n", 0], [" 1 2.0 3.0\n 1", 4]] as const) {
    refuses(
      () => parseAll(header, text),
      TYP,
      `found ${count} values in ${JSON.stringify(text)}, but the header has 2: "PCAP.BITS0.Value, INENC1.VAL.Mean"`,
    );
  }
  const [, none] = parseAll(`arm_time: ${arm_time}\n`, "\n");
  assert.deepEqual(none, { type: "values", fields: {} });
});

Deno.test("a value that is not of its field's type is refused", () => {
  const uint32 = ["-1", "4294967296", "1.0", "0x10", "1e3", "nan", "one", "١"];
  const double = ["0x10", "one", "1,5", "1.5.5", "e5", ".", "infinite", "--1", "1_0"];
  for (const word of uint32) {
    refuses(
      () => parseAll(header, ` ${word} 1.0\n`),
      TYP,
      `the value of "PCAP.BITS0.Value" is "${word}", expected a uint32`,
    );
  }
  for (const word of double) {
    refuses(
      () => parseAll(header, ` 1 ${word}\n`),
      TYP,
      `the value of "INENC1.VAL.Mean" is "${word}", expected a double`,
    );
  }
});

Deno.test("a header that is not understood is refused with its line", () => {
  const start = (text: string) => () => parseAll(`arm_time: ${arm_time}\n${text}`);
  refuses(start(" A int32 Value\n"), TYP, 'the field "A.Value" has the type "int32", expected "uint32" or "double"');
  refuses(start(" A double\n"), TYP, 'the header has the field " A double", expected " name type where"');
  refuses(start(" A double Mean\n A double Mean\n"), TYP, 'the header has the field "A.Mean" twice');
  for (const line of ["fields", "type: x", "missed: 0\nmissed: 1", ": x", "\tA double Mean", "fields: 3"]) {
    refuses(start(`${line}\n`), TYP, /the header has the line ".*", expected a key that is new, a colon and a text/);
  }
  refuses(() => parseAll("arm_time: yesterday\n"), TYP, /"arm_time" is "yesterday", expected a time/);
  refuses(() => parseAll("arm_time:\n"), TYP, /"arm_time" is "", expected a time/);
});

Deno.test("the end says how many and why, as far as its line does", () => {
  const cases: [string, positioncap.PositioncapEnd][] = [
    ["END 10 Ok\n", { type: "end", samples: 10, reason: "Ok" }],
    ["END 5 Driver data overrun\r\n", { type: "end", samples: 5, reason: "Driver data overrun" }],
    ["END\n", { type: "end", reason: "" }],
    ["END Ok", { type: "end", reason: "Ok" }],
    ["END 7", { type: "end", samples: 7, reason: "" }],
    ["END 3rd\n", { type: "end", reason: "3rd" }],
  ];
  for (const [text, packet] of cases) {
    assert.deepEqual(parseAll(text), [packet], text);
    assert.deepEqual(new Parser().parse(encode(packet)), packet);
  }
});

Deno.test("another type of stream, another number of frames, or no text is refused", () => {
  const parse = (data: StreamData) => () => new Parser().parse(data);
  const message = 'the stream\'s type is "PCAP", expected "PCAP_RAW": use the parser for that type';
  refuses(parse(frames("PCAP", header)), TYP, message);
  refuses(parse(streamData(TYP, [])), TYP, "found 0 frames, expected one");
  refuses(parse(frames(TYP, header, new Uint8Array())), TYP, "found 2 frames, expected one");
  refuses(parse(streamData(TYP, [Uint8Array.of(0xff)])), TYP, "the frame is not text");
  const long = `found the values "${"x".repeat(80)}"… before a header: parse the first event with this parser too`;
  refuses(parse(frames(TYP, "x".repeat(1e6))), TYP, long);
});

Deno.test("long lines of nonsense are refused without delay", () => {
  const long = 300_000;
  const digits = "1".repeat(long);
  refuses(
    () => parseAll(header, ` 1 ${digits}x\n`),
    TYP,
    /the value of "INENC1.VAL.Mean" is "1+"…, expected a double$/,
  );
  refuses(() => parseAll(header, ` 1${" ".repeat(long)}x\n`), TYP, /the value of "INENC1.VAL.Mean" is "x"/);
  refuses(() => parseAll(`arm_time: ${arm_time}\n A double${" ".repeat(long)}\n`), TYP, /expected " name type where"/);
  const many = Array.from({ length: long }, (_, i) => ` A${i} double Mean\n`).join("");
  refuses(() => parseAll(`arm_time: ${arm_time}\n${many}`, " 1\n"), TYP, /the header has 300000: "A0.Mean, .*…$/);
  const [end] = parseAll(`END 1 ${" ".repeat(long)}x`);
  assert.deepEqual(end, { type: "end", samples: 1, reason: `${" ".repeat(long)}x` });
});

const words = fc.stringMatching(/^[A-Za-z0-9_?*-]{1,8}$/);
const extraTexts = fc.dictionary(
  fc.stringMatching(/^[a-z_]{1,8}$/).filter((key) => !["type", "fields", "arm_time", "name"].includes(key)),
  fc.stringMatching(/^(\w[\w ,.=-]{0,8}\w|\w?)$/),
  { maxKeys: 3, noNullPrototype: true },
);
const someFields = fc.uniqueArray(
  fc.tuple(words, words, words, fc.constantFrom("uint32", "double"), extraTexts)
    .map(([block, what, where, type, texts]) => ({ ...texts, name: `${block}.${what}.${where}`, type })),
  { selector: ({ name }) => name, maxLength: 5 },
);

Deno.test("packets are parsed as they were encoded", () => {
  const property = fc.property(
    someFields,
    extraTexts,
    fc.infiniteStream(fc.nat()),
    fc.infiniteStream(fc.oneof(fc.double(), fc.constantFrom(-0, NaN, -Infinity, 1e16, 1e21))),
    (fields, texts, counts, doubles) => {
      const parser = new Parser();
      const start = { ...texts, type: "start", arm_time, fields } as const;
      assert.deepEqual(parser.parse(encode(start)), start);
      const { fields: _, ...without } = start;
      assert.deepEqual(parser.parse(encode(without, fields)), start);
      const named = fields.map(({ name, type }) => {
        const value = (type === "uint32" ? counts : doubles).next().value;
        return [name, { name, type, value }];
      });
      const values = { type: "values", fields: Object.fromEntries(named) } as const;
      assert.deepEqual(parser.parse(encode(values)), values);
      const turned = { type: "values", fields: Object.fromEntries(named.toReversed()) } as const;
      assert.deepEqual(parser.parse(encode(turned, fields)), values);
    },
  );
  fc.assert(property);
});

Deno.test("what cannot be read again is not encoded", () => {
  const start = { type: "start", arm_time } as const;
  const field = (name: string) => () => encode(start, [{ name, type: "double" }]);
  for (const name of ["A", "A B.Mean", "A.", "A.Mean\n"]) {
    refusesToEncode(field(name), TYP, `the field ${JSON.stringify(name)} is not "name.where" without spaces`);
  }
  refusesToEncode(() => encode({ ...start, note: "a\nb" }), TYP, '"note: a\\nb" is not one line');
  refusesToEncode(() => encode({ type: "end", reason: "Ok\n" }), TYP, '"END Ok\\n" is not one line');
  const values = { type: "values", fields: { "A.B": { name: "A.B", type: "double", value: 1 } } } as const;
  for (const others of [[], [{ name: "A.C", type: "double" }], [...fields]]) {
    const names = others.map(({ name }) => name).join(", ");
    refusesToEncode(() => encode(values, others), TYP, `the values are those of A.B, but the fields ${names}`);
  }
});

testWith([shared], "real captures are encoded to the bytes that they are", async () => {
  const parser = new Parser();
  for await (const { streams } of readEvents([shared.path("captures/events/four-pcap.cbors")])) {
    const stream = streams["pcap"] as StreamData;
    assert.deepEqual(textsOf(encode(parser.parse(stream))), textsOf(stream));
  }
});
