import assert from "node:assert/strict";
import fc from "fast-check";
import { stins } from "beamfold";
import { dtypeOf, type TypedArray } from "../../lib/array/dtypes.ts";
import { view } from "../../lib/array/ndarray.ts";
import { packedOf } from "../../lib/array/packed.ts";
import { Detector } from "../../lib/azint/detector.ts";
import { AzimuthalIntegrator } from "../../lib/azint/integrator.ts";
import { Poni } from "../../lib/azint/poni.ts";
import { compressBslz4 } from "../../lib/bslz4/compress.ts";
import { ProtocolError } from "../../lib/errors.ts";
import { streamData } from "../../lib/event.ts";

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
