import assert from "node:assert/strict";
import { writeCapture } from "beamfold";
import { inFolder, ROOT, run } from "../tools.ts";
import { classes } from "../cli/running.ts";

const MEGABYTE = 1 << 20;

/** The heaps, of which every thread has one, that were told to collect while a capture was replayed in two threads. */
async function collected(path: string): Promise<Set<string | undefined>> {
  await writeCapture(
    path,
    Array.from({ length: 120 }, (_, eventNumber) => ({
      eventNumber,
      streams: { xrd: { typ: "T", frames: [new Uint8Array(MEGABYTE)] } },
    })),
  );
  const { code, stdout, stderr } = await run(Deno.execPath(), [
    ...["run", "-A", "--v8-flags=--expose-gc,--trace-gc", "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`],
    ...["replay", ...classes("Numbers"), "-f", path, "--threads", "2", "--no-progress"],
  ]);
  assert.equal(code, 0, stderr);
  // V8 prints each collection with its heap, and says of those that it was told to.
  return new Set(Array.from(stdout.matchAll(/:(0x[0-9a-f]+)\].*testing/g), ([, heap]) => heap));
}

Deno.test("each thread asks for the frames back that it has had: that of the replay only for those that it reads", () =>
  inFolder(async (folder) => {
    assert.equal((await collected(`${folder}/plain.cbors`)).size, 2);
    assert.equal((await collected(`${folder}/packed.cbors.gz`)).size, 3);
  }));
