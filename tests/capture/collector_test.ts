import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { Collector } from "../../lib/capture/collector.ts";
import { inFolder, run } from "../tools.ts";

Deno.test("the garbage collector is asked for buffers between two events, when 4 MB of them were made", () => {
  let collections = 0;
  const collector = new Collector(() => collections++);
  const asked = [[1], [2], [1], [3], [1, 1, 9], [], [4]].map((megabytes) => {
    for (const each of megabytes) collector.count(each << 20);
    const { isDue } = collector;
    collector.betweenEvents();
    return [isDue, collections];
  });
  assert.deepEqual(asked, [[false, 0], [false, 0], [true, 1], [false, 1], [true, 2], [false, 2], [true, 3]]);
});

Deno.test("as the task of a replay has it, there is a garbage collector that listens", async () => {
  const flags = config.tasks.replay.command.split(" ").filter((word) => word.startsWith("-"));
  const script = `
    const { Collector } = await import("${new URL("../../lib/capture/collector.ts", import.meta.url)}");
    const { gc } = globalThis;
    const asked = [];
    globalThis.gc = (options) => asked.push([options.type, gc(options)]);
    const collector = new Collector();
    for (let i = 0; i < 10; i++) {
      collector.count(1 << 20);
      collector.betweenEvents();
    }
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
