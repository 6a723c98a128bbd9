import { openFile } from "beamfold";
import assert from "node:assert/strict";
import { numbered, upTo } from "../replay/parts.ts";
import { inFolder, python, testWith } from "../tools.ts";
import { classes, interrupted, rowsByH5py } from "./running.ts";

/** More events than the slow workers take until the guard ends them. */
const MANY = 5000;

testWith(
  [python],
  "rule 11: Ctrl-C ends a busy replay in order: exit status 130, and a file with the rows so far",
  () =>
    inFolder(async (folder) => {
      const files = ["-f", await numbered(`${folder}/scan.cbors`, upTo(MANY)), "--set", `out=${folder}/out.h5`];
      const { code, signal, stdout } = await interrupted(["replay", ...classes("Busy"), ...files], "SIGINT");
      assert.deepEqual([code, signal], [130, null]);
      const rows = await rowsByH5py(`${folder}/out.h5`) as number[];
      assert.ok(rows.length >= 5 && rows.length < MANY, `${rows.length} rows`);
      assert.deepEqual(rows, upTo(rows.length));
      assert.match(stdout, new RegExp(`^aborted at event ${rows.length - 1}$`, "m"));
      assert.ok(stdout.includes(`${folder}/out.h5\n  rows  int32 (${rows.length} → ∞)`), stdout);
    }),
);

Deno.test("rule 11: Ctrl-C ends a replay whose worker waits for what never comes", () =>
  inFolder(async (folder) => {
    const files = ["-f", await numbered(`${folder}/scan.cbors`, upTo(9)), "--set", `out=${folder}/out.h5`];
    const { code, signal, stdout, stderr } = await interrupted(
      ["replay", ...classes("Waits"), ...files, "--json"],
      "SIGINT",
    );
    assert.deepEqual([code, signal], [130, null]);
    const { events, aborted, lastEvent } = JSON.parse(stdout);
    assert.deepEqual({ events, aborted, lastEvent }, { events: 5, aborted: true, lastEvent: 4 });
    assert.match(stderr, /^aborted at event 4$/m);
    using file = openFile(`${folder}/out.h5`);
    assert.deepEqual(file.dataset("rows").read().data, Int32Array.from(upTo(5)));
  }));

Deno.test("rule 11: Ctrl-C ends a replay whose finish never ends, with a warning and exit status 130", () =>
  inFolder(async (folder) => {
    const files = ["-f", await numbered(`${folder}/scan.cbors`, upTo(9)), "--set", `out=${folder}/out.h5`];
    const { code, signal, stderr } = await interrupted(["replay", ...classes("FinishWaits"), ...files], "SIGINT");
    assert.match(stderr, /^warning: finish went on .* was not waited for$/m);
    using file = openFile(`${folder}/out.h5`);
    assert.deepEqual(file.dataset("rows").read().data, Int32Array.from(upTo(9)));
    assert.deepEqual([code, signal], [130, null]);
  }));

for (const worker of ["Busy", "Waits"]) {
  testWith(
    [python],
    `SIGTERM ends a replay (${worker}) as it ends any process, and the file is readable`,
    () =>
      inFolder(async (folder) => {
        const files = ["-f", await numbered(`${folder}/scan.cbors`, upTo(MANY)), "--set", `out=${folder}/out.h5`];
        const { code, signal } = await interrupted(["replay", ...classes(worker), ...files], "SIGTERM");
        assert.deepEqual([code, signal], [143, "SIGTERM"]);
        const rows = await rowsByH5py(`${folder}/out.h5`) as number[];
        assert.ok(rows.length >= 5 && rows.length < MANY, `${rows.length} rows`);
        assert.deepEqual(rows, upTo(rows.length));
      }),
  );
}
