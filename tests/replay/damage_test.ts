import { type EventData, replay, writeCapture } from "beamfold";
import assert from "node:assert/strict";
import { CaptureError } from "../../lib/errors.ts";
import { inFolder } from "../tools.ts";
import { Keep, numbered, Numbers, rejection, shorten, upTo } from "./parts.ts";

/** Puts bytes at the beginning of one of ten equally long items, or `skip` bytes behind it. */
function overwrite(path: string, item: number, skip: number, ...bytes: number[]): number {
  const content = Deno.readFileSync(path);
  const offset = item * content.length / 10;
  content.set(bytes, offset + skip);
  Deno.writeFileSync(path, content);
  return offset;
}

/** Runs classes that note their events, and expects an error; gives it and the events before it. */
async function failing(files: readonly string[], options: { strict?: boolean } = {}) {
  const seen: number[] = [];
  class Notes {
    processEvent({ eventNumber }: EventData) {
      seen.push(eventNumber);
    }
  }
  let finished = 0;
  class Finishes extends Keep {
    override finish() {
      finished++;
    }
  }
  const error = await rejection(replay({ worker: Notes, reducer: Finishes, files, workers: 1, ...options }));
  assert.ok(error instanceof CaptureError);
  assert.equal(finished, 1);
  return { seen, error };
}

Deno.test("rule 7: a capture cut anywhere in its last item is replayed up to there, with a warning", () =>
  inFolder(async (folder) => {
    const whole = await numbered(`${folder}/whole.cbors`, upTo(10));
    const itemLength = Deno.statSync(whole).size / 10;
    for (let missing = 1; missing < itemLength; missing++) {
      const path = `${folder}/cut-${missing}.cbors`;
      Deno.copyFileSync(whole, path);
      shorten(path, missing);
      const { reducer, events, warnings } = await replay({ worker: Numbers, reducer: Keep, files: [path], workers: 1 });
      assert.deepEqual([reducer.eventNumbers, events], [upTo(9), 9]);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? "", new RegExp(`cut-${missing}\\.cbors" is cut.* byte ${9 * itemLength}\\b`));
    }
  }));

Deno.test("rule 7: a capture that ends between two items is no cut capture", () =>
  inFolder(async (folder) => {
    const path = await numbered(`${folder}/scan.cbors`, upTo(10));
    shorten(path, Deno.statSync(path).size / 10);
    const { events, warnings } = await replay({ worker: Numbers, reducer: Keep, files: [path] });
    assert.deepEqual([events, warnings], [9, []]);
  }));

Deno.test("rule 7: the warning says how many bytes of the last frame are missing, small or large", () =>
  inFolder(async (folder) => {
    for (const size of [100, 1_000_000]) {
      const path = `${folder}/${size}.cbors`;
      const item = (eventNumber: number) => ({
        eventNumber,
        streams: { s: { typ: "T", frames: [new Uint8Array(size)] } },
      });
      await writeCapture(path, [item(0), item(1)]);
      const offset = Deno.statSync(path).size / 2;
      shorten(path, 42);
      const { events, warnings } = await replay({ worker: Numbers, reducer: Keep, files: [path] });
      assert.equal(events, 1);
      assert.match(warnings.join(), new RegExp(`byte ${offset}, after event 0, lacks at least 42 bytes$`));
    }
  }));

Deno.test("rule 7: with strict a cut capture is an error with its offset, after all whole events", () =>
  inFolder(async (folder) => {
    const path = await numbered(`${folder}/scan.cbors`, upTo(10));
    const offset = 9 * Deno.statSync(path).size / 10;
    shorten(path, 1);
    const { seen, error } = await failing([path], { strict: true });
    assert.deepEqual([seen, error.offset, error.path], [upTo(9), offset, path]);
    assert.match(error.message, new RegExp(`scan\\.cbors" is cut.* byte ${offset}, .* lacks at least 1 byte$`));
  }));

Deno.test("rule 7: with strict the error comes before any finish", () =>
  inFolder(async (folder) => {
    const path = await numbered(`${folder}/scan.cbors`, upTo(10));
    shorten(path, 1);
    class Breaks extends Keep {
      override finish() {
        throw new Error("broke");
      }
    }
    const error = await rejection(replay({ worker: Numbers, reducer: Breaks, files: [path], strict: true }));
    assert.equal(error.name, "CaptureError");
    assert.match(error.message, /is cut[^]*then Breaks\.finish failed/);
  }));

Deno.test("rule 7: a cut capture ends alone, and the others go on", () =>
  inFolder(async (folder) => {
    const cut = await numbered(`${folder}/cut.cbors`, upTo(4), "cut");
    const whole = await numbered(`${folder}/whole.cbors`, upTo(10), "whole");
    shorten(cut, 1);
    const { events, warnings } = await replay({ worker: Numbers, reducer: Keep, files: [cut, whole] });
    assert.equal(events, 10);
    assert.match(warnings.join(), /^the capture "[^"]*\/cut\.cbors" is cut/);
  }));

Deno.test("rule 7: a compressed capture that is cut is replayed up to there, with a warning", () =>
  inFolder(async (folder) => {
    const path = `${folder}/scan.cbors.gz`;
    const noise = (seed: number) =>
      Uint8Array.from({ length: 400 }, (_, i) => (i * i * 31 + seed * 97 + (i >> 3)) & 255);
    await writeCapture(
      path,
      upTo(200).map((eventNumber) => ({
        eventNumber,
        streams: { s: { typ: "T", frames: [noise(eventNumber)] } },
      })),
    );
    Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2));
    const { reducer, events, warnings } = await replay({ worker: Numbers, reducer: Keep, files: [path], workers: 1 });
    assert.ok(events > 0 && events < 200, `${events} events`);
    assert.deepEqual(reducer.eventNumbers, upTo(events));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /scan\.cbors\.gz" /);
  }));

Deno.test("rule 7: damage in the middle is an error with its offset, after all events before it", () =>
  inFolder(async (folder) => {
    const path = await numbered(`${folder}/scan.cbors`, upTo(10));
    const offset = overwrite(path, 6, 0, 0xff);
    const { seen, error } = await failing([path]);
    assert.deepEqual([seen, error.offset, error.path], [upTo(6), offset, path]);
    assert.match(error.message, new RegExp(`scan\\.cbors" is damaged at byte ${offset}, after event 5: `));
  }));

Deno.test("rule 7: a length that reaches past the end of the file is damage, not a cut, where whole items follow", () =>
  inFolder(async (folder) => {
    const path = await numbered(`${folder}/scan.cbors`, upTo(10));
    // The last two bytes of an item are the head of its frame and the frame: now a frame of 255 bytes begins there.
    const length = Deno.statSync(path).size / 10;
    const offset = overwrite(path, 4, length - 2, 0x58, 0xff);
    const { seen, error } = await failing([path]);
    assert.deepEqual([seen, error.offset], [upTo(4), offset]);
    assert.match(error.message, /is damaged/);
  }));

Deno.test("rule 7: damage in one of two captures is told after the events before it, of both", () =>
  inFolder(async (folder) => {
    const good = await numbered(`${folder}/good.cbors`, upTo(10), "good");
    const bad = await numbered(`${folder}/bad.cbors`, upTo(10).map((i) => 2 * i), "bad");
    const offset = overwrite(bad, 3, 0, 0xff);
    for (const files of [[good, bad], [bad, good]]) {
      const { seen, error } = await failing(files);
      // The item behind event 4 cannot be read: it may belong to event 5, which is then not known to be whole.
      assert.deepEqual([seen, error.path, error.offset], [upTo(5), bad, offset]);
    }
  }));

Deno.test("rule 7: a damaged first item is told before any event", () =>
  inFolder(async (folder) => {
    const path = await numbered(`${folder}/scan.cbors`, upTo(10));
    overwrite(path, 0, 4, 0xff);
    const { seen, error } = await failing([path]);
    assert.deepEqual(seen, []);
    assert.match(error.message, /scan\.cbors" is damaged at byte 4/);
  }));
