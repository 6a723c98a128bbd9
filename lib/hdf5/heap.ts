/**
 * Memory of the HDF5 library.
 *
 * @module
 */

import { attempt, Module, type Subject } from "./library.ts";

/**
 * Memory from which the library writes without another copy, to be given back with `Module._free`. A view of it is
 * gone when the library's memory grows.
 *
 * @throws Hdf5Error when there is none.
 */
export function allocate(bytes: number, subject: Subject): number {
  return attempt(subject, () => {
    const pointer = Module._malloc(bytes);
    if (pointer === 0) throw new Error(`no memory for ${bytes} bytes`);
    return pointer;
  });
}
