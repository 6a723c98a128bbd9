import assert from "node:assert/strict";
import { filesBehind, HDF5_NAMES, mayLog, mayNeedHdf5 } from "../../lib/replay/needs.ts";
import { importsIn } from "../../lib/replay/imports.ts";
import { inFolder, ROOT, run } from "../tools.ts";

/** Whether the first of some files may need HDF5, or something else. */
async function needs(files: Readonly<Record<string, string>>, what = mayNeedHdf5): Promise<boolean> {
  let answer = false;
  await inFolder((folder) => {
    for (const [name, text] of Object.entries(files)) {
      Deno.mkdirSync(`${folder}/${name}`.replace(/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(`${folder}/${name}`, text);
    }
    answer = what([`${folder}/${Object.keys(files)[0]}`]);
  });
  return answer;
}

const MOD = `${ROOT}mod.ts`;
const writes = 'import { createFile } from "beamfold";';

const cases: readonly [name: string, needed: boolean, files: Readonly<Record<string, string>>][] = [
  ["nothing is imported", false, { "a.ts": "export class A {}" }],
  ["the file is not there", false, {}],
  ["a function for arrays is imported", false, { "a.ts": 'import { mean, stins, writeXye } from "beamfold";' }],
  ["a type of HDF5 is imported", false, { "a.ts": 'import { type H5File, mean } from "beamfold";' }],
  ["types only are imported", false, { "a.ts": 'import type { H5File, createFile } from "beamfold";' }],
  ["this module is only run", false, { "a.ts": 'import "beamfold";' }],
  ["Node.js and npm are imported", false, { "a.ts": 'import "node:fs"; import { get } from "npm:lodash";' }],
  ["an npm package of the import map is", false, { "a.ts": 'import { getLogger } from "@logtape/logtape";' }],
  ["data is imported", false, { "a.ts": 'import b from "./b.json" with { type: "json" };', "b.json": '{"a": 1}' }],
  ["modules import each other", false, { "a.ts": 'import "./b.ts";', "b.ts": 'export * from "./a.ts";' }],
  ["a helper is missing", false, { "a.ts": 'import "./b.ts";' }],
  ["a package is in node_modules", false, {
    "a.ts": 'import b from "./node_modules/b/b.js";',
    "node_modules/b/b.js": "import(x)",
  }],
  ["a function for files is imported", true, { "a.ts": writes }],
  ["it is renamed", true, { "a.ts": 'import { mean, openFile as open } from "beamfold";' }],
  ["it is exported on", true, { "a.ts": 'export { dump } from "beamfold";' }],
  ["it is in a helper", true, { "a.ts": 'import { b } from "./b.ts";', "b.ts": writes }],
  ["it is two helpers away, in a circle", true, {
    "a.ts": 'import type { T } from "./t.ts"; import "./b/b.ts";',
    "b/b.ts": 'import "../a.ts"; export * from "./c.ts";',
    "b/c.ts": 'import "./b.ts"; import { writeNXdata } from "beamfold";',
  }],
  ["the helper is imported later", true, { "a.ts": 'await import("./b.ts");', "b.ts": writes }],
  ["the helper is imported by its URL", true, { "a.ts": `import "file://${ROOT}notebooks/tutorial/reducer.ts";` }],
  ["the helper has a query", true, { "a.ts": 'import "./b.ts?2";', "b.ts": writes }],
  ["this module is imported by its path", true, { "a.ts": `import { createFile } from "${MOD}";` }],
  ["this module is imported by its URL", true, { "a.ts": `import { createFile } from "file://${MOD}#1";` }],
  ["everything of this module is imported", true, { "a.ts": 'import * as beamfold from "beamfold";' }],
  ["everything of this module is exported on", true, { "a.ts": 'export * from "beamfold";' }],
  ["this module is imported later", true, { "a.ts": 'const { mean } = await import("beamfold");' }],
  ["an inner module is imported", true, { "a.ts": `import { FileHandle } from "${ROOT}lib/hdf5/handle.ts";` }],
  ["a name is computed", true, { "a.ts": "await import(name);" }],
  ["a bare name leads nowhere", true, { "a.ts": 'import "somewhere";' }],
  ["something comes from the network", true, { "a.ts": 'import "https://example.com/a.ts";' }],
  ["something comes from JSR", true, { "a.ts": 'import "jsr:@std/path";' }],
  ["something comes from a URL with the text in it", true, { "a.ts": 'import "data:text/javascript,1";' }],
  ["CommonJS is imported", true, { "a.ts": 'import "./b.cjs";', "b.cjs": "" }],
  ["CommonJS can be imported", true, { "a.ts": 'import { createRequire } from "node:module";' }],
];

for (const [name, needed, files] of cases) {
  Deno.test(`${needed ? "HDF5 may be needed" : "HDF5 is not needed"} where ${name}`, async () => {
    assert.equal(await needs({ ...files }), needed);
  });
}

const logging: readonly [name: string, needed: boolean, files: Readonly<Record<string, string>>][] = [
  ["nothing is imported", false, { "a.ts": "export class A {}" }],
  ["this module and Node.js are imported", false, {
    "a.ts": 'import { createFile } from "beamfold"; import "node:fs";',
  }],
  ["types only are imported", false, { "a.ts": 'import type { Logger } from "@logtape/logtape";' }],
  ["LogTape is imported by the import map", true, { "a.ts": 'import { getLogger } from "@logtape/logtape";' }],
  ["LogTape is imported by a helper", true, { "a.ts": 'import "./b.ts";', "b.ts": 'import "npm:@logtape/logtape";' }],
  ["a package is imported, which may import LogTape", true, { "a.ts": 'import { get } from "npm:lodash";' }],
  ["a raw dump is read, which may warn", true, { "a.ts": 'import { ingest } from "beamfold";' }],
  ["everything of this module is imported", true, { "a.ts": 'import * as beamfold from "beamfold";' }],
  ["a name is computed", true, { "a.ts": "await import(name);" }],
];

for (const [name, needed, files] of logging) {
  Deno.test(`log lines ${needed ? "may be" : "are not"} written where ${name}`, async () => {
    assert.equal(await needs({ ...files }, mayLog), needed);
  });
}

Deno.test("the only part of this module that logs warnings is the one that is looked for", () => {
  const warning: string[] = [];
  const walk = (folder: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory) walk(path);
      else if (/\bgetLogger\([^]*\b(logger|\))\??\.(warn|warning|error|fatal)\(/.test(Deno.readTextFileSync(path))) {
        warning.push(path.slice(ROOT.length));
      }
    }
  };
  walk(`${ROOT}lib`);
  assert.deepEqual(warning, ["lib/capture/ingest.ts"]);
});

Deno.test("an inner module that does not reach HDF5 needs none", () => {
  assert.equal(mayNeedHdf5([`${ROOT}lib/protocols/stins.ts`]), false);
  assert.equal(mayNeedHdf5([`${ROOT}lib/hdf5/file.ts`]), true);
});

Deno.test("one file of several that needs HDF5 is enough", () => {
  const [worker, reducer] = ["worker.ts", "reducer.ts"].map((name) => `${ROOT}notebooks/tutorial/${name}`);
  assert.equal(mayNeedHdf5([worker as string]), false);
  assert.equal(mayNeedHdf5([worker as string, reducer as string]), true);
});

interface Graph {
  readonly modules: readonly { readonly specifier: string; readonly dependencies?: readonly Dependency[] }[];
}
interface Dependency {
  readonly code?: { readonly specifier?: string };
}

Deno.test("the names that need HDF5 are those whose module imports the library, directly or not", async () => {
  const { stdout } = await run(Deno.execPath(), ["info", "--json", MOD], { cwd: ROOT });
  const { modules }: Graph = JSON.parse(stdout);
  const importers = new Set([`file://${ROOT}lib/hdf5/library.ts`]);
  for (let size = 0; size < importers.size;) {
    size = importers.size;
    for (const { specifier, dependencies = [] } of modules) {
      if (dependencies.some(({ code }) => importers.has(code?.specifier ?? ""))) importers.add(specifier);
    }
  }
  assert.ok(importers.has(`file://${MOD}`));
  const exported = importsIn(Deno.readTextFileSync(MOD).replace(/\/\*\*[^]*?\*\//g, "")) ?? [];
  const found = exported.filter(({ specifier }) => importers.has(new URL(specifier, `file://${MOD}`).href));
  // A namespace has no names here; none of them may need HDF5.
  assert.deepEqual(found.flatMap(({ names }) => names ?? ["*"]).sort(), [...HDF5_NAMES].sort());
});

Deno.test("the files behind one are those that it imports names from, however far", () =>
  inFolder((folder) => {
    const files = {
      "a.ts": 'import { b } from "./b.ts";\nimport type { T } from "./types.ts";\n// import { no } from "./no.ts";\n',
      "b.ts": 'export {\n  c,\n} from "./deep/c.ts";\nimport "./effect.ts";\nconst d = await import("./d.ts");\n',
      "deep/c.ts":
        'import { a } from "../a.ts";\nimport { mean } from "beamfold";\nimport x from "npm:ndarray@1.1.1";\n',
      "types.ts": "export type T = 1;",
      "no.ts": "throw 1;",
      "effect.ts": "",
      "d.ts": "",
    };
    Deno.mkdirSync(`${folder}/deep`);
    for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(`${folder}/${name}`, text);
    const found = filesBehind([`file://${folder}/a.ts`, `file://${folder}/missing.ts`]);
    assert.deepEqual(found.map((url) => url.slice(`file://${folder}/`.length)), ["a.ts", "b.ts", "deep/c.ts"]);
  }));
