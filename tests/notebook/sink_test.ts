import assert from "node:assert/strict";
import { show } from "beamfold";
import { showOn } from "../../lib/notebook/show.ts";
import { type JupyterDisplay, jupyterSink, notebookSink, textSink } from "../../lib/notebook/sink.ts";
import { keepingSink } from "./tools.ts";

const one = { html: "<b>1</b>", text: "1" };
const two = { html: "<b>2</b>", text: "2" };

/** What a kernel would be given, each call after the one before has been answered. */
function kernel(): JupyterDisplay & { calls: unknown[][] } {
  const calls: unknown[][] = [];
  let busy = false;
  return {
    calls,
    async display(...given) {
      assert.equal(busy, false, "two displays at the same time may arrive in any order");
      busy = true;
      await Promise.resolve();
      busy = false;
      calls.push(given);
    },
  };
}

Deno.test("a kernel gets HTML and text in one bundle, in order, and has all of it when the sink has settled", async () => {
  const jupyter = kernel();
  const sink = jupyterSink(jupyter);
  sink.display(one);
  sink.display(two);
  await sink.settle();
  assert.deepEqual(jupyter.calls, [
    [{ "text/html": "<b>1</b>", "text/plain": "1" }, { raw: true }],
    [{ "text/html": "<b>2</b>", "text/plain": "2" }, { raw: true }],
  ]);
});

Deno.test("what goes to a slot again replaces what was there", async () => {
  const jupyter = kernel();
  const sink = jupyterSink(jupyter);
  for (const [rendering, slot] of [[one, "a"], [one, "b"], [two, "a"]] as const) sink.display(rendering, slot);
  await sink.settle();
  assert.deepEqual(jupyter.calls.map(([, options]) => options), [
    { raw: true, display_id: "a", update: false },
    { raw: true, display_id: "b", update: false },
    { raw: true, display_id: "a", update: true },
  ]);
});

Deno.test("a terminal gets the text", async () => {
  const lines: string[] = [];
  const sink = textSink((text) => lines.push(text));
  sink.display(one);
  sink.display(two, "slot");
  await sink.settle();
  assert.deepEqual(lines, ["1", "2"]);
});

Deno.test("outside of a notebook there is no notebook's sink, and show prints", async () => {
  assert.equal(notebookSink(), undefined);
  const lines: unknown[] = [];
  const { log } = console;
  console.log = (line: unknown) => lines.push(line);
  try {
    await show("hello");
  } finally {
    console.log = log;
  }
  assert.deepEqual(lines, ["hello"]);
});

Deno.test("showOn shows one rendering, and waits until it has arrived", async () => {
  const sink = keepingSink();
  let settled = false;
  await showOn({ ...sink, settle: () => Promise.resolve(void (settled = true)) }, 5);
  assert.deepEqual([sink.shown.map(({ text }) => text), settled], [["5"], true]);
});
