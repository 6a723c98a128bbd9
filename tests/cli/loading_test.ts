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

Deno.test("a replay without HDF5 does without timers, for which Deno loads Node's", async () => {
  await inFolder(async (folder) => {
    const spy = `for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
      Object.defineProperty(globalThis, name, { get: () => console.log("asked for", name) });
    }`;
    Deno.writeTextFileSync(`${folder}/spy.ts`, spy);
    const flags = ["run", "-A", `--config=${ROOT}deno.json`, `--preload=${folder}/spy.ts`, `${ROOT}lib/cli/main.ts`];
    const args = [...withClasses(folder, { "classes.ts": CLASSES }), "--no-progress"];
    const { code, stdout, stderr } = await run(Deno.execPath(), [...flags, ...args], { cwd: folder });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^11 events → 12 results[^\n]*\n$/);
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
    "cli/packages.ts",
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

/** What modules of `lib` import, directly or not. */
class Imports {
  readonly #modules: ReadonlyMap<string, Info>;

  private constructor(modules: ReadonlyMap<string, Info>) {
    this.#modules = modules;
  }

  /** All that the shell's commands import. */
  static async all(): Promise<Imports> {
    const { code, stdout, stderr } = await run(Deno.execPath(), ["info", "--json", `${ROOT}lib/cli/main.ts`]);
    assert.equal(code, 0, stderr);
    return new Imports(new Map((JSON.parse(stdout).modules as Info[]).map((info) => [info.specifier, info])));
  }

  /** The modules of `lib` that are loaded with some of them, and what these import from elsewhere. */
  of(...names: string[]): { readonly modules: Set<string>; readonly elsewhere: Set<string> } {
    const lib = `file://${ROOT}lib/`;
    const modules = new Set(names);
    const elsewhere = new Set<string>();
    // A set grows while it is walked.
    for (const name of modules) {
      for (const { specifier, code, isDynamic } of this.#dependencies(`${lib}${name}`)) {
        if (code === undefined || isDynamic) continue;
        if (code.specifier.startsWith(lib)) modules.add(code.specifier.slice(lib.length));
        else if (!code.specifier.endsWith("/deno.json")) elsewhere.add(specifier);
      }
    }
    return { modules, elsewhere };
  }

  /** What modules of `lib` import from elsewhere, at once or later. */
  ever(modules: Iterable<string>): string[] {
    const all = [...modules].flatMap((name) => this.#dependencies(`file://${ROOT}lib/${name}`));
    return all.filter(({ code }) => code !== undefined).map(({ specifier }) => specifier);
  }

  #dependencies(specifier: string): NonNullable<Info["dependencies"]> {
    return (this.#modules.get(specifier) ?? assert.fail(`${specifier} is not known`)).dependencies ?? [];
  }
}

/** What is loaded for each replay: what `main.ts` imports when it knows which command it is, and what that does. */
const REPLAY = ["cli/main.ts", "cli/replay.ts", "replay/replay.ts"];

Deno.test("a replay imports no module of Node", async () => {
  const { modules, elsewhere } = (await Imports.all()).of(...REPLAY);
  for (const name of ["log.ts", "capture/bytes.ts", "array/package.ts"]) assert.ok(modules.has(name), name);
  for (const part of ["pickle/", "capture/ingest/rules.ts", "replay/threads/", "azint/"]) {
    assert.ok(!has([...modules], part), part);
  }
  for (const specifier of elsewhere) assert.match(specifier, /^npm:/);
});

/** The packages of npm among what is imported, with their versions. */
function packages(specifiers: Iterable<string>): string[] {
  const names = [...specifiers].flatMap((specifier) => /^npm:(@?[^@]+@[\d.]+)/.exec(specifier)?.[1] ?? []);
  return [...new Set(names)].sort();
}

Deno.test("packages that a replay may load are known from the start, in the version that is loaded", async () => {
  const imports = await Imports.all();
  const later = packages(imports.ever([...imports.of(...REPLAY).modules, "cli/progress_bar.ts"]));
  for (const name of ["h5wasm", "ndarray", "cli-progress"]) assert.ok(has(later, `${name}@`), name);
  assert.deepEqual(packages(imports.of("cli/main.ts").elsewhere), later);
});
