import assert from "node:assert/strict";
import { createFile, dump, openCapture, openFile, stins, writeCapture } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { renderingOf } from "../../lib/notebook/view.ts";
import { inFolder, ROOT, smallCapture } from "../tools.ts";
import { picturesIn, strippedIn } from "./tools.ts";

const ramp = (length: number) => Float64Array.from({ length }, (_, i) => i);

Deno.test("arrays: one axis is a line, two an image, three the first, middle and last image, none is text", async () => {
  const pictures = async (shape: number[]) =>
    picturesIn(await renderingOf(view(ramp(shape.reduce((a, b) => a * b, 1)), shape)));
  assert.deepEqual(
    await Promise.all([[], [5], [4, 5], [7, 4, 5], [2, 4, 5], [1, 4, 5], [0, 5], [2, 3, 4, 5]].map(pictures)),
    [
      0,
      1,
      1,
      3,
      2,
      1,
      0,
      2,
    ],
  );
});

Deno.test("lists of numbers are arrays, lists of anything else are text", async () => {
  assert.equal(picturesIn(await renderingOf([1, 2, 3])), 1);
  assert.equal(picturesIn(await renderingOf([[1, 2], [3, 4]])), 1);
  for (const value of [[], ["a", "b"], [[1], [1, 2]], { a: 1 }, null, undefined, 7n]) {
    const { html, text } = await renderingOf(value);
    assert.equal(text, Deno.inspect(value, { colors: false }));
    assert.match(html, /^<pre/);
  }
});

Deno.test("a list that is filled here and there is drawn with gaps, in its places", async () => {
  const list: number[] = [];
  [list[1], list[3]] = [3, 5];
  assert.match((await renderingOf(list)).text, /array\(\[nan, +3, nan, +5\], dtype=float64/);
});

Deno.test("text is made safe for HTML", async () => {
  const { html, text } = await renderingOf("<script>alert(1)</script> & more");
  assert.equal(text, "<script>alert(1)</script> & more");
  assert.ok(html.includes("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"));
});

Deno.test("a capture is a summary with its first, middle and last image, not with its header", async () => {
  for (const rendering of [await renderingOf(openCapture("data/rings.cbors")), await renderingOf("data/rings.cbors")]) {
    assert.match(rendering.text, /events {4}62 events, numbered 0 to 61/);
    assert.equal(picturesIn(rendering), 3);
    assert.deepEqual(rendering.text.match(/image of xrd, event \d+: 128×128/g)?.length, 3);
    assert.deepEqual(strippedIn(rendering), []);
  }
});

Deno.test("of a capture with one image that image is drawn once", () =>
  inFolder(async (folder) => {
    assert.equal(picturesIn(await renderingOf(await smallCapture(folder, 1))), 1);
  }));

Deno.test("a capture with gaps is drawn, and its summary says how many events are missing and how large frames are", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.cbors`;
    const image = { htype: "image" as const, msg_number: 1, frame: 0, data: view(ramp(4), [2, 2]) };
    const stream = stins.encode(image);
    const small = { typ: "T", frames: [new Uint8Array(3), new Uint8Array(5)] };
    await writeCapture(path, [0, 1, 3, 40].map((eventNumber) => ({ eventNumber, streams: { xrd: stream, small } })));
    const rendering = await renderingOf(path);
    assert.match(rendering.text, /^events +4 events, numbered 0 to 40, 37 missing$/m);
    assert.match(rendering.text, /^small +T +4 +8 +32 B +3 B – 5 B$/m);
    assert.equal(picturesIn(rendering), 2);
    await writeCapture(path, [0, 2].map((eventNumber) => ({ eventNumber, streams: { small } })));
    assert.match((await renderingOf(path)).text, /2 events, numbered 0 to 2, 1 missing/);
  }));

Deno.test("a capture without images, and one that is cut, have a summary all the same", () =>
  inFolder(async (folder) => {
    const path = await smallCapture(folder, 0);
    Deno.truncateSync(path, Deno.statSync(path).size - 3);
    const rendering = await renderingOf(openCapture(path));
    assert.match(rendering.text, /warning +the capture .* is cut/);
    assert.equal(picturesIn(rendering), 0);
  }));

Deno.test("an event shows its streams, frames, packet and image; what cannot be parsed says why", async () => {
  const event = await openCapture("data/xrd.cbors").event(5);
  const rendering = await renderingOf(event);
  assert.match(rendering.text, /^event 5, recorded 2024/);
  assert.match(rendering.text, /^stream xrd \(STINS\) .*\nframe 0 +95 +\{.*\nframe 1 +200 +/m);
  assert.match(rendering.text, /htype: "image"/);
  assert.equal(picturesIn(rendering), 1);
  const stream = event.streams["xrd"];
  assert.equal(picturesIn(await renderingOf(stream)), 1);
  const broken = { typ: "STINS", length: 1, frames: [new TextEncoder().encode("{}")] };
  assert.match((await renderingOf({ eventNumber: 3, streams: { broken } })).text, /error: .*"msg_number" is undefined/);
  const unknown = { typ: "T", length: 1, frames: [new Uint8Array(3)] };
  assert.match(
    (await renderingOf({ eventNumber: 3, streams: { unknown } })).text,
    /^stream unknown \(T\) .*\nframe 0 +3 +00 00 00$/m,
  );
});

Deno.test("of very many frames the first are shown, and the rest is counted", async () => {
  const frames = Array.from({ length: 9 }, (_, i) => new Uint8Array(10 + i));
  const event = (count: number) => ({
    eventNumber: 3,
    streams: { many: { typ: "T", length: count, frames: frames.slice(0, count) } },
  });
  const many = (await renderingOf(event(9))).text.split("\n");
  assert.deepEqual([many.length, many.at(-1)], [7, "5 more              80"]);
  const few = (await renderingOf(event(5))).text.split("\n");
  assert.deepEqual([few.length, few.at(-1)], [7, "frame 4             14  00 00 00 00 00 00 00 00…"]);
});

Deno.test("an HDF5 file is a tree with values, and below it the plots of its datasets", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.h5`;
    dump({
      curve: ramp(10),
      curve_errors: ramp(10),
      curve_attrs: { units: "counts" },
      image: [[1, 2], [3, 4]],
      one: [5],
      huge: 2n ** 60n,
      note: "a <b>text</b>",
      names: ["x", "y"],
    }, path);
    const rendering = await renderingOf(path);
    // The errors are drawn with their curve; a single point, texts and scalars are not drawn.
    assert.equal(picturesIn(rendering), 2);
    assert.match(rendering.text, /huge {2}int64 = 1152921504606846976/);
    assert.match(rendering.text, /│ └ @units = "counts"/);
    assert.ok(rendering.html.includes("a &lt;b&gt;text&lt;/b&gt;"));
    assert.deepEqual(strippedIn(rendering), []);
    using file = openFile(path);
    assert.equal(picturesIn(await renderingOf(file)), 2);
    assert.equal(picturesIn(await renderingOf(file.dataset("curve"))), 1);
    assert.equal((await renderingOf(file.dataset("note"))).text, '"a <b>text</b>"');
  }));

Deno.test("an empty HDF5 file, and one that is none", () =>
  inFolder(async (folder) => {
    createFile(`${folder}/empty.h5`).close();
    for (const ending of ["hdf5", "nxs", "hdf"]) {
      Deno.copyFileSync(`${folder}/empty.h5`, `${folder}/empty.${ending}`);
      assert.match((await renderingOf(`${folder}/empty.${ending}`)).html, /^<div[^>]*><code>/);
    }
    assert.equal(picturesIn(await renderingOf(`${folder}/empty.h5`)), 0);
    await assert.rejects(renderingOf(`${folder}/none.h5`), /none\.h5": there is no such file/);
    await assert.rejects(renderingOf(`${ROOT}README.h5`), /there is no such file/);
  }));
