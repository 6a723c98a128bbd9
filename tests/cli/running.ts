/**
 * What the tests of the shell's commands share: where the classes are, and processes that are watched while they run.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type Ended, pythonJson, ROOT } from "../tools.ts";

/** The flag that names a worker of the fixtures, and the one for the reducer that writes rows. */
export function classes(worker: string, reducer = "Rows"): string[] {
  const path = `${ROOT}tests/fixtures/classes.ts`;
  return ["-w", `${path}:${worker}`, "-r", `${path}:${reducer}`];
}

/** The flags of the tutorial's classes. */
export const tutorial = [
  "-w",
  `${ROOT}notebooks/tutorial/worker.ts:TestWorker`,
  "-r",
  `${ROOT}notebooks/tutorial/reducer.ts:TestReducer`,
];

/** The rows of a file, as h5py reads them. */
export function rowsByH5py(path: string): Promise<unknown> {
  return pythonJson("import h5py, json, sys; print(json.dumps(h5py.File(sys.argv[1])['rows'][:].tolist()))", [path]);
}

/** What a command complained about that could not do its work: one paragraph, and nothing on the standard output. */
export function complaint({ code, stdout, stderr }: Ended): string {
  assert.equal(code, 1, `exit status ${code}: ${stderr}`);
  assert.equal(stdout, "");
  assert.match(stderr, /^error: .+\n$/);
  return stderr;
}

/** Starts a command, waits until it prints that it has begun, sends a signal, and waits until it ends. */
export async function interrupted(args: string[], signal: Deno.Signal): Promise<Ended & { signal: string | null }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`, ...args],
    env: { NO_COLOR: "1", LOG_LEVEL: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // Only a guard: what does not end by itself is killed, and the test sees that by the signal.
  const guard = setTimeout(() => child.kill("SIGKILL"), 10_000);
  const stdout = new Response(child.stdout).text();
  let stderr = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    if (!stderr.includes("begun") && `${stderr}${text}`.includes("begun")) child.kill(signal);
    stderr += text;
  }
  const status = await child.status;
  clearTimeout(guard);
  return { code: status.code, signal: status.signal, stdout: await stdout, stderr };
}
