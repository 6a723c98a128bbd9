/**
 * The HDF5 library, with its silent failures turned into errors.
 *
 * @module
 */

import { Hdf5Error } from "../errors.ts";
import { loadHdf5, loadsAtImport } from "./loading.ts";

if (loadsAtImport()) await loadHdf5();

export { h5wasm, Module } from "./loading.ts";
export type { Dtype, GuessableDataTypes, Metadata } from "./loading.ts";

/** What a call was about, for the message when it fails. */
export interface Subject {
  readonly file: string;
  readonly path: string;
  readonly operation: string;
}

/**
 * Calls into HDF5.
 *
 * @throws Hdf5Error that says what could not be done, in which file, at which path, and HDF5's reason in one sentence.
 */
export function attempt<T>(subject: Subject, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw failure(subject, reasonOf(cause), cause);
  }
}

/**
 * Calls something of HDF5 that gives a status.
 *
 * @throws Hdf5Error as {@linkcode attempt} does, and for a negative status.
 */
export function command(subject: Subject, call: () => number): void {
  if (attempt(subject, call) < 0) throw failure(subject, "the HDF5 library gave no reason");
}

/** An error for something found wrong before HDF5 is asked. */
export function failure({ file, path, operation }: Subject, reason: string, cause?: unknown): Hdf5Error {
  const place = path === "" || path === "/" ? `"${file}"` : `"${path}" in "${file}"`;
  return new Hdf5Error(`cannot ${operation} ${place}: ${reason}`, { file, path, operation, cause });
}

/** The innermost reason of HDF5's diagnostics, and the operating system's if there is one. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (!text.includes("HDF5-DIAG")) return text.split("\n")[0] ?? text;
  const errno = /errno = \d+, error message = '([^']+)'/.exec(text)?.[1];
  const reasons = [...text.matchAll(/^\s*#\d+: .*? in \w+\(\): (.+)$/gm)].map((match) => match[1] as string);
  // Behind this one there is only where filters were looked for.
  const filter = /required filter '[^']+' is not registered/.exec(text)?.[0];
  const innermost = filter ?? (reasons.at(-1) ?? "unknown").replace(/:? ?time = .*$/, "").trim();
  return errno === undefined ? innermost : `${errno} (${innermost})`;
}
