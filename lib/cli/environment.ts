/**
 * The Python environment of the notebooks: a folder `.venv` with JupyterLab and a Deno kernel.
 *
 * @module
 */

import project from "../../deno.json" with { type: "json" };
import { OptionError } from "../errors.ts";

/** The project's folder. */
export const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);

const VENV = `${ROOT}.venv`;
const REQUIREMENTS = `${ROOT}notebooks/requirements.txt`;
const NEWEST = `${ROOT}notebooks/requirements-newest.txt`;

/** What a kernel has in its environment: V8 keeps as little memory of frames as in the tasks. */
export const KERNEL_VARIABLES: Readonly<Record<string, string>> = {
  DENO_V8_FLAGS: /--v8-flags=(\S+)/.exec(project.tasks.replay.command)?.[1] ?? "",
};

/** The programs of a prepared environment. */
export interface Environment {
  readonly python: string;
  readonly jupyter: string;
  /** The Deno whose kernel loses no output. */
  readonly deno: string;
  /** Where Jupyter finds the kernel: the value of `JUPYTER_PATH`. */
  readonly jupyterPath: string;
}

/**
 * Makes `.venv`, or completes it: what else is installed there stays. Does nothing when all is there.
 *
 * @throws OptionError when there is no Python 3, or something cannot be installed.
 */
export async function prepareEnvironment(log: (line: string) => void = console.error): Promise<Environment> {
  const environment = {
    python: `${VENV}/bin/python`,
    jupyter: `${VENV}/bin/jupyter`,
    deno: `${VENV}/bin/deno`,
    jupyterPath: `${VENV}/share/jupyter`,
  };
  // Where Python lacks ensurepip, what is left of the attempt has a Python but no pip.
  if (!exists(environment.python) || !exists(`${VENV}/bin/pip`)) {
    log("making .venv …");
    await run("python3", ["-m", "venv", VENV], "Python 3 with its module venv is needed (Debian: python3-venv)");
  }
  const wanted = Deno.readTextFileSync(REQUIREMENTS);
  const mark = `${VENV}/notebooks.installed`;
  if (!exists(mark) || Deno.readTextFileSync(mark) !== wanted || !exists(environment.jupyter)) {
    log("installing JupyterLab and a Deno kernel into .venv …");
    await install(environment.python, ["-r", REQUIREMENTS]);
    Deno.writeTextFileSync(mark, wanted);
  }
  writeKernel(environment.jupyterPath, environment.deno);
  return environment;
}

/**
 * The newest Deno from PyPI, beside the environment's own.
 *
 * @throws OptionError when it cannot be installed.
 */
export async function prepareNewestDeno({ python }: Environment, log = console.error): Promise<string> {
  const folder = `${VENV}/newest`;
  const deno = `${folder}/bin/deno`;
  const wanted = Deno.readTextFileSync(NEWEST);
  const mark = `${folder}/installed`;
  if (!exists(mark) || Deno.readTextFileSync(mark) !== wanted || !exists(deno)) {
    log("installing the newest Deno into .venv/newest …");
    await install(python, ["--upgrade", "--target", folder, "-r", NEWEST]);
    Deno.writeTextFileSync(mark, wanted);
  }
  return deno;
}

/** Writes a kernel named `deno` that runs a given Deno, into a folder for `JUPYTER_PATH`. */
export function writeKernel(jupyterPath: string, deno: string): void {
  const folder = `${jupyterPath}/kernels/deno`;
  Deno.mkdirSync(folder, { recursive: true });
  const kernel = {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    env: KERNEL_VARIABLES,
  };
  const path = `${folder}/kernel.json`;
  const text = JSON.stringify(kernel, undefined, 2);
  // Left alone when it is right: a Jupyter that starts at this moment must not find it half written.
  if (!exists(path) || Deno.readTextFileSync(path) !== text) Deno.writeTextFileSync(path, text);
}

function install(python: string, args: string[]): Promise<void> {
  return run(python, ["-m", "pip", "install", "--quiet", ...args], "see what pip says above; is the network there?");
}

async function run(program: string, args: string[], hint: string): Promise<void> {
  const command = [program, ...args].join(" ");
  let success: boolean;
  try {
    ({ success } = await new Deno.Command(program, { args, stdin: "null", stdout: "inherit", stderr: "inherit" })
      .output());
  } catch (cause) {
    throw new OptionError(`cannot run "${command}": ${(cause as Error).message}; ${hint}`, { cause });
  }
  if (!success) throw new OptionError(`"${command}" failed: ${hint}`);
}

/** Whether there is a file or folder. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
