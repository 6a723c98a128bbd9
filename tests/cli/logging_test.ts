import assert from "node:assert/strict";
import { cli, inFolder, ROOT } from "../tools.ts";
import { classes, complaint } from "./running.ts";

const args = ["replay", ...classes("Logs"), "-f", `${ROOT}data/xrd.cbors`, "--select", ":2", "-n", "1"];

Deno.test("without LOG_LEVEL no log line of less than a warning is shown", async () => {
  const { code, stderr } = await cli(args);
  assert.deepEqual([code, stderr], [0, ""]);
});

Deno.test("LOG_LEVEL=DEBUG shows lines of this project and of the user's worker, with the event in them", async () => {
  const { code, stdout, stderr } = await cli(args, ROOT, { LOG_LEVEL: "DEBUG" });
  assert.equal(code, 0);
  assert.match(stdout, /^2 events/);
  const lines = stderr.trimEnd().split("\n");
  assert.match(lines[0] ?? "", /^INFO {2}beamfold·replay: Logs × 1 and Rows with \{ out: "", breaks_at: 1000000 \}$/);
  const event = /EventData #(\d+) recorded 2024\S+ \{ xrd: STINS \[\d+ B \{"htype":/;
  for (const line of lines.slice(1)) assert.match(line, event);
  assert.deepEqual(
    lines.slice(1).map((line) => [line.slice(0, line.indexOf(":")), event.exec(line)?.[1]]),
    [
      ["DEBUG beamfold·replay", "0"],
      ["INFO  fixture·logs", "0"],
      ["DEBUG beamfold·replay", "1"],
      ["INFO  fixture·logs", "1"],
    ],
  );
  assert.match(lines[2] ?? "", /^INFO {2}fixture·logs: took EventData #0 /);
});

Deno.test("LOG_LEVEL=INFO leaves out what is only for debugging, in either case of letters", async () => {
  for (const level of ["INFO", "info"]) {
    const { stderr } = await cli(args, ROOT, { LOG_LEVEL: level });
    assert.doesNotMatch(stderr, /DEBUG/);
    assert.equal(stderr.match(/^INFO {2}fixture·logs: /gm)?.length, 2);
  }
});

Deno.test("a LOG_LEVEL that is none is refused, with the levels and the closest one", async () => {
  const stderr = complaint(await cli(args, ROOT, { LOG_LEVEL: "DEBGU" }));
  assert.match(stderr, /^error: LOG_LEVEL is "DEBGU", expected one of TRACE, DEBUG, INFO, .*; did you mean DEBUG\?$/m);
});

Deno.test("log lines leave the JSON on the standard output alone", async () => {
  const { stdout } = await cli([...args, "--json"], ROOT, { LOG_LEVEL: "TRACE" });
  assert.equal(JSON.parse(stdout).events, 2);
});

Deno.test("warnings of classes are shown without LOG_LEVEL, from the moment when they are loaded", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(
      `${folder}/helper.ts`,
      `import { getLogger } from "@logtape/logtape";
       export const logger = getLogger("mine");
       logger.warn("loaded");
       logger.info("not shown");`,
    );
    Deno.writeTextFileSync(
      `${folder}/classes.ts`,
      `import { logger } from "./helper.ts";
       export class Warns { processEvent({ eventNumber }) { logger.warn("took {eventNumber}", { eventNumber }); } }
       export class Nothing { processResult() {} }`,
    );
    const path = `${folder}/classes.ts`;
    const flags = ["-w", `${path}:Warns`, "-r", `${path}:Nothing`, "--select", ":2", "-n", "1"];
    const { code, stderr } = await cli(["replay", ...flags, `${ROOT}data/xrd.cbors`]);
    assert.equal(code, 0);
    assert.match(stderr, /^WARN {2}mine: loaded\nWARN {2}mine: took 0\nWARN {2}mine: took 1\nwarning: no result/);
  }));
