import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { contiguous, view } from "../../lib/array/ndarray.ts";
import { Detector } from "../../lib/azint/detector.ts";
import { gapMask, type Model, modelNames } from "../../lib/azint/detectors.ts";
import { Poni, type PoniOptions } from "../../lib/azint/poni.ts";
import { OptionError } from "../../lib/errors.ts";

/** What pyFAI 2026.9 writes, without its first comments. */
const geometry = `Distance: 0.123456789
Poni1: 0.0811
Poni2: -0.0015
Rot1: 0.11
Rot2: -7e-05
Rot3: 3.0
Wavelength: 9.763e-11
# Calibrant: LaB6
`;
const version21 = `# Nota: C-Order, 1 refers to the Y axis, 2 to the X axis
poni_version: 2.1
Detector: Eiger2_4M
Detector_config: {"pixel1": 7.5e-05, "pixel2": 7.5e-05, "orientation": 3}
${geometry}`;

const placed = {
  dist: 0.123456789,
  poni1: 0.0811,
  poni2: -0.0015,
  rot1: 0.11,
  rot2: -7e-5,
  rot3: 3,
  wavelength: 9.763e-11,
};

/** Compares calibrations, masks by their checksum: a difference between megabytes takes minutes to print. */
function same(actual: Poni, expected: Poni, message = "another calibration"): void {
  assert.deepEqual(plain(actual), plain(expected), message);
}

function plain({ detector, ...others }: Poni): unknown {
  if (detector === undefined) return others;
  const { mask, ...rest } = detector;
  if (mask === undefined) return { ...others, detector: rest };
  const hash = createHash("sha256").update(contiguous(mask)).digest("hex");
  return { ...others, detector: { ...rest, mask: { shape: mask.shape, hash } } };
}

function nested(lines: string): string {
  return `${lines}\n${geometry}`;
}

function fails(text: string, ...patterns: RegExp[]): void {
  assert.throws(() => Poni.parse(text), (error) => {
    assert(error instanceof OptionError, `${error}`);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  });
}

Deno.test("a file of version 2.1 is read", () => {
  const poni = Poni.parse(version21);
  same(poni, new Poni({ detector: Detector.named("Eiger2_4M"), ...placed }));
  assert.equal(poni.dist, 0.123456789);
  assert.equal(poni.wavelength, 9.763e-11);
});

Deno.test("files of version 1, 2 and 3 are read", () => {
  const eiger = Detector.named("Eiger500k");
  const plain = new Detector({ shape: [512, 300], pixelSize: [5.5e-5, 5e-5] });
  const cases: readonly (readonly [string, Detector | undefined])[] = [
    ["poni_version: 1\nDetector: Eiger500k", eiger],
    ["Detector: eiger 500K\npixelsize1: 7.5e-05\nPixelSize2: 7.5e-05\nSplineFile: None", eiger],
    ["poni_version: 2\nDetector: Eiger500k", eiger],
    ['poni_version: 2\nDetector: Eiger500k\nDetector_config: {"pixel1": 7.5e-05, "pixel2": 7.5e-05}', eiger],
    ["poni_version: 2\nDetector: Eiger500k\nDetector_config: {}", eiger],
    ["poni_version: 2.0\nDetector: Eiger500k\nDetector_config: None", eiger],
    [
      'poni_version: 3\nDetector: Eiger500k\nDetector_config: {"pixel1": 7.5e-05, "pixel2": 7.5e-05, "orientation": 3, ' +
      '"sensor": {"material": "Si", "thickness": 0.00045}}\nParallax: False',
      eiger,
    ],
    ['Detector: Detector\nDetector_config: {"pixel1": 5.5e-05, "pixel2": 5e-05, "max_shape": [512, 300]}', plain],
    [
      'Detector: Detector\nDetector_config: {"Pixel1": 5.5e-05, "pixel2": 5e-05, "max_shape": [512, 300], ' +
      '"splineFile": null, "orientation": null}',
      plain,
    ],
    ['PixelSize1: 5.5e-05\nPixelSize2: 5e-05\nDetector_config: {"max_shape": [512, 300], "orientation": 0}', plain],
    [
      'PixelSize1: 1\nPixelSize2: 1\nDetector_config: {"pixel1": 5.5e-5, "pixel2": 5e-5, "max_shape": [512, 300]}',
      plain,
    ],
    ["poni_version: 2.1", undefined],
    ["Detector: None\nDetector_config: null", undefined],
    ['Detector: Detector\nDetector_config: {"pixel1": null, "pixel2": null, "orientation": 3}', undefined],
  ];
  for (const [lines, detector] of cases) {
    same(Poni.parse(nested(lines)), new Poni({ ...placed, detector }), lines);
  }
});

Deno.test("a detector that describes itself keeps its name, and has no mask", () => {
  const lines = 'Detector: LabCam\nDetector_config: {"pixel1": 5e-05, "pixel2": 6e-05, "max_shape": [5, 7]}';
  const { detector } = Poni.parse(nested(lines));
  assert.deepEqual({ ...detector }, { name: "LabCam", shape: [5, 7], pixelSize: [5e-5, 6e-5], mask: undefined });
});

Deno.test("a named detector may be cut, and its gaps stay where they are", () => {
  const lines =
    'Detector: Pilatus1M\nDetector_config: {"pixel1": 0.0001721, "pixel2": 0.000172, "max_shape": [200, 600]}';
  const { detector } = Poni.parse(nested(lines));
  const whole = Detector.named("Pilatus1M");
  assert.deepEqual(detector?.pixelSize, [0.0001721, 0.000172]);
  assert.deepEqual(detector?.mask?.shape, [200, 600]);
  for (let row = 0; row < 200; row++) {
    for (let column = 0; column < 600; column++) {
      assert.equal(detector?.mask?.get(row, column), whole.mask?.get(row, column));
    }
  }
  assert.equal(
    Poni.parse(nested('Detector: Eiger4M\nDetector_config: {"max_shape": [9, 9]}')).detector?.mask,
    undefined,
  );
});

Deno.test("a detector that is given stands in for the one in the file", () => {
  const detector = new Detector({ shape: [5, 7], pixelSize: 1e-4 });
  const texts = [
    version21,
    nested("Detector: NoSuch"),
    nested("PixelSize1: 5e-05\nPixelSize2: 5e-05"),
    nested("SplineFile: /data/frelon.spline"),
    nested('Detector: NexusDetector\nDetector_config: {"filename": "x.h5"}'),
  ];
  for (const text of texts) assert.equal(Poni.parse(text, { detector }).detector, detector);
  assert.throws(
    () => Poni.parse(nested('Detector_config: {"orientation": 2}'), { detector }),
    /"orientation" is 2, expected 3/,
  );
});

Deno.test("bytes, line ends of all kinds and a byte order mark are taken", () => {
  const expected = Poni.parse(version21);
  const bytes = (text: string) => new TextEncoder().encode(text);
  for (const text of [version21.replaceAll("\n", "\r\n"), version21.replaceAll("\n", "\r"), `\uFEFF${version21}`]) {
    same(Poni.parse(text), expected);
    same(Poni.parse(bytes(text)), expected);
  }
  const latin1 = new Uint8Array([...bytes("# 1 "), 0xc5, ...bytes(`\n${version21}`)]);
  same(Poni.parse(latin1), expected);
  same(Poni.parse(version21.replace(/^(\w+): (.*)$/gm, "  $1 \t:$2  ").trim()), expected);
});

Deno.test("keys are read in any case, and dist is short for Distance", () => {
  const keysOnly = (change: (key: string) => string) => version21.replace(/^\w+(?=:)/gm, change);
  const expected = Poni.parse(version21);
  same(Poni.parse(keysOnly((key) => key.toUpperCase())), expected);
  same(Poni.parse(keysOnly((key) => key.toLowerCase())), expected);
  same(Poni.parse(version21.replace("Distance", "dist")), expected);
});

Deno.test("the last of several calibrations counts, key by key", () => {
  const older = version21.replace(/^(Distance|Poni1|Poni2|Rot1): .*$/gm, "$1: 7").replace("Eiger2_4M", "Eiger2_9M");
  same(Poni.parse(`${older}${version21}`), Poni.parse(version21));
  same(Poni.parse(`${version21.replace("0.0811", "rubbish")}${version21}`), Poni.parse(version21));
  assert.equal(Poni.parse(`${version21}Distance: 0.5\n`).dist, 0.5);
  assert.equal(Poni.parse(`${version21}Wavelength: None\n`).wavelength, undefined);
  fails(`${version21}Poni2: None\n`, /Poni2 is missing$/);
});

Deno.test("missing keys are listed", () => {
  fails(version21.replace(/^Rot2.*\n/m, ""), /^cannot read the poni file: Rot2 is missing$/);
  fails(
    version21.replace(/^(Poni1|Distance): .*$/gm, "$1:"),
    /^cannot read the poni file: Distance, Poni1 are missing$/,
  );
});

Deno.test("the wavelength may be missing", () => {
  const poni = Poni.parse(version21.replace(/^Wavelength.*\n/m, ""));
  assert.equal(poni.wavelength, undefined);
});

Deno.test("numbers that are none name their line", () => {
  for (const text of ["abc", "0.1 m", "0,1", "0x10", "nan", "Infinity", "-inf", "1e999", "1e", ".", "1_0", "0.1 # m"]) {
    fails(version21.replace("0.0811", text), /^cannot read the poni file: line 6: Poni1 is /, /expected a number$/);
  }
  for (const [text, value] of [["+.5", 0.5], ["5.", 5], ["-1.5E-2", -0.015], ["007", 7]] as const) {
    assert.equal(Poni.parse(version21.replace("0.0811", text)).poni1, value);
  }
  fails(nested("PixelSize1: 1e999"), /line 1: PixelSize1 is "1e999", expected a number$/);
  fails(nested("PixelSize1: big"), /line 1: PixelSize1 is "big", expected a number$/);
  fails(
    nested("#\r\n\r\nPixelSize2: big").replaceAll("\n#", "\r\n#"),
    /line 3: PixelSize2 is "big", expected a number$/,
  );
});

Deno.test("lines that are not understood are errors", () => {
  fails(`${version21}nonsense\n`, /line 13 is "nonsense", expected "key: value"$/);
  fails(`${version21}Distanse: 1\n`, /line 13 has the key "Distanse", .*did you mean Distance\? Put a # before/);
  fails(`${version21}Colour: blue\n`, /line 13 has the key "Colour", which is not known; Put a # before/);
  fails(`${version21}constructor: blue\n`, /line 13 has the key "constructor", which is not known; /);
  fails("calibration.poni", /line 1 is "calibration\.poni", .*Poni\.parse\(Deno\.readTextFileSync\(path\)\)$/);
  fails(`${version21}${"x".repeat(500)}`, /line 13 is "x{80}…", expected/);
});

Deno.test("a distance or wavelength that cannot be is an error with a hint", () => {
  fails(version21.replace("0.123456789", "0"), /line 5: Distance is 0, expected metres, more than 0$/);
  fails(version21.replace("0.123456789", "-0.2"), /line 5: Distance is -0\.2, expected metres, more than 0$/);
  fails(version21.replace("9.763e-11", "-1e-10"), /line 11: Wavelength is -1e-10, expected metres, more than 0$/);
  fails(version21.replace("9.763e-11", "0.9763"), /is 0\.9763, expected metres, .*in ångström, write 9\.763e-11$/);
  assert.equal(Poni.parse(version21.replace("9.763e-11", "1e-6")).wavelength, 1e-6);
});

Deno.test("versions and geometries that are not supported are errors", () => {
  fails("poni_version: 4", /line 1: poni_version is "4", expected 1, 2, 2\.1 or 3$/);
  fails("poni_version: two", /line 1: poni_version is "two", expected 1, 2, 2\.1 or 3$/);
  fails(`${version21}Parallax: True\n`, /line 13: Parallax is "True", expected False: parallax is not corrected here$/);
  for (const orientation of [1, 2, 4, 5, "3", [3], -1]) {
    fails(
      version21.replace('"orientation": 3', `"orientation": ${JSON.stringify(orientation)}`),
      /line 4: Detector_config is wrong: "orientation" is .*, expected 3, the default of pyFAI; calibrate again/,
    );
  }
  fails(
    nested("SplineFile: a.spline"),
    /line 1: SplineFile is "a\.spline", but distortions are not corrected here; give/,
  );
});

Deno.test("a Detector_config that is not understood is an error", () => {
  for (const config of ["{", "[]", "3", '"x"', "true", "{'pixel1': 7.5e-05}"]) {
    fails(nested(`Detector_config: ${config}`), /line 1: Detector_config is ".*", expected JSON, as in/);
  }
  const wrong = (config: unknown, ...patterns: RegExp[]) =>
    fails(
      nested(`Detector: Eiger4M\nDetector_config: ${JSON.stringify(config)}`),
      /line 2: Detector_config is /,
      ...patterns,
    );
  for (const pixel of [0, -1e-4, "7.5e-05", [1], true]) {
    wrong({ pixel1: pixel }, /"pixel1" is .*, expected a length in metres, more than 0$/);
    wrong({ pixel2: pixel }, /"pixel2" is .*, expected a length in metres, more than 0$/);
  }
  for (const shape of [12, [3], [1, 2, 3], [0, 3], [3, 1.5], ["3", 4]]) {
    wrong({ max_shape: shape }, /"max_shape" is .*, expected \[rows, columns\]$/);
  }
  wrong({ filename: "x.h5" }, /not understood: it has "filename"; give it as/);
  wrong(
    { module_size: [9, 9], x_offset_file: "a" },
    /not understood: it has "module_size", "x_offset_file"; give it as/,
  );
});

Deno.test("a detector that cannot be made is an error with the way out", () => {
  const way =
    /give it as Poni\.parse\(text, \{ detector: new Detector\(\{ shape: \[rows, columns\], pixelSize \}\) \}\)$/;
  fails(
    nested("Detector: NoSuch"),
    /the detector "NoSuch" is not known, and its pixel size and shape are not in the file; /,
    way,
  );
  fails(nested("Detector: Pilatus 3M"), /; close to it are Pilatus1M, Pilatus2M, Pilatus6M; give/, way);
  fails(nested("PixelSize1: 5e-05\nPixelSize2: 5e-05"), /file: the detector's shape is not in the file; give/, way);
  fails(nested("PixelSize1: 5e-05"), /file: the detector's pixel size and shape are not in the file; give/, way);
  fails(nested("PixelSize2: 5e-05"), /file: the detector's pixel size and shape are not in the file; give/, way);
  fails(nested('Detector_config: {"max_shape": [3, 4]}'), /the detector's pixel size is not in the file; give/, way);
  fails(
    nested("Detector: Pilatus1M\nPixelSize1: 344e-6\nPixelSize2: 172e-6"),
    /a Pilatus1M are 0\.000172 m large, .*0\.000344 m; if/,
    way,
  );
  fails(nested('PixelSize1: 172\nPixelSize2: 172\nDetector_config: {"max_shape": [3, 4]}'), /give it in metres/);
  fails(
    nested('PixelSize1: 0\nPixelSize2: 1\nDetector_config: {"max_shape": [3, 4]}'),
    /pixelSize is \[ 0, 1 \], expected/,
  );
});

Deno.test("a calibration that cannot be is an error", () => {
  const bad = (change: Readonly<Record<string, unknown>>, pattern: RegExp) =>
    assert.throws(
      () => new Poni({ ...placed, ...change } as PoniOptions),
      (error) => error instanceof OptionError && pattern.test(error.message),
    );
  for (const field of Object.keys(placed)) {
    for (const value of [NaN, Infinity, "1", null]) {
      bad({ [field]: value }, new RegExp(`^Poni: ${field} is .*, expected a number$`));
    }
  }
  bad({ dist: 0 }, /^Poni: dist is 0, expected metres, more than 0$/);
  bad(
    { wavelength: 1 },
    /^Poni: wavelength is 1, expected metres, at most 0\.000001; if this is in ångström, write 1e-10$/,
  );
  bad(
    { detector: "Eiger2 4M" },
    /^Poni: detector is 'Eiger2 4M', expected a Detector, |^Poni: detector is "Eiger2 4M"/,
  );
  assert.throws(() => new Poni({} as PoniOptions), /^OptionError: Poni: dist is undefined, expected a number$/);
});

Deno.test("rotations are 0 where they are left out", () => {
  const { dist, poni1, poni2 } = placed;
  const { rot1, rot2, rot3 } = new Poni({ dist, poni1, poni2 });
  assert.deepEqual([rot1, rot2, rot3], [0, 0, 0]);
});

Deno.test("what a file cannot hold is told in a comment", () => {
  const mask = view(new Uint8Array(12), [3, 4]);
  const detector = new Detector({ shape: [3, 4], pixelSize: 1e-4, name: "my\ncamera", mask });
  const text = `${new Poni({ ...placed, detector })}`;
  assert.match(text, /^# The detector is called "my\\ncamera"$/m);
  assert.match(text, /^# The detector has a mask, which is not in this file$/m);
  assert.deepEqual(
    Poni.parse(text),
    new Poni({ ...placed, detector: new Detector({ shape: [3, 4], pixelSize: 1e-4 }) }),
  );
  // A detector that only borrows a name is written by its shape.
  const whole = Detector.named("Pilatus200k");
  const other = view(new Uint8Array(407 * 487), [407, 487]);
  for (const borrowed of [{ ...whole, mask: undefined }, { ...whole, mask: other }, { ...whole, pixelSize: 1e-4 }]) {
    assert.match(`${new Poni({ ...placed, detector: new Detector(borrowed) })}`, /^Detector: Detector$/m);
  }
  assert.match(`${new Poni({ ...placed, detector: whole })}`, /^Detector: Pilatus200k$/m);
});

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const positive = (max: number) => fc.double({ min: Number.MIN_VALUE, max, noNaN: true });
const extent = fc.integer({ min: 1, max: 40 });
const anyDetector: fc.Arbitrary<Detector> = fc.oneof(
  fc.constantFrom(...modelNames().filter((name) => !/(9|16)M/.test(name))).map((name) => Detector.named(name)),
  fc.record({ shape: fc.tuple(extent, extent), pixelSize: fc.tuple(positive(0.01), positive(0.01)) })
    .map((options) => new Detector(options)),
  fc.record({ shape: fc.tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 600 })) }).map(
    ({ shape }) => {
      const pilatus: Model = {
        name: "Pilatus1M",
        shape: [1043, 981],
        pixelSize: 172e-6,
        module: [195, 487],
        gap: [17, 7],
        seam: 0,
      };
      return new Detector({ ...pilatus, shape, mask: gapMask(pilatus, shape) });
    },
  ),
);
const anyPoni: fc.Arbitrary<Poni> = fc.record({
  detector: fc.option(anyDetector, { nil: undefined }),
  dist: positive(Number.MAX_VALUE),
  poni1: number,
  poni2: number,
  rot1: number,
  rot2: number,
  rot3: number,
  wavelength: fc.option(positive(1e-6), { nil: undefined }),
}).map((options) => new Poni(options));

Deno.test("what is written reads back equal", () => {
  fc.assert(
    fc.property(anyPoni, (poni) => same(Poni.parse(poni.toString()), poni)),
    { numRuns: 60 },
  );
});

Deno.test("a file without a line says that it is empty", () => {
  for (const text of ["", "# poni\n", new Uint8Array()]) {
    assert.throws(
      () => Poni.parse(text),
      /cannot read the poni file: it is empty; was the parameter that holds it given\?/,
    );
  }
});
