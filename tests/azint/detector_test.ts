import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { view } from "../../lib/array/ndarray.ts";
import { Detector, type DetectorOptions } from "../../lib/azint/detector.ts";
import { modelNames } from "../../lib/azint/detectors.ts";
import { OptionError } from "../../lib/errors.ts";

/** What pyFAI 2026.9 says: name, shape, pixel size in metres, pixels in gaps, and the start of the mask's SHA-256. */
const named: readonly (readonly [string, readonly [number, number], number, number, string])[] = [
  ["Eiger500k", [514, 1030], 75e-6, 0, "48787d937a75ec6c"],
  ["Eiger1M", [1065, 1030], 75e-6, 38110, "95190f41b0a9b1b4"],
  ["Eiger4M", [2167, 2070], 75e-6, 250330, "48bb0b0fcda2ba82"],
  ["Eiger9M", [3269, 3110], 75e-6, 637030, "7c75fa0f4a471e04"],
  ["Eiger16M", [4371, 4150], 75e-6, 1198210, "3313fa76bb10d081"],
  ["Eiger2_250k", [512, 512], 75e-6, 0, "8a39d2abd3999ab7"],
  ["Eiger2_500k", [512, 1028], 75e-6, 0, "a6a43c95847321fa"],
  ["Eiger2_1M", [1062, 1028], 75e-6, 39064, "5472f71e76c0aeb7"],
  ["Eiger2_1MW", [512, 2068], 75e-6, 6144, "f8ceda5bd526738c"],
  ["Eiger2_2MW", [512, 4148], 75e-6, 18432, "58fb90f29fe6f1ab"],
  ["Eiger2_4M", [2162, 2068], 75e-6, 260328, "c879fc3102f7da8c"],
  ["Eiger2_9M", [3262, 3108], 75e-6, 664248, "01085b483a489603"],
  ["Eiger2_16M", [4362, 4148], 75e-6, 1250824, "2bc2852131d3ef88"],
  ["Eiger2CdTe_500k", [512, 1028], 75e-6, 1024, "cc9e52a89b61ecbf"],
  ["Eiger2CdTe_1M", [1062, 1028], 75e-6, 41112, "a8a57260f9cf0a02"],
  ["Eiger2CdTe_1MW", [512, 2068], 75e-6, 8192, "c19285a1d9c2217b"],
  ["Eiger2CdTe_2MW", [512, 4148], 75e-6, 22528, "5f015eab71643059"],
  ["Eiger2CdTe_4M", [2162, 2068], 75e-6, 268520, "7991809a534ef661"],
  ["Eiger2CdTe_9M", [3262, 3108], 75e-6, 682680, "5bf09dbd6b8d9411"],
  ["Eiger2CdTe_16M", [4362, 4148], 75e-6, 1283592, "a879cd475085866c"],
  ["Pilatus100k", [195, 487], 172e-6, 0, "801c4cebd6d15024"],
  ["Pilatus200k", [407, 487], 172e-6, 8279, "fbf313be2bede71c"],
  ["Pilatus300k", [619, 487], 172e-6, 16558, "500886853651e61f"],
  ["Pilatus300kw", [195, 1475], 172e-6, 2730, "0a48766039393e4b"],
  ["Pilatus900k", [619, 1475], 172e-6, 58340, "38a7faf868792593"],
  ["Pilatus1M", [1043, 981], 172e-6, 73533, "f78bc20a6efe440b"],
  ["Pilatus2M", [1679, 1475], 172e-6, 197365, "0bfb1a408d3888e2"],
  ["Pilatus6M", [2527, 2463], 172e-6, 526101, "9188b67d9ab2dc21"],
  ["PilatusCdTe300k", [619, 487], 172e-6, 18313, "b8f185e7642e502e"],
  ["PilatusCdTe300kw", [195, 1475], 172e-6, 4485, "5da7e496c49d35ac"],
  ["PilatusCdTe900kw", [195, 4439], 172e-6, 16185, "cbba90ae8935aeed"],
  ["PilatusCdTe1M", [1043, 981], 172e-6, 79383, "8ffd3a440c31a55b"],
  ["PilatusCdTe2M", [1679, 1475], 172e-6, 211405, "3d40e8c72828d2d2"],
  ["Pilatus4_1M", [1080, 1033], 150e-6, 69120, "bbe7efe409b51f4d"],
  ["Pilatus4_2M", [1630, 1553], 150e-6, 176720, "0e59d7e1977c2de1"],
  ["Pilatus4_4M", [2180, 2073], 150e-6, 333060, "37d265a4024ac53b"],
  ["Pilatus4_260k", [530, 513], 150e-6, 10260, "9dbef0265649f452"],
  ["Pilatus4_260kw", [255, 1033], 150e-6, 1785, "d8a06c1e5c934e06"],
  ["Pilatus4_CdTe_1M", [1080, 1033], 150e-6, 71160, "749de0cddf0cbc12"],
  ["Pilatus4_CdTe_2M", [1630, 1553], 150e-6, 181310, "9c4ad00b287f854e"],
  ["Pilatus4_CdTe_4M", [2180, 2073], 150e-6, 341220, "0b10ebb68be09326"],
  ["Pilatus4_CdTe_260k", [530, 513], 150e-6, 10770, "57af06a648de7bc5"],
  ["Pilatus4_CdTe_260kw", [255, 1033], 150e-6, 2295, "50cdf0ea68d15c85"],
];

/** Spellings that pyFAI takes, of one detector each. */
const spellings: readonly (readonly [string, readonly string[]])[] = [
  ["Pilatus1M", ["pilatus1m", "Pilatus 1M", "PILATUS_1M", "pilatus-1m"]],
  ["Pilatus300kw", ["Pilatus 300kw", "pilatus_300kw"]],
  ["PilatusCdTe300k", [
    "Pilatus CdTe 300k",
    "Pilatus 300k CdTe",
    "Pilatus300kCdTe",
    "pilatus_300k_cdte",
    "pilatus_cdte_300k",
  ]],
  ["Pilatus4_CdTe_1M", ["Pilatus4 1M CdTe", "pilatus41mcdte"]],
  ["Eiger4M", ["Eiger 4M", "eiger_4m"]],
  ["Eiger2_4M", ["Eiger2 4M", "eiger24m", " eiger2 4m "]],
  ["Eiger2_1MW", ["Eiger2 1M-W", "eiger2_1m-w", "eiger21m-w"]],
  ["Eiger2CdTe_2MW", ["Eiger2 CdTe 2M-W", "eiger2cdte2m-w", "Eiger2_CdTe_2M-W"]],
];

const own = { shape: [3, 4], pixelSize: 1e-4 } as const;

function fails(options: unknown, pattern: RegExp): void {
  assert.throws(
    () => new Detector(options as DetectorOptions),
    (error) => error instanceof OptionError && pattern.test(error.message),
    `${Deno.inspect(options)} is no ${pattern}`,
  );
}

for (const [name, shape, pixelSize, gaps, hash] of named) {
  Deno.test(`${name} is what pyFAI knows`, () => {
    const detector = Detector.named(name);
    assert.equal(detector.name, name);
    assert.deepEqual(detector.shape, shape);
    assert.deepEqual(detector.pixelSize, [pixelSize, pixelSize]);
    assert.equal(detector.mask === undefined, gaps === 0);
    if (detector.mask !== undefined) assert.deepEqual(detector.mask.shape, shape);
    const bytes = detector.mask?.data ?? new Uint8Array(shape[0] * shape[1]);
    assert.equal(bytes.reduce((sum, byte) => sum + byte, 0), gaps);
    assert.equal(createHash("sha256").update(bytes).digest("hex").slice(0, 16), hash);
  });
}

Deno.test("every named detector is tested", () => {
  assert.deepEqual(modelNames().sort(), named.map(([name]) => name).sort());
});

Deno.test("case, spaces, underscores and hyphens of a name do not matter", () => {
  for (const [name, others] of spellings) for (const other of others) assert.equal(Detector.named(other).name, name);
});

Deno.test("a detector of another name is an error with the way out", () => {
  const fault = (name: unknown): string => {
    try {
      Detector.named(name as string);
    } catch (error) {
      assert(error instanceof OptionError);
      return error.message;
    }
    throw new Error(`${name} is a detector`);
  };
  assert.match(
    fault("Pilatus 3M"),
    /^no detector is called "Pilatus 3M"; close to it are Pilatus1M, Pilatus2M, Pilatus6M; /,
  );
  assert.match(fault("Pilatus 3M"), /new Detector\(\{ shape: \[rows, columns\], pixelSize: \[y, x\] \}\), in metres$/);
  assert.match(fault("nonsense"), /^no detector is called "nonsense"; known are Pilatus100k, .*Eiger2CdTe_16M; give/);
  assert.match(fault(undefined), /^no detector is called undefined; /);
  assert.match(fault("constructor"), /^no detector is called "constructor"; /);
});

Deno.test("two detectors of a name share nothing", () => {
  const [one, two] = [Detector.named("Pilatus200k"), Detector.named("Pilatus200k")];
  one.mask?.data.fill(7);
  Object.assign(one.shape, [1, 1]);
  Object.assign(one.mask?.shape ?? [], [1, 1]);
  assert.deepEqual(two.shape, [407, 487]);
  assert.deepEqual(Detector.named("Pilatus200k").shape, [407, 487]);
  assert.deepEqual(two.mask?.shape, [407, 487]);
  assert.equal(two.mask?.get(195, 0), 1);
});

Deno.test("a detector holds what it is made of", () => {
  assert.deepEqual({ ...new Detector(own) }, {
    name: undefined,
    mask: undefined,
    shape: [3, 4],
    pixelSize: [1e-4, 1e-4],
  });
  const mask = view(new Uint8Array(12), [3, 4]);
  const detector = new Detector({ shape: [3, 4], pixelSize: [1e-4, 2e-4], mask, name: "lab" });
  assert.deepEqual({ ...detector }, { shape: [3, 4], pixelSize: [1e-4, 2e-4], mask, name: "lab" });
  assert.equal(detector.mask, mask);
});

Deno.test("a detector that cannot be is an error", () => {
  for (const shape of [undefined, 12, [3], [3, 4, 5], [0, 4], [3, -4], [3.5, 4], [NaN, 4], ["3", 4]]) {
    fails({ ...own, shape }, /^Detector: shape is .*, expected \[rows, columns\], 1 or more of each$/s);
  }
  for (const pixelSize of [undefined, 0, -1e-4, NaN, Infinity, "1e-4", [1e-4], [1e-4, 0], [0, 1e-4], [1e-4, 1e-4, 1]]) {
    fails({ ...own, pixelSize }, /^Detector: pixelSize is .*, expected a length in metres or \[y, x\], more than 0$/s);
  }
  for (const pixelSize of [0.172, 75, [1e-4, 0.1], [0.1, 1e-4]]) {
    fails(
      { ...own, pixelSize },
      /^Detector: a pixelSize of [\d.]+ m is too large; give it in metres, as in 75e-6 for 75 µm$/,
    );
  }
  new Detector({ ...own, pixelSize: [8e-3, 50e-6] });
});

Deno.test("a mask that does not fit is an error", () => {
  fails({ ...own, mask: view(new Uint8Array(12), [4, 3]) }, /the mask has the shape \[4, 3\], the detector \[3, 4\]$/);
  fails({ ...own, mask: view(new Uint8Array(12)) }, /the mask has the shape \[12\], the detector \[3, 4\]$/);
  fails({ ...own, mask: view(new Uint8Array(3)) }, /the mask has the shape \[3\], the detector \[3, 4\]$/);
  fails(
    { ...own, mask: view(new Float32Array(12), [3, 4]) },
    /the mask is an array of float32, expected an array of uint8$/,
  );
  fails({ ...own, mask: new Uint8Array(12) }, /the mask is Uint8Array.*, expected an array of uint8$/s);
  fails({ ...own, mask: null }, /the mask is null, expected an array of uint8$/);
});
