import assert from "node:assert/strict";
import fc from "fast-check";
import { openCapture, readEvents, writeCapture } from "beamfold";
import { openBytes } from "../../lib/capture/bytes.ts";
import { CaptureError } from "../../lib/errors.ts";
import { inFolder, timesOpen } from "../tools.ts";

const MEGA = 1 << 20;

/** Bytes of which no two that stand a while apart are alike. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = Math.imul(state, 1664525) + 1013904223) >>> 24);
}

/** Quicker than to compare lists of numbers. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

Deno.test("a file read in pieces of any length, some passed over, is what it is", () =>
  inFolder(async (folder) => {
    const bytes = noise(9 * MEGA + 17);
    Deno.writeFileSync(`${folder}/a.bin`, bytes);
    const length = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: MEGA - 3, max: 3 * MEGA }));
    const step = fc.tuple(fc.constantFrom("pass", "read", "begin and read", "begin another and read"), length);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const source = openBytes(`${folder}/a.bin`);
        try {
          let at = 0;
          for (const [how, length] of steps) {
            const expected = Math.min(length, bytes.length - at);
            if (how === "pass") assert.equal(await source.skip(length), expected);
            else {
              const into = new Uint8Array(length);
              if (how !== "read") source.begin?.(how === "begin and read" ? into : new Uint8Array(length));
              let filled = await source.read(into);
              for (let count; (count = await source.read(into.subarray(filled))) > 0;) filled += count;
              assert.equal(filled, expected);
              assert.ok(isSame(into.subarray(0, filled), bytes.subarray(at, at + filled)));
            }
            at += expected;
            assert.deepEqual([source.position, source.remaining], [at, bytes.length - at]);
          }
        } finally {
          source.close();
        }
      }),
      { numRuns: 30 },
    );
  }));

Deno.test("a large read of a file that became shorter gives what there is, then nothing", () =>
  inFolder(async (folder) => {
    for (const left of [0, 100, MEGA, 2 * MEGA - 1]) {
      const bytes = noise(2 * MEGA);
      Deno.writeFileSync(`${folder}/a.bin`, bytes);
      const source = openBytes(`${folder}/a.bin`);
      Deno.truncateSync(`${folder}/a.bin`, left);
      const into = new Uint8Array(2 * MEGA);
      source.begin?.(into);
      let filled = await source.read(into);
      for (let count; (count = await source.read(into.subarray(filled))) > 0;) filled += count;
      source.close();
      assert.equal(filled, left);
      assert.ok(isSame(into.subarray(0, left), bytes.subarray(0, left)));
    }
  }));

Deno.test("a file is read to its end though another one has its name by now, or none has", () =>
  inFolder(async (folder) => {
    const bytes = noise(2 * MEGA);
    for (const replace of [true, false]) {
      Deno.writeFileSync(`${folder}/a.bin`, bytes);
      const source = openBytes(`${folder}/a.bin`);
      if (replace) {
        Deno.writeFileSync(`${folder}/b.bin`, new Uint8Array(2 * MEGA));
        Deno.renameSync(`${folder}/b.bin`, `${folder}/a.bin`);
      } else Deno.removeSync(`${folder}/a.bin`);
      const into = new Uint8Array(2 * MEGA);
      source.begin?.(into);
      assert.equal(await source.read(into), into.length);
      source.close();
      assert.ok(isSame(into, bytes));
    }
  }));

Deno.test("a file may be closed while it is read", () =>
  inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/a.bin`, noise(4 * MEGA));
    const source = openBytes(`${folder}/a.bin`);
    const into = new Uint8Array(4 * MEGA);
    source.begin?.(into);
    const reading = source.read(into);
    source.close();
    await Promise.resolve(reading).then((count) => assert.ok(count > 0), (error) => {
      assert.ok(error instanceof CaptureError);
    });
  }));

const items = (frame: Uint8Array) =>
  [0, 1, 2].map((eventNumber) => ({ eventNumber, streams: { s: { typ: "T", frames: [frame] } } }));

Deno.test("a large frame that is cut anywhere is a cut of the capture, which says how much is missing", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.cbors`;
    const frame = noise(3 * MEGA);
    await writeCapture(path, items(frame));
    const { size } = Deno.statSync(path);
    for (const missing of [1, 1000, MEGA, 2 * MEGA, 3 * MEGA - 1]) {
      Deno.truncateSync(path, size - missing);
      // Merged, a frame is begun while the event before it is looked at.
      for (const events of [openCapture(path), readEvents([path])]) {
        let count = 0;
        await assert.rejects(async () => {
          for await (const { streams } of events) {
            assert.ok(isSame(streams["s"]?.frames[0] as Uint8Array, frame));
            count++;
          }
        }, new RegExp(`lacks at least ${missing} bytes?`));
        assert.equal(count, 2);
      }
    }
  }));

Deno.test("of what was begun in a file that becomes shorter there is only what comes before its end", {
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder(async (folder) => {
    const bytes = noise(3 * MEGA);
    bytes[bytes.length - 1] = 1;
    for (const left of [MEGA, 100, 0]) {
      Deno.writeFileSync(`${folder}/a.bin`, bytes);
      const source = openBytes(`${folder}/a.bin`);
      const into = new Uint8Array(bytes.length);
      source.begin?.(into);
      // The part that another thread reads shall be there.
      while (into.at(-1) !== 1) await new Promise((go) => setTimeout(go, 1));
      Deno.truncateSync(`${folder}/a.bin`, left);
      let filled = await source.read(into);
      for (let count; (count = await source.read(into.subarray(filled))) > 0;) filled += count;
      source.close();
      assert.equal(filled, left);
      assert.ok(isSame(into.subarray(0, left), bytes.subarray(0, left)));
    }
  }));

Deno.test("a file that was read with another thread is closed as a whole", {
  ignore: Deno.build.os !== "linux",
}, () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.bin`;
    Deno.writeFileSync(path, noise(2 * MEGA));
    const source = openBytes(path);
    const into = new Uint8Array(2 * MEGA);
    source.begin?.(into);
    await source.read(into);
    assert.equal(timesOpen(path), 2);
    source.close();
    assert.equal(timesOpen(path), 0);
  }));
