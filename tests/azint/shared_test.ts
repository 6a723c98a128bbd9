import assert from "node:assert/strict";
import { AzimuthalIntegrator } from "beamfold";
import { commons, isUsed, newCommons } from "../../lib/azint/commons.ts";
import { poniOf, type Shape, someImage } from "./small.ts";

const SHAPE: Shape = [200, 30];
const options = { radialBins: 20, splitting: 4, azimuthBins: 3 };

/** Makes two integrators, the second one while the first one is being made. */
function madeAtOnce(poni: ReturnType<typeof poniOf>): AzimuthalIntegrator[] {
  const made: AzimuthalIntegrator[] = [];
  const progress = (done: number): void => {
    if (done > 0.4 && done < 1 && made.length === 0) made.push(new AzimuthalIntegrator(poni, options));
  };
  made.push(new AzimuthalIntegrator(poni, { ...options, progress }));
  return made;
}

Deno.test("integrators that are made at the same time share what there is in the commons", () => {
  const buffer = newCommons();
  assert.ok(buffer !== undefined);
  try {
    commons.use(buffer);
    // Another rotation is another matrix, with which those of other tests have nothing in common.
    for (const rot3 of [0.01, 0.02]) {
      const before: number = buffer.byteLength;
      const integrators = madeAtOnce(poniOf(SHAPE, { rot3 }));
      assert.equal(integrators.length, 2);
      assert.ok(isUsed(buffer) && buffer.byteLength > before);
      const [one, other] = integrators.map((integrator) => integrator.integrate(someImage(SHAPE)));
      assert.deepEqual(one, other);
    }
  } finally {
    commons.use(undefined);
  }
});

Deno.test("integrators that are made one after the other leave the commons as they are", () => {
  const buffer = newCommons();
  assert.ok(buffer !== undefined);
  try {
    commons.use(buffer);
    for (let i = 1; i < 40; i++) new AzimuthalIntegrator(poniOf(SHAPE, { rot2: i / 100 }), options);
    assert.equal(isUsed(buffer), false);
  } finally {
    commons.use(undefined);
  }
});

Deno.test("memory that cannot be had is no error", () => {
  const { SharedArrayBuffer } = globalThis;
  try {
    Object.assign(globalThis, {
      SharedArrayBuffer: class {
        constructor() {
          throw new RangeError("Array buffer allocation failed");
        }
      },
    });
    assert.equal(newCommons(), undefined);
  } finally {
    Object.assign(globalThis, { SharedArrayBuffer });
  }
  assert.ok(newCommons() !== undefined);
});
