import assert from "node:assert/strict";
import { Detector } from "../../lib/azint/detector.ts";
import { modelNames } from "../../lib/azint/detectors.ts";
import { Poni } from "../../lib/azint/poni.ts";
import { inFolder, pyFAI, pythonJson, testWith } from "../tools.ts";

const placed = {
  dist: 0.123456789,
  poni1: 0.0811,
  poni2: -0.0015,
  rot1: 0.11,
  rot2: -7e-5,
  rot3: 3,
  wavelength: 9.763e-11,
};

/** A part of a detector that has a name, as files with `max_shape` describe it. */
const cut = Poni.parse(
  `${new Poni({ ...placed, detector: Detector.named("PilatusCdTe1M") })}`
    .replace(/Detector_config: .*/, 'Detector_config: {"max_shape": [200, 600]}'),
);

testWith([pyFAI], "pyFAI reads what is written, and writes what is read", () =>
  inFolder(async (folder) => {
    const ponis = [
      new Poni({ dist: 1, poni1: 0, poni2: -0.5 }),
      new Poni({ ...placed, detector: new Detector({ shape: [5, 7], pixelSize: [5e-5, 6e-5], name: "LabCam" }) }),
      cut,
      ...modelNames().map((name) => new Poni({ ...placed, detector: Detector.named(name) })),
    ];
    ponis.forEach((poni, index) => Deno.writeTextFileSync(`${folder}/${index}.poni`, `${poni}`));
    const read = await pythonJson(
      `
import io, json, sys
import numpy
from pyFAI.io.ponifile import PoniFile
found = []
for index in range(int(sys.argv[2])):
    poni = PoniFile(f"{sys.argv[1]}/{index}.poni")
    d = poni.detector
    text = io.StringIO()
    poni.write(text)
    named = type(d).__name__ != "Detector"
    found.append({
        "text": text.getvalue(),
        "shape": d.shape and [int(extent) for extent in d.shape],
        "gaps": int(numpy.count_nonzero(d.mask)) if named else 0,
        "values": [poni.dist, poni.poni1, poni.poni2, poni.rot1, poni.rot2, poni.rot3, poni.wavelength, d.pixel1, d.pixel2],
    })
print(json.dumps(found))
`,
      [folder, `${ponis.length}`],
    ) as { text: string; shape: number[] | null; gaps: number; values: (number | null)[] }[];
    assert.equal(read.length, ponis.length);
    ponis.forEach((poni, index) => {
      const { dist, poni1, poni2, rot1, rot2, rot3, wavelength = null, detector } = poni;
      const [pixel1, pixel2] = detector?.pixelSize ?? [null, null];
      const { text, shape, gaps, values } = read[index] as (typeof read)[number];
      assert.deepEqual(values, [dist, poni1, poni2, rot1, rot2, rot3, wavelength, pixel1, pixel2]);
      assert.deepEqual(shape, detector?.shape ?? null);
      assert.equal(gaps, detector?.mask?.data.reduce((sum, byte) => sum + byte, 0) ?? 0);
      assert.equal(Poni.parse(text).toString(), poni.toString().replace(/^# .*\n/gm, ""));
    });
  }));
