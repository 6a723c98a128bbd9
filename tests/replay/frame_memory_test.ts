import assert from "node:assert/strict";
import { view } from "../../lib/array/ndarray.ts";
import { encodeItem } from "../../lib/capture/write.ts";
import { encode } from "../../lib/protocols/stins.ts";
import { inFolder, ROOT, run } from "../tools.ts";

/** Writes a capture of black images, `size`×`size` uint16, which are holes in the file. */
function writeImages(path: string, events: number, size: number): void {
  const data = view(new Uint16Array(size * size), [size, size]);
  const image = encode({ htype: "image", msg_number: 0, frame: 0, data, compression: "none" });
  using file = Deno.openSync(path, { write: true, create: true });
  for (let eventNumber = 0; eventNumber < events; eventNumber++) {
    for (const piece of encodeItem({ eventNumber, streams: { s: image } })) {
      if (piece.length === data.data.byteLength) file.seekSync(piece.length, Deno.SeekMode.Current);
      else file.writeSync(piece);
    }
  }
  file.truncateSync(file.seekSync(0, Deno.SeekMode.Current));
}

/** With these, V8 collects only what it is asked for: a frame that it takes for old is held to the end. */
const ONLY_ASKED = ["--min-semi-space-size=16", "--no-incremental-marking"];

/** The bytes of buffers that are held, for each image, where a worker takes its mean, and where that is reduced. */
interface Held {
  readonly mapping: number[];
  readonly reducing: number[];
}

/** What is held while a capture is replayed. */
async function heldIn(
  folder: string,
  capture: string,
  { flags = [], args = [] }: { flags?: readonly string[]; args?: readonly string[] } = {},
): Promise<Held> {
  Deno.writeTextFileSync(
    `${folder}/classes.ts`,
    `import { mean, stins } from "beamfold";
     export class Held {
       processEvent({ streams }) {
         mean(stins.parse(streams.s).data);
         return Deno.memoryUsage().external;
       }
     }
     export class All {
       held = { mapping: [], reducing: [] };
       processResult({ payload }) {
         this.held.mapping.push(payload);
         this.held.reducing.push(Deno.memoryUsage().external);
       }
       finish() { console.log("held", JSON.stringify(this.held)); }
     }`,
  );
  const { stdout, stderr } = await run(Deno.execPath(), [
    ...[
      "run",
      "-A",
      `--v8-flags=${["--expose-gc", ...flags]}`,
      "--config",
      `${ROOT}deno.json`,
      `${ROOT}lib/cli/main.ts`,
      "replay",
    ],
    ...["-w", `${folder}/classes.ts:Held`, "-r", `${folder}/classes.ts:All`, ...args, capture],
  ]);
  assert.equal(stderr, "");
  return JSON.parse(/^held (.*)$/m.exec(stdout)?.[1] ?? assert.fail(stdout));
}

Deno.test("frames that are done do not pile up, also when the code that takes them has been optimized", () =>
  inFolder(async (folder) => {
    // Frames that the thread of the replay reads alone, without a wait.
    writeImages(`${folder}/images.cbors`, 4000, 600);
    const { mapping } = await heldIn(folder, `${folder}/images.cbors`);
    const held = Math.max(...mapping) / (2 * 600 ** 2);
    assert.ok(held < 20, `${held} frames`);
  }));

Deno.test("the chunks that small frames lie in do not pile up", () =>
  inFolder(async (folder) => {
    writeImages(`${folder}/images.cbors`, 4000, 128);
    for (const args of [[], ["--reuse-frames"]]) {
      const { mapping } = await heldIn(folder, `${folder}/images.cbors`, { args });
      const held = Math.max(...mapping) / 1e6;
      assert.ok(held < 20, `${held} MB`);
    }
  }));

Deno.test("of small frames that go to threads the thread of the replay holds few chunks", () =>
  inFolder(async (folder) => {
    writeImages(`${folder}/images.cbors`, 4000, 128);
    const { reducing } = await heldIn(folder, `${folder}/images.cbors`, { args: ["--threads", "2"] });
    const held = Math.max(...reducing) / 1e6;
    assert.ok(held < 20, `${held} MB`);
  }));

Deno.test("of large frames only the one at hand and the one that is read are held, when the code is warm as well", () =>
  inFolder(async (folder) => {
    writeImages(`${folder}/images.cbors`, 60, 1600);
    const { mapping } = await heldIn(folder, `${folder}/images.cbors`, { flags: ONLY_ASKED });
    const least = Math.min(...mapping.slice(30, -2)) / (2 * 1600 ** 2);
    assert.ok(least < 2.5, `${least} frames`);
  }));

Deno.test("of large frames a thread holds only the one at hand", () =>
  inFolder(async (folder) => {
    writeImages(`${folder}/images.cbors`, 120, 1600);
    const { mapping } = await heldIn(folder, `${folder}/images.cbors`, {
      flags: ONLY_ASKED,
      args: ["--threads", "2"],
    });
    const least = Math.min(...mapping.slice(60, -4)) / (2 * 1600 ** 2);
    assert.ok(least < 1.5, `${least} frames`);
  }));
