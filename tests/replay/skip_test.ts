import { type EventData, replay, type ResultData } from "beamfold";
import assert from "node:assert/strict";
import { ReplayError } from "../../lib/replay/user_error.ts";
import { inFolder } from "../tools.ts";
import { Keep, numbered, Numbers, upTo } from "./parts.ts";

class OddBreak {
  processEvent({ eventNumber }: EventData) {
    if (eventNumber % 2 === 1) throw new Error(`odd ${eventNumber}`);
    return eventNumber;
  }
}

Deno.test("rule 6: with onError skip an error in processEvent is counted and kept, and the others go on", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(6))];
    const outcome = await replay({ worker: OddBreak, reducer: Keep, files, workers: 1, onError: "skip" });
    assert.deepEqual(outcome.reducer.eventNumbers, [0, 2, 4]);
    assert.deepEqual([outcome.events, outcome.skipped, outcome.results], [3, 3, 3]);
    assert.deepEqual(outcome.errors.map((error) => error instanceof ReplayError && error.eventNumber), [1, 3, 5]);
    assert.match(outcome.errors[1]?.message ?? "", /^OddBreak\.processEvent failed at event 3 .*: Error: odd 3/);
  }));

Deno.test("rule 6: with onError skip an error in processResult is counted and kept, sync or async", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(6))];
    class Later extends Keep {
      override async processResult(result: ResultData) {
        if (result.eventNumber === 1) throw new Error("at once");
        await Promise.resolve();
        if (result.eventNumber === 4) throw new Error("later");
        super.processResult(result);
      }
    }
    const outcome = await replay({ worker: Numbers, reducer: Later, files, workers: 1, onError: "skip" });
    assert.deepEqual(outcome.reducer.eventNumbers, [0, 2, 3, 5]);
    assert.deepEqual([outcome.events, outcome.skipped], [4, 2]);
    assert.deepEqual(outcome.errors.map((error) => error instanceof ReplayError && error.eventNumber), [1, 4]);
  }));

Deno.test("rule 6: with onError skip a payload that cannot be handed on costs its event only", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(4))];
    class SometimesFunction {
      processEvent({ eventNumber }: EventData) {
        return eventNumber === 2 ? () => 1 : eventNumber;
      }
    }
    const outcome = await replay({ worker: SometimesFunction, reducer: Keep, files, workers: 1, onError: "skip" });
    assert.deepEqual(outcome.reducer.eventNumbers, [0, 1, 3]);
    assert.equal(outcome.skipped, 1);
  }));

Deno.test("with onError skip the first event still reaches the other workers, and counts as skipped once", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(2))];
    let made = 0;
    class SecondBreaks {
      index = made++;
      processEvent({ eventNumber }: EventData) {
        if (this.index === 1) throw new Error("broke");
        return eventNumber;
      }
    }
    const outcome = await replay({ worker: SecondBreaks, reducer: Keep, files, workers: 3, onError: "skip" });
    assert.deepEqual(outcome.reducer.results.map(({ eventNumber, worker }) => [eventNumber, worker]), [
      [0, "replay-worker-0"],
      [0, "replay-worker-2"],
      [1, "replay-worker-0"],
    ]);
    assert.deepEqual([outcome.events, outcome.skipped, outcome.errors.length], [1, 1, 1]);
  }));

Deno.test("with onError skip the errors of all workers at the first event are kept in their order", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, [1])];
    const { errors } = await replay({ worker: OddBreak, reducer: Keep, files, workers: 3, onError: "skip" });
    const workers = errors.map((error) => error instanceof ReplayError && error.worker);
    assert.deepEqual(workers, ["replay-worker-0", "replay-worker-1", "replay-worker-2"]);
  }));

Deno.test("of very many errors the first thousand are kept, and all are counted", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(1100))];
    class Breaks {
      processEvent() {
        throw new Error("broke");
      }
    }
    const outcome = await replay({ worker: Breaks, reducer: Keep, files, workers: 2, onError: "skip" });
    assert.deepEqual([outcome.events, outcome.skipped, outcome.errors.length], [0, 1100, 1000]);
  }));

Deno.test("onError skip skips no error in finish", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(2))];
    class Breaks extends Keep {
      override finish() {
        throw new Error("broke");
      }
    }
    await assert.rejects(
      replay({ worker: Numbers, reducer: Breaks, files, onError: "skip" }),
      /^ReplayError: Breaks\.finish failed: Error: broke/,
    );
  }));

Deno.test("onError skip skips no damage in a capture", () =>
  inFolder(async (folder) => {
    const path = await numbered(`${folder}/scan.cbors`, upTo(4));
    const bytes = Deno.readFileSync(path);
    bytes[bytes.length / 2] = 0xff;
    Deno.writeFileSync(path, bytes);
    await assert.rejects(replay({ worker: Numbers, reducer: Keep, files: [path], onError: "skip" }), {
      name: "CaptureError",
    });
  }));

Deno.test("with onError skip a timer that fails costs no event, and is not tried again at each", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(20))];
    class Times extends Keep {
      timer(): number {
        throw new Error("no time");
      }
    }
    const outcome = await replay({ worker: Numbers, reducer: Times, files, workers: 1, onError: "skip" });
    assert.deepEqual([outcome.events, outcome.skipped, outcome.errors.length], [20, 0, 1]);
    assert.match(outcome.errors[0]?.message ?? "", /^Times\.timer failed/);
  }));

Deno.test("a warning says when every event was skipped", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(3))];
    class Breaks {
      processEvent(): never {
        throw new Error("broke");
      }
    }
    const { warnings } = await replay({ worker: Breaks, reducer: Keep, files, workers: 1, onError: "skip" });
    assert.deepEqual(warnings, ["no event was processed: all 3 were skipped because of errors"]);
  }));
