import { type EventData, replay, writeCapture } from "beamfold";
import assert from "node:assert/strict";
import { inFolder } from "../tools.ts";
import { Keep, numbered, Numbers, upTo } from "./parts.ts";

/** Gives what each event has of which stream: stream names and their bytes. */
class Contents {
  processEvent({ streams }: EventData) {
    return Object.entries(streams).map(([name, { frames }]) => `${name}${frames.map((frame) => frame[0])}`).sort();
  }
}

Deno.test("rule 1: events come in the order of their numbers over all captures", () =>
  inFolder(async (folder) => {
    const files = [
      await numbered(`${folder}/odd.cbors`, [1, 3, 5], "odd"),
      await numbered(`${folder}/even.cbors`, [0, 2, 4], "even"),
    ];
    const { reducer, events } = await replay({ worker: Numbers, reducer: Keep, files, workers: 1 });
    assert.deepEqual(reducer.eventNumbers, [0, 1, 2, 3, 4, 5]);
    assert.equal(events, 6);
  }));

Deno.test("rule 1: streams that several captures have for one event come as one event", () =>
  inFolder(async (folder) => {
    const files = [
      await numbered(`${folder}/a.cbors`, [0, 1, 2], "a"),
      await numbered(`${folder}/b.cbors`, [0, 2], "b"),
      await numbered(`${folder}/c.cbors`, [1, 2], "c"),
    ];
    const { reducer } = await replay({ worker: Contents, reducer: Keep, files, workers: 1 });
    assert.deepEqual(reducer.payloads, [["a0", "b0"], ["a1", "c1"], ["a2", "b2", "c2"]]);
  }));

Deno.test("rule 1: streams of one event in neighbouring items of one capture come as one event", () =>
  inFolder(async (folder) => {
    const path = `${folder}/scan.cbors`;
    const item = (eventNumber: number, stream: string) => ({
      eventNumber,
      streams: { [stream]: { typ: "T", frames: [Uint8Array.of(eventNumber)] } },
    });
    await writeCapture(path, [item(0, "a"), item(0, "b"), item(1, "b"), item(2, "b"), item(2, "a")]);
    const { reducer } = await replay({ worker: Contents, reducer: Keep, files: [path], workers: 1 });
    assert.deepEqual(reducer.payloads, [["a0", "b0"], ["b1"], ["a2", "b2"]]);
  }));

Deno.test("rule 1: a capture that ends early ends alone", () =>
  inFolder(async (folder) => {
    const files = [
      await numbered(`${folder}/short.cbors`, upTo(3), "a"),
      await numbered(`${folder}/long.cbors`, upTo(8), "b"),
    ];
    for (const order of [files, files.toReversed()]) {
      const { reducer } = await replay({ worker: Contents, reducer: Keep, files: order, workers: 1 });
      const alone = [3, 4, 5, 6, 7].map((eventNumber) => [`b${eventNumber}`]);
      assert.deepEqual(reducer.payloads, [["a0", "b0"], ["a1", "b1"], ["a2", "b2"], ...alone]);
    }
  }));

Deno.test("rule 1: a capture that begins late joins when its first event is due", () =>
  inFolder(async (folder) => {
    const files = [
      await numbered(`${folder}/late.cbors`, [200, 201], "late"),
      await numbered(`${folder}/early.cbors`, [7, 8, 200], "early"),
    ];
    const { reducer, lastEvent } = await replay({ worker: Contents, reducer: Keep, files, workers: 1 });
    assert.deepEqual(reducer.payloads, [["early7"], ["early8"], ["early200", "late200"], ["late201"]]);
    assert.equal(lastEvent, 201);
  }));

Deno.test("rule 1: a compressed and a plain capture are merged", () =>
  inFolder(async (folder) => {
    const files = [
      await numbered(`${folder}/a.cbors.gz`, [0, 2, 3], "a"),
      await numbered(`${folder}/b.cbors`, [0, 1, 3], "b"),
    ];
    const { reducer } = await replay({ worker: Contents, reducer: Keep, files, workers: 1 });
    assert.deepEqual(reducer.payloads, [["a0", "b0"], ["b1"], ["a2"], ["a3", "b3"]]);
  }));

Deno.test("rule 1: a capture of one event is replayed", () =>
  inFolder(async (folder) => {
    const files = [await numbered(`${folder}/one.cbors`, [0])];
    const { reducer, events, results } = await replay({ worker: Numbers, reducer: Keep, files, workers: 1 });
    assert.deepEqual([reducer.eventNumbers, events, results], [[0], 1, 1]);
  }));

Deno.test("rule 1: a capture whose event numbers go back is refused, after the events before", () =>
  inFolder(async (folder) => {
    const first = Deno.readFileSync(await numbered(`${folder}/first.cbors`, upTo(4)));
    const path = `${folder}/two-scans.cbors`;
    Deno.writeFileSync(path, new Uint8Array([...first, ...first]));
    const seen: number[] = [];
    class Note {
      processEvent({ eventNumber }: EventData) {
        seen.push(eventNumber);
      }
    }
    await assert.rejects(replay({ worker: Note, reducer: Keep, files: [path], workers: 1 }), {
      name: "CaptureError",
      message: new RegExp(`two-scans\\.cbors" is not in order: event 0 at byte ${first.length} comes after event 3`),
    });
    assert.deepEqual(seen, [0, 1, 2, 3]);
  }));
