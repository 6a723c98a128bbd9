import assert from "node:assert/strict";
import { openFile } from "beamfold";
import { Hdf5Error } from "../../lib/errors.ts";
import { attempt, command, failure, reasonOf } from "../../lib/hdf5/library.ts";
import { inFolder, python, testWith } from "../tools.ts";
import { fails, madeByPython } from "./support.ts";

const diagnostics = (...reasons: string[]): Error =>
  new Error([
    "HDF5-DIAG: Error detected in HDF5 (2.0.0):",
    ...reasons.flatMap((reason, i) => [`  #00${i}: /src/H5F.c line ${i} in H5F_open(): ${reason}`, "    major: File"]),
  ].join("\n"));

Deno.test("of HDF5's diagnostics the innermost reason is given, after the operating system's", () => {
  assert.equal(reasonOf(diagnostics("unable to open file", "truncated file: eof = 100")), "truncated file: eof = 100");
  const written = "file write failed: time = Mon Jan  1 00:00:00 2024\n, filename = 'x', errno = 51, " +
    "error message = 'No space left on device', buf = 0x1";
  assert.equal(reasonOf(diagnostics("can't flush", written)), "No space left on device (file write failed)");
  assert.equal(reasonOf(new Error("first line\nsecond line")), "first line");
  assert.equal(reasonOf("a text"), "a text");
});

const subject = { file: "out.h5", path: "/x", operation: "resize" };

function errorOf(call: () => unknown): Hdf5Error {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof Hdf5Error);
    const { file, path, operation } = error;
    assert.deepEqual({ file, path, operation }, subject);
    return error;
  }
  throw new Error("expected an error");
}

Deno.test("a call that throws is an error about file, path and operation", () => {
  const cause = diagnostics("no such thing");
  const breaks = (): never => {
    throw cause;
  };
  for (const error of [errorOf(() => attempt(subject, breaks)), errorOf(() => command(subject, breaks))]) {
    assert.deepEqual([error.message, error.cause], ['cannot resize "/x" in "out.h5": no such thing', cause]);
  }
});

Deno.test("a negative status is an error, a negative value is a value", () => {
  assert.match(errorOf(() => command(subject, () => -1)).message, /^cannot resize "\/x" in "out.h5": ./);
  command(subject, () => 0);
  for (const value of [-1, 0, undefined, "text"]) assert.equal(attempt(subject, () => value), value);
});

Deno.test("an error about the whole file names the file alone", () => {
  for (const path of ["", "/"]) {
    assert.equal(failure({ file: "out.h5", path, operation: "flush" }, "why").message, 'cannot flush "out.h5": why');
  }
});

testWith([python], "a compression that is not known here is named", () =>
  inFolder(async (folder) => {
    const path = `${folder}/python.h5`;
    await madeByPython(path, 'f.create_dataset("x", data=np.zeros(100), compression="lzf")');
    using file = openFile(path);
    fails(() => file.dataset("x").get(), { file: path, path: "/x", operation: "read", reason: /lzf/ });
  }));
