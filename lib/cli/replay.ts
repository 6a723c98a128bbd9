/**
 * `replay`: captures through a worker and a reducer class.
 *
 * @module
 */

import { keptLabel } from "../errors.ts";
import { entriesOf, readParameterFile, Setting } from "../parameter_values.ts";
import type { GivenParameter } from "../parameters.ts";
import { PROTOCOLS } from "../capture/ingest/names.ts";
import { type Input, parseInput } from "../capture/inputs.ts";
import { loadHdf5 } from "../hdf5/loading.ts";
import { splitName } from "../replay/load.ts";
import type { ReplayOutcome } from "../replay/options.ts";
import type { Progress } from "../replay/progress.ts";
import type { Verification } from "../replay/verification.ts";
import { mayLog, mayNeedHdf5 } from "../replay/needs.ts";
import { fileArgument, optionalText, positive, requiredText, toggle, whole } from "./flags.ts";
import { configureLogging, logLevel } from "./logging.ts";
import { abortText, reportJson, reportText } from "./report.ts";
import { selectFlag } from "./select_flag.ts";
import { buildCommand, type Command, type CommandContext } from "./stricli.ts";
import { UsageError } from "./usage.ts";

/** The exit status of a command that Ctrl-C ended. */
export const INTERRUPTED = 130;

interface ReplayFlags {
  readonly workerclass: string;
  readonly reducerclass: string;
  readonly files: readonly string[];
  readonly source: string | undefined;
  readonly parameters: string | undefined;
  readonly set: readonly GivenParameter[];
  readonly nworkers: number | undefined;
  readonly select: string | undefined;
  readonly seed: number | undefined;
  readonly "on-error": "stop" | "skip";
  readonly threads: number | "auto" | undefined;
  readonly ordered: boolean;
  readonly "reuse-frames": boolean;
  readonly verify: boolean;
  readonly strict: boolean;
  readonly "no-progress": boolean;
  readonly json: boolean;
}

/** The command. */
export function replayCommand(): Command<CommandContext> {
  return buildCommand({
    docs: {
      brief: "Replay captures through a worker and a reducer class; the reducer's HDF5 file is the result.",
      fullDescription: EXAMPLES,
    },
    parameters: {
      flags: {
        workerclass: requiredText("path.ts:Class", "the worker class"),
        reducerclass: requiredText("path.ts:Class", "the reducer class"),
        files: {
          kind: "parsed",
          parse: String,
          default: [],
          variadic: true,
          placeholder: "capture...",
          brief: "captures (.cbors, .cbors.gz, .pkls), merged by event number; raw dumps as given below",
        },
        source: optionalText("path.ts:Class", "a class that gives the events instead of files"),
        parameters: optionalText(
          "file.json",
          'parameters: {"till_x": 3} or [{"name": "till_x", "data": "3"}]',
        ),
        set: {
          kind: "parsed",
          parse: setting,
          default: [],
          variadic: true,
          placeholder: "name=value",
          brief: "one parameter (name=@file: a file's bytes); may be given again, wins over --parameters",
        },
        nworkers: {
          kind: "parsed",
          parse: positive,
          optional: true,
          placeholder: "count",
          brief: "how many worker objects share the events (default: 2, or as many as threads)",
        },
        select: selectFlag(),
        seed: {
          kind: "parsed",
          parse: whole,
          optional: true,
          placeholder: "number",
          brief: "give events to workers at random, the same way for the same seed",
        },
        "on-error": {
          kind: "enum",
          values: ["stop", "skip"],
          default: "stop",
          placeholder: "what",
          brief: "what an error in a class does",
        },
        threads: {
          kind: "parsed",
          parse: threads,
          optional: true,
          placeholder: "count",
          brief: 'run the workers in so many threads, or in as many as pay: "auto"',
        },
        ordered: toggle("take results from threads in the order of events"),
        "reuse-frames": toggle(
          "use the memory of large frames again after each event: quicker, but keep none of them",
        ),
        verify: toggle(
          "replay it again with other workers and orders of results, and say what differs (exit status 1)",
        ),
        strict: toggle("a capture that is cut at its end is an error, not a warning"),
        "no-progress": toggle("no progress bar"),
        json: toggle("print the summary as JSON"),
      },
      aliases: { w: "workerclass", r: "reducerclass", f: "files", s: "source", p: "parameters", n: "nworkers" },
      positional: {
        kind: "array",
        parameter: fileArgument("captures", "captures, as with --files, which need not be written"),
      },
    },
    func: replayed,
  });
}

async function replayed(flags: ReplayFlags, ...captures: readonly string[]): Promise<void> {
  const parameters: GivenParameter[] = [
    ...(flags.parameters === undefined ? [] : entriesOf(readParameterFile(flags.parameters))),
    ...flags.set,
  ];
  const inputs = inputsOf([...flags.files, ...captures], flags.source);
  const { replay } = await loaded([flags.workerclass, flags.reducerclass, flags.source ?? ""]);
  const shown = !flags["no-progress"] && !flags.json;
  const outcome = await replay({
    worker: flags.workerclass,
    reducer: flags.reducerclass,
    ...inputs,
    parameters,
    ...(flags.nworkers === undefined ? {} : { workers: flags.nworkers }),
    onError: flags["on-error"],
    strict: flags.strict,
    reuseFrames: flags["reuse-frames"],
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ordered: flags.ordered,
    ...(flags.select === undefined ? {} : { select: flags.select }),
    ...(flags.seed === undefined ? {} : { distribute: "random" as const, seed: flags.seed }),
    ...(shown ? { progress: await progressDisplay() } : {}),
    ...(flags.verify ? { verify: shown ? console.error : true } : {}),
  });
  await report(outcome, flags.json);
}

/** What a replay needs, with HDF5 if the classes may use it, and with log lines if they may write them. */
async function loaded(classes: readonly string[]): Promise<typeof import("../replay/replay.ts")> {
  const paths = classes.map((given) => splitName(given).path);
  if (mayLog(paths)) await configureLogging(logLevel());
  // What the classes import is loaded while HDF5 is compiled.
  if (mayNeedHdf5(paths)) await loadHdf5(() => import("../../mod.ts"));
  return await import("../replay/replay.ts");
}

async function progressDisplay(): Promise<(progress: Progress) => void> {
  return (await import("./progress_bar.ts")).progressDisplay();
}

/** Prints what was done, and sets the exit status. */
async function report(outcome: ReplayOutcome, json: boolean): Promise<void> {
  for (const warning of outcome.warnings) console.error(`warning: ${warning}`);
  for (const error of outcome.errors.slice(0, MAX_SHOWN)) console.error(`${keptLabel(error)} ${error.message}`);
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

const EXAMPLES = `\
Examples:
  deno task replay -w notebooks/tutorial/worker.ts:TestWorker -r notebooks/tutorial/reducer.ts:TestReducer -f data/xrd.cbors
  deno task replay -w worker.ts:Map -r reducer.ts:Map -f scan-*.cbors.gz -p params.json --set till_x=3 -n 4
  deno task replay -w worker.ts:Map -r reducer.ts:Map -f scan.cbors --select "0, 10:50" --on-error skip
  deno task replay -w worker.ts:Map -r reducer.ts:Map -s source.ts:Images
  deno task replay -w worker.ts:Map -r reducer.ts:Map scan-*.cbors

A raw dump, the messages that a detector sent, is given with its protocol and the name of its stream:
  deno task replay -w worker.ts:Map -r reducer.ts:Map -f xspress:xspress3@dump.cbors -f contrast.cbors
The protocol is one of ${PROTOCOLS.join(", ")}, or auto.

Exit status: 0 done, 1 an error in the input or the classes, or --verify found something, 2 wrong usage, 130 interrupted
(the file holds what was reduced up to there). LOG_LEVEL=DEBUG shows log lines, of your classes as well.`;

/** What to read: files, or a source. */
function inputsOf(files: readonly string[], source: string | undefined): { files: Input[] } | { source: string } {
  if (files.length > 0 && source !== undefined) throw new UsageError("--files and --source cannot be used together");
  if (files.length > 0) return { files: files.map(parseInput) };
  if (source !== undefined) return { source };
  throw new UsageError("nothing to replay: name captures (-f, --files) or a source (-s, --source)");
}

function threads(text: string): number | "auto" {
  if (text === "auto") return text;
  if (!/^\d+$/.test(text)) throw new UsageError('Expected a whole number, or "auto".');
  return Number(text);
}

function setting(text: string): GivenParameter {
  const match = /^([^=]+)=(.*)$/s.exec(text);
  if (match === null) throw new UsageError("Expected name=value, such as till_x=3.");
  return new Setting((match[1] as string).trim(), match[2] as string);
}
