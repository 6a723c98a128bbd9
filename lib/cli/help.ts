/**
 * The help of the program and of its commands, made of what stricli knows of them, since its own neither breaks lines
 * nor shows what a flag takes.
 *
 * @module
 */

import type { ApplicationFlagFunction, Command, CommandContext } from "./stricli.ts";

/** The flags and arguments of a command. */
export type CommandParameters = Command<CommandContext>["parameters"];

type Flags = NonNullable<CommandParameters["flags"]>;
type Aliases = NonNullable<CommandParameters["aliases"]>;
type Positional = NonNullable<CommandParameters["positional"]>;

/** What help is asked for, and the flags that every command has. */
type Asked = Pick<Parameters<ApplicationFlagFunction<CommandContext>>[1], "result" | "additionalFlags">;

/** A term and what it means. */
type Row = readonly [term: string, about: string];

/**
 * The help of a command, or of the whole program.
 *
 * A command's full description is what stands at the end; its lines are left as they are.
 *
 * @param width The columns there are.
 */
export function helpText({ result: { target, prefix }, additionalFlags }: Asked, width: number): string {
  const common = additionalFlags.filter(({ hidden }) => !hidden).map(({ name, aliases = [], brief }): Row => [
    [...aliases.map((letter) => `-${letter}`), `--${name}`].join(", "),
    brief,
  ]);
  const usage = `Usage: ${prefix.join(" ")} [options]`;
  if (!("parameters" in target)) {
    const commands = target.getAllEntries().map(({ name, target }): Row => [name.original, target.brief]);
    const sections = sectionTexts([["Options", common], ["Commands", commands]], width);
    return [`${usage} [command]`, wrapped(target.brief, width), ...sections].join("\n\n");
  }
  const { flags = {}, aliases = {}, positional } = target.parameters;
  const args = positional === undefined ? [] : argumentsOf(positional);
  const options = Object.entries(flags).map(([name, flag]): Row => [flagTerm(name, flag, aliases), aboutFlag(flag)]);
  return [
    [usage, ...args.map(({ usage }) => usage)].join(" "),
    wrapped(target.brief, width),
    ...sectionTexts([["Arguments", args.map(({ row }) => row)], ["Options", [...options, ...common]]], width),
    ...(target.fullDescription === undefined ? [] : [target.fullDescription]),
  ].join("\n\n");
}

/** A flag with its short form and what it takes: `-n, --nworkers <count>`. */
export function flagTerm(name: string, flag: Flags[string], aliases: Aliases): string {
  const letters = Object.entries(aliases).filter(([, of]) => of === name).map(([letter]) => `-${letter}`);
  const takes = flag.kind === "boolean" ? "" : ` <${flag.placeholder ?? "value"}>`;
  return `${[...letters, `--${name}`].join(", ")}${takes}`;
}

function aboutFlag(flag: Flags[string]): string {
  if (flag.kind !== "enum") return flag.brief;
  const choices = flag.values.map((value) => JSON.stringify(value)).join(", ");
  return `${flag.brief} (choices: ${choices}, default: ${JSON.stringify(flag.default)})`;
}

function argumentsOf(positional: Positional): { usage: string; row: Row }[] {
  const [parameters, dots] = positional.kind === "array"
    ? [[{ ...positional.parameter, optional: (positional.minimum ?? 0) === 0 }], "..."]
    : [positional.parameters, ""];
  return parameters.map(({ placeholder = "argument", brief, optional }) => ({
    usage: optional ? `[${placeholder}${dots}]` : `<${placeholder}${dots}>`,
    row: [placeholder, brief],
  }));
}

/** Sections with two columns, which begin at the same places in all of them. */
function sectionTexts(sections: readonly (readonly [title: string, rows: readonly Row[]])[], width: number): string[] {
  const filled = sections.filter(([, rows]) => rows.length > 0);
  const room = 4 + Math.max(...filled.flatMap(([, rows]) => rows.map(([term]) => term.length)));
  return filled.map(([title, rows]) => {
    const lines = rows.map(([term, about]) =>
      `  ${term}`.padEnd(room) + wrapped(about, width - room).replaceAll("\n", `\n${" ".repeat(room)}`)
    );
    return [`${title}:`, ...lines].join("\n");
  });
}

/** A text with its lines broken between words. */
function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}
