import { type EventData, IntParameter, replay, type Setup, type WithParameters } from "beamfold";
import assert from "node:assert/strict";
import { inFolder } from "../tools.ts";
import { Keep, numbered, Numbers, rejection, upTo } from "./parts.ts";

/** Classes that note whose `finish` was called, and break where they are told to. */
function classes(...breaking: readonly string[]) {
  const finished: string[] = [];
  const reach = (place: string): void => {
    if (breaking.includes(place)) throw new Error(`${place} broke`);
  };
  class Worker {
    readonly name: string;
    constructor({ state }: Setup) {
      this.name = state.name;
      reach(`constructor of ${this.name}`);
    }
    processEvent({ eventNumber }: EventData) {
      if (eventNumber === 2) reach("processEvent");
      return eventNumber;
    }
    finish() {
      finished.push(this.name);
      reach(`finish of ${this.name}`);
    }
  }
  class Reducer extends Keep {
    constructor({ state }: Setup) {
      super();
      reach(`constructor of ${state.name}`);
    }
    override processResult(result: Parameters<Keep["processResult"]>[0]) {
      if (result.eventNumber === 2) reach("processResult");
      super.processResult(result);
    }
    override finish() {
      finished.push("reducer");
      reach("finish of reducer");
    }
  }
  return { worker: Worker, reducer: Reducer, finished };
}

const everyone = ["replay-worker-0", "replay-worker-1", "reducer"];

Deno.test("rule 5: after the last event finish is called once on each worker, then on the reducer", () =>
  inFolder(async (folder) => {
    const { finished, ...given } = classes();
    await replay({ ...given, files: [await numbered(`${folder}/scan.cbors`, upTo(5))] });
    assert.deepEqual(finished, everyone);
  }));

for (const place of ["processEvent", "processResult"]) {
  Deno.test(`rule 5: finish is called once on each after an error in ${place}`, () =>
    inFolder(async (folder) => {
      const { finished, ...given } = classes(place);
      const error = await rejection(replay({ ...given, files: [await numbered(`${folder}/scan.cbors`, upTo(5))] }));
      assert.match(error.message, new RegExp(`${place} failed at event 2 .*: Error: ${place} broke`));
      assert.deepEqual(finished, everyone);
    }));
}

Deno.test("rule 5: an error in the finish of a worker keeps no other from its finish", () =>
  inFolder(async (folder) => {
    const { finished, ...given } = classes("finish of replay-worker-0");
    const error = await rejection(replay({ ...given, files: [await numbered(`${folder}/scan.cbors`, upTo(5))] }));
    assert.match(error.message, /^Worker\.finish failed in replay-worker-0: Error: finish of replay-worker-0 broke/);
    assert.deepEqual(finished, everyone);
  }));

Deno.test("rule 5: an error in the finish of the reducer is told, and finish is not called again", () =>
  inFolder(async (folder) => {
    const { finished, ...given } = classes("finish of reducer");
    const error = await rejection(replay({ ...given, files: [await numbered(`${folder}/scan.cbors`, upTo(5))] }));
    assert.match(error.message, /^Reducer\.finish failed: Error: finish of reducer broke/);
    assert.deepEqual(finished, everyone);
  }));

Deno.test("rule 5: errors in processEvent and in finish are told both, the first one first", () =>
  inFolder(async (folder) => {
    const { finished, ...given } = classes("processEvent", "finish of replay-worker-1", "finish of reducer");
    const error = await rejection(replay({ ...given, files: [await numbered(`${folder}/scan.cbors`, upTo(5))] }));
    const told = error.message.match(/\w+\.\w+ failed/g);
    assert.deepEqual(told, ["Worker.processEvent failed", "Worker.finish failed", "Reducer.finish failed"]);
    assert.deepEqual(finished, everyone);
  }));

Deno.test("rule 5: workers that were made are finished when the constructor of the next one throws", () =>
  inFolder(async (folder) => {
    const { finished, ...given } = classes("constructor of replay-worker-1");
    const error = await rejection(replay({ ...given, files: [await numbered(`${folder}/scan.cbors`, upTo(5))] }));
    assert.match(error.message, /^Worker\.constructor failed/);
    assert.deepEqual(finished, ["replay-worker-0"]);
  }));

Deno.test("rule 5: workers are finished when the constructor of the reducer throws", () =>
  inFolder(async (folder) => {
    const { finished, ...given } = classes("constructor of reducer");
    const error = await rejection(replay({ ...given, files: [await numbered(`${folder}/scan.cbors`, upTo(5))] }));
    assert.match(error.message, /^Reducer\.constructor failed: Error: constructor of reducer broke/);
    assert.deepEqual(finished, ["replay-worker-0", "replay-worker-1"]);
  }));

Deno.test("rule 5: finish is called once on each after an abort", () =>
  inFolder(async (folder) => {
    const { finished, ...given } = classes();
    const files = [await numbered(`${folder}/scan.cbors`, upTo(5))];
    const { aborted } = await replay({ ...given, files, signal: AbortSignal.abort() });
    assert.ok(aborted);
    assert.deepEqual(finished, everyone);
  }));

Deno.test("rule 5: finish is called once on each after damage in the capture", () =>
  inFolder(async (folder) => {
    const { finished, ...given } = classes();
    const path = await numbered(`${folder}/scan.cbors`, upTo(5));
    const bytes = Deno.readFileSync(path);
    // The third of five items of equal length.
    bytes[2 * bytes.length / 5] = 0xff;
    Deno.writeFileSync(path, bytes);
    await assert.rejects(replay({ ...given, files: [path] }), { name: "CaptureError" });
    assert.deepEqual(finished, everyone);
  }));

Deno.test("rule 5: nothing is called after finish", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(5))];
    const calls: string[] = [];
    class Reducer {
      processResult() {
        calls.push("processResult");
      }
      timer() {
        calls.push("timer");
        return 0;
      }
      finish() {
        calls.push("finish");
      }
    }
    await replay({ worker: Numbers, reducer: Reducer, files });
    assert.equal(calls.at(-1), "finish");
    assert.equal(calls.filter((call) => call === "finish").length, 1);
    assert.equal(calls.filter((call) => call === "processResult").length, 6);
  }));

Deno.test("finish is given the parameters, on workers and reducer", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(2))];
    const given: number[] = [];
    class Worker extends Numbers {
      static describeParameters() {
        return [new IntParameter({ name: "scale", default: 1 })];
      }
      finish({ parameters }: WithParameters<typeof Worker>) {
        given.push(parameters.scale.value);
      }
    }
    class Reducer {
      processResult() {}
      finish({ parameters }: WithParameters<typeof Worker>) {
        given.push(parameters.scale.value);
      }
    }
    await replay({ worker: Worker, reducer: Reducer, files, parameters: { scale: 7 } });
    assert.deepEqual(given, [7, 7, 7]);
  }));

Deno.test("classes need no finish", () =>
  inFolder(async (folder) => {
    class Reducer {
      processResult() {}
    }
    const files = [await numbered(`${folder}/scan.cbors`, upTo(2))];
    const { events } = await replay({ worker: Numbers, reducer: Reducer, files });
    assert.equal(events, 2);
  }));
