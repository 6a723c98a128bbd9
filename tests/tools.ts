/**
 * What tests share: folders, captures made on the fly, and tools that may be missing.
 *
 * A test that needs something that is missing is skipped, and its name says why. Where `CI` is set it fails instead.
 *
 * @module
 */

import { stins, type TypedArray, type WritableItem, writeCapture } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import { exists } from "../lib/cli/environment.ts";

/** The project's folder. */
export const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);

const CI = Boolean(Deno.env.get("CI"));

/** Something outside the project that a test needs. */
export interface Need {
  /** Why the test cannot run, or undefined when it can. */
  missing(): string | undefined;
}

/** Real captures and what the reference implementation makes of them. */
export const shared: Need & { path(name: string): string } = {
  path: (name) => `${Deno.env.get("BEAMFOLD_SHARED") ?? `${ROOT}../shared`}/${name}`,
  missing() {
    return exists(this.path("captures")) ? undefined : "no folder ../shared with captures (or BEAMFOLD_SHARED)";
  },
};

/** The HDF5 command line tools. */
export const h5dump: Need = {
  missing: () => runs("h5dump", ["--version"]) ? undefined : "no h5dump (Debian package hdf5-tools)",
};

/** A Python with h5py, dranspose, cbor2 < 6 and bitshuffle. */
export const python: Need & { path: string } = {
  path: Deno.env.get("BEAMFOLD_PYTHON") ?? (exists(`${ROOT}.venv/bin/python`) ? `${ROOT}.venv/bin/python` : "python3"),
  missing() {
    return runs(this.path, ["-c", "import h5py, dranspose.replay, cbor2, bitshuffle"])
      ? undefined
      : "no Python with h5py, dranspose, cbor2<6 and bitshuffle (.venv or BEAMFOLD_PYTHON)";
  },
};

/** The same Python with pyFAI. */
export const pyFAI: Need = {
  missing: () =>
    runs(python.path, ["-c", "import pyFAI"]) ? undefined : "no Python with pyFAI (.venv or BEAMFOLD_PYTHON)",
};

/** A Python with JupyterLab and a Deno kernel, as `deno task lab` installs them into `.venv`. */
export const jupyter: Need = {
  missing: () =>
    exists(`${ROOT}.venv/bin/jupyter`) ? undefined : "no .venv with JupyterLab (deno task lab --prepare makes it)",
};

const answers = new Map<Need, string | undefined>();

/** Declares a test that runs only where all needs are met; in CI it fails where they are not. */
export function testWith(
  needs: readonly Need[],
  name: string,
  run: (t: Deno.TestContext) => void | Promise<void>,
): void {
  for (const need of needs) if (!answers.has(need)) answers.set(need, need.missing());
  const reasons = needs.flatMap((need) => answers.get(need) ?? []);
  const skipped = reasons.length > 0 && !CI;
  if (skipped) console.log(`skipped: ${name}: ${reasons.join("; ")}`);
  Deno.test({
    name,
    ignore: skipped,
    async fn(t) {
      if (reasons.length > 0) throw new Error(`this test needs something that is missing: ${reasons.join("; ")}`);
      await run(t);
    },
  });
}

/** Runs something in a new folder, which is removed afterwards. */
export async function inFolder(run: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "beamfold-" });
  try {
    await run(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** How often this process has a file open, as Linux tells it. */
export function timesOpen(path: string): number {
  const real = Deno.realPathSync(path);
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`) === real;
    } catch {
      // That of the folder which is being read.
      return false;
    }
  }).length;
}

/** What a process that has ended left. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export async function run(program: string, args: string[], options: Deno.CommandOptions = {}): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    stdin: "null",
    ...options,
    env: { NO_COLOR: "1", ...options.env },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Runs a command of this project, from a folder. */
export function cli(args: string[], folder = ROOT, env: Record<string, string> = {}): Promise<Ended> {
  return run(Deno.execPath(), ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`, ...args], {
    cwd: folder,
    env: { INIT_CWD: folder, LOG_LEVEL: "", ...env },
  });
}

/** What a TypeScript program prints that is run in a process of its own, with flags of `deno run`. */
export async function scriptPrints(flags: readonly string[], script: string): Promise<string> {
  let printed = "";
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/script.ts`, script);
    const { code, stdout, stderr } = await run(Deno.execPath(), [
      ...["run", "--no-check", ...flags, `${folder}/script.ts`],
    ]);
    if (code !== 0) throw new Error(`the script failed: ${stderr}`);
    printed = stdout;
  });
  return printed;
}

/** Runs a Python script that prints JSON, and gives what it printed. */
export async function pythonJson(
  script: string,
  args: string[] = [],
  options: Deno.CommandOptions = {},
): Promise<unknown> {
  const { code, stdout, stderr } = await run(python.path, ["-c", script, ...args], options);
  if (code !== 0) throw new Error(`python failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** The items of a STINS scan: a header, an image for each array of 2-D data, and an end. */
export function stinsItems(
  images: readonly { data: TypedArray; shape: readonly number[] }[],
  options: { stream?: string; filename?: string } = {},
): WritableItem[] {
  const { stream = "xrd", filename = "" } = options;
  const packets = [
    stins.encode({ htype: "header", msg_number: 0, filename }),
    ...images.map(({ data, shape }, frame) =>
      stins.encode({ htype: "image", msg_number: frame + 1, frame, data: view(data, shape) })
    ),
    stins.encode({ htype: "series_end", msg_number: images.length + 1 }),
  ];
  return packets.map((packet, eventNumber) => ({ eventNumber, streams: { [stream]: packet } }));
}

/** Writes a capture of a few 2×3 images, and gives its path. */
export async function smallCapture(folder: string, images = 4, filename = ""): Promise<string> {
  const path = `${folder}/small.cbors`;
  const data = Array.from({ length: images }, (_, i) => Uint16Array.from({ length: 6 }, (_, pixel) => 10 * i + pixel));
  await writeCapture(path, stinsItems(data.map((data) => ({ data, shape: [2, 3] })), { filename }));
  return path;
}

function runs(program: string, args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
