import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { Collector } from "../../lib/capture/collector.ts";
import { scriptPrints } from "../tools.ts";

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

/** The flags of Deno that the task of a replay has. */
const FLAGS = config.tasks.replay.command.split(" ").filter((word) => word.startsWith("-"));
const COLLECTOR = new URL("../../lib/capture/collector.ts", import.meta.url).href;

Deno.test("as the task of a replay has it, there is a garbage collector that listens", async () => {
  const script = `
    const { Collector } = await import("${COLLECTOR}");
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
  assert.equal(await scriptPrints(FLAGS, script), '[["minor",null],["minor",null]]\n');
  assert.equal(await scriptPrints(["-A"], script.replace("globalThis.gc =", "globalThis.unused =")), "[]\n");
});

Deno.test("as the task of a replay has it, the memory of frames is free as soon as they are collected", async () => {
  const script = `
    const { Collector } = await import("${COLLECTOR}");
    const collector = new Collector();
    const event = () => {
      collector.count(18 << 20);
      return new Uint8Array(18 << 20).length;
    };
    const held = [];
    for (let i = 0; i < 5; i++) {
      event();
      collector.betweenEvents();
      held.push(Deno.memoryUsage().external >> 20);
    }
    console.log(held.join());
  `;
  assert.equal(await scriptPrints(FLAGS, script), "0,0,0,0,0\n");
});

Deno.test("as the task of a replay has it, V8 does not look through the whole heap for a few large frames", async () => {
  const script = `
    const { Collector } = await import("${COLLECTOR}");
    const collector = new Collector();
    const made = () => {
      collector.count(18 << 20);
      return new Uint8Array(18 << 20);
    };
    // The one at hand, and the next one.
    const frames = [made(), made()];
    const event = () => {
      frames.shift();
      collector.betweenEvents();
      frames.push(made());
    };
    for (let i = 0; i < 600; i++) {
      event();
      // So that V8 may do what it put off.
      await new Promise((resolve) => setTimeout(resolve));
    }
  `;
  const trace = await scriptPrints(FLAGS.map((flag) => flag.replace(/^--v8-flags=.*/, "$&,--trace-gc")), script);
  assert.match(trace, /Scavenge/);
  assert.doesNotMatch(trace, /Mark-Compact/);
});
