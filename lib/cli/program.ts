/**
 * The program that the shell's commands make up.
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };
import { type CommandParameters, helpText } from "./help.ts";
import {
  type Application,
  buildApplication,
  buildRouteMap,
  type Command,
  type CommandContext,
  type StricliIntegration,
} from "./stricli.ts";
import { exitCodeOf, usageTexts } from "./usage.ts";

/** The exit status of a command that was called wrongly. */
export const USAGE = 2;

/**
 * The program with some of its commands.
 *
 * @param commands The commands by name, in the order of the help.
 * @param parameters Those of the command that was asked for, which messages name.
 */
export function program(
  commands: Readonly<Record<string, Command<CommandContext>>>,
  parameters: CommandParameters | undefined,
): Application<CommandContext> {
  const docs = { brief: "Replays captured detector streams through map-reduce analyses." };
  return buildApplication(buildRouteMap({ routes: commands, docs }), {
    name: "deno task",
    scanner: {
      allowArgumentEscapeSequence: true,
      // So far may a name be from what was written to be suggested.
      distanceOptions: { threshold: 3, weights: { insertion: 1, deletion: 1, substitution: 2, transposition: 1 } },
    },
    localization: { text: usageTexts(parameters) },
    determineExitCode: exitCodeOf,
  }, commonFlags());
}

/** The flags of every command, and what is done where there is no command. */
function commonFlags(): Readonly<Record<string, StricliIntegration<CommandContext>>> {
  return {
    version: {
      flag: {
        brief: "print the version",
        aliases: ["V"],
        global: true,
        run() {
          this.process.stdout.write(config.version);
        },
      },
    },
    help: {
      flag: {
        brief: "print this help",
        aliases: ["h"],
        global: true,
        run(_, asked) {
          this.process.stdout.write(helpText(asked, terminalWidth()));
        },
      },
    },
    // No flag: nobody can write a name with a space in it.
    "no command": {
      flag: {
        brief: "",
        hidden: true,
        defaultForRouteMap: true,
        run(_, asked) {
          this.process.stderr.write(helpText(asked, terminalWidth()));
          this.process.exitCode = USAGE;
        },
      },
    },
  };
}

/** The columns of the terminal, as far as lines are still easy to read; 80 where there is none. */
function terminalWidth(): number {
  try {
    return Math.min(120, Math.max(60, Deno.consoleSize().columns));
  } catch {
    return 80;
  }
}
