import assert from "node:assert/strict";
import { numbered, upTo } from "../replay/parts.ts";
import { cli, inFolder, python, testWith } from "../tools.ts";
import { classes, rowsByH5py } from "./running.ts";

testWith(
  [python],
  "a reducer that throws at event 5: a clear error, exit status 1, and a file with what came before",
  () =>
    inFolder(async (folder) => {
      const capture = await numbered(`${folder}/scan.cbors`, upTo(9));
      const set = ["--set", `out=${folder}/out.h5`, "--set", "breaks_at=5"];
      const { code, stdout, stderr } = await cli(["replay", ...classes("Numbers"), "-f", capture, ...set]);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(
        stderr,
        /^error: Rows\.processResult failed at event 5 \(stream "s"\).*: Error: the reducer broke\n/,
      );
      assert.match(stderr, /^ {4}at Rows\.processResult \(\/.*\/tests\/fixtures\/classes\.ts:\d+:\d+\)$/m);
      assert.doesNotMatch(stderr, /file:|\/lib\//);
      assert.deepEqual(await rowsByH5py(`${folder}/out.h5`), upTo(5));
    }),
);

testWith(
  [python],
  "a finish that throws: a clear error, exit status 1, and a whole file",
  () =>
    inFolder(async (folder) => {
      const capture = await numbered(`${folder}/scan.cbors`, upTo(9));
      const set = ["--set", `out=${folder}/out.h5`, "--set", "breaks_at=-1"];
      const { code, stdout, stderr } = await cli(["replay", ...classes("Numbers"), "-f", capture, ...set]);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^error: Rows\.finish failed: Error: finish broke\n {4}at Rows\.finish \(\//);
      assert.doesNotMatch(stderr, /file:|\/lib\//);
      assert.deepEqual(await rowsByH5py(`${folder}/out.h5`), upTo(9));
    }),
);

Deno.test("a worker that throws: the error names event, stream, worker, class, method, file and line", () =>
  inFolder(async (folder) => {
    const capture = await numbered(`${folder}/scan.cbors`, upTo(9));
    const { code, stderr } = await cli(["replay", ...classes("ThirdBreaks"), "-f", capture]);
    assert.equal(code, 1);
    const [first, second, ...rest] = stderr.trimEnd().split("\n");
    assert.equal(
      first,
      'error: ThirdBreaks.processEvent failed at event 2 (stream "s") in replay-worker-1: RangeError: no good: 2',
    );
    assert.match(second ?? "", /^ {4}at ThirdBreaks\.processEvent \(\/.*\/tests\/fixtures\/classes\.ts:\d+:\d+\)$/);
    assert.deepEqual(rest, []);
  }));

/** What a promise that nobody awaits is told as: one paragraph, with the user's own frames. */
const FLOATING = new RegExp(
  "a promise that nobody awaits was rejected \\(await it, or return it\\): Error: nobody awaits this\n" +
    " {4}at .*\\.processEvent \\(/.*/tests/fixtures/classes\\.ts:\\d+:\\d+\\)\n",
);

Deno.test("a rejected promise that nobody awaits is an error, however short the replay", () =>
  inFolder(async (folder) => {
    const capture = await numbered(`${folder}/scan.cbors`, upTo(9));
    const command = ["replay", ...classes("FloatsAtOnce"), "-f", capture];
    for (const threads of ["0", "2"]) {
      const stopped = await cli([...command, "--threads", threads]);
      assert.deepEqual([stopped.code, stopped.stdout], [1, ""], threads);
      assert.match(stopped.stderr, new RegExp(`^error: ${FLOATING.source}$`));
      const { code, stdout, stderr } = await cli([...command, "--threads", threads, "--on-error", "skip"]);
      assert.equal(code, 0, threads);
      assert.match(stderr, new RegExp(`^error: ${FLOATING.source}$`));
      assert.match(stdout, /^9 events → 10 results in /);
    }
  }));

testWith(
  [python],
  "a rejected promise that nobody awaits ends the replay, and the file holds the rows so far",
  () =>
    inFolder(async (folder) => {
      const capture = await numbered(`${folder}/scan.cbors`, upTo(9));
      const set = ["--set", `out=${folder}/out.h5`];
      const { code, stderr } = await cli(["replay", ...classes("Floats"), "-f", capture, ...set]);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`^error: ${FLOATING.source}$`));
      assert.deepEqual(await rowsByH5py(`${folder}/out.h5`), upTo(5));
    }),
);
