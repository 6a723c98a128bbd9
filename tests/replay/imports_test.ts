import assert from "node:assert/strict";
import { type Import, importsIn } from "../../lib/replay/imports.ts";

/** Source texts, and the imports in them. */
const understood: readonly { readonly text: string; readonly imports: readonly Import[] }[] = [
  { text: "", imports: [] },
  { text: "const a = 1;", imports: [] },
  { text: 'import { a } from "m";', imports: [{ specifier: "m", names: ["a"] }] },
  { text: "import { a } from 'm'", imports: [{ specifier: "m", names: ["a"] }] },
  { text: 'import{a,b}from"m";import{c}from"n"', imports: [of("m", "a", "b"), of("n", "c")] },
  { text: 'import { a as b, default as c } from "m";', imports: [of("m", "a", "default")] },
  { text: 'import {\n  a,\n  type B,\n  c as d,\n} from "m";', imports: [of("m", "a", "c")] },
  { text: 'import { type A, type B as C } from "m";', imports: [of("m")] },
  { text: 'import { type } from "m";', imports: [of("m", "type")] },
  { text: 'import { type as b } from "m";', imports: [of("m", "type")] },
  { text: 'import type { A } from "m";', imports: [] },
  { text: 'import type A from "m";', imports: [] },
  { text: 'import type * as A from "m";', imports: [] },
  { text: 'export type { A } from "m";', imports: [] },
  { text: 'import type from "m";', imports: [all("m")] },
  { text: 'import type, { a } from "m";', imports: [all("m")] },
  { text: 'import a from "m";', imports: [all("m")] },
  { text: 'import a, { b } from "m";', imports: [all("m")] },
  { text: 'import * as a from "m";', imports: [all("m")] },
  { text: 'import*as a from"m"', imports: [all("m")] },
  { text: 'import défaut from "m";', imports: [all("m")] },
  { text: 'import defer * as a from "m";', imports: [all("m")] },
  { text: 'import "m";', imports: [of("m")] },
  { text: 'import"m"', imports: [of("m")] },
  { text: 'import("m");', imports: [all("m")] },
  { text: 'const { a } = await import( \n"m",\n);', imports: [all("m")] },
  { text: 'await import("m", { with: { type: "json" } });', imports: [all("m")] },
  { text: 'import.defer("m");', imports: [all("m")] },
  { text: 'import.meta.resolve("m");', imports: [] },
  { text: 'export { a as b } from "m";', imports: [of("m", "a")] },
  { text: 'export * from "m";', imports: [all("m")] },
  { text: 'export * as a from "m";', imports: [all("m")] },
  { text: 'import { a } from "m" with { type: "json" };', imports: [of("m", "a")] },
  { text: 'import { "a b" as c } from "m";', imports: [all("m")] },
  { text: 'import { \\u0061 } from "m";', imports: [all("m")] },
  { text: 'import { a } from "./it\'s.ts";', imports: [of("./it's.ts", "a")] },
  { text: 'export class A {}\nimport { a } from "m"', imports: [of("m", "a")] },
  // An import in a comment counts, and a comment in an import hides nothing.
  { text: '// import { a } from "m";', imports: [of("m", "a")] },
  { text: 'import { a /* one */, // two, "2"\n b } from "m";', imports: [of("m", "a", "b")] },
  { text: 'import { /* {@link x} */ a } from "m";', imports: [all("m")] },
  { text: 'import { a } /* as it is */ from "m";', imports: [all("m")] },
  { text: '/* from "n */ import { a } from "m";', imports: [all("n */ import { a } from "), of("m", "a")] },
  { text: "/`/; import { a } from 'm'; /`/", imports: [of("m", "a")] },
  { text: '/"/; import { a } from "m"', imports: [of("m", "a")] },
];

function of(specifier: string, ...names: string[]): Import {
  return { specifier, names };
}

function all(specifier: string): Import {
  return { specifier, names: undefined };
}

/** Source texts that may import anything. */
const obscure = [
  "import(name)",
  'import("a" + b)',
  "import(`m`)",
  'import(/* webpack */ "m")',
  'import /* all */ { a } from "m"',
  'import/**/("m")',
  'import { a } from /* here */ "m"',
  'import { a } from // here\n"m"',
  'import { a } from "\\u006d"',
  'import("\\u006d")',
  "import.source(name)",
  'const m = require("m")',
];

Deno.test("imports are found in all their forms, with the names that are values", () => {
  for (const { text, imports } of understood) {
    assert.deepEqual(importsIn(text), imports, text);
  }
});

Deno.test("what may import anything is not understood", () => {
  for (const text of obscure) assert.equal(importsIn(text), undefined, text);
});
