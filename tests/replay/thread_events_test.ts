import assert from "node:assert/strict";
import fc from "fast-check";
import type { FrameReader, UnreadFrame } from "../../lib/capture/unread.ts";
import { anyFramesOf, anyStreamData } from "../../lib/capture/unread.ts";
import { type CaptureItem, eventData, noStreams } from "../../lib/event.ts";
import { EventPacker, type PackedEvents, unpacked } from "../../lib/replay/threads/events.ts";
import { mappedOf, MappedPacker } from "../../lib/replay/threads/mapped.ts";
import type { SentError } from "../../lib/replay/threads/errors.ts";
import { Shapes } from "../../lib/replay/threads/shapes.ts";
import { scriptPrints } from "../tools.ts";

const file = { path: "a", realPath: "/a", dev: 1, ino: 1 };
const other = { ...file, path: "b", realPath: "/b" };

/** What a frame is read as, in place of a file. */
const bytesOf = ({ file, offset, length }: UnreadFrame) => new TextEncoder().encode(`${file.path} ${offset} ${length}`);
const reader = { read: bytesOf } as unknown as FrameReader;

/** What is to arrive of an event. */
interface Told {
  readonly sequence: number;
  readonly worker: number;
  readonly event: CaptureItem;
}

function plain({ sequence, worker, event }: Told) {
  const streams = Object.entries(event.streams).map(([name, stream]) => [
    name,
    stream.typ,
    anyFramesOf(stream).map((frame) => [...(frame instanceof Uint8Array ? frame : bytesOf(frame))]),
  ]);
  return { sequence, worker, eventNumber: event.eventNumber, createdAt: event.createdAt, streams };
}

/** As it comes out of a message. */
function arrived(packed: PackedEvents): ReturnType<typeof plain>[] {
  const told: ReturnType<typeof plain>[] = [];
  const transfer = [packed.numbers.buffer, ...packed.buffers];
  for (const one of unpacked(structuredClone(packed, { transfer }), reader)) {
    told.push(plain({ sequence: one.sequence, worker: one.worker, event: one.event() }));
  }
  return told;
}

const frames = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.constant(new Uint8Array(70_000).fill(7)),
    fc.record({ file: fc.constantFrom(file, other), offset: fc.maxSafeNat(), length: fc.nat() }),
  ),
  { maxLength: 3 },
);
const streams = fc.dictionary(fc.constantFrom("s", "t", "1", "toString", "__proto__x"), fc.tuple(fc.string(), frames));
const event = fc.tuple(fc.maxSafeNat(), fc.option(fc.constantFrom("early", "late")), streams).map(
  ([eventNumber, time, streams]) => {
    const record = noStreams();
    for (const [name, [typ, frames]] of Object.entries(streams)) record[name] = anyStreamData(typ, frames);
    return eventData(eventNumber, record, time ?? undefined);
  },
);
const events = fc.array(fc.record({ sequence: fc.maxSafeNat(), worker: fc.nat(9), event }), { maxLength: 30 });

Deno.test("events arrive as they were sent, in one message or the next", () => {
  fc.assert(fc.property(fc.array(events, { maxLength: 3 }), (messages) => {
    const packer = new EventPacker();
    const shapes = new Shapes();
    for (const told of messages) {
      for (const one of told) packer.add({ ...one, shape: shapes.of(one.event.streams), owned: false });
      assert.equal(packer.count, told.length);
      assert.deepEqual(arrived(packer.take()), told.map(plain));
    }
  }));
});

Deno.test("of streams that many events have a message tells once", () => {
  const packer = new EventPacker();
  const shapes = new Shapes();
  for (let sequence = 0; sequence < 100; sequence++) {
    const streams = { ...noStreams(), s: anyStreamData("T", [new Uint8Array(3)]) };
    const event = eventData(sequence, sequence % 3 === 0 ? { ...streams, t: anyStreamData("U", []) } : streams, "now");
    packer.add({ sequence, worker: 0, event, shape: shapes.of(event.streams), owned: false });
  }
  const { streams, times } = packer.take();
  assert.deepEqual(streams, [[["s", "T", 1], ["t", "U", 0]], [["s", "T", 1]]]);
  assert.deepEqual(times, ["now"]);
});

Deno.test("streams of another type, or with other frames, have another shape", () => {
  const shapes = new Shapes();
  const of = (typ: string, frames: number) =>
    shapes.of({ s: anyStreamData(typ, Array(frames).fill(new Uint8Array(1))) });
  assert.deepEqual([of("T", 1), of("U", 1), of("T", 2)].map(({ streams }) => streams), [
    [["s", "T", 1]],
    [["s", "U", 1]],
    [["s", "T", 2]],
  ]);
  assert.equal(of("U", 1), of("U", 1));
});

Deno.test("events of ever other streams have shapes of their own", () => {
  const shapes = new Shapes();
  const of = (name: string) => shapes.of({ [name]: anyStreamData("T", []) });
  const first = of("0");
  for (let i = 1; i < 16; i++) assert.deepEqual(of(`${i}`).streams, [[`${i}`, "T", 0]]);
  assert.equal(of("0"), first);
  assert.deepEqual(Object.keys(first.names), ["0"]);
  of("16");
  // It was forgotten, and is found again.
  assert.notEqual(of("0"), first);
  assert.deepEqual(of("0"), first);
});

Deno.test("what became of events arrives as it was sent", () => {
  const outcome = fc.oneof(fc.nat(), fc.constant(undefined), fc.string());
  fc.assert(fc.property(fc.array(fc.array(fc.tuple(fc.maxSafeNat(), outcome))), (messages) => {
    const packer = new MappedPacker();
    for (const told of messages) {
      const payloads: string[] = [];
      for (const [sequence, outcome] of told) {
        const error = { message: outcome } as unknown as SentError;
        if (typeof outcome === "string") packer.addFailed(sequence, error);
        else packer.add(sequence, outcome === undefined ? undefined : payloads.push(`payload ${outcome}`) - 1);
      }
      const found = [...mappedOf(structuredClone(packer.take()), payloads)];
      assert.deepEqual(
        found,
        told.map(([sequence, outcome]) => ({
          sequence,
          payload: typeof outcome === "number" ? `payload ${outcome}` : undefined,
          error: typeof outcome === "string" ? { message: outcome } : undefined,
        })),
      );
    }
  }));
});

Deno.test("of small events that were under way nothing stays, until V8 looks through the whole heap", async () => {
  const module = (name: string) => new URL(`../../lib/${name}`, import.meta.url).href;
  const script = `
    import { eventData, noStreams, streamData } from "${module("event.ts")}";
    import { EventPacker } from "${module("replay/threads/events.ts")}";
    import { Shapes } from "${module("replay/threads/shapes.ts")}";
    import { UnderWay } from "${module("replay/threads/under_way.ts")}";
    const [packer, shapes, underWay] = [new EventPacker(), new Shapes(), new UnderWay()];
    let before = 0;
    for (let number = 0; number < 300_000; number++) {
      const streams = noStreams();
      streams["s"] = streamData("T", [new Uint8Array(8)]);
      const event = eventData(number, streams, number % 2 === 0 ? "early" : "late");
      const shape = shapes.of(streams);
      const sequence = underWay.add(event, shape.names, 0, undefined);
      packer.add({ sequence, worker: 0, event, shape, owned: true });
      if (packer.count === 512) packer.take();
      underWay.remove(number - 3000);
      // Many events are there at two collections.
      if (number % 2000 === 0) gc({ type: "minor" });
      if (number === 100_000) before = Deno.memoryUsage().heapUsed;
    }
    gc({ type: "minor" });
    console.log((Deno.memoryUsage().heapUsed - before) / 200_000);
  `;
  const bytes = Number(await scriptPrints(["--v8-flags=--expose-gc"], script));
  // With an object for each, more than 30.
  assert.ok(bytes < 4, `${bytes} bytes for each`);
});
