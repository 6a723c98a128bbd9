import assert from "node:assert/strict";
import { ROOT } from "../tools.ts";

Deno.test("the numbers that the kernel and its callers share are the same", () => {
  const read = (path: string): string => Deno.readTextFileSync(`${ROOT}lib/bslz4/${path}`);
  const workspace = /WORKSPACE: usize = (\d+);/.exec(read("assembly/untranspose.ts"))?.[1];
  assert.equal(/WORKSPACE = (\d+);/.exec(read("instance.ts"))?.[1], workspace);
});
