/**
 * `new`: a folder with an analysis of one's own that runs as it stands.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import project from "../../deno.json" with { type: "json" };
import { asError, OptionError } from "../errors.ts";
import { fileArgument } from "./flags.ts";
import { buildCommand, type Command, type CommandContext } from "./stricli.ts";

/** The command. */
export function newCommand(): Command<CommandContext> {
  return buildCommand({
    docs: {
      brief: "Make a folder with an analysis of your own: two classes, parameters, and a notebook.",
      fullDescription: EXAMPLES,
    },
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [fileArgument("folder", "the folder to make; it may exist if it is empty")],
      },
    },
    func(_: NonNullable<unknown>, folder: string): void {
      const made = makeProject(folder);
      const width = Math.max(...made.map(({ name }) => name.length));
      console.log(`made ${JSON.stringify(folder)} with\n`);
      for (const { name, about } of made) console.log(`  ${name.padEnd(width)}  ${about}`);
      console.log(`\nNext:\n\n  cd ${shellWord(folder)}\n  deno task replay -f ${shellWord(CAPTURE)}`);
    },
  });
}

const EXAMPLES = `\
Examples:
  deno task new drp-example
  deno task new ../analyses/drp-example`;

/** A capture that is there on every machine on which this module is. */
const CAPTURE = fileURLToPath(new URL("../../data/rings.cbors", import.meta.url));

/** A file of the new folder. */
interface Made {
  readonly name: string;
  readonly about: string;
  text(folder: string): string;
}

const FILES: readonly Made[] = [
  { name: "worker.ts", about: "looks at one event at a time", text: () => template("worker.ts") },
  { name: "reducer.ts", about: "writes what the worker found to an HDF5 file", text: () => template("reducer.ts") },
  { name: "params.json", about: "the values of the parameters", text: () => template("params.json") },
  { name: "analysis.ipynb", about: "runs both in a notebook", text: (folder) => notebook(basename(folder)) },
  { name: "deno.json", about: "the tasks, and where beamfold is", text: () => configuration() },
  { name: "deno.lock", about: "the versions of what beamfold uses", text: () => lock() },
  { name: "README.md", about: "how to run it", text: (folder) => filled(template("README.md"), basename(folder)) },
  { name: ".gitignore", about: "leaves out what runs write", text: () => template("gitignore.txt") },
];

/**
 * Writes all files into a folder, which is made if need be.
 *
 * @throws OptionError when the folder is no folder, is not empty, or cannot be written.
 */
function makeProject(given: string): readonly Made[] {
  if (given.trim() === "") throw new OptionError('cannot make a project in "": name a folder, such as drp-example');
  const folder = resolve(given);
  // All texts first: what cannot be read shall leave no folder behind.
  const texts = FILES.map(({ name, text }) => ({ path: join(folder, name), text: text(folder) }));
  try {
    Deno.mkdirSync(folder, { recursive: true });
    const [found] = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    if (found !== undefined) {
      throw new OptionError(
        `cannot make a project in "${given}": the folder is not empty, it holds "${found}"; ` +
          `name a folder that is empty or does not exist`,
      );
    }
    for (const { path, text } of texts) Deno.writeTextFileSync(path, text, { createNew: true });
  } catch (thrown) {
    if (thrown instanceof OptionError) throw thrown;
    const cause = asError(thrown);
    const isFile = cause instanceof Deno.errors.AlreadyExists || cause instanceof Deno.errors.NotADirectory;
    throw new OptionError(
      `cannot make a project in "${given}": ` +
        (isFile ? "there is a file in the way; name another folder" : `${cause.message}; name a folder of your own`),
      { cause },
    );
  }
  return FILES;
}

function template(name: string): string {
  return Deno.readTextFileSync(new URL(`template/${name}`, import.meta.url));
}

function filled(text: string, name: string): string {
  return text.replaceAll("{{name}}", () => name);
}

/** The notebook, with the capture that it replays at first. */
function notebook(name: string): string {
  const capture = JSON.stringify(CAPTURE);
  const value: unknown = JSON.parse(template("analysis.ipynb"), (_, part: unknown) =>
    // The path stands in a text of a cell, so it is quoted as one; the file then quotes the whole cell again.
    typeof part === "string" ? filled(part.replaceAll('"{{capture}}"', () => capture), name) : part);
  return `${JSON.stringify(value, undefined, 1)}\n`;
}

function configuration(): string {
  // The folder's own configuration is named, since by itself Deno takes the one beside the script that it runs. Paths
  // are those of the folder also where a task is started from further down.
  const main = project.tasks.replay.command.replace(
    "lib/cli/main.ts replay",
    () => `--config "$PWD/deno.json" ${quoted(new URL("main.ts", import.meta.url).href)}`,
  );
  const classes = '-w "$PWD/worker.ts:AnalysisWorker" -r "$PWD/reducer.ts:AnalysisReducer"';
  const value = {
    imports: {
      beamfold: new URL("../../mod.ts", import.meta.url).href,
      "@logtape/logtape": project.imports["@logtape/logtape"],
    },
    unstable: project.unstable,
    // `deno fmt --check` takes a notebook for unformatted unless each cell ends with an empty line, which neither
    // JupyterLab nor `deno fmt` itself puts there.
    fmt: { lineWidth: project.fmt.lineWidth, exclude: ["**/*.ipynb"] },
    // A Python environment may well be made here, and runs write there.
    exclude: [".venv/", "output/"],
    tasks: {
      replay: {
        description: "Replay captures through the classes of this folder (-f, --help)",
        command: `${main} replay ${classes} -p "$PWD/params.json"`,
      },
      inspect: { description: "Show what is in captures and HDF5 files", command: `${main} inspect` },
      ok: {
        description: "Check format, lint, and types of this folder",
        command: "deno fmt --check && deno lint && deno check .",
      },
    },
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The lock file without what it says about this project itself. */
function lock(): string {
  const { workspace: _, ...rest } = JSON.parse(Deno.readTextFileSync(new URL("../../deno.lock", import.meta.url)));
  return `${JSON.stringify(rest, undefined, 2)}\n`;
}

/** A word for a shell, as it is where that is safe. */
function shellWord(word: string): string {
  return /^[\w./@%+=:-]+$/.test(word) && !word.startsWith("-") ? word : quoted(word);
}

/** A word for a shell in quotes. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
