/**
 * Classes that a thread cannot import, because a cell of a notebook defines them: their source, and that of what they
 * use.
 *
 * @module
 */

import { type Node, parse } from "npm:acorn@8.19.0";
import { analyze } from "npm:periscopic@4.0.3";
import { OptionError } from "../../errors.ts";
import type { AnyClass } from "../load.ts";
import type { WrittenClass } from "./messages.ts";

/** What the scope of a class has under a name. */
export type Lookup = (name: string) => unknown;

/** What the cells of a notebook have under a name; undefined for nothing. */
export const lookupInCells: Lookup = (name) => {
  try {
    // Not in the scope of this module, but in that of all cells.
    return (0, eval)(name);
  } catch {
    return undefined;
  }
};

/**
 * What a thread makes a class of.
 *
 * @param given The class.
 * @param face What users import as `beamfold`.
 * @param lookup Gives what the class uses, by name.
 * @throws OptionError for a class that uses what cannot be sent: a variable or a function of a cell or a file, or a
 * class of a cell that it extends.
 */
export function writtenClass(given: AnyClass, face: Readonly<Record<string, unknown>>, lookup: Lookup): WrittenClass {
  const exportedAs = new Map(Object.entries(face).map(([name, value]) => [value, name]));
  const classes: [string, string][] = [];
  const imports: [string, string][] = [];
  const globals: string[] = [];
  const known = new Set<string>();

  const add = (name: string, Class: AnyClass): void => {
    known.add(name);
    const source = Function.prototype.toString.call(Class);
    const { free, base } = namesIn(source, name);
    for (const other of free) {
      if (known.has(other)) continue;
      const value = lookup(other);
      const exported = value === face ? "*" : exportedAs.get(value);
      if (value !== undefined && exported !== undefined) {
        known.add(other);
        imports.push([other, exported]);
      } else if (isOwnGlobal(other, value)) {
        known.add(other);
        globals.push(other);
      } else if (!isClass(value)) throw new OptionError(refusal(given.name, name, other, value));
      else if (other === base) {
        throw new OptionError(
          `${given.name} cannot be sent to a thread: ${name} extends ${other}, which is a class of a cell; put both ` +
            `into a file, and give the class as "path.ts:${given.name}"`,
        );
      } else add(other, value);
    }
    classes.push([name, source]);
  };
  const name = given.name || "TheWorker";
  add(name, given);
  return { kind: "written", name, classes, imports, globals };
}

function refusal(worker: string, user: string, name: string, value: unknown): string {
  const what = value === undefined
    ? `"${name}", which is known in its file only`
    : typeof value === "function"
    ? `the function ${name} of a cell`
    : `the variable ${name} of a cell`;
  const way = typeof value === "function"
    ? "make it a method"
    : value === undefined
    ? `give the class as "path.ts:${worker}"`
    : "make it a parameter or a field of the class";
  return `${worker} cannot be sent to a thread: ${user} uses ${what}; ${way}, or put both into a file and give the ` +
    `class as "path.ts:${worker}", or leave threads out`;
}

/** Whether a name means in the cells what the runtime means by it. */
function isOwnGlobal(name: string, value: unknown): boolean {
  if (name === "undefined" || name === "arguments") return true;
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if (descriptor === undefined) return name in globalThis;
  if (!Object.is((globalThis as Record<string, unknown>)[name], value)) return false;
  // A function or variable that a cell declares becomes a property too, but one that cannot be configured.
  return descriptor.configurable === true || !descriptor.enumerable;
}

function isClass(value: unknown): value is AnyClass {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}

/** The names that a class takes from around it, and the one that it extends. */
function namesIn(source: string, own: string): { free: string[]; base: string | undefined } {
  const program = parse(`(${source})`, { ecmaVersion: "latest", sourceType: "module" });
  const [statement] = program.body as unknown as [{ expression: { superClass?: Node & { name?: string } } }];
  const { globals } = analyze(program as never);
  const free = [...globals.keys()].filter((name) => name !== own);
  return { free, base: statement.expression.superClass?.name };
}

/** Makes classes of their sources. */
export function madeOf(
  { name, classes, imports, globals }: WrittenClass,
  face: Readonly<Record<string, unknown>>,
): Record<string, AnyClass> {
  const missing = globals.find((global) => global !== "undefined" && global !== "arguments" && !(global in globalThis));
  if (missing !== undefined) {
    throw new OptionError(`${name} cannot be used in a thread: it uses ${missing}, which threads do not have`);
  }
  const lines = [
    '"use strict";',
    ...imports.map(([local, exported]) => `const ${local} = ${exported === "*" ? "face" : `face.${exported}`};`),
    ...classes.map(([name, source]) => `const ${name} = ${source};`),
    `return { ${classes.map(([name]) => name).join(", ")} };`,
  ];
  return new Function("face", lines.join("\n"))(face);
}
