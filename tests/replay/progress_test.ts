import { type EventData, type Progress, replay } from "beamfold";
import assert from "node:assert/strict";
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
  const turns: number[] = [];
  for (let event = 1; event <= 20; event++) {
    now = 2 * event;
    if (!pace.step()) continue;
    turns.push(now);
    await pace.turn();
  }
  assert.deepEqual(turns, [10, 20, 30, 40]);
  pace.close();
});

Deno.test("rule 11: of quick events three in four pass without a look at the clock, of slow ones none", async () => {
  let now = 0;
  let looks = 0;
  const pace = new Pace(() => (looks++, now), undefined);
  looks = 0;
  for (let event = 0; event < 101; event++) pace.step();
  assert.equal(looks, 26);
  // Now they begin to take long.
  const turned: boolean[] = [];
  for (let event = 0; event < 8; event++) {
    now += 20;
    turned.push(pace.step());
    if (turned.at(-1)) await pace.turn();
  }
  assert.deepEqual(turned, [false, false, false, true, true, true, true, true]);
  pace.close();
});

Deno.test("rule 11: timers get through when the event loop turns", async () => {
  let now = 0;
  const pace = new Pace(() => now, undefined);
  let fired = false;
  setTimeout(() => fired = true);
  const before = performance.now();
  while (!fired) {
    assert.ok(performance.now() - before < 10_000, "no timer came through");
    now += 20;
    if (pace.step()) await pace.turn();
  }
  pace.close();
});
