import assert from "node:assert/strict";
import { isBeamfoldError, type Progress, replay, type ReplayOptions, writeCapture } from "beamfold";
import { cli, inFolder, timesOpen } from "../tools.ts";
import { classes } from "../cli/running.ts";
import { rejection, upTo } from "./parts.ts";
import type { Keep } from "./thread_classes.ts";

const CLASSES = decodeURIComponent(new URL("thread_classes.ts", import.meta.url).pathname);
/** Threads read frames of this size themselves. */
const LARGE = 100_000;

/** A capture of events with a small and a large frame, both full of their numbers. */
async function capture(path: string, count: number): Promise<string> {
  const frames = (eventNumber: number) => [10, LARGE].map((size) => new Uint8Array(size).fill(eventNumber));
  await writeCapture(
    path,
    upTo(count).map((eventNumber) => ({ eventNumber, streams: { s: { typ: "T", frames: frames(eventNumber) } } })),
  );
  return path;
}

async function run(files: string | string[], worker: string, options: Partial<ReplayOptions> = {}) {
  const outcome = await replay({
    worker: `${CLASSES}:${worker}`,
    reducer: `${CLASSES}:Keep`,
    threads: 2,
    ordered: true,
    ...options,
    files: [files].flat(),
  });
  return { ...outcome, reducer: outcome.reducer as unknown as Keep };
}

Deno.test("with reuseFrames, large frames that a thread has read are empty at its next event; else they stay", () =>
  inFolder(async (folder) => {
    // Enough for several events in a message, and large ones too.
    const path = await capture(`${folder}/a.cbors`, 300);
    for (const [reuseFrames, left] of [[false, LARGE], [true, 0]] as const) {
      const { reducer } = await run(path, "LooksBack", { reuseFrames });
      assert.equal(reducer.results.length, 301);
      const [first, second, ...others] = reducer.results.map(({ payload }) => payload);
      assert.deepEqual([first, second], [[[10, LARGE], []], [[10, LARGE], []]]);
      for (const lengths of others) assert.deepEqual(lengths, [[10, LARGE], [10, left]]);
    }
  }));

Deno.test("frames in payloads are the reducer's, also with reuseFrames", () =>
  inFolder(async (folder) => {
    const path = await capture(`${folder}/a.cbors`, 100);
    for (const reuseFrames of [false, true]) {
      const { reducer } = await run(path, "GivesFrames", { reuseFrames });
      assert.equal(reducer.results.length, 101);
      for (const { eventNumber, payload } of reducer.results) {
        const frames = payload as readonly Uint8Array[];
        assert.deepEqual(frames.map(({ length }) => length), [10, LARGE]);
        assert.ok(frames.every((frame) => frame.every((byte) => byte === eventNumber)), `${eventNumber}`);
      }
    }
  }));

Deno.test("a capture that becomes shorter while threads read it is an error of the capture, and never skipped", () =>
  inFolder(async (folder) => {
    for (const onError of ["stop", "skip"] as const) {
      const path = await capture(`${folder}/${onError}.cbors`, 40);
      const error = await rejection(run(path, "Shortens", { onError }));
      assert.ok(isBeamfoldError(error, "CaptureError"), `${error}`);
      assert.match(
        error.message,
        /^cannot read the frame of 100000 bytes at byte \d+ of the capture ".*cbors": it has/,
      );
      assert.equal((error as { path?: string }).path, path);
    }
  }));

Deno.test("events with frames that are not read are logged as others are", () =>
  inFolder(async (folder) => {
    await capture(`${folder}/a.cbors`, 3);
    const args = ["replay", ...classes("Numbers"), "-f", "a.cbors", "--no-progress"];
    const lines = async (threads: string): Promise<string[]> => {
      const { code, stderr } = await cli([...args, "--threads", threads], folder, { LOG_LEVEL: "debug" });
      assert.equal(code, 0, stderr);
      return stderr.split("\n").filter((line) => line.includes("EventData #")).map((line) => line.replace(/^\S+ /, ""));
    };
    const alone = await lines("0");
    assert.equal(alone.length, 3);
    assert.match(alone[2] as string, /s: T \[10 B 02 02/);
    assert.deepEqual(await lines("2"), alone);
  }));

Deno.test("large frames of several captures, plain and gzip, come to their events", () =>
  inFolder(async (folder) => {
    const captures = ["a.cbors", "b.cbors", "c.cbors.gz"].map((name) => `${folder}/${name}`);
    for (const [index, path] of captures.entries()) {
      const items = upTo(20).map((eventNumber) => {
        const frames = [LARGE + index, 2 * LARGE].map((size) => new Uint8Array(size).fill(10 * eventNumber + index));
        return { eventNumber, streams: { [`s${index}`]: { typ: "T", frames } } };
      });
      await writeCapture(path, items);
    }
    const { reducer } = await run(captures, "FirstBytes");
    assert.equal(reducer.results.length, 21);
    for (const { eventNumber, payload } of reducer.results) {
      const firstBytes = [0, 1, 2].map((index) => {
        const first = 10 * eventNumber + index;
        return ["T", [[first, LARGE + index], [first, 2 * LARGE]]];
      });
      assert.deepEqual(payload, firstBytes);
    }
  }));

Deno.test(
  "threads that are done with a capture have it open no more",
  { ignore: Deno.build.os !== "linux" },
  () =>
    inFolder(async (folder) => {
      const path = await capture(`${folder}/a.cbors`, 10);
      const { events } = await run(path, "Numbers");
      assert.equal(events, 10);
      assert.equal(timesOpen(path), 0);
    }),
);

Deno.test("what is not read is bounded as well: no more than 16 MB are ahead of a slow reducer", () =>
  inFolder(async (folder) => {
    const count = 600;
    const path = await capture(`${folder}/a.cbors`, count);
    const ahead: number[] = [];
    const progress = ({ bytes, events }: Progress): void => {
      if (events > 0 && events < count) ahead.push(bytes - (events * Deno.statSync(path).size) / count);
    };
    await run(path, "Numbers", { reducer: `${CLASSES}:SlowKeep`, progress });
    assert.ok(ahead.length >= 3, `${ahead}`);
    assert.ok(Math.max(...ahead) < 17 * 2 ** 20, `${ahead}`);
    assert.ok(Math.max(...ahead) > 4 * 2 ** 20, `${ahead}`);
  }));
