import assert from "node:assert/strict";
import { openCapture, stins } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { AzimuthalIntegrator } from "../../lib/azint/integrator.ts";
import { shared, testWith } from "../tools.ts";
import { comparisons, differences, readDetectorCases, readToy, runDetector, runToy, toyPoni } from "./references.ts";

testWith([shared], "the tutorial's curves are azint's to the last digit", async () => {
  const { tutorial } = readToy();
  const integrator = new AzimuthalIntegrator(toyPoni, { radialBins: 5, splitting: 4 });
  assert.deepEqual([...integrator.radialAxis], tutorial.radial_axis);
  assert.deepEqual([...integrator.norm.data], tutorial.norm);

  const curves: number[][] = [];
  for await (const item of openCapture(shared.path("captures/events/dump_xrd.cbors"))) {
    for (const stream of Object.values(item.streams)) {
      const packet = stins.parse(stream);
      if (packet.htype === "image") curves.push([...integrator.integrate(packet.data).intensity.data]);
    }
  }
  assert.deepEqual(curves, tutorial.I);
});

testWith([shared], "curves, errors and cakes of the toy detector are azint's within 2e-7", () => {
  const { tutorial, cases } = readToy();
  const image = view(Uint16Array.from(tutorial.first_image.flat()), [10, 10]);
  for (const [name, reference] of cases) {
    for (const [what, found, expected] of comparisons(runToy(reference, image), reference)) {
      assert.equal(found === undefined, expected === null, `${name}: ${what}`);
      if (found === undefined || expected === null) continue;
      const { max } = differences(found, expected);
      assert.ok(max <= 2e-7, `${name}: ${what} differs by ${max}`);
    }
  }
});

testWith([shared], "curves, errors and cakes of a large detector are azint's within 2e-7", () => {
  for (const reference of readDetectorCases()) {
    for (const [what, found, expected] of comparisons(runDetector(reference), reference.result)) {
      assert.equal(found === undefined, expected === null, `${reference.name}: ${what}`);
      if (found === undefined || expected === null) continue;
      const { max, median } = differences(found, expected);
      assert.ok(max <= 2e-7, `${reference.name}: ${what} differs by ${max}`);
      assert.ok(median <= 4e-16, `${reference.name}: ${what} differs by ${median} in the median`);
    }
  }
});
