/**
 * When the HDF5 library is loaded. That takes longer than anything else at the start of a process, and only an import
 * can wait for it, since `createFile` and the rest are synchronous: so it is loaded when this module's user is
 * imported, unless a program that knows better put that off.
 *
 * @module
 */

import { Hdf5Error } from "../errors.ts";
import { keepFreedMemory } from "../freed_memory.ts";
import type { FileSystem } from "./host_files.ts";

export type { Dtype, GuessableDataTypes, Metadata } from "npm:h5wasm@0.10.3";

type Library = typeof import("npm:h5wasm@0.10.3");

/** The library's classes. */
export let h5wasm: Library["default"] = missing();
/** The library's functions. */
export let Module: Library["Module"] = missing();

/** The library on its way. */
interface Loading {
  /** V8 has begun to compile it, in threads of its own. */
  readonly compiling: Promise<unknown>;
  readonly done: Promise<void>;
}

let atImport = true;
let loading: Loading | undefined;

/** From now on nothing is loaded by an import; {@linkcode loadHdf5} has to be awaited before HDF5 is used. */
export function putOffHdf5(): void {
  atImport = false;
}

/** Whether the library is loaded as soon as a module that uses it is imported. */
export function loadsAtImport(): boolean {
  return atImport;
}

/**
 * Loads the library, once.
 *
 * @param meanwhile Called when the library is being compiled, which leaves time to load something else; awaited as well.
 */
export async function loadHdf5(meanwhile?: () => Promise<unknown>): Promise<void> {
  const { compiling, done } = loading ??= begin();
  await Promise.all([compiling.then(() => meanwhile?.()), done]);
}

function begin(): Loading {
  // Loading takes and frees blocks of megabytes.
  keepFreedMemory();
  const load = () => import("npm:h5wasm@0.10.3");
  // Where it is loaded at an import, others may be as well, which use what is taken away here.
  const library = atImport ? load() : withoutProcess(load);
  // The library begins to compile itself as soon as it is imported.
  return { compiling: library, done: library.then(complete) };
}

/** Imports what asks for Node's `process` and makes no use of it: to give it, Deno loads Node's layer, for 11 ms. */
async function withoutProcess<T>(load: () => Promise<T>): Promise<T> {
  const process = Object.getOwnPropertyDescriptor(globalThis, "process");
  if (process === undefined) return await load();
  Reflect.deleteProperty(globalThis, "process");
  try {
    return await load();
  } finally {
    Object.defineProperty(globalThis, "process", process);
  }
}

async function complete(library: Library): Promise<void> {
  const [{ useHostFiles }, { followScopes }] = await Promise.all([
    import("./host_files.ts"),
    import("./open_files.ts"),
  ]);
  await Promise.all([followScopes(), library.default.ready]);
  useHostFiles(library.Module.FS as unknown as FileSystem);
  // Without this, failed calls give null, -1 or nothing at all.
  library.Module.activate_throwing_error_handler();
  h5wasm = library.default;
  Module = library.Module;
}

/** What stands in for the library until it is loaded. */
function missing<T extends object>(): T {
  return new Proxy({} as T, {
    get() {
      throw new Hdf5Error(
        "the HDF5 library is not loaded, because no file of this run names a function that needs it in an import; " +
          'import one in the file of a class, such as import { createFile } from "beamfold"',
        { file: "", path: "", operation: "load" },
      );
    },
  });
}
