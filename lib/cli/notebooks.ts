/**
 * `notebooks`: runs the notebooks in both kernels, and compares what they show with what is committed.
 *
 * @module
 */

import { Command } from "npm:@commander-js/extra-typings@15.1.0";
import { prepareEnvironment, prepareNewestDeno, ROOT } from "./environment.ts";

/** The command. */
export function notebooksCommand(): Command {
  const command = new Command("notebooks")
    .description("Run the notebooks, and compare their text outputs with the committed ones.")
    .argument("[notebooks...]", "which; all of notebooks/ when left out")
    .option("--update", "write the outputs into the notebooks instead")
    .action(async (given, options) => {
      const notebooks = given.length > 0 ? given : notebooksIn(`${ROOT}notebooks`);
      const environment = await prepareEnvironment();
      const kernels = options.update ? [environment.deno] : [environment.deno, await prepareNewestDeno(environment)];
      for (const deno of kernels) {
        const { code } = await new Deno.Command(environment.python, {
          args: [
            ...[`${ROOT}tests/notebooks/execute.py`, "--deno", deno],
            ...(options.update ? ["--update"] : []),
            ...notebooks,
          ],
          stdin: "null",
        }).spawn().status;
        if (code !== 0) {
          Deno.exitCode = 1;
          return;
        }
      }
    });
  return command as unknown as Command;
}

/** The notebooks of a folder, in order. */
export function notebooksIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ name }) => name.endsWith(".ipynb"))
    .map(({ name }) => `${folder}/${name}`)
    .sort();
}
