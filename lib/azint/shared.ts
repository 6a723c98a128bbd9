/**
 * Matrices that are in use, so that integrators with the same geometry and options share one: it takes time to
 * build and some 15 bytes a pixel.
 *
 * @module
 */

import { sameBytes } from "../bytes.ts";
import { commons } from "./commons.ts";
import type { Layout } from "./layout.ts";
import { buildMatrix, extentOf } from "./matrix.ts";
import { identityOf, type Plan } from "./plan.ts";
import { sharedSite } from "./shared_site.ts";

/** A matrix that somebody may use still. */
interface Known {
  readonly identity: Uint8Array;
  readonly layout: WeakRef<Layout>;
}

/**
 * The matrix of a plan: one that an integrator has already, or a new one, which threads build together, and have once,
 * where all of them need it. It is kept by those who use it only.
 */
export const matrixOf: (plan: Plan) => Layout = (() => {
  let known: readonly Known[] = [];
  return (plan) => {
    known = known.filter(({ layout }) => layout.deref() !== undefined);
    const identity = identityOf(plan);
    const kept = known.find((other) => sameBytes(other.identity, identity))?.layout.deref();
    if (kept !== undefined) {
      plan.progress?.(1);
      return kept;
    }
    const { memory } = commons;
    const layout = buildMatrix(plan, memory && sharedSite(memory, identity, extentOf(plan)));
    known = [...known, { identity, layout: new WeakRef(layout) }];
    return layout;
  };
})();
