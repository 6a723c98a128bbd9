/**
 * `lab`: JupyterLab on the tutorial's notebooks, with a Deno kernel.
 *
 * @module
 */

import { OptionError } from "../errors.ts";
import { prepareEnvironment, ROOT } from "./environment.ts";
import { optionalText, toggle } from "./flags.ts";
import { buildCommand, type Command, type CommandContext } from "./stricli.ts";

interface LabFlags {
  readonly prepare: boolean;
  readonly "no-browser": boolean;
  readonly port: string | undefined;
}

/** The command. */
export function labCommand(): Command<CommandContext> {
  return buildCommand({
    docs: {
      brief: "Open the notebooks in JupyterLab; what it needs is installed into .venv.",
      fullDescription: EXAMPLES,
    },
    parameters: {
      flags: {
        prepare: toggle("only install"),
        "no-browser": toggle("open no browser"),
        port: optionalText("number", "the port of JupyterLab; 8888 when left out"),
      },
      positional: {
        kind: "array",
        parameter: {
          parse: String,
          placeholder: "arguments",
          brief: "for JupyterLab: a notebook, and behind -- options of its own",
        },
      },
    },
    async func({ prepare, "no-browser": noBrowser, port }: LabFlags, ...passed: readonly string[]): Promise<void> {
      // Before anything is installed, which takes a while.
      const args = labArguments({ ...(port === undefined ? {} : { port }), browser: !noBrowser }, passed);
      const environment = await prepareEnvironment();
      if (prepare) return;
      const hint = rootHint(Deno.uid(), passed);
      if (hint !== undefined) console.error(hint);
      const child = new Deno.Command(environment.jupyter, {
        args,
        cwd: `${ROOT}notebooks`,
        env: { JUPYTER_PATH: environment.jupyterPath },
      }).spawn();
      // Ctrl-C goes to JupyterLab as well, which asks and ends; this process waits for that.
      const wait = (): void => {};
      Deno.addSignalListener("SIGINT", wait);
      const { code } = await child.status;
      Deno.removeSignalListener("SIGINT", wait);
      Deno.exitCode = code;
    },
  });
}

const EXAMPLES = `\
Examples:
  deno task lab
  deno task lab 01-events.ipynb --port 8899 --no-browser
  deno task lab -- --allow-root --IdentityProvider.token=secret

"deno task lab -- --help" lists the options of JupyterLab.`;

/**
 * The arguments of `jupyter`.
 *
 * @param options The options of this command.
 * @param passed What goes to JupyterLab as it is.
 * @throws OptionError when the port is none.
 */
export function labArguments(options: { port?: string; browser: boolean }, passed: readonly string[]): string[] {
  return [
    "lab",
    // Python's own kernel comes with JupyterLab; no notebook here is for it.
    "--KernelSpecManager.allowed_kernelspecs=deno",
    // Not where it is left out: JupyterLab refuses a port that is passed on beside another.
    ...(options.port === undefined ? [] : [`--port=${portOf(options.port)}`]),
    ...(options.browser ? [] : ["--no-browser"]),
    ...passed,
  ];
}

function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port >= 1 && port <= 65535) return port;
  throw new OptionError(
    `cannot start JupyterLab: --port is ${JSON.stringify(text)}, expected a whole number from 1 to 65535, such as 8888`,
  );
}

/**
 * What to tell root, for whom JupyterLab does not start by itself.
 *
 * @param uid Who starts it; null where users have no numbers.
 * @param passed What goes to JupyterLab.
 */
export function rootHint(uid: number | null, passed: readonly string[]): string | undefined {
  if (uid !== 0 || passed.some((argument) => /allow[-_]root/.test(argument))) return undefined;
  return "note: you are root, for whom JupyterLab does not start; if you mean it: deno task lab -- --allow-root";
}
