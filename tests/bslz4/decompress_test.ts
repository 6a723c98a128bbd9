import assert from "node:assert/strict";
import fc from "fast-check";
import { compressBslz4, compressLz4 } from "../../lib/bslz4/compress.ts";
import { decompressBslz4, decompressLz4 } from "../../lib/bslz4/decompress.ts";
import { decompressLz4Plain } from "../../lib/bslz4/plain.ts";
import { shared, testWith } from "../tools.ts";
import { bytesOf, compressed, CONTENTS, guardedDecoder, implementations, ITEMSIZES, same, samples } from "./samples.ts";

interface Case {
  readonly es: number;
  readonly c: string;
  readonly raw: string;
}

testWith([shared], "the frames of the reference are decompressed", () => {
  const cases: Case[] = JSON.parse(Deno.readTextFileSync(shared.path("reference/bslz4-cases.json")));
  assert.equal(cases.length, 30);
  for (const { es, c, raw } of cases) {
    const expected = Uint8Array.fromHex(raw);
    for (const [name, decompress] of Object.entries(implementations())) {
      const found = decompress(Uint8Array.fromHex(c), { itemsize: es, size: expected.length });
      assert.deepEqual(found.toHex(), raw, `${name} ${c}`);
    }
  }
});

Deno.test("whatever is compressed comes out again, with a header or without, of any block size", () => {
  const ways = Object.entries(implementations());
  fc.assert(
    fc.property(samples(), (sample) => {
      const { frame, layout } = compressed(sample);
      for (const [name, decompress] of ways) assert.ok(same(decompress(frame, layout), sample.raw), name);
    }),
    { numRuns: 300 },
  );
});

Deno.test("every number of elements around the vectors and blocks of the kernel comes out", () => {
  const ways = Object.values(implementations());
  for (const itemsize of ITEMSIZES) {
    const block = 8192 / itemsize;
    const counts = [...Array(300).keys(), block - 8, block - 1, block, block + 1, block + 8, block + 127, block + 136];
    for (const count of counts) {
      const raw = bytesOf("gaps", count, itemsize, count);
      const layout = { itemsize, size: raw.length };
      const frame = compressBslz4(raw, layout);
      for (const decompress of ways) {
        assert.ok(same(decompress(frame, layout), raw), `${count} elements of ${itemsize}`);
      }
    }
  }
});

Deno.test("a frame of many strips comes out, in one piece", () => {
  for (const itemsize of ITEMSIZES) {
    const raw = bytesOf("counts", 3_000_007 / itemsize | 0, itemsize);
    const layout = { itemsize, size: raw.length };
    for (const options of [{ itemsize }, { itemsize, header: true, blockSize: 1 << 18 }]) {
      const frame = compressBslz4(raw, options);
      for (const [name, decompress] of Object.entries(implementations())) {
        assert.ok(same(decompress(frame, layout), raw), `${name}, ${itemsize}`);
      }
    }
  }
});

Deno.test("a block larger than all that is in it comes out", () => {
  for (const blockSize of [2 ** 20, 2 ** 31 - 64]) {
    const raw = bytesOf("counts", 1003, 4);
    const frame = compressBslz4(raw, { itemsize: 4, header: true, blockSize });
    for (const decompress of Object.values(implementations())) {
      assert.ok(same(decompress(frame, { itemsize: 4, size: raw.length }), raw));
    }
  }
});

Deno.test("a frame may begin anywhere in its buffer", () => {
  const raw = bytesOf("counts", 999, 2);
  const frame = compressBslz4(raw, { itemsize: 2, header: true });
  for (const offset of [1, 7, 64]) {
    const buffer = new Uint8Array(offset + frame.length + 9).fill(255);
    buffer.set(frame, offset);
    const view = buffer.subarray(offset, offset + frame.length);
    for (const decompress of Object.values(implementations())) {
      assert.ok(same(decompress(view, { itemsize: 2, size: raw.length }), raw));
    }
  }
});

Deno.test("a header is one when it says the size, unless the frame is as long as what is in it", () => {
  const layout = { itemsize: 2, size: 12 };
  const raw = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 32, 0);
  for (const decompress of Object.values(implementations())) {
    assert.deepEqual(decompress(raw, layout), raw);
    assert.deepEqual(decompress(Uint8Array.of(...raw, ...raw), layout), raw);
    assert.deepEqual(decompress(new Uint8Array(), { itemsize: 2, size: 0 }).length, 0);
    assert.deepEqual(decompress(new Uint8Array(12), { itemsize: 2, size: 0 }).length, 0);
  }
});

Deno.test("a block size of 0 in a header means the default", () => {
  for (const itemsize of ITEMSIZES) {
    const raw = bytesOf("counts", 9000, itemsize);
    const frame = compressBslz4(raw, { itemsize, header: true });
    frame.fill(0, 8, 12);
    for (const decompress of Object.values(implementations())) {
      assert.ok(same(decompress(frame, { itemsize, size: raw.length }), raw));
    }
  }
});

Deno.test("what comes out has a buffer of its own, of its exact size", () => {
  const raw = bytesOf("counts", 999, 4);
  const layout = { itemsize: 4, size: raw.length };
  const [first, second] = [0, 1].map(() => decompressBslz4(compressBslz4(raw, layout), layout));
  const third = decompressLz4(compressLz4(raw), layout);
  for (const out of [first, second, third]) {
    assert.deepEqual([out?.byteOffset, out?.buffer.byteLength], [0, raw.length]);
    assert.ok(out?.buffer instanceof ArrayBuffer);
  }
  assert.notEqual(first?.buffer, second?.buffer);
});

Deno.test("a room takes what has a place in it, and nothing of what has not", () => {
  const layout = { itemsize: 4, size: 100_000 };
  const raw = bytesOf("counts", 25_000, 4);
  for (const [blockSize, fits] of [[8192, true], [65536, true], [65568, false]] as const) {
    const { decoder, check } = guardedDecoder(65536);
    let taken = 0;
    const frame = compressBslz4(raw, { itemsize: 4, header: true, blockSize });
    assert.equal(decoder.strips(frame, layout, ({ length }) => taken += length), fits);
    assert.equal(taken, fits ? raw.length : 0);
    check();
  }
});

Deno.test("plain LZ4 comes out, of any contents and length", () => {
  fc.assert(fc.property(samples(), ({ raw, options }) => {
    const block = compressLz4(raw);
    const layout = { itemsize: options.itemsize, size: raw.length };
    assert.ok(same(decompressLz4(block, layout), raw));
    assert.ok(same(decompressLz4Plain(block, layout), raw));
  }));
  for (const contents of CONTENTS) {
    const raw = bytesOf(contents, 300_001, 1);
    assert.ok(same(decompressLz4(compressLz4(raw), { itemsize: 1, size: raw.length }), raw), contents);
  }
});

Deno.test("LZ4 repeats what lies any distance back, any number of times", () => {
  for (let distance = 1; distance <= 40; distance++) {
    for (const length of [4, 5, 15, 16, 17, 18, 19, 20, 31, 33, 64, 65, 96, 97, 273, 274, 275, 529]) {
      const pattern = Uint8Array.from({ length: distance }, (_, i) => 7 * i + 1);
      const raw = Uint8Array.from({ length: distance + length + 5 }, (_, i) => pattern[i % distance] as number);
      const literals = Array.from(pattern);
      const lengths = (rest: number): number[] => rest < 255 ? [rest] : [255, ...lengths(rest - 255)];
      const block = Uint8Array.from([
        Math.min(15, distance) << 4 | Math.min(15, length - 4),
        ...(distance >= 15 ? [distance - 15] : []),
        ...literals,
        distance,
        0,
        ...(length >= 19 ? lengths(length - 19) : []),
        0x50,
        ...raw.subarray(-5),
      ]);
      const layout = { itemsize: 1, size: raw.length };
      assert.deepEqual(decompressLz4(block, layout), raw, `distance ${distance}, length ${length}`);
      assert.deepEqual(decompressLz4Plain(block, layout), raw, `distance ${distance}, length ${length}`);
    }
  }
});
