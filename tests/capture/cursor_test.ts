import assert from "node:assert/strict";
import fc from "fast-check";
import { openCapture, readEvents, type WritableItem, writeCapture } from "beamfold";
import { inFolder } from "../tools.ts";

Deno.test("names and types are read right, whichever stood in the items before", async () => {
  // Few characters and lengths, so that many texts differ in one place only, or not at all.
  const text = fc.array(fc.constantFrom("a", "b", "é", "日"), { maxLength: 3 }).map((all) => all.join(""));
  const long = fc.constantFrom("x".repeat(48), "x".repeat(49), "x".repeat(48) + "y", "y".repeat(300));
  const streams = fc.dictionary(fc.oneof({ weight: 9, arbitrary: text }, long), text, { maxKeys: 4 });
  await inFolder(async (folder) => {
    const path = `${folder}/texts.cbors`;
    await fc.assert(
      fc.asyncProperty(fc.array(streams, { minLength: 1, maxLength: 12 }), async (all) => {
        const items = all.map((types, eventNumber): WritableItem => ({
          eventNumber,
          streams: Object.fromEntries(Object.entries(types).map(([name, typ]) => [name, { typ, frames: [] }])),
        }));
        await writeCapture(path, items);
        const read = await Array.fromAsync(readEvents([path]));
        const typesOf = ({ streams }: { streams: WritableItem["streams"] }) =>
          Object.entries(streams).map(([name, { typ }]) => [name, typ]);
        assert.deepEqual(read.map(typesOf), items.map(typesOf));
      }),
      { numRuns: 100 },
    );
  });
});

Deno.test("an item that begins like the one before has its own frames and time, one that does not its own names", async () => {
  const frame = fc.uint8Array({ maxLength: 3 });
  const stream = fc.record({
    name: fc.constantFrom("s", "t", "st", "x".repeat(300)),
    typ: fc.constantFrom("T", "U", ""),
    frames: fc.array(frame, { maxLength: 3 }),
  });
  const item = fc.record({
    streams: fc.array(stream, { minLength: 0, maxLength: 2 }),
    createdAt: fc.constantFrom(undefined, "2024-10-07T08:49:10.627001Z", "2024-10-07T08:49:11Z"),
    // So that heads of numbers have several lengths.
    step: fc.constantFrom(1, 20, 300, 70_000),
  });
  await inFolder(async (folder) => {
    const path = `${folder}/alike.cbors`;
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 20 }), async (all) => {
        let eventNumber = 0;
        const items = all.map(({ streams, createdAt, step }): WritableItem => ({
          eventNumber: eventNumber += step,
          streams: Object.fromEntries(streams.map(({ name, typ, frames }) => [name, { typ, frames }])),
          ...(createdAt === undefined ? {} : { createdAt }),
        }));
        await writeCapture(path, items);
        const plain = ({ eventNumber, streams, createdAt }: WritableItem) => [
          eventNumber,
          createdAt,
          Object.entries(streams).map(([name, { typ, frames }]) => [name, typ, frames.map((bytes) => [...bytes])]),
        ];
        const read = await Array.fromAsync(openCapture(path));
        assert.deepEqual(read.map(plain), items.map(plain));
      }),
      { numRuns: 200 },
    );
  });
});

Deno.test("each item has its own time", () =>
  inFolder(async (folder) => {
    const times = Array.from({ length: 300 }, (_, i) =>
      i % 7 === 0 ? undefined : new Date(1.7e12 + 1234.5 * i ** 2).toISOString().replace("Z", i % 3 ? "Z" : "001Z"));
    const item = (createdAt: string | undefined, eventNumber: number): WritableItem => ({
      eventNumber,
      streams: { s: { typ: "T", frames: [] } },
      ...(createdAt === undefined ? {} : { createdAt }),
    });
    await writeCapture(`${folder}/times.cbors`, times.map(item));
    const read = await Array.fromAsync(openCapture(`${folder}/times.cbors`));
    assert.deepEqual(
      read.map(({ createdAt }) =>
        createdAt
      ),
      times,
    );
  }));
