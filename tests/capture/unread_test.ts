import assert from "node:assert/strict";
import fc from "fast-check";
import { type CaptureItem, type StreamData, type WritableItem, writeCapture } from "beamfold";
import { openBytes } from "../../lib/capture/bytes.ts";
import { type FramePool, FreshFrames, KeptFrames } from "../../lib/capture/frame_pool.ts";
import type { Input } from "../../lib/capture/inputs.ts";
import { mergeInputs } from "../../lib/capture/merge.ts";
import { type AnyFrame, anyFramesOf, FrameReader, type UnreadFrame } from "../../lib/capture/unread.ts";
import { CaptureError } from "../../lib/errors.ts";
import { inFolder, timesOpen } from "../tools.ts";
import { dumpBytes } from "./dumps.ts";

const LARGE = 64 << 10;

/** A frame of which no part looks like another one of another frame. */
function frame(length: number, seed: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length }, () => (state = Math.imul(state, 1664525) + 1013904223) >>> 24);
}

function items(stream: string, sizes: readonly (readonly number[])[]): WritableItem[] {
  return sizes.map((frames, eventNumber) => ({
    eventNumber,
    streams: { [stream]: { typ: "T", frames: frames.map((size, i) => frame(size, 10 * eventNumber + i)) } },
  }));
}

/** All events of inputs, and why the last ones may be missing. Frames are left in files from the event `left` on. */
async function eventsOf(inputs: readonly Input[], left = Infinity) {
  const merge = await mergeInputs(inputs);
  const events: CaptureItem[] = [];
  for (let event;;) {
    if (events.length === left) merge.leaveFrames();
    if ((event = await merge.next()) === undefined) break;
    events.push(event);
  }
  await merge.close();
  return { events, cuts: merge.cuts };
}

const framesOf = ({ streams }: CaptureItem): (readonly Uint8Array[])[] => Object.values(streams).map((s) => s.frames);
const isRead = (frame: AnyFrame): frame is Uint8Array => frame instanceof Uint8Array;

Deno.test("frames that are left in their files are what they are when they are read at once", () =>
  inFolder(async (folder) => {
    const size = fc.oneof(
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: LARGE - 2, max: LARGE + 2 }),
      fc.integer({ min: LARGE, max: 4 * LARGE }),
    );
    const allSizes = fc.array(fc.array(size, { maxLength: 4 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(allSizes, fc.nat({ max: 3 }), async (sizes, from) => {
        const files = ["a.cbors", "b.cbors.gz"].map((name) => `${folder}/${name}`);
        for (const [i, file] of files.entries()) await writeCapture(file, items(`s${i}`, sizes));
        const read = await eventsOf(files);
        const left = await eventsOf(files, from);
        assert.deepEqual(left.events.map(framesOf), read.events.map(framesOf));
        for (const [event, { streams }] of left.events.entries()) {
          const [plain, gzip] = [streams["s0"], streams["s1"]].map((s) => anyFramesOf(s as StreamData)) as [
            readonly AnyFrame[],
            readonly AnyFrame[],
          ];
          assert.ok(gzip.every(isRead));
          assert.deepEqual(plain.map(({ length }) => length), sizes[event]);
          assert.equal(streams["s0"]?.length, sizes[event]?.length);
          if (event < from) assert.ok(plain.every(isRead));
          // The first frame of the next event may have been on its way.
          else if (event > from || from === 0) {
            // What was read with its head is there already; the others are longer than what is read ahead.
            assert.ok(plain.every((one) => isRead(one) || one.length >= LARGE));
            assert.ok(plain.every((one) => !isRead(one) || one.length <= LARGE + 4096));
          }
        }
      }),
      { numRuns: 25 },
    );
  }));

Deno.test("streams of several captures with frames that are not read are one event, which can be printed", () =>
  inFolder(async (folder) => {
    const files = ["a", "b"].map((name) => `${folder}/${name}.cbors`);
    for (const [i, file] of files.entries()) await writeCapture(file, items(`s${i}`, [[5, 2 * LARGE]]));
    const { events: [event] } = await eventsOf(files, 0);
    const { events: [read] } = await eventsOf(files);
    for (const stream of Object.values(event?.streams ?? {})) assert.ok(!isRead(anyFramesOf(stream)[1] as AnyFrame));
    assert.equal(Deno.inspect(event), Deno.inspect(read));
  }));

Deno.test("of raw dumps all frames are read: items are made of them", () =>
  inFolder(async (folder) => {
    const pixels = frame(2 * LARGE, 1);
    const image = { htype: "image", frame: 0, shape: [2 * LARGE], type: "uint8", compression: "none", msg_number: 1 };
    const header = { htype: "header", msg_number: 0, filename: "" };
    Deno.writeFileSync(`${folder}/dump.cbors`, dumpBytes([[header], [image, pixels], [{ htype: "series_end" }]]));
    const { events } = await eventsOf([{ path: `${folder}/dump.cbors`, protocol: "stins", stream: "s" }], 0);
    assert.ok(events.every(({ streams }) => anyFramesOf(streams["s"] as StreamData).every(isRead)));
    assert.deepEqual(events[1]?.streams["s"]?.frames[1], pixels);
  }));

Deno.test("rule 7: a cut in a frame that is not read is the cut that it would be", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.cbors`;
    await writeCapture(path, items("s", [[3], [2 * LARGE, 7], [3 * LARGE]]));
    const { size } = Deno.statSync(path);
    for (const missing of [1, 2, LARGE, 3 * LARGE - 1, 3 * LARGE, 3 * LARGE + 10, 4 * LARGE, 5 * LARGE]) {
      Deno.truncateSync(path, size - missing);
      const read = await eventsOf([path]);
      const left = await eventsOf([path], 0);
      assert.deepEqual(left.cuts, read.cuts);
      assert.equal(left.cuts.length, 1);
      assert.deepEqual(left.events.map(framesOf), read.events.map(framesOf));
    }
  }));

/** A frame that is left in a file of noise, and the bytes that it has there. */
function leftIn(path: string): { unread: UnreadFrame; bytes: Uint8Array } {
  const all = frame(4 * LARGE, 5);
  Deno.writeFileSync(path, all);
  const source = openBytes(path);
  try {
    const { file } = source;
    assert.ok(file !== undefined);
    return { unread: { file, offset: 100, length: 3 * LARGE }, bytes: all.subarray(100, 100 + 3 * LARGE) };
  } finally {
    source.close();
  }
}

function readBy(pool: FramePool, unread: UnreadFrame): Uint8Array {
  const reader = new FrameReader(pool);
  try {
    return reader.read(unread);
  } finally {
    reader.close();
  }
}

Deno.test("a frame is read by its path from anywhere, also by one that is a link", () =>
  inFolder((folder) => {
    const { unread, bytes } = leftIn(`${folder}/a.bin`);
    assert.deepEqual(readBy(new FreshFrames(), unread), bytes);
    const before = Deno.cwd();
    Deno.mkdirSync(`${folder}/deep`);
    Deno.symlinkSync(`${folder}/a.bin`, `${folder}/link.bin`);
    try {
      Deno.chdir(folder);
      const source = openBytes("link.bin");
      const { file } = source;
      source.close();
      Deno.chdir(`${folder}/deep`);
      Deno.removeSync(`${folder}/link.bin`);
      assert.deepEqual(readBy(new FreshFrames(), { ...unread, file: file as NonNullable<typeof file> }), bytes);
    } finally {
      Deno.chdir(before);
    }
  }));

Deno.test("a frame whose file is another one, gone or shorter is an error that says so", () =>
  inFolder((folder) => {
    const path = `${folder}/a.bin`;
    const cases: readonly (readonly [change: () => void, message: RegExp])[] = [
      [() => Deno.truncateSync(path, 100 + LARGE), new RegExp(`become shorter: ${LARGE} bytes are left there; replay`)],
      [() => Deno.truncateSync(path, 50), /become shorter: 0 bytes are left there; replay/],
      [() => Deno.removeSync(path), /it is gone; put it back and replay/],
      [() => {
        Deno.writeFileSync(`${folder}/b.bin`, new Uint8Array(4 * LARGE));
        Deno.renameSync(`${folder}/b.bin`, path);
      }, /another file has its name by now; replay it again/],
    ];
    for (const [change, message] of cases) {
      const { unread } = leftIn(path);
      change();
      assert.throws(() => readBy(new FreshFrames(), unread), (error) => {
        assert.ok(error instanceof CaptureError);
        const start = `cannot read the frame of ${3 * LARGE} bytes at byte 100 of the capture "${path}": `;
        assert.equal(error.message.slice(0, start.length), start);
        assert.match(error.message, message);
        assert.deepEqual([error.path, error.offset], [path, 100]);
        return true;
      });
    }
  }));

Deno.test("a reader gives back the frames that it has read, once", () =>
  inFolder((folder) => {
    const { unread, bytes } = leftIn(`${folder}/a.bin`);
    const pool = new KeptFrames();
    const reader = new FrameReader(pool);
    const frames = [reader.read(unread), reader.read(unread)];
    for (const frame of frames) assert.deepEqual(frame, bytes);
    reader.release();
    assert.deepEqual([...frames.map(({ length }) => length), pool.kept.count], [0, 0, 2]);
    const next = reader.read(unread);
    reader.release();
    reader.release();
    assert.deepEqual([next.length, pool.kept.count], [0, 2]);
    reader.close();
  }));

Deno.test("for a frame that a file does not have as a whole no memory is taken", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.cbors`;
    await writeCapture(path, items("s", [[3], [3 * LARGE]]));
    Deno.truncateSync(path, Deno.statSync(path).size - LARGE);
    const taken: number[] = [];
    class Counted extends FreshFrames {
      override take(size: number) {
        taken.push(size);
        return super.take(size);
      }
    }
    const merge = await mergeInputs([path], new Counted());
    while (await merge.next() !== undefined);
    await merge.close();
    assert.equal(merge.cuts.length, 1);
    assert.deepEqual(taken, []);
  }));

Deno.test(
  "a reader opens each file once, and closes all",
  { ignore: Deno.build.os !== "linux" },
  () =>
    inFolder((folder) => {
      const { unread } = leftIn(`${folder}/a.bin`);
      const opened = (): number => timesOpen(`${folder}/a.bin`);
      const reader = new FrameReader(new FreshFrames());
      for (let i = 0; i < 3; i++) reader.read(unread);
      assert.equal(opened(), 1);
      reader.close();
      assert.equal(opened(), 0);
    }),
);
