import assert from "node:assert/strict";
import { tutorial } from "./cli/running.ts";
import { cli, h5dump, inFolder, python, pythonJson, ROOT, run, shared, testWith } from "./tools.ts";

/** Where both write what they make of the captures, whose headers name `output/xrd.h5`. */
const OUTPUT = "output/xrd_processed.h5";

/** Two sets of parameters, and what the tutorial makes of `dump_xrd.cbors` with them. */
const cases = [
  { till_x: 2, from_y: 8, reduced: "0, 9.25, 11.25, 11.75, 4.25, 2.25, 3, 4.75, 7.75, 10.75" },
  { till_x: 3, from_y: 7, reduced: "0, 8.88889, 8.66667, 8.11111, 6, 6.66667, 8.22222, 10.6667, 12.4444, 14.3333" },
];

/** Replays a capture with the tutorial's classes, in a folder. */
async function replayed(folder: string, capture: string, parameters: { till_x: number; from_y: number }) {
  const set = Object.entries(parameters).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const { code, stderr } = await cli(["replay", ...tutorial, "-f", capture, ...set], folder);
  assert.equal(code, 0, stderr);
}

/** What h5dump prints for a dataset: type, extents, and its values in one line. */
async function dumped(folder: string, name: string): Promise<{ type: string; space: string; values: string }> {
  const { code, stdout, stderr } = await run("h5dump", ["-d", name, OUTPUT], { cwd: folder });
  assert.equal(code, 0, stderr);
  const field = (pattern: RegExp): string => pattern.exec(stdout)?.[1] ?? "";
  const values = field(/DATA \{\n([^}]*)\}/).replace(/\(\d+\): /g, "").replace(/\s+/g, " ").trim();
  return { type: field(/DATATYPE\s+(.*)/), space: field(/DATASPACE\s+(.*)/), values };
}

/** Replays a capture with the tutorial's classes in Python, in a folder. */
async function replayedByDranspose(folder: string, capture: string, parameters: { till_x: number; from_y: number }) {
  const list = Object.entries(parameters).map(([name, value]) => ({ name, data: String(value) }));
  Deno.writeTextFileSync(`${folder}/params.json`, JSON.stringify(list));
  const { code, stderr } = await run(python.path, [
    ...["-c", "from dranspose.cli import run; run()", "replay"],
    ...["-w", "tutorial:TestWorker", "-r", "tutorial:TestReducer", "-f", capture, "-p", "params.json"],
  ], { cwd: folder, env: { PYTHONPATH: `${ROOT}tests/fixtures`, PYTHONDONTWRITEBYTECODE: "1" } });
  assert.equal(code, 0, stderr);
}

/** All datasets of a file as h5py sees them. */
const DESCRIBE = `
import h5py, json, sys
def describe(dataset):
    return [str(dataset.dtype), dataset.shape, dataset.maxshape, dataset[()].tolist()]
with h5py.File(sys.argv[1]) as file:
    found = {}
    file.visititems(lambda name, item: found.update({name: describe(item)}))
    print(json.dumps(found))
`;

for (const { reduced, ...parameters } of cases) {
  const named = `till_x=${parameters.till_x}, from_y=${parameters.from_y}`;

  testWith(
    [shared, h5dump],
    `h5dump prints the tutorial's file as the reference has it: ${named}`,
    () =>
      inFolder(async (folder) => {
        await replayed(folder, shared.path("captures/events/dump_xrd.cbors"), parameters);
        assert.deepEqual(await dumped(folder, "reduced"), {
          type: "H5T_IEEE_F32LE",
          space: "SIMPLE { ( 10 ) / ( H5S_UNLIMITED ) }",
          values: reduced,
        });
        for (const [name, value] of Object.entries(parameters)) {
          assert.deepEqual(await dumped(folder, name), {
            type: "H5T_STD_I64LE",
            space: "SCALAR",
            values: String(value),
          });
        }
      }),
  );

  for (const capture of [`${ROOT}data/xrd.cbors`, shared.path("captures/events/dump_xrd.cbors")]) {
    const needs = capture.startsWith(`${ROOT}data`) ? [python] : [python, shared];
    const name = capture.replace(/.*\//, "");
    testWith(
      needs,
      `dranspose writes the same file from ${name}: names, types, extents and values: ${named}`,
      () =>
        inFolder(async (folder) => {
          const [ours, theirs] = [`${folder}/ours`, `${folder}/theirs`];
          for (const place of [ours, theirs]) Deno.mkdirSync(place);
          await replayed(ours, capture, parameters);
          await replayedByDranspose(theirs, capture, parameters);
          const [mine, reference] = [
            await pythonJson(DESCRIBE, [OUTPUT], { cwd: ours }),
            await pythonJson(DESCRIBE, [OUTPUT], { cwd: theirs }),
          ] as Record<string, unknown>[];
          assert.deepEqual(Object.keys(reference ?? {}), ["from_y", "reduced", "till_x"]);
          assert.deepEqual(mine, reference);
        }),
    );
  }
}
