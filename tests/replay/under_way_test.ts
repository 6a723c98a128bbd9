import assert from "node:assert/strict";
import { type AnyFrame, anyStreamData } from "../../lib/capture/unread.ts";
import { UnderWay } from "../../lib/replay/threads/under_way.ts";

const MEGABYTE = 2 ** 20;
const unread = (length: number): AnyFrame => {
  return { file: { path: "a", realPath: "/a", dev: 1, ino: 1 }, offset: 0, length };
};

/** Adds events with a frame until as much is under way as may be; gives how many these are. */
function filled(underWay: UnderWay, frame: AnyFrame, threads: number): number {
  let count = 0;
  for (; !underWay.isFull(threads); count++) {
    underWay.add({ eventNumber: count, streams: { s: anyStreamData("T", [frame]) } }, { s: undefined }, 0, undefined);
  }
  return count;
}

Deno.test("events under way are bounded by their number, by bytes in memory, and by bytes in files", () => {
  const read = (length: number) => new Uint8Array(length);
  assert.equal(filled(new UnderWay(), read(10), 2), 4096);
  assert.equal(filled(new UnderWay(), read(MEGABYTE), 2), 4);
  assert.equal(filled(new UnderWay(), unread(MEGABYTE), 2), 17);
  // Each thread has one that it works on, and the next one.
  assert.equal(filled(new UnderWay(), read(8 * MEGABYTE), 2), 4);
  assert.equal(filled(new UnderWay(), read(8 * MEGABYTE), 3), 6);
  assert.equal(filled(new UnderWay(), unread(100 * MEGABYTE), 1), 2);
});

Deno.test("what is through makes room", () => {
  for (const frame of [new Uint8Array(MEGABYTE / 4), unread(MEGABYTE), new Uint8Array(10)]) {
    const underWay = new UnderWay();
    const count = filled(underWay, frame, 2);
    for (let sequence = 0; sequence < count; sequence++) {
      assert.equal(underWay.isFull(2, 0.5), count - sequence >= count / 2, `${sequence} of ${count}`);
      assert.equal(underWay.get(sequence)?.eventNumber, sequence);
      underWay.remove(sequence);
      underWay.remove(sequence);
      assert.equal(underWay.get(sequence), undefined);
    }
    assert.equal(underWay.size, 0);
    assert.equal(filled(underWay, frame, 2), count);
  }
});
