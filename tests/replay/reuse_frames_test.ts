import assert from "node:assert/strict";
import {
  type EventData,
  IntParameter,
  mean,
  type NdArray,
  openFile,
  replay,
  type ReplayOptions,
  type ResultData,
  slice,
  stins,
  type StreamData,
  sum,
  sweep,
  type WithParameters,
  type WritableItem,
  writeCapture,
} from "beamfold";
import { TestReducer } from "../../notebooks/tutorial/reducer.ts";
import { TestWorker } from "../../notebooks/tutorial/worker.ts";
import { view } from "../../lib/array/ndarray.ts";
import { randomNumbers } from "../../lib/replay/distribute.ts";
import { cli, inFolder } from "../tools.ts";
import { Keep, rejection } from "./parts.ts";

const [ROWS, COLUMNS] = [200, 300];
const gone = /memory was used again: with reuseFrames, .* copy what is kept/;

/** What the pixels of an image are on the average: noise, so that compressed frames are large ones as well. */
const MEAN = 2 ** 15;
const random = randomNumbers(3);
const half = Array.from({ length: ROWS * COLUMNS / 2 }, () => Math.floor(MEAN * random()));
const noise = Uint16Array.of(...half, ...half.map((value) => 2 * MEAN - 1000 - value));

/** The number of an image: tens in the mean of its pixels. */
function level(image: NdArray): number {
  return mean(image) - (MEAN - 500);
}

/** A header, images whose pixels are 10 times their number more than noise, and an end. */
async function images(folder: string, count: number, compression = "none", filename = ""): Promise<string[]> {
  const image = (frame: number): StreamData => {
    const data = view(noise.map((value) => value + 10 * frame), [ROWS, COLUMNS]);
    return stins.encode({ htype: "image", msg_number: frame + 1, frame, data, compression });
  };
  const packets = [
    stins.encode({ htype: "header", msg_number: 0, filename }),
    ...Array.from({ length: count }, (_, frame) => image(frame)),
    stins.encode({ htype: "series_end", msg_number: count + 1 }),
  ];
  const path = `${folder}/${compression}.cbors`;
  await writeCapture(path, packets.map((xrd, eventNumber): WritableItem => ({ eventNumber, streams: { xrd } })));
  return [path];
}

function imageIn({ streams }: EventData): NdArray | undefined {
  const packet = stins.parse(streams["xrd"] as StreamData);
  return packet.htype === "image" ? packet.data : undefined;
}

/** Replays with the memory of frames used again, in one worker and into a list. */
function reusing(
  processEvent: (event: EventData) => unknown,
  options: Pick<ReplayOptions, "workers" | "onError" | "signal" | "select"> & { files: string[] },
) {
  class Worker {
    processEvent(event: EventData): unknown {
      return processEvent(event);
    }
  }
  return replay<Keep>({ worker: Worker, reducer: Keep, reuseFrames: true, workers: 1, ...options });
}

/** What is kept of an event, and what later becomes of it. */
const lateUses: readonly { name: string; keep(event: EventData): unknown; use(kept: never): unknown }[] = [
  { name: "an array", keep: imageIn, use: (kept: NdArray) => mean(kept) },
  { name: "a slice", keep: (event) => part(event, "1:, ::3"), use: (kept: NdArray) => sum(kept) },
  { name: "a slice of an array", keep: imageIn, use: (kept: NdArray) => slice(kept, "3") },
  { name: "an array in a payload", keep: imageIn, use: (kept: NdArray) => ({ kept }) },
  { name: "a raw frame in a payload", keep: frameOf, use: (kept: Uint8Array) => ({ kept }) },
  { name: "a stream", keep: ({ streams }) => streams["xrd"], use: (kept: StreamData) => stins.parse(kept) },
  { name: "an event", keep: (event) => event, use: imageIn },
];

function part(event: EventData, where: string): NdArray | undefined {
  const image = imageIn(event);
  return image && slice(image, where);
}

function frameOf({ streams }: EventData): Uint8Array | undefined {
  return streams["xrd"]?.frames[1];
}

for (const compression of ["none", "bslz4"]) {
  for (const { name, keep, use } of lateUses) {
    // What a slice of a compressed image shows was decompressed, and is nobody else's.
    if (compression === "bslz4" && name === "a slice") continue;
    Deno.test(`${name} that is looked at after its event is an error (${compression})`, () =>
      inFolder(async (folder) => {
        let kept: unknown;
        const error = await rejection(reusing((event) => {
          if (event.eventNumber === 3) return use(kept as never);
          if (event.eventNumber === 1) kept = keep(event);
        }, { files: await images(folder, 4, compression) }));
        assert.match(error.message, /Worker\.processEvent failed at event 3/);
        assert.match(error.message, gone);
      }));
  }
}

Deno.test("a raw frame is empty after its event, and prints as such", () =>
  inFolder(async (folder) => {
    const kept: EventData[] = [];
    await reusing((event) => void kept.push(event), { files: await images(folder, 2) });
    const [header, image] = kept as [EventData, EventData];
    assert.equal(frameOf(image)?.length, 0);
    assert.throws(() => frameOf(image)?.slice(), TypeError);
    assert.match(Deno.inspect(image), /xrd: STINS \[\d+ B \{"htype.*, its memory was used again\]/);
    // Small frames are parts of what was read, and stay.
    assert.equal(stins.parse(header.streams["xrd"] as StreamData).htype, "header");
  }));

Deno.test("an image that was decompressed, and whatever was copied, may be kept", () =>
  inFolder(async (folder) => {
    const kept: NdArray[] = [];
    await reusing((event) => {
      const image = imageIn(event);
      if (image === undefined) return;
      assert.equal(image.get(0, 0), (noise[0] as number) + 10 * (event.eventNumber - 1));
      kept.push(image);
    }, { files: await images(folder, 3, "bslz4") });
    assert.deepEqual(kept.map(level), [0, 10, 20]);
  }));

Deno.test("payloads are copies: the reducer has the right image whenever it looks", () =>
  inFolder(async (folder) => {
    for (const compression of ["none", "bslz4"]) {
      const { reducer } = await reusing(imageIn, { files: await images(folder, 4, compression) });
      assert.deepEqual(reducer.payloads.map((image) => level(image as NdArray)), [0, 10, 20, 30]);
    }
  }));

Deno.test("the first event has its frames until all workers are done with it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/broadcast.cbors`;
    const item = (eventNumber: number): WritableItem => ({
      eventNumber,
      streams: { s: { typ: "T", frames: [new Uint8Array(100_000).fill(eventNumber + 1)] } },
    });
    await writeCapture(path, [0, 1, 2].map(item));
    const look = async ({ streams }: EventData) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return streams["s"]?.frames[0]?.reduce((total, byte) => total + byte, 0);
    };
    const { reducer } = await reusing(look, { files: [path], workers: 3 });
    assert.deepEqual(reducer.payloads, [100_000, 100_000, 100_000, 200_000, 300_000]);
  }));

Deno.test("an async worker and an async reducer have the frames until their promises are settled", () =>
  inFolder(async (folder) => {
    let current: NdArray | undefined;
    const seen: number[] = [];
    class Later {
      async processEvent(event: EventData) {
        current = imageIn(event);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return current && level(current);
      }
    }
    class Slow {
      async processResult(_: ResultData<number>) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        seen.push(level(current as NdArray));
      }
    }
    await replay({ worker: Later, reducer: Slow, files: await images(folder, 4), reuseFrames: true });
    assert.deepEqual(seen, [0, 10, 20, 30]);
  }));

Deno.test("an event that fails and is skipped keeps its frames: something may still be at work on them", () =>
  inFolder(async (folder) => {
    const late: number[] = [];
    const pending: Promise<void>[] = [];
    const { reducer, skipped, events } = await reusing(async (event) => {
      const image = imageIn(event);
      if (image === undefined) return;
      if (event.eventNumber % 2 === 0) return level(image);
      const part = async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        late.push(level(image));
      };
      pending.push(part());
      await Promise.reject(new Error("no"));
    }, { files: await images(folder, 6), onError: "skip" });
    await Promise.all(pending);
    assert.deepEqual([late, reducer.payloads, skipped, events], [[0, 20, 40], [10, 30, 50], 3, 5]);
  }));

Deno.test("after an error or an abort nothing is given back", () =>
  inFolder(async (folder) => {
    const files = await images(folder, 3);
    let image: NdArray | undefined;
    await rejection(reusing((event) => {
      image = imageIn(event);
      if (event.eventNumber === 2) throw new Error("no");
    }, { files }));
    assert.equal(level(image as NdArray), 10);
    const controller = new AbortController();
    const outcome = await reusing(async (event) => {
      image = imageIn(event);
      if (event.eventNumber === 3) {
        controller.abort();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }, { files, signal: controller.signal });
    assert.equal(outcome.aborted, true);
    assert.equal(level(image as NdArray), 20);
  }));

Deno.test("an event that is not selected gives its frames back at once", () =>
  inFolder(async (folder) => {
    const files = await images(folder, 40);
    const { reducer, unselected } = await reusing((event) => {
      const image = imageIn(event);
      return image && [level(image)];
    }, { files, select: "0, 5:38:11" });
    assert.deepEqual(reducer.payloads, [[40], [150], [260]]);
    assert.equal(unselected, 34);
  }));

Deno.test("the tutorial gives the same with and without", () =>
  inFolder(async (folder) => {
    for (const compression of ["none", "bslz4"]) {
      const results: unknown[] = [];
      for (const reuseFrames of [false, true]) {
        const files = await images(folder, 12, compression, `${folder}/${reuseFrames}.h5`);
        const outcome = await replay({ worker: TestWorker, reducer: TestReducer, files, reuseFrames });
        using file = openFile(outcome.files[0] as string);
        results.push([outcome.events, outcome.results, outcome.reducer.evolution, file.dataset("reduced").get()]);
      }
      assert.deepEqual(results[1], results[0]);
      assert.deepEqual((results[0] as unknown[])[0], 14);
    }
  }));

Deno.test("in a sweep, all combinations have the event before its frames are given back", () =>
  inFolder(async (folder) => {
    class Scaled {
      static describeParameters() {
        return [new IntParameter({ name: "factor", default: 1 })];
      }
      async processEvent(event: EventData, { parameters }: WithParameters<typeof Scaled>) {
        const image = imageIn(event);
        await new Promise((resolve) => setTimeout(resolve, 1));
        return image && parameters.factor.value * level(image);
      }
    }
    const files = await images(folder, 3);
    const points = await sweep({
      worker: Scaled,
      reducer: Keep,
      files,
      parameters: { factor: [1, 2] },
      reuseFrames: true,
    });
    assert.deepEqual(points.map(({ outcome }) => outcome.reducer.payloads), [[0, 10, 20], [0, 20, 40]]);
  }));

Deno.test("the shell has a flag for it", () =>
  inFolder(async (folder) => {
    await images(folder, 3);
    Deno.writeTextFileSync(
      `${folder}/classes.ts`,
      `const kept = [];
export class Late {
  processEvent({ streams }) {
    if (streams.xrd.frames.length > 1) kept.push(streams.xrd.frames[1]);
    return kept[0]?.length;
  }
}
export class Print { processResult({ payload }) { console.log(payload); } }
`,
    );
    const flags = ["-w", "classes.ts:Late", "-r", "classes.ts:Print", "-f", "none.cbors", "--no-progress"];
    const lengths = async (...more: string[]) =>
      (await cli(["replay", ...flags, ...more], folder)).stdout.match(/^\d+$/gm)?.map(Number);
    assert.deepEqual(await lengths(), [120_000, 120_000, 120_000, 120_000]);
    assert.deepEqual(await lengths("--reuse-frames"), [120_000, 0, 0, 0]);
  }));
