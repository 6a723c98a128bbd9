import assert from "node:assert/strict";
import { buildKernel, COMPILER, kernelModule } from "../../lib/bslz4/build.ts";
import { KERNEL } from "../../lib/bslz4/kernel.ts";
import { type Need, ROOT, testWith } from "../tools.ts";

const compiler: Need = {
  missing() {
    const args = ["run", "-A", "--no-lock", "--no-config", COMPILER, "--version"];
    const options = { args, stdout: "null", stderr: "null" } as const;
    return new Deno.Command(Deno.execPath(), options).outputSync().success
      ? undefined
      : `${COMPILER} cannot be fetched`;
  },
};

testWith([compiler], "the kernel that is committed is the one that its source gives", async () => {
  const wasm = await buildKernel();
  assert.ok(wasm.toBase64() === KERNEL, "lib/bslz4/assembly has changed: run deno task kernels");
  assert.equal(Deno.readTextFileSync(`${ROOT}lib/bslz4/kernel.ts`), kernelModule(wasm));
});

Deno.test("the numbers that the kernel and its callers share are the same", () => {
  const read = (path: string): string => Deno.readTextFileSync(`${ROOT}lib/bslz4/${path}`);
  const workspace = /WORKSPACE: usize = (\d+);/.exec(read("assembly/untranspose.ts"))?.[1];
  assert.equal(/WORKSPACE = (\d+);/.exec(read("instance.ts"))?.[1], workspace);
});
