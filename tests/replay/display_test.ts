import assert from "node:assert/strict";
import { type EventData, IntParameter, isBeamfoldError, type Progress, replay, type ResultData } from "beamfold";
import { displayed } from "../../lib/replay/display.ts";
import { replayOn } from "../../lib/replay/replay.ts";
import { sweepOn } from "../../lib/replay/sweep.ts";
import { keepingSink, picturesIn, strippedIn } from "../notebook/tools.ts";
import { inFolder, smallCapture } from "../tools.ts";
import { TestReducer } from "../../notebooks/tutorial/reducer.ts";
import { TestWorker } from "../../notebooks/tutorial/worker.ts";
import { Keep, numbered, Numbers, rejection, upTo } from "./parts.ts";
import { Drops } from "./stray_classes.ts";

const files = ["data/xrd.cbors"];

/** A worker that fails, with an error of more than one line. */
class Hot {
  processEvent({ eventNumber }: EventData) {
    if (eventNumber === 3) throw new RangeError("too hot\nby far");
    return eventNumber;
  }
}

/** The same, with a parameter to vary. */
class Tunable extends Hot {
  static describeParameters() {
    return [new IntParameter({ name: "limit", default: 3 })];
  }
}

/** Takes its time, so that there is something to report. */
class Slow {
  async processEvent({ eventNumber }: EventData) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    return eventNumber;
  }
}

Deno.test("a short replay shows one thing in one slot: counts, parameters, and the file with its plot", () =>
  inFolder(async (folder) => {
    const sink = keepingSink();
    const capture = await smallCapture(folder, 4, `${folder}/out.h5`);
    await replayOn(sink, { worker: TestWorker, reducer: TestReducer, files: [capture], parameters: { from_y: 1 } });
    assert.deepEqual(sink.shown, []);
    const [slot, ...others] = [...sink.slots.values()];
    // Its place, with nothing in it yet, and the outcome.
    assert.deepEqual([others.length, slot?.length, slot?.[0]?.text], [0, 2, ""]);
    const rendering = slot?.[1];
    assert(rendering !== undefined);
    assert.match(rendering.text, /^6 events → 6 results in \d+(\.\d+)? m?s\ntill_x {2}2\nfrom_y {2}1\n/);
    assert.match(rendering.text, /out_processed\.h5\n├ from_y {2}int64 = 1\n/);
    assert.equal(picturesIn(rendering), 1);
    assert.deepEqual(strippedIn(rendering), []);
  }));

Deno.test("a long replay shows its progress in the slot, then the outcome in its place", () =>
  inFolder(async (folder) => {
    const sink = keepingSink();
    const capture = await numbered(`${folder}/scan.cbors`, upTo(40));
    const live = (reducer: Keep) => `so far ${reducer.results.length > 0 ? "some" : "none"}`;
    await replayOn(sink, { worker: Slow, reducer: Keep as never, files: [capture], live: live as never });
    const [slot = []] = [...sink.slots.values()];
    assert.ok(slot.length > 2, `${slot.length} displays`);
    assert.match(slot[1]?.text ?? "", /^\d+ % {2}\d+ events? {2}\d+ events?\/s/);
    assert.ok(slot.some(({ text }) => text.includes("so far some")), "live is drawn with the progress");
    assert.match(slot.at(-1)?.text ?? "", /^40 events → 41 results/);
    assert.doesNotMatch(slot.at(-1)?.text ?? "", /so far/);
  }));

Deno.test("rule 6: an error in a class is shown with event, stream and the user's own lines, and is thrown", async () => {
  const sink = keepingSink();
  const error = await rejection(replayOn(sink, { worker: Hot, reducer: Keep, files }));
  const shown = [...sink.slots.values()][0]?.at(-1);
  assert.match(
    shown?.text ?? "",
    /^The replay was stopped by an error\.\nHot\.processEvent failed at event 3 \(stream "xrd"\)/,
  );
  assert.match(shown?.text ?? "", /display_test\.ts:\d+:\d+/);
  assert.ok(shown?.text.includes(error.message));
});

Deno.test("of an error that is drawn one line is left for the kernel's traceback; all else of it stays", async () => {
  const options = { worker: Hot, reducer: Keep, files };
  const [drawn, swept, plain] = await Promise.all([
    rejection(replayOn(keepingSink(), options)),
    rejection(sweepOn(keepingSink(), { ...options, worker: Tunable, parameters: { limit: [3, 4] } })),
    rejection(replay(options)),
  ]);
  const line = /^ReplayError \(see above\): (Hot|Tunable)\.processEvent failed at event 3 .*: RangeError: too hot$/;
  for (const error of [drawn, swept]) {
    assert.match(error.stack ?? "", line);
    assert.match(error.message, /too hot\nby far\n.* at .*display_test\.ts:/);
    assert.ok(isBeamfoldError(error, "ReplayError") && error.cause instanceof RangeError);
    assert.match(error.cause.stack ?? "", /display_test\.ts:/);
  }
  // Outside of a notebook nothing is drawn, so nothing is left out.
  assert.equal(plain.stack, `ReplayError: ${plain.message}`);
  assert.equal(plain.message, drawn.message);
});

Deno.test("an error in the input loses its stack only where it is drawn", async () => {
  const options = { worker: Numbers, reducer: Keep, files: ["nowhere.cbors"] };
  const [drawn, plain] = [await rejection(replayOn(keepingSink(), options)), await rejection(replay(options))];
  assert.equal(drawn.stack, `CaptureError (see above): ${drawn.message}`);
  assert.match(plain.stack ?? "", /^CaptureError: cannot read .*\n +at /);
});

Deno.test("an error that was not foreseen is drawn, and keeps the stack that says where it comes from", async () => {
  const sink = keepingSink();
  const progress = ({ done }: Progress): void => {
    if (done) throw new TypeError("no such bar");
  };
  const error = await rejection(replayOn(sink, { worker: Numbers, reducer: Keep, files, progress }));
  assert.match([...sink.slots.values()][0]?.at(-1)?.text ?? "", /no such bar/);
  assert.match(error.stack ?? "", /^TypeError: no such bar\n.*display_test\.ts:/);
});

Deno.test("what is thrown and is no Error is drawn as well, and thrown as it is", async () => {
  for (
    const [thrown, text] of [["a text", "a text"], [undefined, "undefined"], [{ code: 5 }, "{ code: 5 }"]] as const
  ) {
    const sink = keepingSink();
    const run = (): Promise<never> => Promise.reject(thrown);
    const done = displayed(sink, { worker: Numbers, reducer: Keep, files }, run, () => ({ html: "", text: "" }));
    assert.deepEqual(await done.catch((error) => ({ error })), { error: thrown });
    assert.equal([...sink.slots.values()][0]?.at(-1)?.text, `The replay was stopped by an error.\n${text}`);
  }
});

Deno.test("rule 11: an aborted replay shows what was done, and where it ended", async () => {
  const sink = keepingSink();
  const controller = new AbortController();
  class Stops extends Keep {
    override processResult(result: ResultData) {
      super.processResult(result);
      if (result.eventNumber === 2) controller.abort();
    }
  }
  await replayOn(sink, { worker: Numbers, reducer: Stops, files, signal: controller.signal });
  assert.match([...sink.slots.values()][0]?.at(-1)?.text ?? "", /^3 events → 4 results .*; aborted at event 2/);
});

Deno.test("warnings and skipped errors are shown with the outcome", async () => {
  const sink = keepingSink();
  class Odd {
    processEvent({ eventNumber }: EventData) {
      if (eventNumber % 2 === 1) throw new Error(`odd ${eventNumber}`);
    }
  }
  await replayOn(sink, { worker: Odd, reducer: Keep, files, onError: "skip", workers: 1 });
  const text = [...sink.slots.values()][0]?.at(-1)?.text ?? "";
  assert.match(text, /^6 events → 0 results, 5 events skipped/);
  assert.match(text, /⚠ no result reached the reducer/);
  assert.match(text, /skipped: Odd\.processEvent failed at event 1 .*Error: odd 1/);
});

Deno.test("a live function that fails does not stop the replay, and its error is shown", () =>
  inFolder(async (folder) => {
    const sink = keepingSink();
    const capture = await numbered(`${folder}/scan.cbors`, upTo(40));
    const live = (): never => {
      throw new Error("no picture");
    };
    const { events } = await replayOn(sink, { worker: Slow, reducer: Keep, files: [capture], live });
    assert.equal(events, 40);
    assert.ok([...sink.slots.values()][0]?.some(({ text }) => text.includes("live failed:\nno picture")));
  }));

Deno.test("a promise that nobody awaits is shown once, with the outcome", async () => {
  for (const onError of ["stop", "skip"] as const) {
    const sink = keepingSink();
    await replayOn(sink, { worker: Drops, reducer: Keep, files, onError }).catch(() => {});
    const last = [...sink.shown, ...[...sink.slots.values()].map((slot) => slot.at(-1))];
    const told = last.filter((rendering) => rendering?.text.includes("nobody awaits was rejected"));
    assert.equal(told.length, 1, onError);
  }
});
