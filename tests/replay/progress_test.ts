import { type EventData, type Progress, replay } from "beamfold";
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Pace } from "../../lib/replay/progress.ts";
import { inFolder, ROOT } from "../tools.ts";
import { Keep, numbered, Numbers, rejection, upTo } from "./parts.ts";

const files = [`${ROOT}data/xrd.cbors`];

Deno.test("the last report is done, and has all events, results and bytes", async () => {
  const reports: Progress[] = [];
  class Publishes extends Keep {
    publish = { title: "live" };
  }
  const outcome = await replay({
    worker: Numbers,
    reducer: Publishes,
    files,
    progress: (progress) => reports.push(progress),
  });
  const { seconds, ...last } = reports.at(-1) as Progress;
  const size = Deno.statSync(files[0] as string).size;
  assert.deepEqual(last, {
    events: 11,
    results: 12,
    bytes: size,
    totalBytes: size,
    done: true,
    reducer: outcome.reducer,
    publish: { title: "live" },
  });
  assert.ok(seconds > 0);
  assert.equal(reports.filter(({ done }) => done).length, 1);
});

Deno.test("reports come during a run, and only ever grow", () =>
  inFolder(async (folder) => {
    const both = [
      await numbered(`${folder}/a.cbors`, upTo(150), "a"),
      await numbered(`${folder}/b.cbors.gz`, upTo(200), "b"),
    ];
    const reports: Progress[] = [];
    class Busy {
      processEvent({ eventNumber }: EventData) {
        const until = performance.now() + 2;
        while (performance.now() < until);
        return eventNumber;
      }
    }
    await replay({ worker: Busy, reducer: Keep, files: both, progress: (progress) => reports.push(progress) });
    assert.ok(reports.length >= 3, `${reports.length} reports`);
    for (const [i, { events, results, bytes, totalBytes, seconds, done }] of reports.entries()) {
      const before = reports[i - 1] ?? { events: 0, results: 0, bytes: 0, seconds: 0 };
      assert.ok(events >= before.events && results >= before.results && bytes >= before.bytes);
      assert.ok(seconds >= before.seconds && bytes <= totalBytes);
      assert.equal(done, i === reports.length - 1);
    }
  }));

Deno.test("a run that fails ends its reports as well, so that a display can be taken down", async () => {
  const reports: Progress[] = [];
  class Breaks extends Keep {
    override processResult() {
      throw new Error("broke");
    }
  }
  await rejection(replay({ worker: Numbers, reducer: Breaks, files, progress: (progress) => reports.push(progress) }));
  assert.deepEqual(reports.map(({ done }) => done), [true]);
});

Deno.test("an aborted run ends its reports with what was done", async () => {
  const reports: Progress[] = [];
  await replay({
    worker: Numbers,
    reducer: Keep,
    files,
    signal: AbortSignal.abort(),
    progress: (progress) => reports.push(progress),
  });
  assert.deepEqual(reports.map(({ done, events }) => ({ done, events })), [{ done: true, events: 0 }]);
});

Deno.test("an error in the progress function ends the run in order", async () => {
  let finished = 0;
  class Finishes extends Keep {
    override finish() {
      finished++;
    }
  }
  const progress = () => {
    throw new Error("display broke");
  };
  await assert.rejects(replay({ worker: Numbers, reducer: Finishes, files, progress }), /display broke/);
  assert.equal(finished, 1);
});

Deno.test("an error in the progress function hides no error of a class", async () => {
  class Breaks extends Keep {
    override processResult() {
      throw new Error("reducer broke");
    }
  }
  const progress = () => {
    throw new Error("display broke");
  };
  await assert.rejects(replay({ worker: Numbers, reducer: Breaks, files, progress }), /reducer broke/);
});

Deno.test("reports come at most ten times a second", () => {
  let now = 0;
  const reports: number[] = [];
  const pace = new Pace(() => now, () => reports.push(now));
  for (now = 0; now <= 1000; now += 3) pace.step();
  assert.ok(reports.length >= 9 && reports.length <= 10, `${reports.length} reports`);
  for (const [i, at] of reports.entries()) assert.ok(at - (reports[i - 1] ?? 0) >= 100);
});

Deno.test("rule 11: the event loop turns when events have been processed for long, and not more often", async () => {
  let now = 0;
  const pace = new Pace(() => now, undefined);
  assert.equal(pace.step(), undefined);
  now = 9;
  assert.equal(pace.step(), undefined);
  now = 11;
  const turn = pace.step();
  assert.ok(turn instanceof Promise);
  // What is due at the next turn of the event loop comes before the run goes on.
  let turned = false;
  const other = setImmediate().then(() => turned = true);
  await turn;
  await other;
  assert.ok(turned);
  assert.equal(pace.step(), undefined);
});
