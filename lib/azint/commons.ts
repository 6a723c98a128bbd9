/**
 * Memory in which threads have matrices together. Whoever starts the threads makes it and hands it to them; without it,
 * a thread has its own. This module loads next to nothing, so that it costs nothing where nobody integrates.
 *
 * @module
 */

import { SHARED_PAGES } from "../wasm.ts";

/** Memory for some threads: four matrices of a detector of 4.5 million pixels. Undefined where there is none. */
export function newCommons(): WebAssembly.Memory | undefined {
  try {
    return new WebAssembly.Memory({ initial: SHARED_PAGES, maximum: SHARED_PAGES, shared: true });
  } catch {
    return undefined;
  }
}

/** Whether anything is in it. */
export function isUsed({ buffer }: WebAssembly.Memory): boolean {
  // Where `shared_site.ts` counts what was taken.
  return Atomics.load(new Int32Array(buffer), 0) !== 0;
}

/** Such memory, or what makes it when it is asked for. */
export type Commons = WebAssembly.Memory | (() => WebAssembly.Memory | undefined);

/** What this thread was given. */
export const commons: {
  /** The memory, if there is any now. */
  readonly memory: WebAssembly.Memory | undefined;
  /** Whether anything is in it. */
  readonly isUsed: boolean;
  /** Takes other memory, or lets go of it, so that what is made from now on is this thread's own. */
  use(memory: Commons | undefined): void;
} = (() => {
  let given: Commons | undefined;
  return {
    get memory() {
      if (typeof given === "function") given = given();
      return given;
    },
    get isUsed() {
      return given !== undefined && typeof given !== "function" && isUsed(given);
    },
    use(memory) {
      given = memory;
    },
  };
})();
