/**
 * What the tests of pickles share: pickles made by Python, and pickles made by hand.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { NdArray, Nested } from "beamfold";
import { dtypeOf } from "../../lib/array/dtypes.ts";
import { toNested } from "../../lib/array/ndarray.ts";
import { PickleError } from "../../lib/errors.ts";
import { pythonJson } from "../tools.ts";

const SCRIPT = `
import base64, collections, copyreg, datetime, json, math, pickle, sys
import numpy as np
from datetime import datetime as dt, timezone, timedelta
def dumps(expression, protocol):
    try:
        return base64.b64encode(pickle.dumps(eval(expression), protocol)).decode()
    except (TypeError, pickle.PicklingError) as error:
        return None
json.dump([[dumps(e, p) for p in range(6)] for e in json.load(sys.stdin)], sys.stdout)
`;

/** Pickles what Python expressions give, with each of the protocols 0 to 5. */
export async function pythonPickles(expressions: readonly string[]): Promise<Uint8Array[][]> {
  const folder = Deno.makeTempDirSync({ prefix: "beamfold-" });
  try {
    const script = SCRIPT.replace("sys.stdin", `open(${JSON.stringify(`${folder}/in.json`)})`);
    Deno.writeTextFileSync(`${folder}/in.json`, JSON.stringify(expressions));
    const pickles = await pythonJson(script) as (string | null)[][];
    return pickles.map((each, i) =>
      each.map((text) => {
        assert.ok(text !== null, `Python does not pickle ${expressions[i]}`);
        return Uint8Array.fromBase64(text);
      })
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Sets a key, whatever it is called. */
export function own(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

/** A dict as `unpickle` gives it. */
export function dict(items: Record<string, unknown>): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(items)) own(made, key, value);
  return made;
}

/** What an array holds, for comparisons. */
export function contents(array: NdArray): { dtype: string; shape: readonly number[]; values: Nested } {
  return { dtype: dtypeOf(array.data), shape: array.shape, values: toNested(array) };
}

/** Bytes from texts (Latin-1), numbers and bytes, one after the other. */
export function bytes(...parts: (string | number | Uint8Array)[]): Uint8Array {
  const all: number[] = [];
  for (const part of parts) {
    if (typeof part === "number") all.push(part);
    else if (typeof part === "string") { for (const character of part) all.push(character.charCodeAt(0)); }
    else for (const byte of part) all.push(byte);
  }
  return Uint8Array.from(all);
}

/** SHORT_BINUNICODE. */
export function text(value: string): string {
  return `\x8c${String.fromCharCode(value.length)}${value}`;
}

/** What is thrown, which must be a PickleError that says where. */
export function pickleError(run: () => unknown): PickleError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof PickleError, `threw ${error}`);
    return error;
  }
  assert.fail("nothing was thrown");
}
