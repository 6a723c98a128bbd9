/**
 * `replay`: captures through a worker and a reducer class.
 *
 * @module
 */

import { Command, InvalidArgumentError, Option } from "npm:@commander-js/extra-typings@15.1.0";
import { entriesOf, readParameterFile, Setting } from "../parameter_values.ts";
import type { GivenParameter } from "../parameters.ts";
import { PROTOCOLS } from "../capture/ingest/rules.ts";
import { type Input, parseInput } from "../capture/inputs.ts";
import { loadHdf5 } from "../hdf5/loading.ts";
import { splitName } from "../replay/load.ts";
import type { ReplayOutcome } from "../replay/options.ts";
import type { Progress } from "../replay/progress.ts";
import { selectionOf } from "../replay/select.ts";
import type { Verification } from "../replay/verification.ts";
import { mayNeedHdf5 } from "../replay/needs_hdf5.ts";
import { abortText, reportJson, reportText } from "./report.ts";

/** The exit status of a command that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** The command. */
export function replayCommand(): Command {
  const command = new Command("replay")
    .description("Replay captures through a worker and a reducer class; the reducer's HDF5 file is the result.")
    .requiredOption("-w, --workerclass <path.ts:Class>", "the worker class")
    .requiredOption("-r, --reducerclass <path.ts:Class>", "the reducer class")
    .option(
      "-f, --files <capture...>",
      "captures (.cbors, .cbors.gz, .pkls), merged by event number; raw dumps as given below",
    )
    .option("-s, --source <path.ts:Class>", "a class that gives the events instead of files")
    .option("-p, --parameters <file.json>", 'parameters: {"till_x": 3} or [{"name": "till_x", "data": "3"}]')
    .addOption(
      new Option(
        "--set <name=value>",
        "one parameter (name=@file: a file's bytes); may be given again, wins over --parameters",
      )
        .argParser(addSetting).default([] as GivenParameter[], "none"),
    )
    .option(
      "-n, --nworkers <count>",
      "how many worker objects share the events (default: 2, or as many as threads)",
      positive,
    )
    .option("--select <events>", 'which events, by number: "10:50", "::5", "0, 10:50"', selection)
    .option("--seed <number>", "give events to workers at random, the same way for the same seed", whole)
    .addOption(
      new Option("--on-error <what>", "what an error in a class does")
        .choices(["stop", "skip"] as const).default("stop" as const),
    )
    .option("--threads <count>", 'run the workers in so many threads, or in as many as pay: "auto"', threadsOf)
    .option("--ordered", "take results from threads in the order of events")
    .option("--reuse-frames", "use the memory of large frames again after each event: quicker, but keep none of them")
    .option(
      "--verify",
      "replay it again with other workers and orders of results, and say what differs (exit status 1)",
    )
    .option("--strict", "a capture that is cut at its end is an error, not a warning")
    .option("--no-progress", "no progress bar")
    .option("--json", "print the summary as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      const parameters: GivenParameter[] = [
        ...(options.parameters === undefined ? [] : entriesOf(readParameterFile(options.parameters))),
        ...options.set,
      ];
      const inputs = inputsOf(command as unknown as Command, options);
      const { replay } = await loaded([options.workerclass, options.reducerclass, options.source ?? ""]);
      const outcome = await replay({
        worker: options.workerclass,
        reducer: options.reducerclass,
        ...inputs,
        parameters,
        ...(options.nworkers === undefined ? {} : { workers: options.nworkers }),
        onError: options.onError,
        strict: options.strict ?? false,
        reuseFrames: options.reuseFrames ?? false,
        ...(options.threads === undefined ? {} : { threads: options.threads }),
        ordered: options.ordered ?? false,
        ...(options.select === undefined ? {} : { select: options.select }),
        ...(options.seed === undefined ? {} : { distribute: "random" as const, seed: options.seed }),
        ...(options.progress && !options.json ? { progress: await progressDisplay() } : {}),
        ...(options.verify ? { verify: options.progress && !options.json ? console.error : true } : {}),
      });
      await report(outcome, options.json ?? false);
    });
  return command as unknown as Command;
}

/** What a replay needs, with HDF5 if the classes may use it. */
async function loaded(classes: readonly string[]): Promise<typeof import("../replay/replay.ts")> {
  const needsHdf5 = mayNeedHdf5(classes.map((given) => splitName(given).path));
  const [module] = await Promise.all([
    import("../replay/replay.ts"),
    // What the classes import.
    ...(needsHdf5 ? [loadHdf5(() => import("../../mod.ts"))] : []),
  ]);
  return module;
}

async function progressDisplay(): Promise<(progress: Progress) => void> {
  return (await import("./progress_bar.ts")).progressDisplay();
}

/** Prints what was done, and sets the exit status. */
async function report(outcome: ReplayOutcome, json: boolean): Promise<void> {
  for (const warning of outcome.warnings) console.error(`warning: ${warning}`);
  for (const error of outcome.errors.slice(0, MAX_SHOWN)) console.error(`skipped: ${error.message}`);
  if (outcome.errors.length > MAX_SHOWN) {
    console.error(`skipped: ${outcome.errors.length - MAX_SHOWN} more, which the JSON summary has (--json)`);
  }
  console.log(json ? reportJson(outcome) : await reportText(outcome));
  if (outcome.events === 0 && outcome.skipped > 0) Deno.exitCode = 1;
  if (outcome.verified !== undefined) reportVerified(outcome.verified, json);
  if (!outcome.aborted) return;
  if (json) console.error(abortText(outcome));
  Deno.exitCode = INTERRUPTED;
}

/** Prints what was verified, where the JSON has not said it, nor a warning; sets the exit status. */
function reportVerified({ status, differences, summary }: Verification, json: boolean): void {
  if (differences.length > 0 && !json) console.error(summary);
  else if (status === "complete" && !json) console.log(summary);
  if (differences.length > 0 || status === "other events") Deno.exitCode = 1;
  else if (status === "aborted") Deno.exitCode = INTERRUPTED;
}

/** Errors of skipped events that are printed. */
const MAX_SHOWN = 5;

const EXAMPLES = `
Examples:
  deno task replay -w notebooks/tutorial/worker.ts:TestWorker -r notebooks/tutorial/reducer.ts:TestReducer -f data/xrd.cbors
  deno task replay -w worker.ts:Map -r reducer.ts:Map -f scan-*.cbors.gz -p params.json --set till_x=3 -n 4
  deno task replay -w worker.ts:Map -r reducer.ts:Map -f scan.cbors --select "0, 10:50" --on-error skip
  deno task replay -w worker.ts:Map -r reducer.ts:Map -s source.ts:Images

A raw dump, the messages that a detector sent, is given with its protocol and the name of its stream:
  deno task replay -w worker.ts:Map -r reducer.ts:Map -f xspress:xspress3@dump.cbors -f contrast.cbors
The protocol is one of ${PROTOCOLS.join(", ")}, or auto.

Exit status: 0 done, 1 an error in the input or the classes, or --verify found something, 2 wrong usage, 130 interrupted
(the file holds what was reduced up to there). LOG_LEVEL=DEBUG shows log lines, of your classes as well.`;

/** What to read: files, or a source. */
function inputsOf(
  command: Command,
  { files, source }: { files?: string[]; source?: string },
): { files: Input[] } | { source: string } {
  if (files !== undefined && source !== undefined) command.error("error: --files and --source cannot be used together");
  if (files !== undefined) return { files: files.map(parseInput) };
  if (source !== undefined) return { source };
  command.error("error: nothing to replay: name captures (-f, --files) or a source (-s, --source)");
}

function threadsOf(text: string): number | "auto" {
  if (text === "auto") return text;
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number, or "auto".');
  return Number(text);
}

function addSetting(text: string, previous: readonly GivenParameter[]): GivenParameter[] {
  const match = /^([^=]+)=(.*)$/s.exec(text);
  if (match === null) throw new InvalidArgumentError("Expected name=value, such as till_x=3.");
  return [...previous, new Setting((match[1] as string).trim(), match[2] as string)];
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Expected a whole number, 1 or more.");
  return Number(text);
}

function selection(text: string): string {
  try {
    selectionOf(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return text;
}
