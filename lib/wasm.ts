/**
 * Instances of the kernels.
 *
 * @module
 */

/** Pages of 64 KiB in memory that threads share: 256 MiB, of which the system takes only what is used. */
export const SHARED_PAGES = 4096;

/** A kernel, WASM as Base64: WASM tells memory that threads share from memory of one thread. */
export interface Kernel {
  /** Its module for memory of one thread. */
  readonly own: string;
  /** Its module for memory of {@linkcode SHARED_PAGES} that threads share. */
  readonly shared: string;
}

/** What a kernel exports, at work in a memory. */
export function instanceIn(memory: WebAssembly.Memory, { own, shared }: Kernel): WebAssembly.Exports {
  // In the types of TypeScript a memory is never shared.
  const buffer: ArrayBufferLike = memory.buffer;
  const module = new WebAssembly.Module(Uint8Array.fromBase64(buffer instanceof SharedArrayBuffer ? shared : own));
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}
