import { openFile } from "beamfold";
import assert from "node:assert/strict";
import { cli, inFolder, ROOT } from "../tools.ts";

Deno.test("demo draws an image and the curve, from whatever folder it is started, and names the next step", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await cli(["demo"], folder);
    assert.deepEqual([code, stderr], [0, ""]);
    // Ten rows of ten pixels, two columns each, indented by two.
    const image = stdout.split("\n").filter((line) => /^ {2}[ ░▒▓█]{0,20}$/.test(line) && line.trim() !== "");
    assert.equal(image.length, 10);
    assert.match(stdout, /^11 events → 11 results in /m);
    assert.match(stdout, /^ {2}reduced {2}float32 \(10 → ∞\)/m);
    const next = /^Next: deno task inspect (\S+)$/m.exec(stdout)?.[1];
    using file = openFile(`${ROOT}${next}`);
    assert.deepEqual(file.keys(), ["from_y", "reduced", "till_x"]);
    const values = Array.from(file.dataset("reduced").read().data as Float32Array);
    // The axis of the curve goes from 0 to the largest value.
    assert.match(stdout, new RegExp(`^ {2} *${Number(Math.max(...values).toPrecision(5))} ┤ .*███`, "m"));
    assert.match(stdout, /^ {2} *0 ┤/m);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));
