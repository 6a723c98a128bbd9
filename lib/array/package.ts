/**
 * The npm package `ndarray`.
 *
 * It is read as a text and run here: Deno would first load what CommonJS modules may need of Node, which takes as long
 * as a short replay.
 *
 * @module
 */

import type ndarrayType from "npm:@types/ndarray@1.1.0";
import iotaArray from "npm:iota-array@1.0.0/iota.js" with { type: "text" };
import isBuffer from "npm:is-buffer@1.1.6/index.js" with { type: "text" };
import source from "npm:ndarray@1.1.1/ndarray.js" with { type: "text" };

/** Runs a CommonJS module that needs some others. */
function run(source: string, name: string, packages: Readonly<Record<string, unknown>> = {}): unknown {
  const module = { exports: {} };
  const body = `${source}\n//# sourceURL=npm/${name}`;
  new Function("module", "exports", "require", body)(module, module.exports, (name: string) => packages[name]);
  return module.exports;
}

/** Makes an array of data, a shape, strides and an offset. */
export const ndarray = run(source, "ndarray", {
  "iota-array": run(iotaArray, "iota-array"),
  "is-buffer": run(isBuffer, "is-buffer"),
}) as typeof ndarrayType;
