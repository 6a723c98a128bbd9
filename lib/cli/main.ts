/**
 * The shell's way in: parses flags, runs a command, turns errors into a paragraph and an exit status.
 *
 * @module
 */

import { putOffHdf5 } from "../hdf5/loading.ts";
import { configureLogging, logLevel, showsDetails } from "./logging.ts";
import "./packages.ts";
import { program, USAGE } from "./program.ts";
import { type Command, type CommandContext, ExitCode, run, type StricliProcess } from "./stricli.ts";
import { errorText } from "./usage.ts";
import { plainWords } from "./words.ts";

/** The commands, in the order of the help. Only the one that is asked for is loaded. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command<CommandContext>>> = new Map([
  ["replay", async () => (await import("./replay.ts")).replayCommand()],
  ["inspect", async () => (await import("./inspect.ts")).inspectCommand()],
  ["convert", async () => (await import("./convert.ts")).convertCommand()],
  ["ingest", async () => (await import("./convert.ts")).ingestCommand()],
  ["demo", async () => (await import("./demo.ts")).demoCommand()],
  ["lab", async () => (await import("./lab.ts")).labCommand()],
  ["notebooks", async () => (await import("./notebooks.ts")).notebooksCommand()],
  ["new", async () => (await import("./new.ts")).newCommand()],
]);

/** Runs the command that the arguments name; gives the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  // Each command loads HDF5 when it meets something that needs it.
  putOffHdf5();
  const process: StricliProcess = {
    stdout: { write: (text) => console.log(text.replace(/\n$/, "")) },
    stderr: { write: (text) => console.error(text.replace(/\n$/, "")) },
  };
  try {
    const level = logLevel();
    if (showsDetails(level)) await configureLogging(level);
    const [name = "", ...words] = args;
    const asked = await COMMANDS.get(name)?.();
    // All of them for the help, and for a name that is none, to find a similar one.
    const app = program(asked === undefined ? await allCommands() : { [name]: asked }, asked?.parameters);
    await run(app, asked === undefined ? args : [name, ...plainWords(words, asked.parameters)], { process });
  } catch (error) {
    console.error(errorText(error));
    return 1;
  }
  return exitStatus(process.exitCode);
}

async function allCommands(): Promise<Record<string, Command<CommandContext>>> {
  const commands = Array.from(COMMANDS, async ([name, load]) => [name, await load()] as const);
  return Object.fromEntries(await Promise.all(commands));
}

/** The exit status for how stricli ended; after a wrong call with the way out. */
function exitStatus(ended: StricliProcess["exitCode"]): number {
  switch (ended) {
    case ExitCode.Success:
      return Number(Deno.exitCode);
    case ExitCode.InvalidArgument:
    case ExitCode.UnknownCommand:
      console.error("(--help lists the options)");
      return USAGE;
    case USAGE:
      return USAGE;
    default:
      return 1;
  }
}

if (import.meta.main) {
  // Tasks run in the project's folder; paths are meant from where the user stands.
  const from = Deno.env.get("INIT_CWD");
  if (from !== undefined) Deno.chdir(from);
  Deno.exit(await main(Deno.args));
}
