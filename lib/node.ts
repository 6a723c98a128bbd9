/**
 * Node's modules, loaded on first use: to load the first of them takes 11 ms, and most runs need none.
 *
 * @module
 */

/** Decompression. */
export function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}

/** The SHA-256 of bytes that come in pieces. */
export function sha256(): import("node:crypto").Hash {
  return process.getBuiltinModule("node:crypto").createHash("sha256");
}
