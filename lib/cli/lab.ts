/**
 * `lab`: JupyterLab on the tutorial's notebooks, with a Deno kernel.
 *
 * @module
 */

import { Command } from "npm:@commander-js/extra-typings@15.1.0";
import { prepareEnvironment, ROOT } from "./environment.ts";

/** The command. */
export function labCommand(): Command {
  const command = new Command("lab")
    .description("Open the notebooks in JupyterLab; what it needs is installed into .venv.")
    .option("--prepare", "only install")
    .option("--no-browser", "open no browser")
    .option("--port <number>", "the port of JupyterLab", "8888")
    .action(async (options) => {
      const environment = await prepareEnvironment();
      if (options.prepare) return;
      const child = new Deno.Command(environment.jupyter, {
        // Python's own kernel comes with JupyterLab; no notebook here is for it.
        args: [
          "lab",
          "--KernelSpecManager.allowed_kernelspecs=deno",
          `--port=${options.port}`,
          ...(options.browser ? [] : ["--no-browser"]),
        ],
        cwd: `${ROOT}notebooks`,
        env: { JUPYTER_PATH: environment.jupyterPath },
      }).spawn();
      // Ctrl-C goes to JupyterLab as well, which asks and ends; this process waits for that.
      const wait = (): void => {};
      Deno.addSignalListener("SIGINT", wait);
      const { code } = await child.status;
      Deno.removeSignalListener("SIGINT", wait);
      Deno.exitCode = code;
    });
  return command as unknown as Command;
}
