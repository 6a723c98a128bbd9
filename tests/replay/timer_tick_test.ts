import type { EventData } from "beamfold";
import assert from "node:assert/strict";
import { eventData } from "../../lib/event.ts";
import { Engine, type ReducerObject } from "../../lib/replay/engine.ts";
import { Mapper, tickClock, workerName, type WorkerObject } from "../../lib/replay/mapper.ts";
import { rejection } from "./parts.ts";

const parameters = { scale: { name: "scale", value: 3, data: new Uint8Array() } };

/** An engine whose clock stands at `now.seconds`. */
function engineAt(now: { seconds: number }, reducer: ReducerObject): Engine {
  return new Engine({ reducer, parameters, parametersHash: "", clock: () => now.seconds });
}

/** Workers whose clock stands at `now.seconds`. */
function mapperAt(now: { seconds: number }, ...workers: WorkerObject[]): Mapper {
  return new Mapper(workers, workers.map((_, i) => workerName(i)), parameters, tickClock(() => now.seconds));
}

/** A worker that wants a tick now and then, and notes what it got. */
function ticking(interval: unknown) {
  return {
    ticks: [] as boolean[],
    getTickInterval: () => interval as number,
    processEvent(_event: EventData, { tick }: { tick: boolean }) {
      this.ticks.push(tick);
    },
  };
}

Deno.test("timer is called at the start, and then after as many seconds as it returned", () => {
  const now = { seconds: 1000 };
  const calls: number[] = [];
  const delays = [5, 0.5, 100, 100];
  const reducer = {
    processResult() {},
    timer() {
      calls.push(now.seconds);
      return delays[calls.length - 1];
    },
  };
  const engine = engineAt(now, reducer);
  for (const seconds of [1000, 1000, 1004.9, 1005, 1005.4, 1005.6, 1100, 1105.7]) {
    now.seconds = seconds;
    engine.callTimer();
  }
  assert.deepEqual(calls, [1000, 1005, 1005.6, 1105.7]);
});

Deno.test("a timer that returns 0 is called at every event", () => {
  let calls = 0;
  const engine = engineAt({ seconds: 7 }, { processResult() {}, timer: () => (calls++, 0) });
  for (let i = 0; i < 4; i++) engine.callTimer();
  assert.equal(calls, 4);
});

Deno.test("the delay of an async timer counts from its end", async () => {
  const now = { seconds: 0 };
  let calls = 0;
  const reducer = {
    processResult() {},
    async timer() {
      calls++;
      await Promise.resolve();
      now.seconds += 10;
      return 5;
    },
  };
  const engine = engineAt(now, reducer);
  await engine.callTimer();
  now.seconds = 14;
  assert.equal(engine.callTimer(), undefined);
  now.seconds = 15;
  await engine.callTimer();
  assert.equal(calls, 2);
});

Deno.test("timer is given the parameters, and is called on the reducer", () => {
  let seen: unknown;
  const reducer = {
    name: "mine",
    processResult() {},
    timer(given: { parameters: unknown }) {
      seen = [this.name, given.parameters];
      return 1;
    },
  };
  engineAt({ seconds: 0 }, reducer).callTimer();
  assert.deepEqual(seen, ["mine", parameters]);
});

for (const returned of [undefined, null, "5", NaN, -1]) {
  Deno.test(`a timer that returns ${Deno.inspect(returned)} is an error that says what is expected`, async () => {
    class Times {
      processResult() {}
      timer = () => returned;
    }
    class Later extends Times {
      override timer = () => Promise.resolve(returned) as never;
    }
    for (const reducer of [new Times(), new Later()]) {
      const engine = engineAt({ seconds: 0 }, reducer);
      const error = await rejection((async () => await engine.callTimer())());
      assert.match(error.message, /^(Times|Later)\.timer failed: TypeError: it returned .*, expected the seconds/);
      assert.ok(error.message.includes(Deno.inspect(returned)));
    }
  });
}

Deno.test("tick is true at the first event, and then when the interval has passed", () => {
  const now = { seconds: 500 };
  const worker = ticking(10);
  const mapper = mapperAt(now, worker);
  for (const seconds of [500, 500, 505, 509.9, 510.1, 511, 519, 520.2, 700, 700]) {
    now.seconds = seconds;
    mapper.map(eventData(0, {}), 0);
  }
  assert.deepEqual(worker.ticks, [true, false, false, false, true, false, false, true, true, false]);
});

Deno.test("workers share the ticks: it is one tick an interval, whoever has the event", () => {
  const now = { seconds: 0 };
  const workers = [ticking(10), ticking(10)];
  const mapper = mapperAt(now, ...workers);
  for (const [seconds, index] of [[0, 0], [1, 1], [2, 0], [11, 1], [12, 0]] as const) {
    now.seconds = seconds;
    mapper.map(eventData(0, {}), index);
  }
  assert.deepEqual(workers.map(({ ticks }) => ticks), [[true, false, false], [false, true]]);
});

Deno.test("without getTickInterval tick is false", () => {
  const { getTickInterval: _, ...worker } = ticking(10);
  mapperAt({ seconds: 0 }, worker).map(eventData(0, {}), 0);
  assert.deepEqual(worker.ticks, [false]);
});

Deno.test("getTickInterval is given the parameters, on its worker", () => {
  let seen: unknown;
  const worker = {
    name: "mine",
    processEvent() {},
    getTickInterval(given: { parameters: unknown }) {
      seen = [this.name, given.parameters];
      return 1;
    },
  };
  mapperAt({ seconds: 0 }, worker).map(eventData(0, {}), 0);
  assert.deepEqual(seen, ["mine", parameters]);
});

Deno.test("an async getTickInterval counts as any other", async () => {
  const now = { seconds: 0 };
  const worker = ticking(Promise.resolve(10));
  const mapper = mapperAt(now, worker);
  for (const seconds of [0, 1, 11]) {
    now.seconds = seconds;
    await mapper.map(eventData(0, {}), 0);
  }
  assert.deepEqual(worker.ticks, [true, false, true]);
});

Deno.test("a getTickInterval that returns no seconds is an error that says what is expected", () => {
  for (const interval of [undefined, "10", NaN]) {
    class Ticks {
      processEvent() {}
      getTickInterval = ticking(interval).getTickInterval;
    }
    const mapper = mapperAt({ seconds: 0 }, new Ticks());
    assert.throws(() => mapper.map(eventData(0, {}), 0), /Ticks\.getTickInterval failed.* expected .*seconds/);
  }
});
