import assert from "node:assert/strict";
import { python, ROOT, run, testWith } from "../tools.ts";

function bench(args: string[], interpreter: string) {
  return run(Deno.execPath(), ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}bench/main.ts`, ...args], {
    env: { BEAMFOLD_PYTHON: interpreter },
  });
}

Deno.test("without Python the figures of beamfold are printed alone", async () => {
  const { code, stdout, stderr } = await bench(["--only", "tutorial", "--runs", "1"], "/nowhere/python");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Medians of 1 run, .* There is no Python with dranspose: beamfold alone\.$/m);
  assert.match(stdout, /^\| tutorial, 11 events \| +– \| +\d+\.\d\d \| +– \|/m);
  assert.match(stdout.trimEnd().split("\n").at(-1) as string, /core.*Deno \d/);
});

testWith([python], "with Python the ratio is printed, and both computed the same", async () => {
  const { code, stdout, stderr } = await bench(["--only", "tutorial", "--runs", "1"], python.path);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\| tutorial, 11 events \| +\d+\.\d\d \| +\d+\.\d\d \| +\d+\.\d× \|/m);
  assert.match(stdout, /dranspose \d/);
});

for (const args of [["--only", "tutorials"], ["--runs", "0"], ["--run", "1"]]) {
  Deno.test(`wrong usage is told: ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await bench(args, "/nowhere/python");
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^error: .*--help/);
  });
}
