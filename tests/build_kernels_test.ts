import assert from "node:assert/strict";
import { COMPILER, kernelModule, KERNELS } from "../lib/build_kernels.ts";
import { type Need, ROOT, testWith } from "./tools.ts";

const compiler: Need = {
  missing() {
    const args = ["run", "-A", "--no-lock", "--no-config", COMPILER, "--version"];
    const options = { args, stdout: "null", stderr: "null" } as const;
    return new Deno.Command(Deno.execPath(), options).outputSync().success
      ? undefined
      : `${COMPILER} cannot be fetched`;
  },
};

Deno.test("every folder with a source in AssemblyScript is built", () => {
  const folders = [...Deno.readDirSync(`${ROOT}lib`)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  const sources = folders.filter((name) => [...Deno.readDirSync(`${ROOT}lib/${name}`)].some(isAssembly));
  assert.deepEqual(sources.sort(), [...KERNELS]);
});

const isAssembly = ({ name }: Deno.DirEntry): boolean => name === "assembly";

for (const name of KERNELS) {
  testWith([compiler], `the ${name} kernel that is committed is the one that its source gives`, async () => {
    const committed = Deno.readTextFileSync(`${ROOT}lib/${name}/kernel.ts`);
    // Not assert.equal, which would print both.
    const same = committed === await kernelModule(name);
    assert.ok(same, `lib/${name}/assembly has changed: run deno task kernels`);
  });
}
