/**
 * Builds the kernels: `deno task kernels` compiles `assembly/` of each and writes its `kernel.ts`. The compiler comes
 * from npm.
 *
 * @module
 */

import { type Kernel, SHARED_PAGES } from "./wasm.ts";

/** The compiler, by the name that `deno run` takes. */
export const COMPILER = "npm:assemblyscript@0.28.20/asc";

/** The kernels, by the names of their folders and sources: `azint/assembly/azint.ts`. */
export const KERNELS = ["array", "azint", "bslz4"] as const;

/** Flags of the compiler for a kernel in memory of one thread, and in memory that threads share. */
const FLAGS = {
  own: ["--initialMemory", "1"],
  shared: [
    ...["--enable", "threads", "--sharedMemory"],
    // Code for memory that may grow looks its size up again and again.
    ...["--initialMemory", `${SHARED_PAGES}`, "--maximumMemory", `${SHARED_PAGES}`],
  ],
} as const;

/**
 * Compiles a kernel.
 *
 * @throws Error with what the compiler said, when it cannot be fetched or refuses the source.
 */
export async function buildKernel(name: typeof KERNELS[number], memory: keyof Kernel): Promise<Uint8Array> {
  const folder = new URL(`${name}/assembly/`, import.meta.url);
  const target = Deno.makeTempFileSync({ prefix: "beamfold-", suffix: ".wasm" });
  const flags = [
    "-O3",
    "--runtime",
    "stub",
    "--enable",
    "simd",
    "--enable",
    "bulk-memory",
    "--importMemory",
    ...FLAGS[memory],
  ];
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
export async function kernelModule(name: typeof KERNELS[number]): Promise<string> {
  const [own, shared] = await Promise.all([buildKernel(name, "own"), buildKernel(name, "shared")]);
  return `/**
 * The kernel of \`assembly/\`, WASM as Base64. Written by \`deno task kernels\`: do not edit.
 *
 * @module
 */

import type { Kernel } from "../wasm.ts";

/** The module's bytes. */
export const KERNEL: Kernel = {
  own:
    "${own.toBase64()}",
  shared:
    "${shared.toBase64()}",
};
`;
}

if (import.meta.main) {
  for (const name of KERNELS) {
    const text = await kernelModule(name);
    Deno.writeTextFileSync(new URL(`${name}/kernel.ts`, import.meta.url), text);
    console.log(`lib/${name}/kernel.ts: ${text.length} characters`);
  }
}
