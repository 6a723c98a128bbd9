import assert from "node:assert/strict";
import { AzimuthalIntegrator } from "beamfold";
import { commons, isUsed, newCommons } from "../../lib/azint/commons.ts";
import { MATRICES } from "../../lib/azint/shared_site.ts";
import { takenIn } from "./plans.ts";
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
  const memory = newCommons();
  assert.ok(memory !== undefined);
  try {
    commons.use(memory);
    // Another rotation is another matrix, with which those of other tests have nothing in common.
    for (const rot3 of [0.01, 0.02]) {
      const before = takenIn(memory);
      const integrators = madeAtOnce(poniOf(SHAPE, { rot3 }));
      assert.equal(integrators.length, 2);
      assert.ok(isUsed(memory) && takenIn(memory) > before);
      const [one, other] = integrators.map((integrator) => integrator.integrate(someImage(SHAPE)));
      assert.deepEqual(one, other);
    }
  } finally {
    commons.use(undefined);
  }
});

Deno.test("integrators for more matrices than the commons have room for have their own", () => {
  const memory = newCommons();
  assert.ok(memory !== undefined);
  const curves = (): unknown[] =>
    Array.from({ length: MATRICES + 4 }, (_, i) => {
      const integrator = new AzimuthalIntegrator(poniOf(SHAPE, { rot2: (i + 1) / 100 }), options);
      return integrator.integrate(someImage(SHAPE));
    });
  try {
    const own = curves();
    commons.use(memory);
    assert.deepEqual(curves(), own);
  } finally {
    commons.use(undefined);
  }
});

Deno.test("memory that cannot be had is no error", () => {
  const { Memory } = WebAssembly;
  try {
    Object.assign(WebAssembly, {
      Memory: class {
        constructor() {
          throw new RangeError("WebAssembly.Memory(): could not allocate memory");
        }
      },
    });
    assert.equal(newCommons(), undefined);
  } finally {
    Object.assign(WebAssembly, { Memory });
  }
  assert.ok(newCommons() !== undefined);
});
