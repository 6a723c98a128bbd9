/**
 * The shell's way in: parses flags, runs a command, turns errors into a paragraph and an exit status.
 *
 * @module
 */

import { Command, CommanderError } from "npm:@commander-js/extra-typings@15.1.0";
import config from "../../deno.json" with { type: "json" };
import { asError, BeamfoldError } from "../errors.ts";
import { putOffHdf5 } from "../hdf5/loading.ts";
import { configureLogging } from "./logging.ts";

/** The commands, in the order of the help. Only the one that is asked for is loaded. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["replay", async () => (await import("./replay.ts")).replayCommand()],
  ["inspect", async () => (await import("./inspect.ts")).inspectCommand()],
  ["convert", async () => (await import("./convert.ts")).convertCommand()],
  ["ingest", async () => (await import("./convert.ts")).ingestCommand()],
  ["demo", async () => (await import("./demo.ts")).demoCommand()],
  ["lab", async () => (await import("./lab.ts")).labCommand()],
  ["notebooks", async () => (await import("./notebooks.ts")).notebooksCommand()],
  ["new", async () => (await import("./new.ts")).newCommand()],
]);

/** The exit status of a command that was called wrongly. */
const USAGE = 2;

/** Runs the command that the arguments name; gives the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("deno task")
    .description("Replays captured detector streams through map-reduce analyses.")
    .version(config.version)
    .helpCommand(false);
  // Each command loads HDF5 when it meets something that needs it.
  putOffHdf5();
  for (const command of await commandsFor(args)) {
    program.addCommand(command.exitOverride().showHelpAfterError("(--help lists the options)"));
  }
  program.exitOverride();
  try {
    await configureLogging();
    await program.parseAsync([...args], { from: "user" });
    return Number(Deno.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    console.error(`error: ${paragraph(asError(error))}`);
    return 1;
  }
}

/** The command that is asked for; all of them for the help, and for a name that is none, to find a similar one. */
function commandsFor([name = ""]: readonly string[]): Promise<Command[]> {
  const asked = COMMANDS.get(name);
  return Promise.all((asked === undefined ? [...COMMANDS.values()] : [asked]).map((load) => load()));
}

/** The message of an error that was foreseen; for any other, where it came from as well. */
function paragraph(error: Error): string {
  return error instanceof BeamfoldError ? error.message : error.stack ?? `${error.name}: ${error.message}`;
}

if (import.meta.main) {
  // Tasks run in the project's folder; paths are meant from where the user stands.
  const from = Deno.env.get("INIT_CWD");
  if (from !== undefined) Deno.chdir(from);
  Deno.exit(await main(Deno.args));
}
