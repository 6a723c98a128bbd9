import assert from "node:assert/strict";
import { type CaptureItem, isBeamfoldError, openCapture, readEvents, writeCapture } from "beamfold";
import { inFolder, shared, smallCapture, testWith } from "../tools.ts";

interface Read {
  readonly events: CaptureItem[];
  readonly error: Error | undefined;
}

/** Everything that can be read of a file, and the error at the end. */
async function readAll(path: string): Promise<Read> {
  const events: CaptureItem[] = [];
  try {
    for await (const event of readEvents([path])) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    assert(isBeamfoldError(error, "CaptureError"), `expected a CaptureError, found ${error}`);
    return { events, error };
  }
}

/** Compares events by number and every byte of their frames, with a short message when they differ. */
function assertSame(found: readonly CaptureItem[], expected: readonly CaptureItem[], label: string): void {
  assert.deepEqual(found.map((event) => event.eventNumber), expected.map((event) => event.eventNumber), label);
  const bytes = (event: CaptureItem) =>
    Object.entries(event.streams).map(([name, { frames }]) => [name, ...frames].join());
  assert.deepEqual(found.map(bytes), expected.map(bytes), label);
}

/** Where the items of a capture begin, and where the last one ends. */
async function itemStarts(path: string): Promise<number[]> {
  const bytes = Deno.readFileSync(path);
  const starts: number[] = [];
  for (let at = bytes.indexOf(0xd9); at >= 0; at = bytes.indexOf(0xd9, at + 1)) {
    // The self-described tag (d9 d9 f7) may stand before the tag of an event.
    if (bytes[at + 1] === 0xa7 && bytes[at + 2] === 0x7d) starts.push(bytes[at - 1] === 0xf7 ? at - 3 : at);
  }
  assert.equal(starts.length, (await openCapture(path).summary()).items);
  return [...starts, bytes.length];
}

async function cutEverywhere(path: string, folder: string): Promise<void> {
  const bytes = Deno.readFileSync(path);
  const starts = await itemStarts(path);
  const { events: whole } = await readAll(path);
  for (let length = 1; length < bytes.length; length++) {
    const cut = `${folder}/cut.cbors`;
    Deno.writeFileSync(cut, bytes.subarray(0, length));
    const before = starts.filter((start) => start <= length).length - 1;
    const { events, error } = await readAll(cut);
    assertSame(events, whole.slice(0, before), `cut after ${length} bytes`);
    const itemStart = starts[before] as number;
    if (itemStart === length) {
      assert.equal(error, undefined, `cut between two items, after ${length} bytes`);
    } else {
      assert.match(
        error?.message ?? "",
        new RegExp(`is cut: its last item, at byte ${itemStart}\\b.*lacks at least \\d+`),
      );
      const missing = Number(/at least (\d+)/.exec(error?.message ?? "")?.[1]);
      const end = starts[before + 1] as number;
      assert(missing >= 1 && missing <= end - length, `${missing} bytes missing of ${end - length}`);
    }
  }
}

testWith([shared], "rule 7: a real capture cut at every byte loses no whole event and says where", async () => {
  await inFolder((folder) => cutEverywhere(shared.path("captures/events/dump_xrd.cbors"), folder));
});

Deno.test("rule 7: a capture with times cut at every byte loses no whole event and says where", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/times.cbors`;
    const items = [0, 1, 2].map((eventNumber) => ({
      eventNumber,
      streams: { a: { typ: "T", frames: [new Uint8Array(3), new Uint8Array()] }, b: { typ: "T", frames: [] } },
      createdAt: "2024-10-07T08:49:10.627001Z",
    }));
    await writeCapture(path, items);
    await cutEverywhere(path, folder);
  });
});

Deno.test("rule 7: a capture of large frames cut inside one loses no whole event and counts what is missing", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/large.cbors`;
    const frames = [new Uint8Array(300_000).fill(1), new Uint8Array(70_000).fill(2)];
    await writeCapture(path, [0, 1, 2].map((eventNumber) => ({ eventNumber, streams: { a: { typ: "T", frames } } })));
    const bytes = Deno.readFileSync(path);
    const size = bytes.length / 3;
    for (const [length, missing] of [[2 * size + 1000, 299_000], [3 * size - 1, 1], [3 * size - 70_000, 70_000]]) {
      Deno.truncateSync(path, length as number);
      const { events, error } = await readAll(path);
      assert.deepEqual(events.map((event) => event.eventNumber), [0, 1]);
      const counted = Number(/lacks at least (\d+)/.exec(error?.message ?? "")?.[1]);
      // The heads before the first frame are not missing, and what follows a frame cannot be known.
      assert(counted > (missing as number) - 50 && counted <= bytes.length - (length as number), `${counted} bytes`);
      Deno.writeFileSync(path, bytes);
    }
  });
});

Deno.test("rule 7: a gzip capture cut at every byte gives whole events and an error, never a hang", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/small.cbors.gz`;
    const plain = await smallCapture(folder);
    const { events: whole } = await readAll(plain);
    await writeCapture(path, openCapture(plain));
    const bytes = Deno.readFileSync(path);
    for (let length = 2; length < bytes.length; length++) {
      Deno.writeFileSync(path, bytes.subarray(0, length));
      const { events, error } = await readAll(path);
      assertSame(events, whole.slice(0, events.length), `cut after ${length} bytes`);
      assert.match(error?.message ?? "", /is cut|ends early/, `cut after ${length} bytes`);
    }
  });
});

/** What a flipped byte may do: an error with an offset, or events that differ in what the byte says. */
async function flipEverywhere(path: string, folder: string, changes: readonly number[]): Promise<void> {
  const bytes = Deno.readFileSync(path);
  const starts = await itemStarts(path);
  const { events: whole } = await readAll(path);
  for (let at = 0; at < bytes.length; at++) {
    for (const change of changes) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] as number) ^ change;
      const damaged = `${folder}/flipped.cbors`;
      Deno.writeFileSync(damaged, flipped);
      const { events, error } = await readAll(damaged);
      const item = starts.filter((start) => start <= at).length - 1;
      const label = `byte ${at} of item ${item} changed by ${change}`;
      // Whatever became of the damaged item, those before it are there. (One that took the number of the event before
      // it makes that event doubtful as well.)
      const sure = /twice/.test(error?.message ?? "") ? Math.max(0, item - 1) : item;
      assertSame(events.slice(0, sure), whole.slice(0, sure), label);
      if (error === undefined) {
        assert.equal(events.length, whole.length, `${label}: no error, but an event is lost`);
      } else if (/is cut/.test(error.message)) {
        // Only the last item can look cut; before it, a whole item behind the damage gives it away.
        assert.equal(item, whole.length - 1, `${label}: taken for a cut, and what follows is lost`);
      } else {
        assert.match(error.message, /byte \d+|this is a raw dump|twice|not in order/, label);
      }
    }
  }
}

testWith([shared], "one byte changed anywhere in a real capture: an error or the same number of events", async () => {
  await inFolder((folder) => flipEverywhere(shared.path("captures/events/dump_xrd.cbors"), folder, [0xff, 0x01, 0x80]));
});

Deno.test("one bit changed anywhere in a small capture: an error or the same number of events", async () => {
  await inFolder(async (folder) => {
    const path = await smallCapture(folder);
    await flipEverywhere(path, folder, [1, 2, 4, 8, 16, 32, 64, 128]);
  });
});

Deno.test("a frame whose length claims the rest of the file is damage, not a cut: events would be lost", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/lies.cbors`;
    const frames = [new Uint8Array(300)];
    await writeCapture(
      path,
      [0, 1, 2, 3].map((eventNumber) => ({ eventNumber, streams: { a: { typ: "T", frames } } })),
    );
    const bytes = Deno.readFileSync(path);
    const size = bytes.length / 4;
    // The head of the frame in event 1: 59 01 2c is a byte string of 300; 59 ff ff one of 65535.
    const head = size + bytes.subarray(0, size).indexOf(0x59);
    bytes.set([0x59, 0xff, 0xff], head);
    Deno.writeFileSync(path, bytes);
    const { events, error } = await readAll(path);
    assert.deepEqual(events.map((event) => event.eventNumber), [0]);
    assert.match(
      error?.message ?? "",
      new RegExp(`is damaged: the item at byte ${size}, after event 0 claims .* a whole item \\(event 2\\) begins`),
    );
  });
});

Deno.test("a frame of more than 2 GiB and a name of megabytes are damage, and are not allocated", async () => {
  await inFolder(async (folder) => {
    const head = [0xd9, 0xa7, 0x7d, 0x82, 0x00, 0xa1];
    const stream = [0x61, 0x61, 0xd9, 0xa7, 0x7e, 0x82, 0x61, 0x54, 0x81];
    const cases: [number[], RegExp][] = [
      [[...head, ...stream, 0x5b, 0, 0, 0x10, 0, 0, 0, 0, 0], /byte 15 .*a frame of 17592186044416 bytes/],
      [[...head, 0x7a, 0x7f, 0xff, 0xff, 0xff], /byte 6 .*the name of a stream, found a text of 2147483647 bytes/],
      [
        [0xd9, 0xa7, 0x7d, 0x82, 0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        /event number is 18446744073709552000.*2\^53/,
      ],
      [[...head, 0x61, 0xff, 0], /not UTF-8/],
      [[0xd9, 0xa7, 0x7d, 0x84, 0, 0xa0, 0, 0], /2 or 3 elements, found 4/],
      [[...head.slice(0, 5), 0xbf, 0x1c], /0x1c, which CBOR has reserved/],
      [[...head, ...stream, 0x5f, 0x41, 1, 0xff], /a frame in pieces/],
    ];
    for (const [bytes, message] of cases) {
      const path = `${folder}/hostile.cbors`;
      Deno.writeFileSync(path, Uint8Array.from(bytes));
      const { events, error } = await readAll(path);
      assert.equal(events.length, 0);
      assert.match(error?.message ?? "", message);
    }
  });
});

Deno.test("damage that zlib finds is an error with compressed and decompressed offsets", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/small.cbors.gz`;
    await writeCapture(path, openCapture(await smallCapture(folder)));
    const bytes = Deno.readFileSync(path);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] as number) ^ 0xff;
    Deno.writeFileSync(path, bytes);
    const { error } = await readAll(path);
    assert.match(
      error?.message ?? "",
      /gzip stream cannot be decompressed near compressed byte \d+|is damaged at byte/,
    );
  });
});
