import assert from "node:assert/strict";
import { buildKernel } from "../../lib/azint/build.ts";
import { COMPILER, kernelModule } from "../../lib/bslz4/build.ts";
import { KERNEL } from "../../lib/azint/kernel.ts";
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
  assert.ok(wasm.toBase64() === KERNEL, "lib/azint/assembly has changed: run deno task kernels");
  assert.equal(Deno.readTextFileSync(`${ROOT}lib/azint/kernel.ts`), kernelModule(wasm));
});
