import { type EventData, replay, type ReplayOutcome, type Select } from "beamfold";
import assert from "node:assert/strict";
import { inFolder, ROOT } from "../tools.ts";
import { Keep, numbered, Numbers, upTo } from "./parts.ts";

/** The tutorial's capture: 11 events, numbered from 0. */
const files = [`${ROOT}data/xrd.cbors`];

function selecting(select: Select): Promise<ReplayOutcome<Keep>> {
  return replay({ worker: Numbers, reducer: Keep, files, workers: 1, select });
}

for (
  const { select, numbers } of [
    { select: "2:5", numbers: [2, 3, 4] },
    { select: "::4", numbers: [0, 4, 8] },
    { select: "0, 9:", numbers: [0, 9, 10] },
    { select: "7, 3, 3:5", numbers: [3, 4, 7] },
    { select: ":", numbers: upTo(11) },
    { select: "10", numbers: [10] },
  ]
) {
  Deno.test(`select "${select}" takes events ${numbers} in ascending order`, async () => {
    const { reducer, events } = await selecting(select);
    assert.deepEqual([reducer.eventNumbers, events], [numbers, numbers.length]);
  });
}

Deno.test("select may be a function of the event number; the rest is counted as unselected", async () => {
  const { reducer, events, unselected } = await selecting((eventNumber) => eventNumber % 3 === 0);
  assert.deepEqual(reducer.eventNumbers, [0, 3, 6, 9]);
  assert.deepEqual([events, unselected], [4, 7]);
});

Deno.test("rule 2: the first event that is selected goes to every worker", () =>
  inFolder(async (folder) => {
    const scan = [await numbered(`${folder}/scan.cbors`, upTo(9))];
    const { reducer } = await replay({ worker: Numbers, reducer: Keep, files: scan, workers: 2, select: "3:6" });
    assert.deepEqual(reducer.results.map(({ eventNumber, worker }) => [eventNumber, worker]), [
      [3, "replay-worker-0"],
      [3, "replay-worker-1"],
      [4, "replay-worker-0"],
      [5, "replay-worker-1"],
    ]);
  }));

Deno.test("a first event that is not selected is warned of once, by its number, with the way out", async () => {
  const { warnings } = await selecting("4:6");
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /^event 0, the first of the capture, is not selected: .*header.*select "0, …"/);
});

Deno.test("no warning comes where the first event is selected", async () => {
  assert.deepEqual((await selecting("0, 4:6")).warnings, []);
});

Deno.test("no warning about the first event comes where it was selected and skipped for an error", async () => {
  class Breaks {
    processEvent({ eventNumber }: EventData) {
      if (eventNumber === 0) throw new Error("broke");
      return eventNumber;
    }
  }
  const outcome = await replay({ worker: Breaks, reducer: Keep, files, workers: 1, select: "0, 2:", onError: "skip" });
  assert.deepEqual([outcome.skipped, outcome.unselected, outcome.warnings], [1, 1, []]);
});

Deno.test("the replay stops behind the last event that can be selected", () =>
  inFolder(async (folder) => {
    const path = await numbered(`${folder}/scan.cbors`, upTo(10));
    const bytes = Deno.readFileSync(path);
    // Damage in the last item: a run that went there would fail.
    bytes[9 * bytes.length / 10] = 0xff;
    Deno.writeFileSync(path, bytes);
    const { reducer, aborted } = await replay({
      worker: Numbers,
      reducer: Keep,
      files: [path],
      workers: 1,
      select: ":4",
    });
    assert.deepEqual([reducer.eventNumbers, aborted], [upTo(4), false]);
    await assert.rejects(replay({ worker: Numbers, reducer: Keep, files: [path], workers: 1 }), /is damaged/);
  }));

Deno.test("a selection of events that are not there says how many events there are", async () => {
  const { events, unselected, warnings } = await selecting("90:99");
  assert.deepEqual([events, unselected], [0, 11]);
  assert.equal(warnings.at(-1), "none of the 11 events is selected");
});

Deno.test("a selection that ends before the first event says so, and does not call the capture empty", () =>
  inFolder(async (folder) => {
    const scan = [await numbered(`${folder}/scan.cbors`, [100, 101])];
    const { events, warnings } = await replay({ worker: Numbers, reducer: Keep, files: scan, select: ":10" });
    assert.equal(events, 0);
    assert.doesNotMatch(warnings.join("\n"), /no whole event/);
    assert.match(warnings.join("\n"), /selected/);
  }));

Deno.test("events that are not selected reach no worker", async () => {
  const seen: number[] = [];
  class Notes {
    processEvent({ eventNumber }: EventData) {
      seen.push(eventNumber);
    }
  }
  await replay({ worker: Notes, reducer: Keep, files, workers: 1, select: "5:8" });
  assert.deepEqual(seen, [5, 6, 7]);
});

for (const select of ["", "-3:", "::-1", "::0", "a:b", "1.5", "..."]) {
  Deno.test(`select ${JSON.stringify(select)} is refused, with an example`, async () => {
    await assert.rejects(selecting(select), (error: Error) => {
      assert.equal(error.name, "OptionError");
      assert.ok(error.message.includes(`cannot select events by ${JSON.stringify(select)}`), error.message);
      assert.match(error.message, /write "10:50"/);
      return true;
    });
  });
}
