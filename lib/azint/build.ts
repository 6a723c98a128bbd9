/**
 * Builds the kernel: `deno task kernels` compiles `assembly/` and writes `kernel.ts`. The compiler comes from npm.
 *
 * @module
 */

import { COMPILER, kernelModule } from "../bslz4/build.ts";

/**
 * Compiles the kernel.
 *
 * @throws Error with what the compiler said, when it cannot be fetched or refuses the source.
 */
export async function buildKernel(): Promise<Uint8Array> {
  const folder = new URL("assembly/", import.meta.url);
  const target = Deno.makeTempFileSync({ prefix: "beamfold-", suffix: ".wasm" });
  const flags = ["-O3", "--runtime", "stub", "--enable", "simd", "--enable", "bulk-memory", "--importMemory"];
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-lock", "--no-config", COMPILER, "azint.ts", ...flags, "--outFile", target],
      cwd: decodeURIComponent(folder.pathname),
      stdin: "null",
    }).output();
    if (!success) throw new Error(`the kernel cannot be built:\n${new TextDecoder().decode(stderr)}`);
    return Deno.readFileSync(target);
  } finally {
    Deno.removeSync(target);
  }
}

if (import.meta.main) {
  const wasm = await buildKernel();
  Deno.writeTextFileSync(new URL("kernel.ts", import.meta.url), kernelModule(wasm));
  console.log(`lib/azint/kernel.ts: ${wasm.length} bytes of WASM`);
}
