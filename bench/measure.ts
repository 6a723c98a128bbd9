/**
 * Times and memory, here and in other processes.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

/** The project's folder, with a slash at its end. */
export const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** The Python that has what is compared with. */
export const PYTHON: string = Deno.env.get("BEAMFOLD_PYTHON") ?? `${ROOT}.venv/bin/python`;

/** One thread for whatever a Python package would use more for. */
const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };

/** The middle of some numbers; NaN where there are none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
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
  const { success, stdout, stderr } = new Deno.Command(PYTHON, { args: ["-c", script, ...args], env: ONE_THREAD })
    .outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** What a process took. */
export interface Figures {
  readonly seconds: number;
  /** Its peak resident memory, as the kernel counts it; NaN where that is not known. */
  readonly megabytes: number;
  /** What it printed. */
  readonly stdout: string;
}

/**
 * Runs a process to its end.
 *
 * @throws Error with what it printed as its last words when it fails.
 */
export async function measure(program: string, args: string[], options: Deno.CommandOptions = {}): Promise<Figures> {
  const started = performance.now();
  const child = new Deno.Command(program, { ...options, args, stdin: "null", stdout: "piped", stderr: "piped" })
    .spawn();
  let megabytes = NaN;
  let sample: ReturnType<typeof setTimeout>;
  // The kernel keeps the peak: only one at the end can be missed. Each look takes a moment of a core that the process may
  // want, so there are the fewer the longer it runs.
  const look = (): void => {
    megabytes = peakOf(child.pid) ?? megabytes;
    sample = setTimeout(look, Math.max(5, (performance.now() - started) / 20));
  };
  look();
  const { success, stdout, stderr } = await child.output();
  const seconds = (performance.now() - started) / 1000;
  clearTimeout(sample!);
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr).trim());
  return { seconds, megabytes, stdout: decoder.decode(stdout) };
}

/** The peak resident memory of a process in megabytes (of 10^6 bytes), where Linux tells it. */
function peakOf(pid: number): number | undefined {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
    return peak === undefined ? undefined : Number(peak) * 1024 / 1e6;
  } catch {
    // The process has ended, or this is another system.
    return undefined;
  }
}

/** Runs a Python program, with the modules of a folder of `bench/`. */
export function measurePython(args: string[], folder: string, cwd: string): Promise<Figures> {
  const env = {
    ...ONE_THREAD,
    PYTHONPATH: `${ROOT}bench/${folder}`,
    // Those of packages are compiled already; ours, which are small, leave nothing here.
    PYTHONDONTWRITEBYTECODE: "1",
    LOG_LEVEL: "WARNING",
  };
  return measure(PYTHON, args, { cwd, env });
}

/** Runs a TypeScript program of this project. */
export function measureDeno(program: string, args: string[], cwd: string): Promise<Figures> {
  // As the task has it.
  const flags = config.tasks.replay.command.split(" ").filter((word) => word.startsWith("-"));
  const main = ["run", ...flags, "--config", `${ROOT}deno.json`, `${ROOT}${program}`];
  return measure(Deno.execPath(), [...main, ...args], { cwd, env: { INIT_CWD: cwd, LOG_LEVEL: "" } });
}
