import assert from "node:assert/strict";
import type { EventData, ResultData } from "beamfold";
import { replayOn } from "../../lib/replay/replay.ts";
import { keepingSink, picturesIn, strippedIn } from "../notebook/tools.ts";
import { inFolder, smallCapture } from "../tools.ts";
import { TestReducer } from "../../notebooks/tutorial/reducer.ts";
import { TestWorker } from "../../notebooks/tutorial/worker.ts";
import { Keep, numbered, Numbers, rejection, upTo } from "./parts.ts";

const files = ["data/xrd.cbors"];

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
    assert.match(rendering.text, /^6 events → 6 results in \d+\.\d\d s\ntill_x {2}2\nfrom_y {2}1\n/);
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
  class Hot {
    processEvent({ eventNumber }: EventData) {
      if (eventNumber === 3) throw new RangeError("too hot");
      return eventNumber;
    }
  }
  const error = await rejection(replayOn(sink, { worker: Hot, reducer: Keep, files }));
  const shown = [...sink.slots.values()][0]?.at(-1);
  assert.match(
    shown?.text ?? "",
    /^The replay was stopped by an error\.\nHot\.processEvent failed at event 3 \(stream "xrd"\)/,
  );
  assert.match(shown?.text ?? "", /display_test\.ts:\d+:\d+/);
  assert.ok(shown?.text.includes(error.message));
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
