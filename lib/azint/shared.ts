/**
 * Matrices that are in use, so that integrators with the same geometry and options share one: it takes time to
 * build and some 15 bytes a pixel.
 *
 * @module
 */

import { sha256 } from "../node.ts";
import { commons } from "./commons.ts";
import type { Layout } from "./layout.ts";
import { buildMatrix, type Plan } from "./matrix.ts";
import { sharedBands } from "./shared_bands.ts";

/**
 * The matrix of a plan: one that an integrator has already, or a new one, built together with other threads where they
 * need it as well. It is kept by those who use it only.
 */
export const matrixOf: (plan: Plan) => Layout = (() => {
  const known = new Map<string, WeakRef<Layout>>();
  return (plan) => {
    const key = keyOf(plan);
    const kept = known.get(key)?.deref();
    if (kept !== undefined) {
      plan.progress?.(1);
      return kept;
    }
    for (const [old, layout] of known) if (layout.deref() === undefined) known.delete(old);
    const { buffer } = commons;
    const layout = buildMatrix(plan, buffer && sharedBands(buffer, key));
    known.set(key, new WeakRef(layout));
    return layout;
  };
})();

/** Everything that a matrix follows from, in short. */
function keyOf({ setup, unit, wavelength, splitting, radial, azimuth, corrections, mask }: Plan): string {
  const hash = sha256();
  hash.update(JSON.stringify([setup, unit, wavelength, splitting, corrections, radial.bins, azimuth?.bins ?? null]));
  for (const edges of [radial.exact, azimuth?.exact]) if (edges !== undefined) hash.update(bytesOf(edges));
  if (mask !== undefined) hash.update(mask);
  return hash.digest("hex");
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
