import type { Progress } from "beamfold";
import assert from "node:assert/strict";
import { progressDisplay } from "../../lib/cli/progress_bar.ts";
import { numbered, upTo } from "../replay/parts.ts";
import { type Ended, inFolder, python, ROOT, run, testWith } from "../tools.ts";
import { classes } from "./running.ts";

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_LINE = "\x1b[2K";

/** What is printed on the standard error stream where it is no terminal. */
async function linesFor(reports: readonly Partial<Progress>[]): Promise<string[]> {
  const lines: string[] = [];
  const { error } = console;
  console.error = (line: string) => lines.push(line);
  try {
    const display = await progressDisplay(false);
    for (const report of reports) {
      display({
        events: 0,
        results: 0,
        bytes: 0,
        totalBytes: 1,
        seconds: 0,
        done: false,
        reducer: undefined,
        publish: undefined,
        ...report,
      });
    }
  } finally {
    console.error = error;
  }
  return lines;
}

/** Runs a replay of busy events in a terminal; both streams come as one. */
async function inTerminal(folder: string, ...args: string[]): Promise<Ended> {
  const capture = await numbered(`${folder}/scan.cbors`, upTo(60));
  const command = [Deno.execPath(), "run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`, "replay"];
  return run(python.path, [
    ...["-c", "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"],
    ...[...command, ...classes("Busy"), "-f", capture, ...args],
  ], { env: { TERM: "xterm", LOG_LEVEL: "" } });
}

Deno.test("without a terminal a short run prints no progress", async () => {
  assert.deepEqual(await linesFor([{ seconds: 0.1 }, { seconds: 9.9 }, { seconds: 9.95, done: true }]), []);
});

Deno.test("without a terminal a long run prints a line about every ten seconds, with share, rates and time left", async () => {
  const reports = upTo(300).map((i) => ({
    seconds: i / 10,
    events: i * 100,
    bytes: i * 1e6,
    totalBytes: 600e6,
  }));
  assert.deepEqual(await linesFor(reports), [
    "16 %  10 000 events  1 000 events/s  10 MB/s  50 s left",
    "33 %  20 000 events  1 000 events/s  10 MB/s  40 s left",
  ]);
});

Deno.test("without a terminal a slow run has rates that can be read", async () => {
  const lines = await linesFor([{ seconds: 30, events: 7, bytes: 1000, totalBytes: 1000 }]);
  assert.deepEqual(lines, ["100 %  7 events  0 events/s  33 B/s"]);
});

Deno.test("without a terminal the progress of a source has no share of bytes", async () => {
  assert.deepEqual(await linesFor([{ seconds: 11, bytes: 0, totalBytes: 0 }]), ["0 events  0 events/s"]);
});

testWith(
  [python],
  "in a terminal a bar is shown during the run, and taken away at its end",
  () =>
    inFolder(async (folder) => {
      const { code, stdout } = await inTerminal(folder);
      assert.equal(code, 0, stdout);
      assert.match(stdout, /█+░* \d+ % {2}\d+ events? {2}\d+ events?\/s/);
      assert.ok(stdout.includes(HIDE_CURSOR));
      assert.ok(stdout.lastIndexOf(SHOW_CURSOR) > stdout.lastIndexOf(HIDE_CURSOR), "the cursor stays hidden");
      assert.ok(stdout.lastIndexOf("60 events → 61 results") > stdout.lastIndexOf("░"), stdout);
    }),
);

testWith(
  [python],
  "in a terminal the cursor is back after an error, and the error stands on a line of its own",
  () =>
    inFolder(async (folder) => {
      const { code, stdout } = await inTerminal(folder, "--set", "breaks_at=50");
      assert.equal(code, 1);
      assert.ok(stdout.includes(HIDE_CURSOR));
      assert.ok(stdout.lastIndexOf(SHOW_CURSOR) > stdout.lastIndexOf(HIDE_CURSOR), "the cursor stays hidden");
      // What stands before the error on its line, behind the last code that clears it.
      const line = stdout.slice(0, stdout.indexOf("error: ")).replaceAll(CLEAR_LINE, "\n").split("\n").at(-1) ?? "";
      assert.doesNotMatch(line, /[█░]/);
    }),
);

testWith([python], "--no-progress shows no bar in a terminal", () =>
  inFolder(async (folder) => {
    const { code, stdout } = await inTerminal(folder, "--no-progress");
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /[█░]/);
    assert.ok(!stdout.includes(HIDE_CURSOR));
  }));
