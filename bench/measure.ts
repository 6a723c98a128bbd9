/**
 * Times and memory, here and in other processes.
 *
 * @module
 */

/** The project's folder, with a slash at its end. */
export const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** The Python that has what is compared with. */
export const PYTHON: string = Deno.env.get("BEAMFOLD_PYTHON") ?? `${ROOT}.venv/bin/python`;

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Milliseconds that each of some calls took. */
export function timesOf(repeats: number, work: () => unknown): number[] {
  return Array.from({ length: repeats }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
}

/** What a script for Python prints, as JSON. It has one thread. */
export function inPython(script: string, args: readonly string[]): unknown {
  const { success, stdout, stderr } = new Deno.Command(PYTHON, {
    args: ["-c", script, ...args],
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** What a process took. */
export interface Figures {
  readonly seconds: number;
  /** Its peak resident memory, as the kernel counts it. */
  readonly megabytes: number;
}

/** Runs a process to its end; on Linux, for the memory. */
export async function measure(program: string, args: string[], options: Deno.CommandOptions = {}): Promise<Figures> {
  const started = performance.now();
  const child = new Deno.Command(program, { ...options, args, stdout: "null", stderr: "piped" }).spawn();
  let megabytes = 0;
  const sample = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      megabytes = Math.max(megabytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // The process has ended.
    }
  }, 5);
  const { success, stderr } = await child.output();
  clearInterval(sample);
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return { seconds: (performance.now() - started) / 1000, megabytes };
}
