/**
 * The shell's way in: parses flags, runs a command, turns errors into a paragraph and an exit status.
 *
 * @module
 */

import { Command, CommanderError } from "npm:@commander-js/extra-typings@15.1.0";
import config from "../../deno.json" with { type: "json" };
import { asError, BeamfoldError } from "../errors.ts";
import { convertCommand, ingestCommand } from "./convert.ts";
import { demoCommand } from "./demo.ts";
import { inspectCommand } from "./inspect.ts";
import { labCommand } from "./lab.ts";
import { configureLogging } from "./logging.ts";
import { newCommand } from "./new.ts";
import { notebooksCommand } from "./notebooks.ts";
import { replayCommand } from "./replay.ts";

/** The exit status of a command that was called wrongly. */
const USAGE = 2;

/** Runs the command that the arguments name; gives the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("deno task")
    .description("Replays captured detector streams through map-reduce analyses.")
    .version(config.version)
    .helpCommand(false);
  const commands = [
    replayCommand(),
    inspectCommand(),
    convertCommand(),
    ingestCommand(),
    demoCommand(),
    labCommand(),
    notebooksCommand(),
    newCommand(),
  ];
  for (const command of commands) {
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
