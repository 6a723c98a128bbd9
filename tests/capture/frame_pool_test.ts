import assert from "node:assert/strict";
import { type Protocol, type WritableItem, writeCapture } from "beamfold";
import type { ByteSource } from "../../lib/capture/byte_source.ts";
import { Collector } from "../../lib/capture/collector.ts";
import { FreshFrames, KeptFrames } from "../../lib/capture/frame_pool.ts";
import { frameLengths, wholeFrames } from "../../lib/capture/frames.ts";
import { mergeInputs } from "../../lib/capture/merge.ts";
import { inFolder, ROOT, run } from "../tools.ts";
import { dumpBytes } from "./dumps.ts";

const LARGE = 100_000;

Deno.test("a frame of the same size gets the memory of one that was given back", () => {
  const pool = new KeptFrames();
  const first = pool.take(LARGE).fill(1);
  pool.give(first);
  const other = pool.take(LARGE + 1);
  const second = pool.take(LARGE);
  assert.deepEqual([first.length, other.length, second.length], [0, LARGE + 1, LARGE]);
  assert.equal(second[0], 1);
  assert.equal(pool.kept.count, 0);
});

Deno.test("what was given back is gone for all that still have a view of it", () => {
  const pool = new KeptFrames();
  const frame = pool.take(LARGE).fill(1);
  const views = [frame, frame.subarray(10, 20), new Uint16Array(frame.buffer)];
  pool.give(frame);
  pool.take(LARGE).fill(2);
  for (const view of views) assert.equal(view.length, 0);
  assert.equal(frame.buffer.detached, true);
});

Deno.test("frames of others, parts of frames, and what was given back already are left alone", () => {
  const pool = new KeptFrames();
  const frame = pool.take(LARGE);
  const foreign = new Uint8Array(LARGE);
  pool.give(foreign);
  pool.give(frame.subarray(1));
  assert.deepEqual([foreign.length, frame.length, pool.kept.count], [LARGE, LARGE, 0]);
  pool.give(frame);
  pool.give(frame);
  const moved = pool.take(LARGE);
  moved.buffer.transfer();
  pool.give(moved);
  pool.give(new Uint8Array());
  assert.equal(pool.kept.count, 0);
});

Deno.test("few buffers are kept, the ones that were given back last, and no more than some megabytes", () => {
  const pool = new KeptFrames();
  const frames = Array.from({ length: 40 }, (_, i) => pool.take(LARGE + i));
  for (const frame of frames) pool.give(frame);
  const { count, bytes } = pool.kept;
  assert.ok(count > 4 && count < 20);
  assert.equal(bytes, Array.from({ length: count }, (_, i) => LARGE + 39 - i).reduce((a, b) => a + b));
  pool.take(LARGE + 39);
  assert.equal(pool.kept.count, count - 1);
  for (let i = 0; i < 4; i++) pool.give(pool.take((40 << 20) + i));
  assert.ok(pool.kept.bytes <= 100 << 20);
  pool.give(pool.take(1 << 28));
  assert.equal(pool.kept.bytes, 0);
});

Deno.test("fresh frames are never taken back", async () => {
  await inFolder(async (folder) => {
    await writeCapture(`${folder}/a.cbors`, items("s"));
    const merge = await mergeInputs([`${folder}/a.cbors`]);
    const event = await merge.next();
    merge.release(event as NonNullable<typeof event>);
    assert.equal(event?.streams["s"]?.frames[1]?.length, LARGE);
    await merge.close();
  });
});

Deno.test("fresh frames are collected between two events", () => {
  let collections = 0;
  const pool = new FreshFrames(new Collector(() => collections++));
  for (let i = 0; i < 5; i++) assert.equal(pool.take(1 << 20).length, 1 << 20);
  assert.deepEqual([pool.isCollectionDue, collections], [true, 0]);
  pool.betweenEvents();
  assert.deepEqual([pool.isCollectionDue, collections], [false, 1]);
});

Deno.test("merged captures are collected before the next event, not while the frames of one are read", async () => {
  await inFolder(async (folder) => {
    const files = ["a.cbors", "b.cbors"].map((name) => `${folder}/${name}`);
    for (const file of files) await writeCapture(file, megabytes(file));
    let collections = 0;
    const merge = await mergeInputs(files, new FreshFrames(new Collector(() => collections++)));
    const due: [boolean, number][] = [];
    while (await merge.next() !== undefined) due.push([merge.isCollectionDue, collections]);
    // Each event has 2 MB; the first frames of the next one are read ahead.
    assert.deepEqual(due, [[true, 0], [false, 1], [true, 1], [false, 2], [false, 2]]);
    await merge.close();
  });
});

Deno.test("small frames, which lie in chunks, are collected as well, whatever becomes of large ones", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/small.cbors`;
    await writeCapture(path, kilobytes(300));
    for (const pool of [FreshFrames, KeptFrames]) {
      const collected: number[] = [];
      let read = 0;
      const merge = await mergeInputs([path], new pool(new Collector(() => collected.push(read))));
      for (; await merge.next() !== undefined; read++);
      // 32 kB each.
      assert.deepEqual(collected.map((event) => Math.round(event / 20)), [6, 13], pool.name);
      await merge.close();
    }
  });
});

Deno.test("a capture that is read by itself is collected as well", () => {
  const megabyte = 1 << 20;
  const taking: Record<string, () => () => void> = {
    "large frames"() {
      const { large } = wholeFrames();
      const frame = new Uint8Array(megabyte);
      return () => large(frame, { remaining: 0 } as ByteSource, megabyte);
    },
    "small frames"() {
      const { chunk } = wholeFrames();
      return () => chunk(megabyte);
    },
    "lengths of frames"() {
      const { chunk } = frameLengths();
      return () => chunk(megabyte);
    },
  };
  for (const [what, begin] of Object.entries(taking)) assert.deepEqual(collectionsIn(12, begin), [4, 8], what);
});

/** Begins to take something, takes it some times, and gives how often that was done at each collection. */
function collectionsIn(times: number, begin: () => () => void): number[] {
  // Only a process that was told so has a garbage collector that listens.
  const { gc } = globalThis as { gc?: unknown };
  const asked: number[] = [];
  let taken = 0;
  Object.assign(globalThis, { gc: () => asked.push(taken) });
  try {
    for (const take = begin(); taken < times; taken++) take();
  } finally {
    Object.assign(globalThis, { gc });
  }
  return asked;
}

function* kilobytes(events: number): Generator<WritableItem> {
  for (let eventNumber = 0; eventNumber < events; eventNumber++) {
    yield { eventNumber, streams: { s: { typ: "T", frames: [new Uint8Array(32_000)] } } };
  }
}

function* megabytes(stream: string): Generator<WritableItem> {
  for (let eventNumber = 0; eventNumber < 5; eventNumber++) {
    yield { eventNumber, streams: { [stream]: { typ: "T", frames: [new Uint8Array(1 << 20)] } } };
  }
}

function* items(stream: string): Generator<WritableItem> {
  for (let eventNumber = 0; eventNumber < 20; eventNumber++) {
    const frames = [Uint8Array.of(eventNumber), new Uint8Array(LARGE).fill(eventNumber), new Uint8Array(70_000)];
    yield { eventNumber, streams: { [stream]: { typ: "T", frames } } };
  }
}

Deno.test("events of merged captures, plain and gzip, have their own frames until they are given back", async () => {
  await inFolder(async (folder) => {
    const files = ["a.cbors", "b.cbors.gz"].map((name) => `${folder}/${name}`);
    for (const [i, file] of files.entries()) await writeCapture(file, items(`s${i}`));
    const pool = new KeptFrames();
    const merge = await mergeInputs(files, pool);
    const buffers = new Set<number>();
    for (let event = await merge.next(); event !== undefined; event = await merge.next()) {
      const { eventNumber } = event;
      const frames = Object.values(event.streams).flatMap((stream) => stream.frames);
      assert.equal(frames.length, 6);
      assert.ok(frames.every((frame, i) => frame.every((byte) => byte === (i % 3 === 2 ? 0 : eventNumber))));
      merge.release(event);
      assert.deepEqual(frames.map(({ length }) => length), [1, 0, 0, 1, 0, 0]);
      buffers.add(pool.kept.count);
    }
    await merge.close();
    // The first frame of the next event of a plain file is on its way already, but for the last.
    assert.deepEqual([...buffers], [4, 5]);
  });
});

/** The frames of each event of a raw dump, as they were before they were given back, and after it. */
async function framesOf(path: string, protocol: Protocol, pool: KeptFrames) {
  const merge = await mergeInputs([{ path, protocol, stream: "s" }], pool);
  const seen: Uint8Array[][] = [];
  const after: number[][] = [];
  for (let event = await merge.next(); event !== undefined; event = await merge.next()) {
    const frames = event.streams["s"]?.frames ?? [];
    seen.push(frames.map((frame) => frame.slice()));
    merge.release(event);
    after.push(frames.map(({ length }) => length));
  }
  await merge.close();
  return { seen, after };
}

Deno.test("raw dumps take their large parts from the pool as well", () =>
  inFolder(async (folder) => {
    const image = (frame: number) => [
      { htype: "image", msg_number: frame + 1, frame, shape: [LARGE], type: "uint8", compression: "none" },
      new Uint8Array(LARGE).fill(frame),
    ];
    const messages = [[{ htype: "header", msg_number: 0, filename: "" }], image(0), image(1), image(2), [{
      htype: "series_end",
      msg_number: 4,
    }]];
    Deno.writeFileSync(`${folder}/dump.cbors`, dumpBytes(messages));
    const pool = new KeptFrames();
    const { seen, after } = await framesOf(`${folder}/dump.cbors`, "stins", pool);
    for (const frame of [0, 1, 2]) assert.deepEqual(seen[frame + 1]?.[1], new Uint8Array(LARGE).fill(frame));
    assert.deepEqual(after.slice(1, 4).map(([, pixels]) => pixels), [0, 0, 0]);
    assert.equal(pool.kept.count, 2);
  }));

Deno.test("a part that stands in several events stays whole in all of them", () =>
  inFolder(async (folder) => {
    const start = { htype: "msg", what: 1, ntriggers: -1, padding: "x".repeat(LARGE) };
    const traces = { htype: "traces", channel: 1 };
    const end = { htype: "msg", what: 2 };
    const messages = [[{ htype: "msg", what: 0 }], [start], [traces], [end], [traces], [end], [{ what: 3 }]];
    Deno.writeFileSync(`${folder}/dump.cbors`, dumpBytes(messages));
    const { seen } = await framesOf(`${folder}/dump.cbors`, "lecroy", new KeptFrames());
    const text = new TextEncoder().encode(JSON.stringify(start));
    assert.equal(seen.length, 4);
    assert.deepEqual([seen[1]?.[0], seen[2]?.[0]], [text, text]);
  }));

/** How many pages a process takes from the system, from the first of 64 frames of 2 MB on. */
async function pagesTaken(folder: string, input: (capture: string, classes: string) => string[]): Promise<number> {
  const [count, size] = [64, 2 << 20];
  function* images(): Generator<WritableItem> {
    const frames = [new Uint8Array(size)];
    for (let eventNumber = 0; eventNumber < count; eventNumber++) {
      yield { eventNumber, streams: { s: { typ: "T", frames } } };
    }
  }
  const [capture, classes] = [`${folder}/images.cbors`, `${folder}/classes.ts`];
  await writeCapture(capture, images());
  // Field 10 of the system's file is the number of pages that were taken without reading a file.
  Deno.writeTextFileSync(
    classes,
    `const taken = () => Number(Deno.readTextFileSync("/proc/self/stat").split(") ")[1].split(" ")[7]);
     export class Fill { processEvent({ streams }) { return streams.s.frames[0].fill(1).length; } }
     export class Pages {
       processResult() { this.before ??= taken(); }
       finish() { console.log("pages", taken() - this.before); }
     }
     export class Made {
       getSourceGenerators() { return [this.#images()]; }
       *#images() {
         for (let eventNumber = 0; eventNumber < ${count}; eventNumber++) {
           yield { eventNumber, streams: { s: { typ: "T", frames: [new Uint8Array(${size})] } } };
         }
       }
     }`,
  );
  const { stdout, stderr } = await run(Deno.execPath(), [
    ...["run", "-A", "--v8-flags=--expose-gc", "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`, "replay"],
    ...["-w", `${classes}:Fill`, "-r", `${classes}:Pages`, ...input(capture, classes)],
  ]);
  assert.equal(stderr, "");
  return Number(/^pages (\d+)$/m.exec(stdout)?.[1]) / (count * size / 4096);
}

Deno.test("memory of frames that nobody has any more is used for the next ones, without new pages from the system", {
  ignore: Deno.build.os !== "linux",
}, () =>
  inFolder(async (folder) => {
    const ofCapture = await pagesTaken(folder, (capture) => [capture]);
    assert.ok(ofCapture < 0.5, `${ofCapture} of all`);
    const ofSource = await pagesTaken(folder, (_, classes) => ["-s", `${classes}:Made`]);
    assert.ok(ofSource < 0.5, `${ofSource} of all`);
  }));

Deno.test(
  "one pool after the other takes no more memory than its frames",
  { ignore: Deno.build.os !== "linux" },
  () =>
    inFolder(async (folder) => {
      const script = `
      import { FreshFrames } from "${new URL("../../lib/capture/frame_pool.ts", import.meta.url)}";
      const take = () => {
        const pool = new FreshFrames();
        pool.take(4 << 20);
        pool.betweenEvents();
      };
      take();
      const before = Deno.memoryUsage().rss;
      for (let i = 0; i < 8; i++) take();
      console.log((Deno.memoryUsage().rss - before) >> 20);`;
      const { stdout, stderr } = await run(Deno.execPath(), ["eval", "--config", `${ROOT}deno.json`, script], {
        cwd: folder,
      });
      assert.equal(stderr, "");
      assert.ok(Number(stdout) <= 34, `${stdout} MB`);
    }),
);
