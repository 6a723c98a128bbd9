import assert from "node:assert/strict";
import { pickleExtent } from "../../lib/pickle/extent.ts";
import { pickle } from "../../lib/pickle/pickle.ts";
import { python, shared, testWith } from "../tools.ts";
import { bytes, pickleError, pythonPickles } from "./support.ts";
import { unpickle } from "../../lib/pickle/unpickle.ts";

testWith(
  [python],
  "the end of a pickle is found with every protocol, and cut anywhere, something is missing",
  async () => {
    const expressions = ["{'a': [1, 2.5, 'x' * 300, b'y' * 300, None], 'b': (True, 10**30)}", "np.arange(3)"];
    for (const pickle of (await pythonPickles(expressions)).flat()) {
      const among = bytes("...", pickle, "N.");
      const end = 3 + pickle.length;
      assert.deepStrictEqual(pickleExtent(among, 3, among.length), { end });
      for (let cut = 3; cut < end; cut++) {
        const extent = pickleExtent(among, 3, cut);
        assert.ok("missing" in extent && extent.missing >= 1 && cut + extent.missing <= end, `cut at ${cut}`);
      }
    }
  },
);

Deno.test("bytes that are there but not at hand are not read", () => {
  assert.deepStrictEqual(pickleExtent(bytes("I12\n."), 0, 3), { missing: 1 });
  assert.deepStrictEqual(pickleExtent(bytes("cos\nsystem\n."), 0, 5), { missing: 1 });
});

Deno.test("what is missing is told as far as it is known", () => {
  const cases: [pickle: string, missing: number][] = [
    ["", 1],
    ["N", 1],
    ["B\x10\0\0\0ab", 14],
    ["B\x10\0", 2],
    ["\x8e\0\0\0\x01\0\0\0\0", 2 ** 24],
    ["\x80\x04\x95\x64\0\0\0\0\0\0\0N", 99],
    ["\x95\x64\0", 6],
    ["K", 1],
    ["G\0", 7],
    ["I1", 1],
    ["ca\nb", 1],
    ["ca", 1],
  ];
  for (const [text, missing] of cases) {
    assert.deepStrictEqual(pickleExtent(bytes(text), 0, text.length), { missing }, JSON.stringify(text));
  }
});

Deno.test("nothing is executed: an extent is found for what unpickle refuses", () => {
  for (const text of ["cos\nsystem\n(S'ls'\ntR.", "P1\n.", "e.", "\x82\x01.", "0000.", "(Va\nios\nsystem\n."]) {
    assert.deepStrictEqual(pickleExtent(bytes(text, "N."), 0, text.length + 2), { end: text.length });
    pickleError(() => unpickle(bytes(text)));
  }
});

Deno.test("a byte that is no opcode, and an absurd length, are errors that say where", () => {
  const cases: [pickle: string, offset: number, message: RegExp][] = [
    ["NN\xffN.", 2, /0xff at byte 2 is no opcode/],
    ["N\x00", 1, /0x00 at byte 1 is no opcode/],
    ["N\x8e\0\0\0\0\0\0\0\x10", 1, /BINBYTES8 at byte 1 says that it is 11529215\d+ bytes long/],
    ["B\x01\0\0\x80", 0, /BINBYTES at byte 0 says that it is 2147483649 bytes long, and at most 2147483648/],
    ["\x95\0\0\0\0\0\0\0\x7f", 0, /FRAME at byte 0/],
    ["\x8b\xff\xff\xff\xff", 0, /LONG4 at byte 0/],
  ];
  for (const [text, offset, message] of cases) {
    const error = pickleError(() => pickleExtent(bytes("....", text), 4, 4 + text.length));
    assert.match(error.message, message);
    assert.equal(error.offset, offset);
    assert.equal(pickleError(() => unpickle(bytes(text))).offset, offset);
  }
});

Deno.test("a place outside of the bytes is refused", () => {
  for (const [start, end] of [[-1, 1], [2, 1], [0, 3], [NaN, 1]] as const) {
    assert.match(pickleError(() => pickleExtent(bytes("N."), start, end)).message, /there are no bytes/);
  }
});

testWith([shared], "captures of dranspose are pickles one after the other", () => {
  for (const name of ["contrast", "pcap", "pilatus", "xspress3"]) {
    const file = Deno.readFileSync(shared.path(`captures/events/four-${name}.pkls`));
    let count = 0;
    for (let at = 0; at < file.length; count++) {
      const extent = pickleExtent(file, at, file.length);
      assert.ok("end" in extent);
      at = extent.end;
    }
    assert.equal(count, 12);
  }
});

Deno.test("a pickle of this module has an extent", () => {
  const written = pickle({ a: [1, "x".repeat(1000)], b: new Float64Array(100) });
  assert.deepStrictEqual(pickleExtent(written, 0, written.length), { end: written.length });
});
