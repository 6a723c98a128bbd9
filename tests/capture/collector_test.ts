import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { Collector } from "../../lib/capture/collector.ts";
import { inFolder, run } from "../tools.ts";

Deno.test("the garbage collector is asked for buffers after each 16 MB of them, before the next one is made", () => {
  let collections = 0;
  const collector = new Collector(() => collections++);
  const asked = [8, 8, 1, 8, 7, 1, 40, 1].map((megabytes) => {
    collector.count(megabytes << 20);
    return collections;
  });
  assert.deepEqual(asked, [0, 0, 1, 1, 1, 2, 3, 4]);
});

Deno.test("as the task of a replay has it, there is a garbage collector that listens", async () => {
  const flags = config.tasks.replay.command.split(" ").filter((word) => word.startsWith("-"));
  const script = `
    const { Collector } = await import("${new URL("../../lib/capture/collector.ts", import.meta.url)}");
    const { gc } = globalThis;
    const asked = [];
    globalThis.gc = (options) => asked.push([options.type, gc(options)]);
    const collector = new Collector();
    for (let i = 0; i < 40; i++) collector.count(1 << 20);
    console.log(JSON.stringify(asked));
  `;
  await inFolder(async (folder) => {
    const printed = async (flags: string[], text: string): Promise<string> => {
      Deno.writeTextFileSync(`${folder}/script.ts`, text);
      return (await run(Deno.execPath(), ["run", "--no-check", "--no-config", ...flags, `${folder}/script.ts`])).stdout;
    };
    assert.equal(await printed(flags, script), '[["minor",null],["minor",null]]\n');
    assert.equal(await printed(["-A"], script.replace("globalThis.gc =", "globalThis.unused =")), "[]\n");
  });
});
