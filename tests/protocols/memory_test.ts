import assert from "node:assert/strict";
import { ROOT, scriptPrints } from "../tools.ts";

Deno.test("nothing stays of an image that was parsed, until V8 looks through the whole heap", async () => {
  const script = `
    import { eiger, stins, xspress } from "beamfold";
    import { view } from "${new URL("../../lib/array/ndarray.ts", import.meta.url).href}";

    const data = view(new Uint16Array(4), [2, 2]);
    const images = {
      stins: [stins, { htype: "image", msg_number: 0, frame: 0, data, compression: "none" }],
      xspress: [xspress, { htype: "image", frame: 0, exptime: 1, data, meta: { ocr: [1, 2] } }],
      eiger: [eiger, { htype: "dimage-1.0", series: 1, frame: 0, hash: "", image: data, data: { encoding: "<" }, config: {} }],
    };
    const encoder = new TextEncoder();
    /** Parses images of these numbers, and gives the bytes in use afterwards. */
    const inUse = ({ parse }, { frames: [json, ...rest], ...stream }, from, to) => {
      const fields = JSON.parse(new TextDecoder().decode(json));
      for (let frame = from; frame < to; frame++) {
        const numbered = encoder.encode(JSON.stringify({ ...fields, frame }));
        parse({ ...stream, frames: [numbered, ...rest] });
        if (frame % 32 === 0) gc({ type: "minor" });
      }
      return Deno.memoryUsage().heapUsed;
    };
    for (const [name, [protocol, image]] of Object.entries(images)) {
      const encoded = protocol.encode(image);
      inUse(protocol, encoded, 0, 20_000);
      const before = inUse(protocol, encoded, 20_000, 30_000);
      console.log(name, (inUse(protocol, encoded, 30_000, 50_000) - before) / 20_000);
    }
  `;
  const printed = await scriptPrints(["-A", "--v8-flags=--expose-gc", "--config", `${ROOT}deno.json`], script);
  const stays = [...printed.matchAll(/^(\w+) (.*)$/gm)].map(([, name, bytes]) => ({ name, bytes: Number(bytes) }));
  assert.deepEqual(stays.map(({ name }) => name), ["stins", "xspress", "eiger"]);
  // The text of a number takes 24.
  assert.deepEqual(stays.filter(({ bytes }) => !(bytes < 12)), []);
});
