import assert from "node:assert/strict";
import { inFolder, ROOT, run } from "../tools.ts";
import { tutorial } from "./running.ts";

/** Runs a command; gives what it printed, and the modules that were loaded for it. */
async function modulesOf(args: readonly string[], status = 0): Promise<{ stdout: string; modules: string[] }> {
  let loaded = { stdout: "", modules: [] as string[] };
  await inFolder(async (folder) => {
    // A report on coverage has an entry for each module, also for those of npm.
    const flags = ["run", "-A", "--config", `${ROOT}deno.json`, `--coverage=${folder}/modules`];
    const { code, stdout, stderr } = await run(Deno.execPath(), [...flags, `${ROOT}lib/cli/main.ts`, ...args], {
      cwd: folder,
      env: { LOG_LEVEL: "" },
    });
    assert.equal(code, status, stderr);
    const entries = [...Deno.readDirSync(`${folder}/modules`)].filter(({ name }) => name.endsWith(".json"));
    const modules = entries.map(({ name }): { url: string } =>
      JSON.parse(Deno.readTextFileSync(`${folder}/modules/${name}`))
    ).map(({ url }) => url);
    loaded = { stdout, modules };
  });
  assert.ok(loaded.modules.includes(`file://${ROOT}lib/cli/main.ts`), "the modules are not known");
  return loaded;
}

function has(modules: readonly string[], part: string): boolean {
  return modules.some((url) => url.includes(part));
}

/** Files of classes in a folder, as flags of `replay`. */
function withClasses(folder: string, files: Readonly<Record<string, string>>): string[] {
  for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(`${folder}/${name}`, text);
  const path = `${folder}/classes.ts`;
  return ["replay", "-w", `${path}:Worker`, "-r", `${path}:Reducer`, "-f", `${ROOT}data/xrd.cbors`];
}

const CLASSES = `
export class Worker { processEvent({ eventNumber }) { return eventNumber; } }
export class Reducer {
  processResult() {}
  finish() { if (typeof save === "function") save(); }
}`;

Deno.test("a replay that writes no HDF5 loads neither the library, nor what draws, nor a progress bar", async () => {
  await inFolder(async (folder) => {
    const text = `import { mean, type H5File } from "beamfold"; export const used: [typeof mean, H5File?] = [mean];`;
    const { stdout, modules } = await modulesOf(withClasses(folder, { "classes.ts": `${text}${CLASSES}` }));
    assert.match(stdout, /^11 events → 12 results/);
    assert.ok(has(modules, `file://${ROOT}mod.ts`));
    assert.ok(has(modules, "/lib/hdf5/library.ts"));
    for (const part of ["/h5wasm/", "/d3-", "/fast-png/", "/cli-progress/"]) assert.ok(!has(modules, part), part);
    // What these two do is to find out whether there is a notebook.
    const drawing = modules.filter((url) => /\/lib\/notebook\//.test(url) && !/\/(show|sink)\.ts$/.test(url));
    assert.deepEqual(drawing, []);
  });
});

Deno.test("a replay that does not import this module does not load it", async () => {
  await inFolder(async (folder) => {
    const { modules } = await modulesOf(withClasses(folder, { "classes.ts": CLASSES }));
    for (const part of ["/h5wasm/", `file://${ROOT}mod.ts`, "/lib/hdf5/file.ts", "/lib/azint/"]) {
      assert.ok(!has(modules, part), part);
    }
  });
});

Deno.test("a replay loads HDF5 for a file that is written by a module two imports away", async () => {
  await inFolder(async (folder) => {
    const args = withClasses(folder, {
      "classes.ts": `import { save } from "./one.ts"; ${CLASSES}`,
      "one.ts": 'export * from "./two.ts";',
      "two.ts": `
        import { createFile } from "beamfold";
        export function save(): void { createFile("far.h5").createDataset("away", { data: 2 }); }`,
    });
    const { stdout, modules } = await modulesOf(args);
    assert.match(stdout, /far\.h5\n {2}away {2}int64 {2}2/);
    assert.ok(has(modules, "/h5wasm/"));
  });
});

Deno.test("a replay loads HDF5 before classes that import everything, and that use it while they are loaded", async () => {
  await inFolder(async (folder) => {
    const text = `
      import * as beamfold from "beamfold";
      beamfold.dump({ one: 1 }, "early.h5");
      function save() { beamfold.dump({ two: 2 }, "late.h5"); }`;
    const { stdout } = await modulesOf(withClasses(folder, { "classes.ts": `${text}${CLASSES}` }));
    assert.match(stdout, /late\.h5\n {2}two {2}int64 {2}2/);
  });
});

Deno.test("a replay loads HDF5 for a source that reads it", async () => {
  await inFolder(async (folder) => {
    const files = {
      "source.ts": `
        import { createFile, hdf5Source } from "beamfold";
        export class Source {
          getSourceGenerators() {
            const file = createFile("images.h5");
            file.createDataset("data", { shape: [3, 2, 2], dtype: "uint16" });
            file.close();
            return hdf5Source("images.h5", "data", { stream: "xrd" }).getSourceGenerators();
          }
        }`,
      "classes.ts": CLASSES,
    };
    const { stdout } = await modulesOf([
      ...withClasses(folder, files).slice(0, -2),
      "-s",
      `${folder}/source.ts:Source`,
    ]);
    assert.match(stdout, /^5 events/);
  });
});

Deno.test("the tutorial loads HDF5, and nothing that draws", async () => {
  const { modules } = await modulesOf(["replay", ...tutorial, "-f", `${ROOT}data/xrd.cbors`]);
  assert.ok(has(modules, "/h5wasm/"));
  for (const part of ["/d3-", "/fast-png/", "/lib/notebook/hdf5_view.ts"]) assert.ok(!has(modules, part), part);
});

Deno.test("the tutorial does without Node's process", async () => {
  await inFolder(async (folder) => {
    const args = ["replay", ...tutorial, "-f", `${ROOT}data/xrd.cbors`, "--no-progress"];
    const { stdout, stderr } = await run(Deno.execPath(), [
      "eval",
      `--config=${ROOT}deno.json`,
      `let asked = 0;
       Object.defineProperty(globalThis, "process", { configurable: true, get: () => void asked++ });
       const { main } = await import("file://${ROOT}lib/cli/main.ts");
       console.log(await main(${JSON.stringify(args)}), asked);`,
    ], { cwd: folder });
    assert.equal(stderr, "");
    assert.match(stdout, /^11 events[^]*\n0 0\n$/);
  });
});

Deno.test("inspect loads HDF5 for an HDF5 file only", async () => {
  const capture = await modulesOf(["inspect", `${ROOT}data/xrd.cbors`]);
  for (const part of ["/h5wasm/", "/d3-", "/fast-png/"]) assert.ok(!has(capture.modules, part), part);
  await inFolder(async (folder) => {
    const { dump } = await import("beamfold");
    dump({ one: 1 }, `${folder}/one.h5`);
    const { stdout, modules } = await modulesOf(["inspect", `${folder}/one.h5`]);
    assert.match(stdout, /one {2}int64 {2}1/);
    assert.ok(has(modules, "/h5wasm/"));
  });
});

Deno.test("a command loads no other command, and the help of all of them no HDF5", async () => {
  const { modules } = await modulesOf(["new", "--help"]);
  const commands = modules.filter((url) => /\/lib\/(cli|replay|capture|hdf5)\//.test(url));
  assert.deepEqual(commands.map((url) => url.replace(/.*\/lib\//, "")).sort(), [
    "cli/flags.ts",
    "cli/help.ts",
    "cli/logging.ts",
    "cli/main.ts",
    "cli/new.ts",
    "cli/program.ts",
    "cli/stricli.ts",
    "cli/usage.ts",
    "cli/words.ts",
    "hdf5/loading.ts",
  ]);
  const help = await modulesOf(["--help"]);
  for (const part of ["/h5wasm/", "/d3-", "/fast-png/", "/cli-progress/"]) assert.ok(!has(help.modules, part), part);
});

/** What `deno info` says of a module. */
interface Info {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }[];
}

Deno.test("a replay imports no module of Node", async () => {
  const { code, stdout, stderr } = await run(Deno.execPath(), ["info", "--json", `${ROOT}lib/cli/main.ts`]);
  assert.equal(code, 0, stderr);
  const modules = new Map((JSON.parse(stdout).modules as Info[]).map((info) => [info.specifier, info]));
  // What `main.ts` imports when it knows which command it is, and what that does.
  const lib = `file://${ROOT}lib/`;
  const reached = new Set(["cli/main.ts", "cli/replay.ts", "replay/replay.ts"].map((name) => `${lib}${name}`));
  const outside = new Set<string>();
  // A set grows while it is walked.
  for (const specifier of reached) {
    const { dependencies } = modules.get(specifier) ?? assert.fail(`${specifier} is not known`);
    for (const { specifier: written, code, isDynamic } of dependencies ?? []) {
      if (code === undefined || isDynamic) continue;
      if (code.specifier.startsWith(lib)) reached.add(code.specifier);
      else if (!code.specifier.endsWith("/deno.json")) outside.add(written);
    }
  }
  for (const name of ["log.ts", "capture/bytes.ts", "array/package.ts"]) {
    assert.ok(reached.has(`${lib}${name}`));
  }
  for (const part of ["/lib/pickle/", "/lib/capture/ingest/rules.ts", "/lib/replay/threads/", "/lib/azint/"]) {
    assert.ok(!has([...reached], part), part);
  }
  assert.deepEqual([...outside].map((name) => name.replace(/@[\d.]+(\/|$)/, " ")).sort(), [
    "npm:@stricli/core ",
    "npm:iota-array iota.js",
    "npm:is-buffer index.js",
    "npm:ndarray ndarray.js",
  ]);
});
