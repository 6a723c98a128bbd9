import assert from "node:assert/strict";
import { type CaptureItem, ingest, isBeamfoldError, openCapture } from "beamfold";
import { inFolder, shared, testWith } from "../tools.ts";

/** Numbers that look random, the same on every run (mulberry32). */
function randoms(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A file with a few bytes changed, left out, or put in. */
function mutated(whole: Uint8Array, random: () => number): Uint8Array {
  const bytes = [...whole];
  for (let changes = 1 + Math.floor(3 * random()); changes > 0; changes--) {
    const at = Math.floor(random() * bytes.length);
    const value = random() < 0.3 ? [0x00, 0x7f, 0x80, 0xff, 0x9f, 0x5b][Math.floor(6 * random())] : undefined;
    const kind = random();
    if (kind < 0.6) bytes[at] = value ?? Math.floor(256 * random());
    else if (kind < 0.8) bytes.splice(at, 1 + Math.floor(8 * random()));
    else bytes.splice(at, 0, value ?? Math.floor(256 * random()));
  }
  return Uint8Array.from(bytes);
}

/** What is read of a file, and why no more. */
async function outcomeOf(items: AsyncIterable<CaptureItem>): Promise<{ events: number; error: unknown }> {
  let events = 0;
  try {
    for await (const { streams } of items) events += streams === undefined ? 0 : 1;
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

const ROUNDS = 400;

testWith([shared], "a dump with random damage gives events or says what is wrong, and never hangs", async () => {
  const random = randoms(5);
  await inFolder(async (folder) => {
    for (const name of ["albaem-dump.cbors", "contrast-dump.cbors", "pcap-zmq.cbors"]) {
      // Its beginning is enough: headers, lengths and JSON are what can go wrong.
      const whole = Deno.readFileSync(shared.path(`captures/raw/${name}`)).subarray(0, 4000);
      for (let round = 0; round < ROUNDS; round++) {
        const path = `${folder}/dump`;
        Deno.writeFileSync(path, mutated(whole, random));
        const { error } = await outcomeOf(ingest(path));
        assert.ok(error === undefined || isBeamfoldError(error, "CaptureError"), `${name}, round ${round}: ${error}`);
      }
    }
  });
});

testWith([shared], "a pickled capture with random damage gives events or says what is wrong", async () => {
  const random = randoms(7);
  await inFolder(async (folder) => {
    const whole = Deno.readFileSync(shared.path("captures/events/four-pcap.pkls"));
    for (let round = 0; round < ROUNDS; round++) {
      const path = `${folder}/it.pkls`;
      Deno.writeFileSync(path, mutated(whole, random));
      const { error } = await outcomeOf(openCapture(path));
      assert.ok(error === undefined || isBeamfoldError(error, "CaptureError"), `round ${round}: ${error}`);
    }
  });
});

testWith([shared], "a pickled capture cut at each byte gives the whole items before, and says so", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/it.pkls`;
    const whole = Deno.readFileSync(shared.path("captures/events/four-pcap.pkls")).subarray(0, 1300);
    let last = 0;
    for (let length = 1; length < whole.length; length++) {
      Deno.writeFileSync(path, whole.subarray(0, length));
      const { events, error } = await outcomeOf(openCapture(path));
      assert.ok(events >= last, `${length}`);
      last = events;
      if (error !== undefined) assert.match(String(error), /is cut: its last item, at byte \d+|is damaged at byte 0/);
    }
    assert.ok(last >= 2);
  });
});
