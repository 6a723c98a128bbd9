/**
 * The folded solutions of the tutorial make its checks say "right", and what it starts with makes them say "not yet".
 *
 * An exercise is a code cell, one or more code cells with `check(…)`, and a markdown cell with the solution. The cells
 * of a notebook are run as one module, so no name may be declared twice in it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { inFolder, ROOT, run } from "../tools.ts";

interface Cell {
  readonly cell_type: "code" | "markdown";
  readonly source: string | readonly string[];
  readonly outputs?: readonly { readonly text?: string | readonly string[] }[];
}

interface Code {
  readonly start: string;
  readonly solution?: string;
  readonly prints: string;
}

const FOLDER = `${ROOT}notebooks/`;
const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb")).sort();

function cellsOf(name: string): Cell[] {
  return (JSON.parse(Deno.readTextFileSync(FOLDER + name)) as { cells: Cell[] }).cells;
}

/** The code cells, with the solutions of those that are to be changed. */
function codeOf(name: string): Code[] {
  const codes: Code[] = [];
  let exercise = 0;
  for (const { cell_type, source, outputs = [] } of cellsOf(name)) {
    const text = joined(source);
    if (cell_type === "code") {
      codes.push({ start: text, prints: outputs.map((output) => joined(output.text ?? "")).join("") });
      continue;
    }
    const solution = /<summary>Solution<\/summary>\s*```ts\n([^]*?)```/.exec(text)?.[1];
    if (solution !== undefined) {
      const start = codes[exercise];
      assert.ok(start, `${name}: a solution without an exercise`);
      codes[exercise] = { ...start, solution };
    }
    exercise = codes.length;
  }
  return codes;
}

function joined(text: string | readonly string[]): string {
  return typeof text === "string" ? text : text.join("");
}

/** Runs cells as one module, in a folder like that of the notebooks, and gives the lines that `check` printed. */
async function checksOf(cells: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  await inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/notebooks`);
    Deno.symlinkSync(`${ROOT}data`, `${folder}/data`);
    const module = cells.join("\n;\n").replace(/(from ")(\.\/[^"]+")/g, `$1file://${FOLDER}$2`);
    Deno.symlinkSync(`${FOLDER}tutorial`, `${folder}/notebooks/tutorial`);
    Deno.writeTextFileSync(`${folder}/notebooks/cells.ts`, module);
    const args = ["run", "-A", "--no-check", "--config", `${ROOT}deno.json`, "cells.ts"];
    const { code, stdout, stderr } = await run(Deno.execPath(), args, { cwd: `${folder}/notebooks` });
    assert.equal(code, 0, stderr);
    lines.push(...stdout.split("\n").filter((line) => /^(right|not yet): /.test(line)));
  });
  return lines;
}

Deno.test("there are nine notebooks", () => {
  assert.equal(names.length, 9, names.join(", "));
});

// `deno fmt --check` takes every notebook for unformatted, unless each cell ends with an empty line.
Deno.test("every cell is formatted as other files are", () =>
  inFolder(async (folder) => {
    for (const name of names) {
      for (const [i, { cell_type, source }] of cellsOf(name).entries()) {
        const file = `${folder}/${name.slice(0, 2)}-${i}.${cell_type === "code" ? "ts" : "md"}`;
        Deno.writeTextFileSync(file, `${joined(source)}\n`);
      }
    }
    const { code, stderr } = await run(Deno.execPath(), ["fmt", "--check", "--config", `${ROOT}deno.json`, folder]);
    assert.equal(code, 0, stderr);
  }));

for (const name of names) {
  Deno.test(`${name}: every exercise has a solution, and its checks say "not yet" at first`, () => {
    const codes = codeOf(name);
    const checks = codes.filter(({ start }) => /^check\(/m.test(start));
    const solutions = codes.filter(({ solution }) => solution !== undefined);
    assert.ok(solutions.length >= 1 && solutions.length === checks.length);
    for (const { solution, start } of solutions) assert.notEqual(solution?.trim(), start.trim());
    for (const { start, prints } of checks) {
      const lines = prints.trimEnd().split("\n");
      assert.equal(lines.length, start.match(/^check\(/mg)?.length);
      for (const line of lines) assert.match(line, /^not yet: [^:]+: .{20}/);
    }
  });

  Deno.test(`${name}: its solutions are right`, async () => {
    const codes = codeOf(name);
    const expected = codes.flatMap(({ start }) => start.match(/^check\(/mg) ?? []).length;
    const lines = await checksOf(codes.map(({ start, solution }) => solution ?? start));
    assert.equal(lines.length, expected);
    for (const line of lines) assert.match(line, /^right: /);
  });
}
