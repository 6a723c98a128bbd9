/**
 * What the HDF5 tests share: files made on the fly, h5py's view of a file, and what every error must say.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createFile, type H5File, type H5Value, toNested, type TypedArray } from "beamfold";
import { isNdArray } from "../../lib/array/ndarray.ts";
import { Hdf5Error } from "../../lib/errors.ts";
import { inFolder, pythonJson } from "../tools.ts";

/** Runs something on a new file, which is closed afterwards. */
export function inFile(run: (file: H5File, path: string) => void | Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const path = `${folder}/test.h5`;
    using file = createFile(path);
    await run(file, path);
  });
}

/** Asserts that a call throws an Hdf5Error that says all of this, in one sentence and without HDF5's diagnostics. */
export function fails(
  run: () => unknown,
  expected: { file: string; path: string; operation: string; reason: RegExp },
): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof Hdf5Error, `expected an Hdf5Error, found ${Deno.inspect(error)}`);
    const { file, path, operation } = expected;
    assert.deepEqual({ file: error.file, path: error.path, operation: error.operation }, { file, path, operation });
    assert.ok(error.message.startsWith(`cannot ${operation} "`), error.message);
    assert.ok(error.message.includes(`"${file}"`), error.message);
    if (path !== "" && path !== "/") assert.ok(error.message.includes(`"${path}"`), error.message);
    assert.match(error.message, expected.reason);
    assert.doesNotMatch(error.message, /\n|HDF5-DIAG/);
    return true;
  });
}

/** A value with its arrays as nested lists. */
export function plain(value: H5Value | undefined): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return isNdArray(value) ? toNested(value) : value;
}

/** The bytes of an array as hexadecimal text: exact for every dtype, NaN and 64-bit integers as well. */
export function hex(array: TypedArray): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A dataset as h5py sees it: numbers as the hexadecimal text of their bytes, texts as lists. */
export interface PythonDataset {
  readonly dtype: string;
  readonly shape: number[];
  readonly maxshape: (number | null)[];
  readonly chunks: number[] | null;
  readonly compression: string | null;
  readonly data: unknown;
}

/** All datasets of a file, by name, as h5py sees them. */
export async function inPython(path: string): Promise<Record<string, PythonDataset>> {
  const script = `
import h5py, json, numpy, sys
found = {}
def visit(name, item):
    if not isinstance(item, h5py.Dataset): return
    text = h5py.check_string_dtype(item.dtype)
    if text is None: dtype, data = item.dtype.name, item[()].tobytes().hex()
    else:
        dtype = "str" if text.length is None else "S%d" % text.length
        data = item.asstr()[()]
        if not isinstance(data, str): data = data.tolist()
    found[name] = dict(dtype=dtype, shape=item.shape, maxshape=item.maxshape, chunks=item.chunks,
                       compression=item.compression, data=data)
with h5py.File(sys.argv[1]) as file: file.visititems(visit)
print(json.dumps(found))`;
  return await pythonJson(script, [path]) as Record<string, PythonDataset>;
}

/** Makes a file with h5py: the script finds it as `f`. */
export async function madeByPython(path: string, script: string): Promise<void> {
  const before = 'import h5py, numpy as np, sys\nf = h5py.File(sys.argv[1], "w")\n';
  await pythonJson(`${before}${script}\nf.close()\nprint("null")`, [path]);
}
