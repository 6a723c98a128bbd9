import assert from "node:assert/strict";
import fc from "fast-check";
import { stins } from "beamfold";
import { dtypeOf, type TypedArray } from "../../lib/array/dtypes.ts";
import { view } from "../../lib/array/ndarray.ts";
import { packedOf } from "../../lib/array/packed.ts";
import { Detector } from "../../lib/azint/detector.ts";
import { AzimuthalIntegrator } from "../../lib/azint/integrator.ts";
import { roomFor } from "../../lib/azint/layout.ts";
import { Poni } from "../../lib/azint/poni.ts";
import { compressBslz4 } from "../../lib/bslz4/compress.ts";
import { decompressBslz4, StripDecoder } from "../../lib/bslz4/decompress.ts";
import { bslz4Array } from "../../lib/bslz4/packed.ts";
import { CompressionError, ProtocolError } from "../../lib/errors.ts";
import { streamData } from "../../lib/event.ts";
import { bytesOf, guardedDecoder } from "../bslz4/samples.ts";

const KINDS = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, BigUint64Array, Float32Array];

function integratorOf(rows: number, columns: number): AzimuthalIntegrator {
  const detector = new Detector({ shape: [rows, columns], pixelSize: 75e-6 });
  const poni = new Poni({ detector, dist: 0.1, poni1: 1e-3, poni2: 2e-3, wavelength: 1e-10, rot1: 0.1 });
  return new AzimuthalIntegrator(poni, { radialBins: 20, splitting: 3, errorModel: "poisson", maskSentinels: true });
}

/** A packet as a detector sends it, with a frame of some block size. */
function packetOf(data: TypedArray, shape: readonly number[], blockSize?: number): stins.StinsImage {
  const json = { htype: "image", msg_number: 1, frame: 0, shape, type: dtypeOf(data), compression: "bslz4" };
  const itemsize = data.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const frame = compressBslz4(bytes, blockSize === undefined ? { itemsize } : { itemsize, header: true, blockSize });
  const packet = stins.parse(streamData("STINS", [new TextEncoder().encode(JSON.stringify(json)), frame]));
  assert.ok(packet.htype === "image");
  return packet;
}

Deno.test("an image that is compressed gives what it gives unpacked, of any dtype and block size", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom(...KINDS),
      fc.constantFrom(undefined, 64, 8192, 65536, 2 ** 18),
      fc.nat(),
      (rows, columns, kind, blockSize, seed) => {
        const integrator = integratorOf(rows, columns);
        const value = (i: number): number => (i * 7 + seed) % 5 === 0 ? (i + seed) % 128 : 0;
        const data = kind === BigUint64Array
          ? kind.from({ length: rows * columns }, (_, i) => BigInt(value(i)))
          : (kind as typeof Uint32Array).from({ length: rows * columns }, (_, i) => value(i));
        const expected = integrator.integrate(view(data, [rows, columns]));
        const packet = packetOf(data, [rows, columns], blockSize);
        assert.deepEqual(integrator.integrate(packet.data), expected);
        assert.deepEqual(packet.data.data, data);
        assert.deepEqual(integrator.integrate(packet.data), expected);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a compressed image is unpacked by who looks at it twice", () => {
  const packet = packetOf(Uint16Array.of(1, 2, 3, 4), [2, 2]);
  assert.ok(packedOf(packet.data) !== undefined);
  assert.equal(packedOf(packet.data), undefined);
  assert.equal(packet.data.get(1, 1), 4);
});

Deno.test("a damaged image is an error, and leaves nothing behind in the integrator", () => {
  const [rows, columns] = [300, 200];
  const integrator = integratorOf(rows, columns);
  const data = Uint32Array.from({ length: rows * columns }, (_, i) => i % 11);
  const expected = integrator.integrate(view(data, [rows, columns]));
  const frame = compressBslz4(new Uint8Array(data.buffer), { itemsize: 4 });
  // The last block's first sequence: more literals than it has.
  const last = frame.lastIndexOf(0xf0, frame.length - 20);
  const damaged = frame.slice();
  damaged.fill(255, Math.max(last, frame.length - 40));
  const json = {
    htype: "image",
    msg_number: 1,
    frame: 9,
    shape: [rows, columns],
    type: "uint32",
    compression: "bslz4",
  };
  const packet = stins.parse(streamData("STINS", [new TextEncoder().encode(JSON.stringify(json)), damaged]));
  assert.ok(packet.htype === "image");
  assert.throws(() => integrator.integrate(packet.data), (error) => {
    assert.ok(error instanceof ProtocolError);
    assert.match(error.message, /the data of image 9 cannot be decompressed: .*at byte \d+, /);
    return true;
  });
  assert.throws(() => packet.data.data, ProtocolError);
  assert.match(
    Deno.inspect(packet),
    /frame: 9,[^]*data: array\(shape=\(300, 200\), without elements: cannot parse this/,
  );
  assert.deepEqual(integrator.integrate(view(data, [rows, columns])), expected);
});

/** Whether two arrays are the same; `deepEqual` takes minutes to tell how large ones differ. */
function same(found: TypedArray, expected: TypedArray): boolean {
  return found.length === expected.length && found.every((value, i) => value === expected[i]);
}

Deno.test("elements that were looked at are kept, and integrated as they are now", () => {
  const shape = [3, 4];
  const packet = packetOf(new Uint16Array(12).fill(5), shape);
  const integrator = integratorOf(3, 4);
  (packet.data.data as Uint16Array).fill(9);
  assert.equal(packet.data.data, packet.data.data);
  assert.equal(packedOf(packet.data), undefined);
  const expected = integrator.integrate({ data: new Uint16Array(12).fill(9), shape });
  assert.deepEqual(integrator.integrate(packet.data), expected);
});

Deno.test("an integrator has room for images of the default block size, and takes them from there", () => {
  for (
    const data of [
      new Uint16Array(70_001).fill(3),
      Uint32Array.from({ length: 40_000 }, (_, i) => i * 2654435761),
    ]
  ) {
    const room = roomFor({ pixels: data.length, bins: 100, points: 1 });
    const found = new Uint8Array(data.byteLength);
    const packed = packedOf(packetOf(data, [1, data.length]).data);
    const direct = packed?.stripsIn(room, ({ buffer, byteOffset, byteLength }, from) => {
      assert.equal(buffer, room.buffer);
      assert.equal(byteOffset, room.strip);
      found.set(new Uint8Array(buffer, byteOffset, byteLength), from * data.BYTES_PER_ELEMENT);
    });
    assert.equal(direct, true);
    assert.ok(same(found, new Uint8Array(data.buffer)));
  }
});

Deno.test("elements that were shuffled in another size, or are swapped, come out as they were", () => {
  const refusal = (cause: CompressionError) => cause;
  const data = Uint32Array.from({ length: 50_000 }, (_, i) => (i * i) % 70_000);
  const bytes = new Uint8Array(data.buffer);
  for (const itemsize of [1, 2, 4, 8]) {
    const make = () => bslz4Array(compressBslz4(bytes, { itemsize }), "uint32", [50, 1000], refusal, itemsize);
    assert.ok(same(make().data, data), `itemsize ${itemsize}`);
    const found = new Uint32Array(data.length);
    packedOf(make())?.strips((elements, from) => found.set(elements as Uint32Array, from));
    assert.ok(same(found, data), `itemsize ${itemsize}`);
  }
  const swapped = new Uint8Array(bytes.length).map((_, i) => bytes[i ^ 3] as number);
  const { data: found } = bslz4Array(compressBslz4(swapped, { itemsize: 4 }), ">u4", [50, 1000], refusal);
  assert.ok(same(found, data));
});

Deno.test("a frame that is cut is refused before anybody looks at its elements", () => {
  const frame = compressBslz4(bytesOf("counts", 20_000, 2), { itemsize: 2 });
  for (const cut of [1, 2, 5000]) {
    const whole = frame.subarray(0, frame.length - cut);
    const refusal = (cause: CompressionError) =>
      new ProtocolError(`refused: ${cause.message}`, { protocol: "STINS", cause });
    assert.throws(() => bslz4Array(whole, "uint16", [20_000], refusal), /^ProtocolError: refused: /);
  }
});

Deno.test("a compressed frame with a header may be as long as what is in it", () => {
  const noise = bytesOf("noise", 8192, 1, 3);
  let found = 0;
  for (let zeros = 0; zeros < 600; zeros++) {
    const raw = noise.slice();
    raw.fill(0, raw.length - zeros);
    const frame = compressBslz4(raw, { itemsize: 1, header: true });
    if (frame.length === raw.length) found++;
    assert.ok(same(decompressBslz4(frame, { itemsize: 1, size: raw.length }), raw));
  }
  assert.ok(found > 0);
});

Deno.test("a room is not left when blocks are of different lengths, or just do not fit", () => {
  for (const stripBytes of [16384, 65536]) {
    for (const contents of [["noise", "zeros"], ["zeros", "noise"], ["counts", "zeros"]] as const) {
      for (const blockSize of [1024, 8192, 16384, 65536]) {
        const raw = new Uint8Array(contents.flatMap((each) => [...bytesOf(each, 200_000, 1)]));
        const frame = compressBslz4(raw, { itemsize: 1, header: true, blockSize });
        const layout = { itemsize: 1, size: raw.length };
        const { decoder, check } = guardedDecoder(stripBytes);
        const found = new Uint8Array(raw.length);
        if (decoder.strips(frame, layout, (strip, offset) => found.set(strip, offset))) assert.ok(same(found, raw));
        check();
      }
    }
  }
});

Deno.test("a room is not left for a damaged frame, whose blocks are longer than they can be", () => {
  const blockSize = 16384;
  const raw = new Uint8Array(3 * blockSize);
  const frame = compressBslz4(raw, { itemsize: 1, header: true, blockSize });
  const length = (frame.length - 12) / 3;
  for (const long of [0, 1, 2]) {
    const parts = [0, 1, 2].map((i) => {
      if (i !== long) return frame.subarray(12 + i * length, 12 + (i + 1) * length);
      const block = new Uint8Array(100_004).fill(0x11);
      new DataView(block.buffer).setUint32(0, 100_000);
      return block;
    });
    const damaged = new Uint8Array([frame.subarray(0, 12), ...parts].flatMap((part) => [...part]));
    const { decoder, check } = guardedDecoder(blockSize);
    let taken = 0;
    assert.equal(decoder.strips(damaged, { itemsize: 1, size: raw.length }, () => taken++), false, `block ${long}`);
    assert.equal(taken, 0);
    check();
  }
});

Deno.test("a room at the end of a memory is enough, or is said not to be", () => {
  const raw = bytesOf("noise", 16384, 1);
  const frame = compressBslz4(raw, { itemsize: 1, header: true, blockSize: 8192 });
  let enough = 0;
  for (let workBytes = 17_000; workBytes < 18_500; workBytes += 13) {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const room = { memory, strip: 64, stripBytes: 8192, work: 65536 - workBytes, workBytes };
    const found = new Uint8Array(raw.length);
    const take = (strip: Uint8Array, offset: number) => found.set(strip, offset);
    if (!new StripDecoder(room).strips(frame, { itemsize: 1, size: raw.length }, take)) continue;
    assert.ok(same(found, raw), `${workBytes} bytes`);
    enough++;
  }
  assert.ok(enough > 10 && enough < 110, `${enough} were enough`);
});

Deno.test("a cut frame is refused for the same reason before its elements are looked at as when they are", () => {
  const frame = compressBslz4(bytesOf("counts", 3000, 1), { itemsize: 1, header: true, blockSize: 1024 });
  const messageOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      assert.ok(error instanceof CompressionError);
      return error.message;
    }
    return "nothing";
  };
  const first = 16 + new DataView(frame.buffer).getUint32(12);
  for (let cut = first; cut < first + 5; cut++) {
    const part = frame.subarray(0, cut);
    const early = messageOf(() => bslz4Array(part, "uint8", [3000], (cause) => cause));
    assert.equal(early, messageOf(() => decompressBslz4(part, { itemsize: 1, size: 3000 })));
    if (cut < first + 4) assert.match(early, new RegExp(`takes 4 bytes, and ${cut - first} are left`));
  }
});

Deno.test("a frame without blocks is not taken for one with a header of another size", () => {
  const run = () => decompressBslz4(new Uint8Array(20), { itemsize: 8, size: 24 });
  assert.throws(run, /20 bytes are left behind the blocks, expected 24/);
});
