import assert from "node:assert/strict";
import { stins, type WritableItem, writeCapture } from "beamfold";
import { view } from "../lib/array/ndarray.ts";
import { inFolder, type Need, ROOT, testWith } from "./tools.ts";

const linux: Need = {
  missing: () => Deno.build.os === "linux" ? undefined : "memory is read from /proc, as Linux has it",
};

const SIZE = 1024;
const IMAGES = 1000;

function* images(): Generator<WritableItem> {
  const data = view(new Uint16Array(SIZE * SIZE).fill(3), [SIZE, SIZE]);
  for (let frame = 0; frame < IMAGES; frame++) {
    yield { eventNumber: frame, streams: { xrd: stins.encode({ htype: "image", msg_number: frame, frame, data }) } };
  }
}

testWith([linux], "rule 10: a capture of 2 GB is replayed in less than 250 MB", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/large.cbors`;
    await writeCapture(path, images());
    assert(Deno.statSync(path).size > 2e9);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}tests/fixtures/peak_memory.ts`, path],
      stdout: "piped",
      stderr: "inherit",
    });
    const { stdout, success } = await child.output();
    assert(success);
    const { events, mean, peak } = JSON.parse(new TextDecoder().decode(stdout));
    assert.deepEqual([events, mean], [IMAGES, 3]);
    assert(peak < 250e6, `the peak was ${Math.round(peak / 1e6)} MB`);
  });
});
