/**
 * Builds the kernels: `deno task kernels` compiles `assembly/` of each and writes its `kernel.ts`. The compiler comes
 * from npm.
 *
 * @module
 */

/** The compiler, by the name that `deno run` takes. */
export const COMPILER = "npm:assemblyscript@0.28.20/asc";

/** The kernels, by the names of their folders and sources: `azint/assembly/azint.ts`. */
export const KERNELS = ["array", "azint", "bslz4"] as const;

/**
 * Compiles a kernel.
 *
 * @throws Error with what the compiler said, when it cannot be fetched or refuses the source.
 */
export async function buildKernel(name: typeof KERNELS[number]): Promise<Uint8Array> {
  const folder = new URL(`${name}/assembly/`, import.meta.url);
  const target = Deno.makeTempFileSync({ prefix: "beamfold-", suffix: ".wasm" });
  const flags = ["-O3", "--runtime", "stub", "--enable", "simd", "--enable", "bulk-memory", "--importMemory"];
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-lock", "--no-config", COMPILER, `${name}.ts`, ...flags, "--outFile", target],
      cwd: decodeURIComponent(folder.pathname),
      stdin: "null",
    }).output();
    if (!success) throw new Error(`the kernel "${name}" cannot be built:\n${new TextDecoder().decode(stderr)}`);
    return Deno.readFileSync(target);
  } finally {
    Deno.removeSync(target);
  }
}

/** The text of `kernel.ts`. */
export function kernelModule(wasm: Uint8Array): string {
  return `/**
 * The kernel of \`assembly/\`, WASM as Base64. Written by \`deno task kernels\`: do not edit.
 *
 * @module
 */

/** The module's bytes. */
export const KERNEL =
  "${wasm.toBase64()}";
`;
}

if (import.meta.main) {
  for (const name of KERNELS) {
    const wasm = await buildKernel(name);
    Deno.writeTextFileSync(new URL(`${name}/kernel.ts`, import.meta.url), kernelModule(wasm));
    console.log(`lib/${name}/kernel.ts: ${wasm.length} bytes of WASM`);
  }
}
