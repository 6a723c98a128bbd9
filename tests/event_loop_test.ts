import assert from "node:assert/strict";
import { scriptPrints } from "./tools.ts";

Deno.test("the event loop has turned, with and without Node's modules, in a new channel and in an old one", async () => {
  for (const load of ["", 'await import("npm:is-buffer@1.1.6");']) {
    const script = `
      import { Turns } from "${new URL("../lib/event_loop.ts", import.meta.url).href}";
      ${load}
      let noticed = 0;
      addEventListener("unhandledrejection", (event) => {
        event.preventDefault();
        noticed++;
      });
      const counts = [];
      for (let channel = 0; channel < 3; channel++) {
        const turns = new Turns();
        for (let turn = 0; turn < 3; turn++) {
          Promise.reject(new Error("no"));
          await turns.next();
          counts.push(noticed);
        }
        turns.close();
      }
      console.log(JSON.stringify(counts));
    `;
    assert.deepEqual(JSON.parse(await scriptPrints([], script)), [1, 2, 3, 4, 5, 6, 7, 8, 9], load);
  }
});
