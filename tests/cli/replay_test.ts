import { openFile } from "beamfold";
import assert from "node:assert/strict";
import { numbered, shorten, upTo } from "../replay/parts.ts";
import { cli, inFolder, python, ROOT, run, smallCapture, testWith } from "../tools.ts";
import { classes, rowsByH5py, tutorial } from "./running.ts";

/** The tutorial's capture: 11 events, of which 9 are images. */
const xrd = ["-f", `${ROOT}data/xrd.cbors`];

/** What a run that printed JSON says. */
async function jsonOf(args: string[], folder?: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await cli(["replay", ...args, "--json"], folder);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

Deno.test("replay prints counts, the file, and its datasets with their types, values and a small picture", () =>
  inFolder(async (folder) => {
    const capture = await smallCapture(folder, 3, `${folder}/scan.h5`);
    const set = ["--set", "till_x=1", "--set", "from_y=2"];
    const { code, stdout, stderr } = await cli(["replay", ...tutorial, "-f", capture, ...set]);
    assert.deepEqual([code, stderr], [0, ""]);
    const [counts, ...lines] = stdout.trimEnd().split("\n");
    assert.match(counts ?? "", /^5 events → 5 results in \d+(\.\d+)? m?s$/);
    assert.deepEqual(lines, [
      `${folder}/scan_processed.h5`,
      "  from_y   int64            2",
      "  reduced  float32 (4 → ∞)  ▁▂▅█  0 … 22",
      "  till_x   int64            1",
    ]);
  }));

Deno.test("--json prints nothing but one JSON object with the right numbers", async () => {
  const { seconds, parametersHash, ...summary } = await jsonOf([
    ...classes("ThirdBreaks"),
    ...xrd,
    "--on-error",
    "skip",
  ]);
  const errors = summary["errors"] as string[];
  assert.deepEqual({ ...summary, errors: errors.length }, {
    events: 8,
    results: 9,
    skipped: 3,
    unselected: 0,
    warnings: [],
    errors: 3,
    files: [],
    aborted: false,
    lastEvent: 10,
    parameters: { out: "", breaks_at: 1_000_000 },
  });
  assert.match(errors[0] ?? "", /^ThirdBreaks\.processEvent failed at event 2 \(stream "xrd"\)/);
  assert.ok(Number(seconds) > 0);
  assert.match(String(parametersHash), /^[0-9a-f]{64}$/);
});

Deno.test("-p takes parameters from a file, as an object or a list, and --set wins over it", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/object.json`, '{"breaks_at": 70, "out": ""}');
    Deno.writeTextFileSync(`${folder}/list.json`, '[{"name": "breaks_at", "data": "70"}]');
    for (const file of ["object.json", "list.json"]) {
      const given = [...classes("Numbers"), ...xrd, "-p", file];
      assert.deepEqual((await jsonOf(given, folder))["parameters"], { out: "", breaks_at: 70 });
      const { parameters } = await jsonOf([...given, "--set", "breaks_at=71", "--set", "breaks_at=72"], folder);
      assert.deepEqual(parameters, { out: "", breaks_at: 72 });
    }
  }));

Deno.test("--set takes a value with = and spaces in it as it is, also an empty or negative one", () =>
  inFolder(async (folder) => {
    const out = `${folder}/a = b=c.h5`;
    for (const set of [["--set", `out=${out}`], [`--set=out=${out}`]]) {
      const { files } = await jsonOf([...classes("Numbers"), ...xrd, ...set]);
      assert.deepEqual(files, [out]);
    }
    const { parameters } = await jsonOf([...classes("Numbers"), ...xrd, "--set", "out=", "--set", "breaks_at=-3"]);
    assert.deepEqual(parameters, { out: "", breaks_at: -3 });
  }));

Deno.test("--set name=@file and a parameter file give a binary parameter the bytes of a file", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/calibration`);
    Deno.writeFileSync(`${folder}/calibration/d.poni`, Uint8Array.of(1, 0, 255));
    Deno.writeTextFileSync(`${folder}/calibration/p.json`, '{"poni": {"file": "d.poni"}}');
    Deno.writeTextFileSync(
      `${folder}/classes.ts`,
      `import { BinaryParameter } from "${ROOT}mod.ts";
      export class Bytes {
        static describeParameters() { return [new BinaryParameter({ name: "poni" })]; }
        processEvent(_event, { parameters }) { return [...parameters.poni.value]; }
        processResult({ payload }) { console.error("found", payload.join()); }
      }`,
    );
    const given = ["-w", "classes.ts:Bytes", "-r", "classes.ts:Bytes", ...xrd, "--select", "0", "-n", "1", "--json"];
    for (const way of [["--set", "poni=@calibration/d.poni"], ["-p", "calibration/p.json"]]) {
      const { code, stdout, stderr } = await cli(["replay", ...given, ...way], folder);
      assert.deepEqual([code, stderr], [0, "found 1,0,255\n"]);
      assert.deepEqual(JSON.parse(stdout)["parameters"], { poni: "3 bytes" });
    }
    const { code, stderr } = await cli(["replay", ...given, "--set", "poni=@d.poni"], folder);
    assert.equal(code, 1);
    assert.match(stderr, /^error: parameter "poni" is the file "d.poni", which cannot be read: there is no such file/);
  }));

Deno.test("-n sets how many workers there are, each of which gets the first event", async () => {
  assert.equal((await jsonOf([...classes("Numbers"), ...xrd, "-n", "5"]))["results"], 15);
});

Deno.test("--select takes some events", async () => {
  const { events, unselected } = await jsonOf([...classes("Numbers"), ...xrd, "--select", "0, 4:6, 10"]);
  assert.deepEqual([events, unselected], [4, 7]);
});

testWith([python], "--seed shares events at random, and changes nothing in the file", () =>
  inFolder(async (folder) => {
    for (const seed of [[], ["--seed", "1"], ["--seed", "2"]]) {
      const args = [...classes("Numbers"), ...xrd, "-n", "3", "--set", `out=${folder}/out.h5`, ...seed];
      assert.equal((await jsonOf(args))["results"], 13);
      assert.deepEqual(await rowsByH5py(`${folder}/out.h5`), upTo(11));
    }
  }));

Deno.test("--on-error skip goes on, shows the first errors, and exits with 0", () =>
  inFolder(async (folder) => {
    const capture = await numbered(`${folder}/scan.cbors`, upTo(30));
    const args = [...classes("ThirdBreaks"), "-f", capture, "--on-error", "skip"];
    const { code, stdout, stderr } = await cli(["replay", ...args]);
    assert.equal(code, 0);
    assert.match(stdout, /^20 events → 21 results, 10 events skipped in /);
    assert.equal(stderr.match(/^skipped: ThirdBreaks\.processEvent failed at event \d+ /gm)?.length, 5);
    assert.match(stderr, /^skipped: 5 more, .*--json/m);
  }));

Deno.test("a cut capture is a warning, and with --strict an error", () =>
  inFolder(async (folder) => {
    const capture = await numbered(`${folder}/scan.cbors`, upTo(9));
    shorten(capture, 1);
    const lenient = await cli(["replay", ...classes("Numbers"), "-f", capture]);
    assert.equal(lenient.code, 0);
    assert.match(lenient.stderr, /^warning: the capture "[^"]*\/scan\.cbors" is cut: .* at byte \d+/);
    assert.match(lenient.stdout, /^8 events/);
    const strict = await cli(["replay", ...classes("Numbers"), "-f", capture, "--strict"]);
    assert.deepEqual([strict.code, strict.stdout], [1, ""]);
    assert.match(strict.stderr, /^error: the capture "[^"]*\/scan\.cbors" is cut: /);
  }));

Deno.test("several captures are merged", () =>
  inFolder(async (folder) => {
    await numbered(`${folder}/a.cbors`, upTo(6), "a");
    await numbered(`${folder}/b.cbors.gz`, [4, 5, 6, 7], "b");
    const { events } = await jsonOf([...classes("Numbers"), "-f", "a.cbors", "b.cbors.gz"], folder);
    assert.equal(events, 8);
  }));

Deno.test("captures may stand behind one -f, several, --files=, none, and --", () =>
  inFolder(async (folder) => {
    const [a, b, c] = ["a.cbors", "b.cbors", "-c.cbors"] as const;
    for (const [i, name] of [a, b, c].entries()) await numbered(`${folder}/${name}`, [i], name);
    const ways = [
      ["-f", a, b, "./-c.cbors"],
      ["-f", a, "-f", b, "-f", "./-c.cbors"],
      ["-f", a, b, "--set", "breaks_at=70", "./-c.cbors", "--strict"],
      [`--files=${a}`, `-f${b}`, "--files", c],
      [a, b, "--strict", "./-c.cbors"],
      [a, "-n1", b, "--", "./-c.cbors"],
    ];
    for (const way of ways) {
      const { code, stdout, stderr } = await cli(["replay", ...classes("Numbers"), "--json", ...way], folder);
      assert.deepEqual([code, stderr], [0, ""], way.join(" "));
      assert.equal(JSON.parse(stdout).events, 3, way.join(" "));
    }
  }));

Deno.test("of a flag that is given again the last counts, so that those of a task can be replaced", async () => {
  const { results } = await jsonOf([...classes("Nobody"), ...xrd, ...classes("Numbers"), "-n", "9", "-n", "5"]);
  assert.equal(results, 15);
});

Deno.test("paths are meant from where the user stands, also through deno task from a subfolder", () =>
  inFolder(async (folder) => {
    const capture = await numbered(`${folder}/scan.cbors`, upTo(4));
    const names = ["-w", "classes.ts:Numbers", "-r", "./classes.ts:Rows"];
    // A task that runs these tests says where it was started itself, and that would be taken over.
    const { INIT_CWD: _, ...env } = Deno.env.toObject();
    const { code, stdout, stderr } = await run(
      Deno.execPath(),
      ["task", "--quiet", "replay", ...names, "-f", capture, "../../data/rings.cbors", "--json"],
      { cwd: `${ROOT}tests/fixtures`, clearEnv: true, env: { ...env, LOG_LEVEL: "" } },
    );
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).events, 62);
  }));

Deno.test("output folders are made, from where the user stands", () =>
  inFolder(async (folder) => {
    await jsonOf([...classes("Numbers"), ...xrd, "--set", "out=new/deep/out.h5"], folder);
    using file = openFile(`${folder}/new/deep/out.h5`);
    assert.deepEqual(file.keys(), ["rows"]);
  }));

Deno.test("a reducer may move its file away when it is finished", () =>
  inFolder(async (folder) => {
    const args = [...classes("Numbers", "Moves"), ...xrd, "--set", `out=${folder}/out.h5`];
    const { code, stdout, stderr } = await cli(["replay", ...args]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^11 events → 12 results in /);
    using file = openFile(`${folder}/out.h5.moved`);
    assert.deepEqual(file.keys(), ["rows"]);
  }));
