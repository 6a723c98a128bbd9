import assert from "node:assert/strict";
import { compressBslz4, compressLz4 } from "../../lib/bslz4/compress.ts";
import { decompressBslz4, decompressLz4, type FrameLayout } from "../../lib/bslz4/decompress.ts";
import { Kernel } from "../../lib/bslz4/instance.ts";
import { checkBlocks } from "../../lib/bslz4/layout.ts";
import { decompressLz4Plain } from "../../lib/bslz4/plain.ts";
import { bytesOf, CONTENTS, generator, implementations, ITEMSIZES, outcomeOf } from "./samples.ts";

/** What all ways to decompress make of a frame, which has to be the same. */
function agreed(frame: Uint8Array, layout: FrameLayout): Uint8Array | string {
  const [first, ...others] = Object.entries(ways).map(([name, decompress]) =>
    [name, outcomeOf(decompress, frame, layout)] as const
  );
  const [, expected] = first as NonNullable<typeof first>;
  for (const [name, found] of others) assert.deepEqual(found, expected, name);
  if (typeof expected !== "string") assert.equal(expected.length, layout.size);
  return expected;
}

const ways = implementations();

/** What plain LZ4 makes of a block, here and in plain TypeScript. */
function agreedLz4(block: Uint8Array, layout: FrameLayout): Uint8Array | string {
  const found = outcomeOf(decompressLz4, block, layout);
  assert.deepEqual(found, outcomeOf(decompressLz4Plain, block, layout));
  return found;
}

Deno.test("a frame cut anywhere is refused", () => {
  for (const itemsize of ITEMSIZES) {
    for (const options of [{ itemsize }, { itemsize, header: true, blockSize: 48 * itemsize }]) {
      const raw = bytesOf("gaps", 8192 / itemsize + 333, itemsize);
      const layout = { itemsize, size: raw.length };
      const frame = compressBslz4(raw, options);
      for (let length = 0; length < frame.length; length++) {
        const outcome = agreed(frame.subarray(0, length), layout);
        assert.ok(typeof outcome === "string", `cut to ${length} of ${frame.length}`);
        assert.match(outcome, new RegExp(`^cannot decompress ${length} bytes to ${raw.length} bytes: at byte \\d+, `));
      }
    }
  }
});

Deno.test("an LZ4 block cut anywhere is refused", () => {
  for (const contents of CONTENTS) {
    const raw = bytesOf(contents, 700, 1);
    const block = compressLz4(raw);
    for (let length = 0; length < block.length; length++) {
      assert.equal(typeof agreedLz4(block.subarray(0, length), { itemsize: 1, size: raw.length }), "string");
    }
  }
});

Deno.test("10,000 frames with wrong bytes are refused, or give as many bytes as they should", () => {
  const random = generator(20240312);
  const any = (below: number): number => Math.floor(below * random());
  let refused = 0;
  for (let round = 0; round < 10_000; round++) {
    const itemsize = ITEMSIZES[any(4)] as number;
    const raw = bytesOf(CONTENTS[any(CONTENTS.length)] as "zeros", any(400), itemsize, round);
    const layout = { itemsize, size: raw.length };
    const options = [{ itemsize }, { itemsize, header: true }, { itemsize, header: true, blockSize: 64 * itemsize }];
    const lz4 = round % 5 === 0;
    const frame = lz4 ? compressLz4(raw) : compressBslz4(raw, options[any(3)] as { itemsize: number });
    for (let change = any(3); change >= 0 && frame.length > 0; change--) {
      const at = any(frame.length);
      frame[at] = [any(256), 0, 255, (frame[at] as number) ^ 1 << any(8)][any(4)] as number;
    }
    const length = any(4) === 0 ? any(frame.length + 1) : frame.length;
    const damaged = new Uint8Array(length + (any(8) === 0 ? any(20) : 0));
    damaged.set(frame.subarray(0, length));
    const outcome = lz4 ? agreedLz4(damaged, layout) : agreed(damaged, layout);
    if (typeof outcome === "string") refused++;
  }
  assert.ok(refused > 4000 && refused < 9900, `${refused} refused`);
});

Deno.test("random bytes are refused, or give as many bytes as they should", () => {
  const random = generator(7);
  for (let round = 0; round < 3000; round++) {
    const bytes = Uint8Array.from({ length: 1 + 80 * random() }, () => random() < 0.5 ? 4 * random() : 256 * random());
    const size = Math.floor(300 * random());
    agreedLz4(bytes, { itemsize: 1, size });
    agreed(bytes, { itemsize: 1, size });
  }
});

/** What is wrong with a frame of 8 elements of one byte, whose block is given. */
function fault(block: readonly number[], size = 8, length = block.length): { offset: number; message: string } {
  const frame = Uint8Array.from([0, 0, 0, length, ...block]);
  const outcome = agreed(frame, { itemsize: 1, size });
  assert.ok(typeof outcome === "string");
  const [, offset, message] = /: at byte (\d+), (.+): check that the frame is whole, and has that shape and dtype$/
    .exec(outcome) ?? assert.fail(outcome);
  return { offset: Number(offset), message: message as string };
}

Deno.test("each fault is named with its place and the number found", () => {
  const eight = [0x80, 1, 2, 3, 4, 5, 6, 7, 8];
  const says = (found: { offset: number; message: string }, offset: number, message: string): void => {
    assert.deepEqual(found, { offset, message });
  };
  says(fault([...eight, 1, 2]), 13, "an LZ4 sequence points 513 bytes back, to nothing in its block");
  says(fault(eight, 8, 12), 0, "a block takes 12 bytes behind its length, and 9 are left");
  says(fault([]), 4, "an LZ4 block ends within a sequence");
  says(fault([...eight, 1]), 13, "an LZ4 block ends within a sequence");
  says(fault([0xf0]), 5, "an LZ4 block ends within a sequence");
  says(fault([0x8f, ...eight.slice(1), 8, 0]), 15, "an LZ4 block ends within a sequence");
  says(fault([0x40, 1, 2, 3]), 5, "an LZ4 sequence has 4 literal bytes, and its block ends before them");
  says(fault([0x90, ...eight]), 5, "an LZ4 sequence gives 9 literal bytes, more than its block still takes");
  says(fault([0xf0, 255, 255]), 5, "an LZ4 sequence gives 270 literal bytes, more than its block still takes");
  says(fault([0x40, 1, 2, 3, 4]), 9, "an LZ4 block gives 4 bytes, fewer than it must");
  says(fault([0x10, 1, 0, 0]), 6, "an LZ4 sequence points 0 bytes back, to nothing in its block");
  says(fault([0x10, 1, 2, 0]), 6, "an LZ4 sequence points 2 bytes back, to nothing in its block");
  says(fault([0x14, 1, 1, 0]), 8, "an LZ4 sequence repeats 8 bytes, more than its block still takes");
  says(fault([0x1f, 1, 1, 0, 255]), 8, "an LZ4 sequence repeats 274 bytes, more than its block still takes");
  says(fault([...eight, 9], 8, 9), 13, "1 bytes are left behind the blocks, expected 0");
  says(fault(eight, 9), 13, "0 bytes are left behind the blocks, expected 1");

  const two = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 8, 0, 0, 0, 9, ...eight, 0, 0);
  assert.match(
    agreed(two, { itemsize: 1, size: 16 }) as string,
    /: at byte 25, the length of a block takes 4 bytes, and 2 are left: /,
  );
});

Deno.test("the last byte of a match and of literals is needed, and enough", () => {
  const block = Uint8Array.of(0x13, 9, 1, 0, 0x50, 9, 9, 9, 9, 9);
  const size = 1 + 7 + 5;
  assert.deepEqual(agreedLz4(block, { itemsize: 1, size }), new Uint8Array(size).fill(9));
  assert.equal(typeof agreedLz4(block, { itemsize: 1, size: size - 1 }), "string");
  assert.equal(typeof agreedLz4(block, { itemsize: 1, size: size + 1 }), "string");
});

Deno.test("a header of another size, or with a block size that cannot be, is refused by what it says", () => {
  const raw = bytesOf("counts", 100, 4);
  const frame = compressBslz4(raw, { itemsize: 4, header: true });
  assert.match(agreed(frame, { itemsize: 4, size: 404 }) as string, /to 404 bytes: at byte 0, its header says 400: /);
  assert.match(agreed(frame.subarray(0, 9), { itemsize: 4, size: 400 }) as string, /at byte 9, its header is cut, it /);
  for (const bytes of [1, 4, 31, 33, 40]) {
    frame[10] = 0;
    frame[11] = bytes;
    const message = `at byte 8, its header says ${bytes} bytes a block, no multiple of 32: `;
    assert.ok((agreed(frame, { itemsize: 4, size: 400 }) as string).includes(message));
  }
});

Deno.test("sizes that cannot be are refused, and none is believed that the frame could not hold", () => {
  const frame = new Uint8Array(1000);
  const refused = (itemsize: number, size: number, message: RegExp): void => {
    assert.match(agreed(frame, { itemsize, size }) as string, message);
    if (itemsize === 1) assert.match(agreedLz4(frame, { itemsize, size }) as string, message);
  };
  for (const size of [-1, 0.5, NaN, Infinity, 2 ** 31, 2 ** 60]) {
    refused(1, size, /at byte 0, frames have from 0 to 2147483647 bytes, compressed or not: /);
  }
  for (const size of [255_001, 2 ** 31 - 1]) {
    refused(1, size, /at byte 1000, they hold no more than 255000; the frame is cut: /);
  }
  refused(4, 4001, /at byte 0, that is no whole number of elements of 4 bytes: /);
  for (const itemsize of [0, 3, 16, -1, 1.5, NaN]) {
    refused(itemsize, 48, new RegExp(`elements of ${itemsize} bytes are not read, expected 1, 2, 4 or 8`));
  }
});

Deno.test("memory stays within what frames may need, however damaged they are", () => {
  const raw = bytesOf("counts", 100_000, 4);
  const layout = { itemsize: 4, size: raw.length };
  const kernel = new Kernel();
  const frame = compressBslz4(raw, { itemsize: 4, header: true });
  let bytes = 0;
  const measure = (strip: Uint8Array): number => bytes = strip.buffer.byteLength;
  kernel.strips(frame, layout, measure);
  assert.ok(bytes < 2 ** 18 + frame.length + 3 * 65536, `${bytes} bytes`);
  const random = generator(3);
  for (let round = 0; round < 500; round++) {
    const damaged = frame.slice();
    damaged[Math.floor(random() * (round % 2 ? 16 : frame.length))] = 256 * random();
    outcomeOf(kernel.decode.bind(kernel), damaged, layout);
  }
  // A block size that is believed takes no more than all that comes out.
  kernel.strips(frame, layout, measure);
  assert.ok(bytes <= 2 * raw.length + frame.length + 3 * 65536, `${bytes} bytes`);
});

Deno.test("blocks are missing, or too many, without a look into them", () => {
  for (const header of [true, false]) {
    for (const count of [5000, 5003, 9]) {
      const raw = bytesOf("noise", count, 2);
      const layout = { itemsize: 2, size: raw.length };
      const frame = compressBslz4(raw, { itemsize: 2, header });
      checkBlocks(frame, layout);
      const longer = new Uint8Array(frame.length + 1);
      longer.set(frame);
      for (const wrong of [...Array(frame.length).keys()].map((length) => frame.subarray(0, length)).concat(longer)) {
        const check = outcomeOf(() => (checkBlocks(wrong, layout), wrong), wrong, layout);
        // Half a header may look like an empty block.
        assert.ok(typeof check === "string" || wrong.length < 8, `${wrong.length} of ${frame.length}`);
        assert.equal(typeof outcomeOf(decompressBslz4, wrong, layout), "string");
      }
    }
  }
});

Deno.test("a frame after a damaged one comes out", () => {
  const raw = bytesOf("counts", 5000, 4);
  const layout = { itemsize: 4, size: raw.length };
  const frame = compressBslz4(raw, { itemsize: 4 });
  for (const decompress of Object.values(ways)) {
    assert.equal(typeof outcomeOf(decompress, frame.subarray(0, 500), layout), "string");
    assert.deepEqual(outcomeOf(decompress, frame, layout), raw);
  }
});

Deno.test("decompressing many large frames takes memory for a few of them", () => {
  const raw = new Uint8Array(70_000_000);
  const block = compressLz4(raw);
  const frame = compressBslz4(raw, { itemsize: 8 });
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 30; i++) {
    decompressLz4(block, { itemsize: 1, size: raw.length });
    decompressBslz4(frame, { itemsize: 8, size: raw.length });
  }
  const grown = Deno.memoryUsage().rss - before;
  assert.ok(grown < 20 * raw.length, `${grown} bytes`);
});
