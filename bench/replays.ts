/**
 * Replays in processes of their own, with classes of `bench/analysis`.
 *
 * @module
 */

import { type Figures, measureDeno, measurePython } from "./measure.ts";

/** A worker and a reducer, each as `module:Class`: a file of `bench/analysis` in either language. */
export interface Classes {
  readonly worker: string;
  readonly reducer: string;
}

/** Runs `deno task replay` in a folder. */
export function beamfold(
  { worker, reducer }: Classes,
  captures: readonly string[],
  flags: readonly string[],
  folder: string,
): Promise<Figures> {
  const classes = ["-w", path(worker), "-r", path(reducer)];
  return measureDeno("lib/cli/main.ts", ["replay", ...classes, "-f", ...captures, "--no-progress", ...flags], folder);
}

function path(name: string): string {
  const folder = decodeURIComponent(new URL("analysis", import.meta.url).pathname);
  return `${folder}/${name.replace(":", ".ts:")}`;
}

/** Runs `dranspose replay` in a folder. */
export function dranspose(
  { worker, reducer }: Classes,
  captures: readonly string[],
  folder: string,
): Promise<Figures> {
  const program = "import sys; from dranspose.cli import run; sys.argv[0] = 'dranspose'; run()";
  const args = ["replay", "-w", worker, "-r", reducer, "-f", ...captures];
  return measurePython(["-c", program, ...args], "analysis", folder);
}
