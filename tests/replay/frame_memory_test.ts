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

/** Replays a capture with a worker that takes the mean of each image; the reducer prints what buffers held by then. */
async function replayed(folder: string, capture: string, flags: readonly string[]): Promise<string> {
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
       held = [];
       processResult({ payload }) { this.held.push(payload); }
       finish() { console.log("held", JSON.stringify(this.held)); }
     }`,
  );
  const { stdout, stderr } = await run(Deno.execPath(), [
    ...["run", "-A", `--v8-flags=${flags}`, "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`, "replay"],
    ...["-w", `${folder}/classes.ts:Held`, "-r", `${folder}/classes.ts:All`, capture],
  ]);
  assert.equal(stderr, "");
  return stdout;
}

/** The bytes of buffers that were held at each event. */
function heldAt(printed: string): number[] {
  return JSON.parse(/^held (.*)$/m.exec(printed)?.[1] ?? assert.fail(printed));
}

Deno.test("frames that are done do not pile up, also when the code that takes them has been optimized", () =>
  inFolder(async (folder) => {
    // Frames that the thread of the replay reads alone, without a wait.
    writeImages(`${folder}/images.cbors`, 4000, 600);
    const printed = await replayed(folder, `${folder}/images.cbors`, ["--expose-gc"]);
    const held = Math.max(...heldAt(printed)) / (2 * 600 ** 2);
    assert.ok(held < 20, `${held} frames`);
  }));

Deno.test("of large frames only the one at hand and the one that is read are held, when the code is warm as well", () =>
  inFolder(async (folder) => {
    writeImages(`${folder}/images.cbors`, 60, 1600);
    // Nothing is collected but when it is asked for: a frame that V8 takes for old is held to the end.
    const flags = ["--expose-gc", "--min-semi-space-size=16", "--no-incremental-marking"];
    const held = heldAt(await replayed(folder, `${folder}/images.cbors`, flags));
    const least = Math.min(...held.slice(30, -2)) / (2 * 1600 ** 2);
    assert.ok(least < 2.5, `${least} frames`);
  }));
