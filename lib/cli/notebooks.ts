/**
 * `notebooks`: runs the notebooks in both kernels, and compares what they show with what is committed.
 *
 * @module
 */

import { KERNEL_VARIABLES, prepareEnvironment, prepareNewestDeno, ROOT } from "./environment.ts";
import { fileArgument, toggle } from "./flags.ts";
import { buildCommand, type Command, type CommandContext } from "./stricli.ts";

/** The command. */
export function notebooksCommand(): Command<CommandContext> {
  return buildCommand({
    docs: { brief: "Run the notebooks, and compare their text outputs with the committed ones." },
    parameters: {
      flags: { update: toggle("write the outputs into the notebooks instead") },
      positional: {
        kind: "array",
        parameter: fileArgument("notebooks", "which; all of notebooks/ when left out"),
      },
    },
    async func({ update }: { readonly update: boolean }, ...given: readonly string[]): Promise<void> {
      const notebooks = given.length > 0 ? given : notebooksIn(`${ROOT}notebooks`);
      const environment = await prepareEnvironment();
      const kernels = update ? [environment.deno] : [environment.deno, await prepareNewestDeno(environment)];
      for (const deno of kernels) {
        const { code } = await new Deno.Command(environment.python, {
          args: [
            ...[`${ROOT}tests/notebooks/execute.py`, "--deno", deno],
            ...(update ? ["--update"] : []),
            ...notebooks,
          ],
          env: KERNEL_VARIABLES,
          stdin: "null",
        }).spawn().status;
        if (code !== 0) {
          Deno.exitCode = 1;
          return;
        }
      }
    },
  });
}

/** The notebooks of a folder, in order. */
export function notebooksIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ name }) => name.endsWith(".ipynb"))
    .map(({ name }) => `${folder}/${name}`)
    .sort();
}
