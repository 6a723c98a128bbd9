import assert from "node:assert/strict";
import { writeCapture } from "beamfold";
import { inFolder, ROOT, run } from "../tools.ts";
import { classes } from "../cli/running.ts";

const MEGABYTE = 1 << 20;

Deno.test("each thread asks for the frames back that it has had", () =>
  inFolder(async (folder) => {
    await writeCapture(
      `${folder}/frames.cbors`,
      Array.from({ length: 120 }, (_, eventNumber) => ({
        eventNumber,
        streams: { xrd: { typ: "T", frames: [new Uint8Array(MEGABYTE)] } },
      })),
    );
    const { code, stdout, stderr } = await run(Deno.execPath(), [
      ...["run", "-A", "--v8-flags=--expose-gc,--trace-gc", "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`],
      ...["replay", ...classes("Numbers"), "-f", `${folder}/frames.cbors`, "--threads", "2", "--no-progress"],
    ], { cwd: folder });
    assert.equal(code, 0, stderr);
    // V8 prints each collection with its heap, of which every thread has one, and says of those that it was told to.
    const heaps = new Set(Array.from(stdout.matchAll(/:(0x[0-9a-f]+)\].*testing/g), ([, heap]) => heap));
    assert.equal(heaps.size, 3, stdout);
  }));
