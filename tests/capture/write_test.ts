import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { openCapture, type WritableItem, writeCapture } from "beamfold";
import { inFolder, python, pythonJson, shared, testWith } from "../tools.ts";

const frame = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));
const stream = fc.record(
  { typ: fc.string({ maxLength: 30 }), frames: fc.array(frame, { maxLength: 4 }) },
  { noNullPrototype: true },
);
const streams = fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), stream, {
  maxKeys: 3,
  noNullPrototype: true,
});
const item = fc.record(
  { eventNumber: fc.maxSafeNat(), streams, createdAt: fc.constant("2024-10-07T08:49:10.627001Z") },
  { requiredKeys: ["eventNumber", "streams"], noNullPrototype: true },
) as fc.Arbitrary<WritableItem>;
const items = fc.array(item, { maxLength: 6 }).map((all) => all.sort((a, b) => a.eventNumber - b.eventNumber));

Deno.test("what is written is read again, whatever the names, frames and numbers", async () => {
  await fc.assert(
    fc.asyncProperty(items.filter((all) => all.length > 0), fc.boolean(), async (written, compressed) => {
      await inFolder(async (folder) => {
        const path = `${folder}/any.cbors${compressed ? ".gz" : ""}`;
        assert.equal(await writeCapture(path, written), written.length);
        const read = await Array.fromAsync(openCapture(path));
        const plain = read.map(({ eventNumber, streams, createdAt }) => ({
          eventNumber,
          streams: Object.fromEntries(
            Object.entries(streams).map(([name, { typ, frames }]) => [name, { typ, frames }]),
          ),
          ...(createdAt === undefined ? {} : { createdAt }),
        }));
        assert.deepEqual(plain, written);
      });
    }),
    { numRuns: 100 },
  );
});

testWith([python], "a capture written here is read by dranspose itself", async () => {
  await inFolder(async (folder) => {
    const written: WritableItem[] = [0, 1, 70_000].map((eventNumber, i) => ({
      eventNumber,
      streams: {
        xrd: { typ: "STINS", frames: [new TextEncoder().encode(`frame ${i}`), new Uint8Array(100_000).fill(i)] },
        motor: { typ: "contrast", frames: [] },
      },
      createdAt: "2024-10-07T08:49:10.627001Z",
    }));
    for (const name of ["a.cbors", "a.cbors.gz"]) {
      await writeCapture(`${folder}/${name}`, written);
      const read = await pythonJson(
        `
import json, sys
from dranspose.replay import get_internals
print(json.dumps([[m.event_number, m.created_at.isoformat(), {n: [s.typ, [[len(f), sum(f)] for f in s.frames]] for n, s in m.streams.items()}]
                  for m in get_internals(sys.argv[1])]))`,
        [`${folder}/${name}`],
      );
      const expected = written.map(({ eventNumber, streams }) => [
        eventNumber,
        "2024-10-07T08:49:10.627001+00:00",
        Object.fromEntries(
          Object.entries(streams).map((
            [name, { typ, frames }],
          ) => [name, [typ, frames.map((bytes) => [bytes.length, bytes.reduce((total, byte) => total + byte, 0)])]]),
        ),
      ]);
      assert.deepEqual(read, expected, name);
    }
  });
});

testWith([python], "a capture that dranspose writes, gzip with two streams in an item, is read here", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/d.cbors.gz`;
    await pythonJson(
      `
import cbor2, gzip, sys
from datetime import datetime, timezone
from dranspose.event import InternalWorkerMessage, StreamData, message_encoder
when = datetime(2024, 10, 7, 8, 49, 10, 627001, tzinfo=timezone.utc)
with gzip.open(sys.argv[1], "wb") as f:
    for n in range(3):
        streams = {"xrd": StreamData(typ="STINS", frames=[b"x" * n, b"y" * 70000]), "motor": StreamData(typ="m", frames=[])}
        message = InternalWorkerMessage(event_number=n, streams=streams, created_at=when)
        cbor2.CBOREncoder(f, default=message_encoder).encode(message)
print("null")`,
      [path],
    );
    const read = await Array.fromAsync(openCapture(path));
    assert.deepEqual(read.map(({ eventNumber }) => eventNumber), [0, 1, 2]);
    for (const { eventNumber, streams, createdAt } of read) {
      assert.equal(Date.parse(createdAt ?? ""), Date.UTC(2024, 9, 7, 8, 49, 10, 627));
      assert.match(createdAt ?? "", /\.627001/);
      assert.deepEqual(streams["xrd"]?.frames.map((bytes) => bytes.length), [eventNumber, 70_000]);
      assert.equal(streams["motor"]?.length, 0);
    }
  });
});

testWith([shared], "every real event capture, copied, is the same item by item", async () => {
  await inFolder(async (folder) => {
    const captures = [...Deno.readDirSync(shared.path("captures/events"))].filter(({ name }) =>
      /\.cbors(\.gz)?$/.test(name)
    );
    assert(captures.length > 15);
    for (const { name } of captures) {
      const source = openCapture(shared.path(`captures/events/${name}`));
      await writeCapture(`${folder}/${name}`, source);
      const [original, copy] = [await Array.fromAsync(source), await Array.fromAsync(openCapture(`${folder}/${name}`))];
      assert.equal(original.length, copy.length, name);
      for (const [i, item] of original.entries()) {
        assert.equal(Deno.inspect(copy[i]), Deno.inspect(item), name);
        for (const [stream, { frames }] of Object.entries(item.streams)) {
          const copied = copy[i]?.streams[stream]?.frames ?? [];
          assert(frames.every((bytes, k) => Buffer.compare(bytes, copied[k] as Uint8Array) === 0), `${name} ${stream}`);
        }
      }
    }
  });
});

Deno.test("items out of order, a bad event number and an unwritable place leave no file behind", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/deep/er/a.cbors`;
    const event = (eventNumber: number): WritableItem => ({ eventNumber, streams: {} });
    await assert.rejects(writeCapture(path, [event(2), event(1)]), /cannot write event 1 after event 2/);
    await assert.rejects(writeCapture(path, [event(0.5)]), /event number of an item is 0\.5/);
    assert.deepEqual([...Deno.readDirSync(`${folder}/deep/er`)], []);
    Deno.writeTextFileSync(`${folder}/file`, "");
    await assert.rejects(writeCapture(`${folder}/file/a.cbors`, []), /cannot write the capture ".*file\/a\.cbors"/);
  });
});
