import { openCapture, openFile, stins } from "beamfold";
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { cli, type Ended, inFolder, ROOT, run, smallCapture } from "../tools.ts";
import { complaint } from "./running.ts";

const FILES = [
  ".gitignore",
  "README.md",
  "analysis.ipynb",
  "deno.json",
  "deno.lock",
  "params.json",
  "reducer.ts",
  "worker.ts",
];

/** Makes a project in a folder with an awkward name, runs something in it, and removes it. */
function inProject(use: (project: string, printed: string) => void | Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const { code, stdout, stderr } = await cli(["new", "it's mine"], folder);
    assert.deepEqual([code, stderr], [0, ""]);
    await use(`${folder}/it's mine`, stdout);
  });
}

/** Runs Deno in a folder, as a user does. */
function deno(args: string[], cwd: string): Promise<Ended> {
  // A task that runs these tests says where it was started itself, and that would be taken over.
  const { INIT_CWD: _, ...env } = Deno.env.toObject();
  return run(Deno.execPath(), args, { cwd, clearEnv: true, env: { ...env, LOG_LEVEL: "" } });
}

/** The project's own task, over a capture; gives what it printed as JSON. */
async function replayed(project: string, capture: string, ...flags: string[]): Promise<Record<string, unknown>> {
  const args = ["task", "--quiet", "replay", "-f", capture, "--json", ...flags];
  const { code, stdout, stderr } = await deno(args, project);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** What the file should say of one image, worked out the slow way. */
async function naive(capture: string, eventNumber: number, threshold: number): Promise<number[]> {
  const { streams } = await openCapture(capture).event(eventNumber);
  const packet = stins.parse(streams["xrd"]!);
  assert.ok(packet.htype === "image");
  const columns = packet.shape[1] as number;
  const pixels = Array.from(packet.data.data as Uint16Array, (value) => value > threshold ? undefined : value);
  const alive = pixels.filter((value) => value !== undefined);
  const at = pixels.indexOf(Math.max(...alive));
  return [alive.reduce((total, value) => total + value, 0), Math.floor(at / columns), at % columns];
}

function rowOf(path: string, frame: number): unknown[] {
  using file = openFile(path);
  return ["intensity", "peak_row", "peak_column"].map((name) => file.dataset(`entry/analysis/${name}`).get(frame));
}

Deno.test("new makes a folder, and names what is in it and the next two commands", () =>
  inProject((project, printed) => {
    assert.deepEqual(Array.from(Deno.readDirSync(project), ({ name }) => name).sort(), FILES);
    for (const name of FILES) assert.match(printed, new RegExp(`^  ${name.replaceAll(".", "\\.")} +\\S`, "m"));
    const commands = printed.slice(printed.indexOf("Next:")).trimEnd().split("\n").slice(2);
    assert.deepEqual(commands[0], `  cd 'it'"'"'s mine'`);
    assert.match(commands[1] ?? "", /^ {2}deno task replay -f .*data\/rings\.cbors'?$/);
    assert.equal(commands.length, 2);
    for (const name of FILES) assert.doesNotMatch(Deno.readTextFileSync(`${project}/${name}`), /\{\{/, name);
    assert.ok(Deno.readTextFileSync(`${project}/README.md`).trimEnd().split("\n").length <= 10);
  }));

for (
  const { name, images, threshold } of [
    { name: "xrd", images: 9, threshold: 65534 },
    { name: "rings", images: 60, threshold: 65534 },
    { name: "rings", images: 60, threshold: 100 },
  ]
) {
  Deno.test(`a new project replays ${name}.cbors with its own task, right to the pixel (threshold ${threshold})`, () =>
    inProject(async (project) => {
      const capture = `${ROOT}data/${name}.cbors`;
      const { files, results } = await replayed(project, capture, "--set", `threshold=${threshold}`);
      assert.deepEqual([files, results], [[`output/${name}_analysis.h5`], images + 2]);
      const path = `${project}/output/${name}_analysis.h5`;
      for (const frame of [0, 5, images - 1]) {
        assert.deepEqual(rowOf(path, frame), await naive(capture, frame + 1, threshold), `image ${frame}`);
      }
      using file = openFile(path);
      const intensity = file.dataset("entry/analysis/intensity");
      assert.deepEqual([intensity.dtype, intensity.shape, intensity.maxShape], ["float64", [images], [null]]);
      assert.equal(intensity.attrs.get("units"), "counts");
      assert.equal(file.attrs.get("default"), "entry");
      assert.equal(file.group("entry").attrs.get("default"), "analysis");
      assert.equal(file.group("entry/analysis").attrs.get("signal"), "intensity");
      assert.equal(file.dataset("entry/threshold").get(), threshold);
    }));
}

Deno.test("a new project takes its parameters from params.json, also from a folder further down", () =>
  inProject(async (project) => {
    Deno.writeTextFileSync(`${project}/params.json`, '{"threshold": 40}');
    Deno.mkdirSync(`${project}/scans`);
    const { parameters, files } = await replayed(`${project}/scans`, `${ROOT}data/xrd.cbors`);
    assert.deepEqual([parameters, files], [{ threshold: 40 }, ["output/xrd_analysis.h5"]]);
    assert.ok(Deno.statSync(`${project}/scans/output/xrd_analysis.h5`).isFile);
  }));

Deno.test("rule 8: a new project saves nothing where the header names no file", () =>
  inProject(async (project) => {
    const { results, files } = await replayed(project, await smallCapture(project));
    assert.deepEqual([results, files], [6, []]);
  }));

Deno.test("an image of which every pixel is dead has the sum 0, and its brightest pixel is nowhere", () =>
  inProject(async (project) => {
    await replayed(project, await smallCapture(project, 2, "scan.h5"), "--set", "threshold=9");
    assert.deepEqual(rowOf(`${project}/scan_analysis.h5`, 0), [15, 1, 2]);
    assert.deepEqual(rowOf(`${project}/scan_analysis.h5`, 1), [0, -1, -1]);
  }));

Deno.test("a new project passes its own checks, also beside a Python environment and what runs write", () =>
  inProject(async (project) => {
    for (const path of [".venv/lib", "output"]) {
      Deno.mkdirSync(`${project}/${path}`, { recursive: true });
      Deno.writeTextFileSync(`${project}/${path}/other.ts`, "let  odd: string = 3");
    }
    const { code, stderr } = await deno(["task", "ok"], project);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Check reducer\.ts\nCheck worker\.ts\n/);
  }));

for (
  const { name, code, says } of [
    { name: "format", code: "export  const even = true;\n", says: /Found 1 not formatted file/ },
    { name: "lint", code: "const even = true;\n", says: /error\[no-unused-vars\]/ },
    { name: "types", code: 'export const even: boolean = "yes";\n', says: /TS2322/ },
  ]
) {
  Deno.test(`the checks of a new project find a fault in a file of one's own: ${name}`, () =>
    inProject(async (project) => {
      Deno.writeTextFileSync(`${project}/own.ts`, code);
      const ended = await deno(["task", "ok"], project);
      assert.equal(ended.code, 1, ended.stderr);
      assert.match(ended.stdout + ended.stderr, says);
    }));
}

Deno.test("the cells of a new project's notebook run, one after the other", () =>
  inProject(async (project) => {
    const notebook = JSON.parse(Deno.readTextFileSync(`${project}/analysis.ipynb`));
    assert.deepEqual([notebook.nbformat, notebook.nbformat_minor], [4, 5]);
    assert.equal(notebook.metadata.kernelspec.name, "deno");
    assert.equal(notebook.metadata.language_info.name, "typescript");
    const cells: { cell_type: string; id: string; source: string[]; outputs?: unknown[] }[] = notebook.cells;
    assert.equal(new Set(cells.map(({ id }) => id)).size, cells.length);
    const code = cells.filter(({ cell_type }) => cell_type === "code");
    for (const { outputs } of code) assert.deepEqual(outputs, []);
    Deno.writeTextFileSync(`${project}/cells.ts`, code.map(({ source }) => source.join("")).join("\n\n"));
    const { code: status, stdout, stderr } = await deno(["run", "-A", "cells.ts"], project);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /62 events/);
    for (const words of ["row of the brightest pixel: 60 points", "column of the brightest pixel: 60 points"]) {
      assert.ok(stdout.includes(words), `${words}: ${stdout}`);
    }
    assert.ok(Deno.statSync(`${project}/output/rings_analysis.h5`).isFile);
  }));

Deno.test("the configuration of a new project leads to this module", () =>
  inProject(async (project) => {
    const { imports, unstable } = JSON.parse(await Deno.readTextFile(`${project}/deno.json`));
    assert.equal(imports.beamfold, pathToFileURL(`${ROOT}mod.ts`).href);
    assert.equal(imports["@logtape/logtape"], "npm:@logtape/logtape@2.4.2");
    // So that a replay does not wait for what it does not use.
    assert.deepEqual(unstable, ["lazy-dynamic-imports"]);
  }));

Deno.test("new takes a folder that is there and empty, and makes those above one that is not", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/empty`);
    for (const name of ["empty", "a/b/c"]) {
      assert.equal((await cli(["new", name], folder)).code, 0);
      assert.deepEqual(Array.from(Deno.readDirSync(`${folder}/${name}`), (entry) => entry.name).sort(), FILES);
    }
  }));

Deno.test("new refuses a folder that is not empty, and leaves it as it is", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/mine`);
    Deno.writeTextFileSync(`${folder}/mine/worker.ts`, "my own");
    const stderr = complaint(await cli(["new", "mine"], folder));
    assert.match(stderr, /"mine": the folder is not empty, it holds "worker\.ts"; name a folder that is empty or does/);
    assert.deepEqual(Array.from(Deno.readDirSync(`${folder}/mine`), ({ name }) => name), ["worker.ts"]);
    assert.equal(Deno.readTextFileSync(`${folder}/mine/worker.ts`), "my own");
  }));

Deno.test("new refuses a name that is no folder's", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    for (const name of ["file", "file/below"]) {
      assert.match(complaint(await cli(["new", name], folder)), new RegExp(`"${name}": there is a file in the way`));
    }
    assert.match(complaint(await cli(["new", ""], folder)), /"": name a folder, such as drp-example/);
  }));
