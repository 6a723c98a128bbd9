import assert from "node:assert/strict";
import { encodeItem } from "../../lib/capture/write.ts";
import { inFolder, ROOT, run } from "../tools.ts";

/** A frame that is read by the thread of the replay alone, without a wait. */
const FRAME = new Uint8Array(700 << 10);
const EVENTS = 4000;

/** Writes a capture whose frames are holes in the file. */
function writeHoles(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  for (let eventNumber = 0; eventNumber < EVENTS; eventNumber++) {
    for (const piece of encodeItem({ eventNumber, streams: { s: { typ: "T", frames: [FRAME] } } })) {
      if (piece === FRAME) file.seekSync(piece.length, Deno.SeekMode.Current);
      else file.writeSync(piece);
    }
  }
  file.truncateSync(file.seekSync(0, Deno.SeekMode.Current));
}

Deno.test("frames that are done do not pile up, also when the code that takes them has been optimized", () =>
  inFolder(async (folder) => {
    writeHoles(`${folder}/images.cbors`);
    Deno.writeTextFileSync(
      `${folder}/classes.ts`,
      `export class Held { processEvent() { return Deno.memoryUsage().external; } }
       export class Most {
         most = 0;
         processResult({ payload }) { this.most = Math.max(this.most, payload); }
         finish() { console.log("held", this.most); }
       }`,
    );
    const { stdout, stderr } = await run(Deno.execPath(), [
      ...["run", "-A", "--v8-flags=--expose-gc", "--config", `${ROOT}deno.json`, `${ROOT}lib/cli/main.ts`, "replay"],
      ...["-w", `${folder}/classes.ts:Held`, "-r", `${folder}/classes.ts:Most`, `${folder}/images.cbors`],
    ]);
    assert.equal(stderr, "");
    const held = Number(/^held (\d+)$/m.exec(stdout)?.[1]) / FRAME.length;
    assert.ok(held < 20, `${held} frames`);
  }));
