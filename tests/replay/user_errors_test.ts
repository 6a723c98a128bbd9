import { type EventData, replay, type ResultData, stins, writeCapture } from "beamfold";
import assert from "node:assert/strict";
import { ReplayError } from "../../lib/replay/user_error.ts";
import { inFolder, ROOT } from "../tools.ts";
import { Keep, numbered, Numbers, rejection, upTo } from "./parts.ts";

const HERE = new URL(import.meta.url).pathname;

/** The error of a run over the tutorial's capture. */
async function errorOf(
  classes: Partial<Pick<Parameters<typeof replay>[0], "worker" | "reducer">>,
): Promise<ReplayError> {
  const files = [`${ROOT}data/xrd.cbors`];
  const error = await rejection(replay({ worker: Numbers, reducer: Keep, ...classes, files }));
  assert.ok(error instanceof ReplayError);
  return error;
}

function tooHot(): never {
  throw new RangeError("too hot");
}

class Hot {
  processEvent({ eventNumber }: EventData) {
    if (eventNumber === 4) tooHot();
  }
}

Deno.test("rule 6: an error in processEvent says event, stream, worker, class and method", async () => {
  const error = await errorOf({ worker: Hot });
  assert.match(
    error.message,
    /^Hot\.processEvent failed at event 4 \(stream "xrd"\) in replay-worker-1: RangeError: too hot\n/,
  );
  const { eventNumber, streams, worker, className, method } = error;
  assert.deepEqual(
    { eventNumber, streams, worker, className, method },
    { eventNumber: 4, streams: ["xrd"], worker: "replay-worker-1", className: "Hot", method: "processEvent" },
  );
});

Deno.test("rule 6: the message ends with the user's own stack frames, by file and line", async () => {
  const error = await errorOf({ worker: Hot });
  const [inner, outer] = error.frames;
  assert.match(inner ?? "", new RegExp(`^at tooHot \\(${HERE}:\\d+:\\d+\\)$`));
  assert.match(outer ?? "", new RegExp(`^at Hot\\.processEvent \\(${HERE}:\\d+:\\d+\\)$`));
  assert.ok(error.message.includes(`\n    ${inner}\n    ${outer}`));
});

Deno.test("rule 6: no frame of the library is shown, also where the library itself threw", async () => {
  class Parses {
    processEvent({ streams }: EventData) {
      const { typ = "", frames = [] } = streams["xrd"] ?? {};
      return stins.parse({ typ, frames: frames.slice(1), length: 0 });
    }
  }
  const error = await errorOf({ worker: Parses });
  assert.match(error.frames[0] ?? "", /^at Parses\.processEvent /);
  for (const text of [error.message, error.stack ?? "", ...error.frames]) assert.doesNotMatch(text, /\/lib\/|file:/);
  assert.match(
    error.message,
    /Parses\.processEvent failed at event 0 \(stream "xrd"\) in replay-worker-0: ProtocolError: /,
  );
});

Deno.test("rule 6: the cause is what the user threw", async () => {
  const thrown = new TypeError("mine");
  class Throws {
    processEvent() {
      throw thrown;
    }
  }
  assert.equal((await errorOf({ worker: Throws })).cause, thrown);
});

Deno.test("rule 6: a rejected promise is told as a thrown error is", async () => {
  class Rejects {
    async processEvent({ eventNumber }: EventData) {
      await Promise.resolve();
      if (eventNumber === 4) tooHot();
    }
  }
  const error = await errorOf({ worker: Rejects });
  assert.match(
    error.message,
    /^Rejects\.processEvent failed at event 4 \(stream "xrd"\) in replay-worker-1: RangeError/,
  );
  assert.match(error.frames[0] ?? "", /^at tooHot /);
});

for (const thrown of ["just a text", { code: 7 }, undefined]) {
  Deno.test(`rule 6: what is thrown need not be an Error: ${Deno.inspect(thrown)}`, async () => {
    class Throws {
      processEvent() {
        throw thrown;
      }
    }
    const error = await errorOf({ worker: Throws });
    assert.equal(error.cause, thrown);
    assert.ok(error.message.includes(typeof thrown === "string" ? thrown : Deno.inspect(thrown)));
    assert.match(error.message, /^Throws\.processEvent failed at event 0/);
  });
}

Deno.test("rule 6: an error in processResult says event, stream, class and method", async () => {
  class Reduces {
    processResult({ eventNumber }: ResultData<number>) {
      if (eventNumber === 3) tooHot();
    }
  }
  const error = await errorOf({ reducer: Reduces });
  assert.match(error.message, /^Reduces\.processResult failed at event 3 \(stream "xrd"\).*: RangeError: too hot\n/);
  assert.match(error.frames[1] ?? "", new RegExp(`^at Reduces\\.processResult \\(${HERE}:\\d+:\\d+\\)$`));
});

Deno.test("rule 6: an error in processResult says whose result it was", async () => {
  class Reduces {
    processResult({ eventNumber }: ResultData<number>) {
      if (eventNumber === 4) tooHot();
    }
  }
  assert.match((await errorOf({ reducer: Reduces })).message, /replay-worker-1/);
});

Deno.test("rule 6: several streams are all named", () =>
  inFolder(async (folder) => {
    const path = `${folder}/scan.cbors`;
    const stream = { typ: "T", frames: [Uint8Array.of(1)] };
    await writeCapture(path, [{ eventNumber: 4, streams: { eiger: stream, "slow motor": stream } }]);
    const error = await rejection(replay({ worker: Hot, reducer: Keep, files: [path] }));
    assert.match(error.message, /failed at event 4 \(streams "eiger", "slow motor"\) in replay-worker-0/);
  }));

Deno.test("rule 6: an error in a constructor says whose", async () => {
  class Breaks extends Keep {
    constructor() {
      super();
      tooHot();
    }
  }
  const error = await errorOf({ reducer: Breaks });
  assert.match(error.message, /^Breaks\.constructor failed: RangeError: too hot\n/);
  assert.match(error.frames[1] ?? "", /^at new Breaks /);
});

Deno.test("rule 6: an error in describeParameters says whose", async () => {
  class Describes extends Numbers {
    static describeParameters(): never {
      return tooHot();
    }
  }
  assert.match((await errorOf({ worker: Describes })).message, /^Describes\.describeParameters failed: RangeError/);
});

Deno.test("rule 6: an error in a timer says whose", async () => {
  class Times extends Keep {
    timer(): number {
      return tooHot();
    }
  }
  assert.match((await errorOf({ reducer: Times })).message, /^Times\.timer failed.*: RangeError: too hot\n/);
});

Deno.test("rule 6: an error in getTickInterval says whose", async () => {
  class Ticks extends Numbers {
    getTickInterval(): number {
      return tooHot();
    }
  }
  assert.match((await errorOf({ worker: Ticks })).message, /^Ticks\.getTickInterval failed.*: RangeError: too hot\n/);
});

Deno.test("rule 6: the replay stops at the event that failed", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(9))];
    const seen: number[] = [];
    class Notes extends Hot {
      override processEvent(event: EventData) {
        seen.push(event.eventNumber);
        super.processEvent(event);
      }
    }
    await rejection(replay({ worker: Notes, reducer: Keep, files, workers: 1 }));
    assert.deepEqual(seen, upTo(5));
  }));
