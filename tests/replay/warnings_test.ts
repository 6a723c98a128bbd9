import { type EventData, replay, writeCapture } from "beamfold";
import assert from "node:assert/strict";
import { inFolder, ROOT } from "../tools.ts";
import { Keep, numbered, Numbers, shorten } from "./parts.ts";

const files = [`${ROOT}data/xrd.cbors`];

class Nothing {
  processEvent() {}
}

Deno.test("a run in which all is well has no warnings", async () => {
  const { warnings, errors } = await replay({ worker: Numbers, reducer: Keep, files });
  assert.deepEqual([warnings, errors], [[], []]);
});

Deno.test("a worker that never returns a result is warned of, with the streams that it saw", async () => {
  const { warnings, results } = await replay({ worker: Nothing, reducer: Keep, files });
  assert.equal(results, 0);
  assert.deepEqual(warnings, [
    "no result reached the reducer: Nothing.processEvent returned nothing for all 11 events (their streams: " +
    '"xrd")',
  ]);
});

Deno.test("the warning about missing results names the streams of all events", () =>
  inFolder(async (folder) => {
    const path = `${folder}/scan.cbors`;
    const stream = { typ: "T", frames: [] };
    await writeCapture(path, [
      { eventNumber: 0, streams: { eiger: stream } },
      { eventNumber: 1, streams: { eiger: stream, motor: stream } },
    ]);
    const { warnings } = await replay({ worker: Nothing, reducer: Keep, files: [path] });
    assert.match(warnings.join(), /\(their streams: "eiger", "motor"\)$/);
  }));

Deno.test("one single result is enough for no warning", async () => {
  class Once {
    processEvent({ eventNumber }: EventData) {
      return eventNumber === 10 ? 1 : undefined;
    }
  }
  const { warnings, results } = await replay({ worker: Once, reducer: Keep, files });
  assert.deepEqual([warnings, results], [[], 1]);
});

Deno.test("a capture without a whole event is warned of, and of its cut", () =>
  inFolder(async (folder) => {
    const path = await numbered(`${folder}/scan.cbors`, [0]);
    shorten(path, 1);
    const { events, warnings } = await replay({ worker: Numbers, reducer: Keep, files: [path] });
    assert.equal(events, 0);
    assert.match(warnings[0] ?? "", /scan\.cbors" is cut: its last item, at byte 0/);
    assert.deepEqual(warnings.slice(1), ["the captures hold no whole event"]);
  }));

Deno.test("an outcome prints as one line with what counts", async () => {
  const outcome = await replay({ worker: Nothing, reducer: Keep, files, select: "1:4" });
  assert.match(
    Deno.inspect(outcome),
    /^ReplayOutcome \{ 3 events, 0 results, 1 not selected, 2 warnings, \d+(\.\d+)? m?s \}$/,
  );
});
