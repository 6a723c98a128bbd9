import assert from "node:assert/strict";
import { type CaptureItem, eiger, openCapture, stins, type StreamData, writeCapture, xspress } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { eventData, streamData } from "../../lib/event.ts";
import { drawnOfStream, thumbnailsOf } from "../../lib/notebook/packet_view.ts";
import { Thumbnails } from "../../lib/notebook/thumbnails.ts";
import { renderingOf } from "../../lib/notebook/view.ts";
import { inFolder, shared, testWith } from "../tools.ts";
import { assertDocument, textsIn } from "./snapshot.ts";
import { picturesIn, strippedIn, svgsIn } from "./tools.ts";

const image = (frame: number, size = 4) =>
  stins.encode({
    htype: "image",
    msg_number: frame,
    frame,
    data: view(Uint16Array.from({ length: size * size }, (_, i) => frame + i), [size, size]),
  });
const header = stins.encode({ htype: "header", msg_number: 0, filename: "" });
const broken = streamData(stins.TYP, [new TextEncoder().encode('{"htype": "image", "msg_number": 1}')]);
const spectra = (channels: number) =>
  xspress.encode({
    htype: "image",
    frame: 3,
    data: view(Uint32Array.from({ length: channels * 50 }, (_, i) => i % 50), [channels, 50]),
    meta: {},
  });

/** Bytes of an Eiger image that is cut. */
function cutEiger(frame: number): StreamData {
  const { frames, typ } = eiger.encode({
    htype: "dimage-1.0",
    frame,
    series: 1,
    image: view(Uint32Array.from({ length: 4096 }, (_, i) => i * i), [64, 64]),
  });
  return streamData(typ, frames.map((part, i) => i === 2 ? part.subarray(0, 500) : part));
}

testWith([shared], "real events of every kind show their packet in full, and what can be drawn of it", async () => {
  const shown = async (name: string, number: number): Promise<[text: string, pictures: number]> => {
    const rendering = await renderingOf(await openCapture(shared.path(`captures/events/${name}`)).event(number));
    assert.deepEqual(strippedIn(rendering), []);
    svgsIn(rendering).forEach(assertDocument);
    return [rendering.text, picturesIn(rendering)];
  };
  const [xspress, curves] = await shown("xspress3-multipart.cbors", 3);
  assert.match(xspress, /^data: uint32 \(4, 4096\) \[0, 0, 0, 0, 0, 0, 0, 0, …\]$/m);
  assert.match(xspress, /^ {2}ClockTicks: uint32 \(4\) \[3999990, 3999990, 3999990, 3999990\]$/m);
  assert.match(xspress, /^line plot of xspress3, frame 2 \(channel 0, channel 1, .* 4 curves of 4096 points/m);
  const [eiger, images] = await shown("eiger-full.cbors", 2);
  assert.match(eiger, /^stream eiger \(EIGER_LEGACY, eiger\) /m);
  assert.match(eiger, /^ {2}buffer: 7438 bytes$/m);
  assert.match(eiger, /^image of eiger, frame 1: 123×131, 0 to 57/m);
  const [traces, plots] = await shown("maui-02-continuous-3.cbors", 2);
  assert.match(traces, /^line plot of lecroy, frame 0 \(ch 2 and ch 4\): 2 curves of 8002 points/m);
  const [compressed, decompressed] = await shown("stins-bslz4.cbors", 2);
  assert.match(compressed, /^image of pilatus, frame 1: 33×50, 0 to 60/m);
  assert.deepEqual([curves, images, plots, decompressed], [1, 1, 1, 1]);
  const [albaem, none] = await shown("albaem-dump.cbors", 2);
  assert.match(albaem, /acquisition_timestamp: 1704807773579624912/);
  assert.equal(none, 0);
  for (const name of ["contrast-dump", "pcap-zmq", "sardana", "four-pcap"]) {
    assert.doesNotMatch((await shown(`${name}.cbors`, 1))[0], /error/);
  }
});

testWith([shared], "an image that is cut is told in a sentence, in an event and in a capture", async () => {
  const path = shared.path("captures/events/eiger-small.cbors");
  const event = await renderingOf(await openCapture(path).event(2));
  assert.equal(picturesIn(event), 0);
  assert.match(event.text, /^⚠ eiger, frame 1: .*the data of image 1 .*cannot be decompressed: .*the frame is cut/m);
  const capture = await renderingOf(path);
  assert.match(capture.text, /^eiger {3}EIGER_LEGACY \(eiger\) /m);
  assert.equal(capture.text.match(/⚠/g)?.length, 1);
  assert.match(capture.text, /^⚠ eiger, event 1: .* the frame is cut.*\(2 more pictures could not be drawn either\)$/m);
});

testWith([shared], "captures of every kind have thumbnails", async () => {
  const count = async (name: string) => picturesIn(await renderingOf(shared.path(`captures/events/${name}`)));
  assert.deepEqual(
    await Promise.all(["xspress3-dump.cbors", "eiger-full.cbors", "stins-bslz4.cbors", "four-pilatus.pkls"].map(count)),
    [3, 3, 3, 3],
  );
  assert.equal(await count("maui-02-continuous-3.cbors"), 2);
  assert.equal(await count("sardana.cbors"), 0);
});

Deno.test("thumbnails are small: of several spectra the sum, without a legend", () => {
  const { pictures: [sum] } = thumbnailsOf(eventData(7, { x: spectra(4) }));
  assert.deepEqual([sum?.width, sum?.height], [300, 180]);
  assert.deepEqual(textsIn(sum?.svg ?? "", "title"), ["x, event 7, sum"]);
  const { pictures: [whole] } = drawnOfStream(spectra(4), "x");
  assert.deepEqual(textsIn(whole?.svg ?? "", "title"), ["x, frame 3"]);
  const { pictures: [single] } = drawnOfStream(spectra(1), "x");
  assert.deepEqual(textsIn(single?.svg ?? "", "title"), ["x, frame 3, channel 0"]);
  const { pictures: many } = drawnOfStream(spectra(20), "");
  assert.deepEqual(many.map(({ svg }) => textsIn(svg, "title")), [["frame 3, sum of 20 channels"], ["frame 3"]]);
  const { pictures: [small] } = thumbnailsOf(eventData(7, { xrd: image(1) }), { title: "mine", width: 200 });
  assert.deepEqual([small?.width, textsIn(small?.svg ?? "", "title")], [200, ["mine"]]);
});

Deno.test("an image with more axes is drawn by its first, and what is no image is not drawn", () => {
  const data = view(Uint16Array.from({ length: 24 }, (_, i) => i), [2, 3, 4]);
  const stack = stins.encode({ htype: "image", msg_number: 1, frame: 0, data });
  assert.match(drawnOfStream(stack, "xrd").pictures.map(({ alt }) => alt).join(), /^image of xrd, frame 0 \[0\]: 3×4/);
  for (const stream of [header, broken, streamData("T", [])]) {
    assert.deepEqual(drawnOfStream(stream, "xrd"), { pictures: [], problems: [] });
  }
  assert.match(
    thumbnailsOf(eventData(1, { xrd: broken })).problems.join(),
    /^xrd, event 1: cannot parse this as STINS/,
  );
});

/** The titles of the thumbnails of events, which are offered in some order. */
function titles(events: readonly CaptureItem[], order: readonly number[], [first, last]: [number, number]): string {
  const found = new Thumbnails(first, last);
  for (const number of order) {
    const event = events.find(({ eventNumber }) => eventNumber === number);
    if (event !== undefined && found.wants(number)) found.add(event);
  }
  return found.renderings().map(({ text }) => text.replaceAll(/image of (xrd, event \d+):.*/g, "$1")).join("\n");
}

Deno.test("the first, middle and last image are drawn, in whatever order the events come", () => {
  const events = Array.from({ length: 21 }, (_, i) => eventData(i, { xrd: i % 20 === 0 ? header : image(i) }));
  const upwards = events.map(({ eventNumber }) => eventNumber);
  for (const order of [upwards, upwards.toReversed(), [10, 1, 19], new Thumbnails(0, 20).candidates]) {
    assert.equal(titles(events, order, [0, 20]), "xrd, event 1\nxrd, event 10\nxrd, event 19");
  }
  assert.equal(titles(events.slice(0, 2), [0, 1], [0, 1]), "xrd, event 1");
  assert.deepEqual(new Thumbnails(3, 4).candidates, [3, 4]);
});

Deno.test("a picture of a neighbour is better than to hear why there is none", () => {
  const events = [broken, image(1), image(2), image(3), cutEiger(4), broken].map((xrd, i) => eventData(i, { xrd }));
  assert.equal(titles(events, [0, 1, 2, 3, 4, 5], [0, 5]), "xrd, event 1\nxrd, event 2\nxrd, event 3");
  const bad = [broken, cutEiger(1), broken].map((xrd, i) => eventData(i, { xrd }));
  assert.match(titles(bad, [2, 1, 0], [0, 2]), /^⚠ xrd, event 0: .* \(2 more pictures could not be drawn either\)$/);
});

Deno.test("a capture of several streams has thumbnails of each", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.cbors`;
    await writeCapture(
      path,
      [0, 1, 2].map((eventNumber) => ({ eventNumber, streams: { a: image(1), b: spectra(2) } })),
    );
    const { text } = await renderingOf(path);
    assert.equal(text.match(/^image of a, event [012]: 4×4/gm)?.length, 3);
    assert.equal(text.match(/^line plot of b, event [012], sum: 50 points/gm)?.length, 3);
  }));
