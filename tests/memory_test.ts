import assert from "node:assert/strict";
import { stins, type WritableItem, writeCapture } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import { inFolder, type Need, ROOT, testWith } from "./tools.ts";

const linux: Need = {
  missing: () => Deno.build.os === "linux" ? undefined : "memory is read from /proc, as Linux has it",
};

const SIZE = 1024;
const IMAGES = 1000;
const BOUND = 250e6;

function* images(): Generator<WritableItem> {
  const data = view(new Uint16Array(SIZE * SIZE).fill(3), [SIZE, SIZE]);
  for (let frame = 0; frame < IMAGES; frame++) {
    yield { eventNumber: frame, streams: { xrd: stins.encode({ htype: "image", msg_number: frame, frame, data }) } };
  }
}

function replayOf(path: string): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}tests/fixtures/peak_memory.ts`, path],
    stdout: "piped",
    stderr: "inherit",
  });
}

testWith([linux], "rule 10: a capture of 2 GB is replayed in less than 250 MB", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/large.cbors`;
    await writeCapture(path, images());
    assert(Deno.statSync(path).size > 2e9);
    // On a machine with other work the garbage collector lags behind: the least of three says what is needed.
    let peak = Infinity;
    for (let tries = 0; tries < 3 && peak >= BOUND; tries++) {
      const { stdout, success } = await replayOf(path).output();
      assert(success);
      const found = JSON.parse(new TextDecoder().decode(stdout));
      assert.deepEqual([found.events, found.mean], [IMAGES, 3]);
      peak = Math.min(peak, found.peak);
    }
    assert(peak < BOUND, `the peak was ${Math.round(peak / 1e6)} MB`);
  });
});
