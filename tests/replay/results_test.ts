import { type EventData, mean, type NdArray, replay, type ResultData, stins } from "beamfold";
import assert from "node:assert/strict";
import { inFolder, ROOT, smallCapture } from "../tools.ts";
import { Keep, numbered, rejection, upTo } from "./parts.ts";

/** What reaches the reducer when the worker returns each of some values, one an event. */
async function reaching(values: readonly unknown[]): Promise<Keep> {
  class Returns {
    processEvent({ eventNumber }: EventData) {
      return values[eventNumber];
    }
  }
  const files = [`${ROOT}data/xrd.cbors`];
  const select = `:${values.length}`;
  const { reducer, events, results } = await replay({ worker: Returns, reducer: Keep, files, workers: 1, select });
  assert.deepEqual([events, results], [values.length, reducer.results.length]);
  return reducer;
}

Deno.test("rule 3: undefined and null are no result", async () => {
  const { eventNumbers } = await reaching([undefined, 1, null, 2]);
  assert.deepEqual(eventNumbers, [1, 3]);
});

Deno.test("rule 3: a promise of undefined or null is no result", async () => {
  const { eventNumbers } = await reaching([Promise.resolve(), Promise.resolve(null), Promise.resolve(0)]);
  assert.deepEqual(eventNumbers, [2]);
});

Deno.test("rule 3: everything else reaches the reducer once: 0, empty text, false, NaN, 0n, empty lists", async () => {
  const values = [0, -0, "", false, NaN, 0n, [], {}, new Uint8Array()];
  const { payloads, eventNumbers } = await reaching(values);
  assert.deepEqual(payloads, values);
  assert.deepEqual(eventNumbers, upTo(values.length));
});

Deno.test("rule 4: what the worker changes later does not reach the reducer", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(4))];
    class Reuses {
      sums = new Float64Array(1);
      seen: number[] = [];
      processEvent({ eventNumber }: EventData) {
        this.sums[0] = (this.sums[0] ?? 0) + eventNumber;
        this.seen.push(eventNumber);
        return { sums: this.sums, seen: this.seen };
      }
    }
    const { reducer } = await replay({ worker: Reuses, reducer: Keep, files, workers: 1 });
    assert.deepEqual(reducer.payloads, [
      { sums: Float64Array.of(0), seen: [0] },
      { sums: Float64Array.of(1), seen: [0, 1] },
      { sums: Float64Array.of(3), seen: [0, 1, 2] },
      { sums: Float64Array.of(6), seen: [0, 1, 2, 3] },
    ]);
  }));

Deno.test("rule 4: what the reducer changes does not reach the worker", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(3))];
    const lengths: number[] = [];
    class Collects {
      list: number[] = [];
      processEvent({ eventNumber }: EventData) {
        lengths.push(this.list.push(eventNumber));
        return this.list;
      }
    }
    class Empties {
      processResult({ payload }: ResultData<number[]>) {
        payload.length = 0;
      }
    }
    await replay({ worker: Collects, reducer: Empties, files, workers: 1 });
    assert.deepEqual(lengths, [1, 2, 3]);
  }));

Deno.test("rule 4: instances arrive as instances of their class, with their methods", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, upTo(3))];
    class Peak {
      constructor(readonly at: number) {}
      doubled() {
        return 2 * this.at;
      }
    }
    class Finds {
      processEvent({ eventNumber }: EventData) {
        return new Peak(eventNumber);
      }
    }
    class Doubles {
      doubled: number[] = [];
      processResult({ payload }: ResultData<Peak>) {
        assert.ok(payload instanceof Peak);
        this.doubled.push(payload.doubled());
      }
    }
    const { reducer } = await replay({ worker: Finds, reducer: Doubles, files, workers: 1 });
    assert.deepEqual(reducer.doubled, [0, 2, 4]);
  }));

Deno.test("rule 4: a whole image can be handed on, and outlives the capture's buffers", () =>
  inFolder(async (folder) => {
    const files = [await smallCapture(folder)];
    class Images {
      processEvent({ streams }: EventData) {
        const packet = streams["xrd"] === undefined ? undefined : stins.parse(streams["xrd"]);
        return packet?.htype === "image" ? packet.data : undefined;
      }
    }
    class Stack {
      images: NdArray[] = [];
      processResult({ payload }: ResultData<NdArray>) {
        this.images.push(payload);
      }
    }
    const { reducer } = await replay({ worker: Images, reducer: Stack, files });
    assert.deepEqual(reducer.images.map((image) => [image.shape, mean(image)]), [
      [[2, 3], 2.5],
      [[2, 3], 12.5],
      [[2, 3], 22.5],
      [[2, 3], 32.5],
    ]);
  }));

Deno.test("rule 4: a function in a payload is an error that names the path to it", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/scan.cbors`, [0])];
    class Callback {
      processEvent() {
        return { fit: { callback: () => 1 } };
      }
    }
    const error = await rejection(replay({ worker: Callback, reducer: Keep, files }));
    assert.match(error.message, /^Callback\.processEvent failed at event 0/);
    assert.match(error.message, /payload\.fit\.callback cannot be handed to the reducer/);
  }));
