import assert from "node:assert/strict";
import { isBeamfoldError, openCapture } from "beamfold";
import {
  ArrayError,
  asError,
  BeamfoldError,
  CaptureError,
  closest,
  CompressionError,
  Hdf5Error,
  OptionError,
  ParameterError,
  PayloadError,
  PickleError,
  ProtocolError,
} from "../lib/errors.ts";

const cause = new RangeError("below");

const each = {
  CaptureError: new CaptureError("m", { path: "a.cbors", offset: 7, cause }),
  ProtocolError: new ProtocolError("m", { protocol: "STINS", cause }),
  ParameterError: new ParameterError("m", { parameter: "till_x", cause }),
  ArrayError: new ArrayError("m", { cause }),
  PickleError: new PickleError("m", { offset: 3, global: "os.system", cause }),
  CompressionError: new CompressionError("m", { offset: 12, cause }),
  PayloadError: new PayloadError("m", { path: "payload.fit" }),
  Hdf5Error: new Hdf5Error("m", { file: "a.h5", path: "/x", operation: "create", cause }),
  OptionError: new OptionError("m", { cause }),
};

Deno.test("every error is an Error with its own name and a message, which its stack begins with", () => {
  for (const [name, error] of Object.entries(each)) {
    assert.ok(error instanceof Error && error instanceof BeamfoldError, name);
    assert.equal(error.name, name);
    assert.equal(error.message, "m");
    assert.equal(String(error), `${name}: m`);
    assert.equal(error.stack?.split("\n")[0], `${name}: m`);
  }
});

Deno.test("errors carry the facts of their message in fields", () => {
  assert.deepEqual([each.CaptureError.path, each.CaptureError.offset], ["a.cbors", 7]);
  assert.equal(each.ProtocolError.protocol, "STINS");
  assert.equal(each.ParameterError.parameter, "till_x");
  assert.deepEqual([each.PickleError.offset, each.PickleError.global], [3, "os.system"]);
  assert.equal(each.CompressionError.offset, 12);
  assert.equal(each.PayloadError.path, "payload.fit");
  const { file, path, operation } = each.Hdf5Error;
  assert.deepEqual([file, path, operation], ["a.h5", "/x", "create"]);
});

Deno.test("the cause is kept where there is one, and there is no cause where there is none", () => {
  for (const [name, error] of Object.entries(each)) {
    if (!(error instanceof PayloadError)) assert.equal(error.cause, cause, name);
  }
  const without = [
    new CaptureError("m", { path: "a.cbors" }),
    new ProtocolError("m", { protocol: "STINS" }),
    new ParameterError("m"),
    new Hdf5Error("m", { file: "a.h5", path: "/x", operation: "create" }),
    each.PayloadError,
  ];
  for (const error of without) assert.equal("cause" in error, false, error.name);
});

Deno.test("isBeamfoldError knows all of them, and tells which", () => {
  for (const [name, error] of Object.entries(each)) {
    assert.equal(isBeamfoldError(error), true, name);
    for (const other of Object.keys(each)) assert.equal(isBeamfoldError(error, other), other === name, other);
  }
  const others = [new Error("m"), { name: "ArrayError", message: "m" }, "ArrayError", null, undefined];
  for (const other of others) assert.equal(isBeamfoldError(other), false, Deno.inspect(other));
});

Deno.test("an error met by a user can be told by its name", () => {
  assert.throws(() => openCapture("no-such-file.cbors"), (error) => isBeamfoldError(error, "CaptureError"));
});

Deno.test("asError keeps errors, and makes an error of whatever else was thrown", () => {
  assert.equal(asError(cause), cause);
  assert.equal(asError(each.ArrayError), each.ArrayError);
  assert.deepEqual(["out of beam", 3, undefined, null].map((thrown) => asError(thrown).message), [
    "out of beam",
    "3",
    "undefined",
    "null",
  ]);
  assert.match(asError({ code: 7 }).message, /code: 7/);
});

Deno.test("the closest word is found through typing mistakes", () => {
  const known = ["till_x", "from_y", "energy", "normalise"];
  const typed: Record<string, string | undefined> = {
    till_x: "till_x",
    TILL_X: "till_x",
    til_x: "till_x",
    till_xx: "till_x",
    tlil_x: "till_x",
    till_y: "till_x",
    form_y: "from_y",
    normalize: "normalise",
    nrmalize: "normalise",
    enrgy: "energy",
  };
  for (const [word, found] of Object.entries(typed)) assert.equal(closest(word, known), found, word);
  // Two letters swapped are one mistake, also in a short word.
  assert.equal(closest("nmae", ["name", "size"]), "name");
  assert.equal(closest("naem", ["mane", "name"]), "name");
});

Deno.test("nothing is suggested for a word that is like none", () => {
  for (const word of ["mask", "", "x", "exposure_time", "yfrom"]) {
    assert.equal(closest(word, ["till_x", "from_y"]), undefined, word);
  }
  assert.equal(closest("till_x", []), undefined);
});

Deno.test("of several close words the closest is suggested, of equally close ones the first", () => {
  assert.equal(closest("processEvnet", ["processEvents", "processEvent", "processEven"]), "processEvent");
  assert.equal(closest("ab", ["ac", "ad"]), "ac");
});
