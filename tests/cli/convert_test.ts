import assert from "node:assert/strict";
import { type CaptureItem, openCapture } from "beamfold";
import { cli, inFolder, python, pythonJson, shared, smallCapture, testWith } from "../tools.ts";

async function itemsOf(path: string): Promise<CaptureItem[]> {
  const items: CaptureItem[] = [];
  for await (const item of openCapture(path)) items.push(item);
  return items;
}

testWith(
  [shared],
  "convert writes the same items, whatever form they come in and go to",
  () =>
    inFolder(async (folder) => {
      const expected = await itemsOf(shared.path("captures/events/four-pilatus.cbors"));
      for (const from of ["pkls", "cbors.gz", "cbors"]) {
        for (const to of ["cbors", "cbors.gz"]) {
          const output = `${folder}/${from}.${to}`;
          const { code, stdout, stderr } = await cli([
            "convert",
            shared.path(`captures/events/four-pilatus.${from}`),
            "-o",
            output,
          ]);
          assert.deepEqual([code, stderr], [0, ""]);
          assert.equal(stdout, `wrote ${expected.length} events to ${output}\n`);
          assert.deepEqual(await itemsOf(output), expected);
        }
      }
      assert.deepEqual([...Deno.readFileSync(`${folder}/pkls.cbors.gz`).subarray(0, 2)], [0x1f, 0x8b]);
    }),
);

testWith([shared], "convert merges captures, and selects events", () =>
  inFolder(async (folder) => {
    const from = ["contrast", "xspress3"].map((name) => shared.path(`captures/events/four-${name}.cbors`));
    const { code, stderr } = await cli(["convert", ...from, "-o", `${folder}/two.cbors`, "--select", "0, 3:5"]);
    assert.equal(code, 0, stderr);
    const items = await itemsOf(`${folder}/two.cbors`);
    assert.deepEqual(items.map(({ eventNumber }) => eventNumber), [0, 3, 4]);
    for (const { streams } of items) assert.deepEqual(Object.keys(streams).sort(), ["contrast", "xspress3"]);
  }));

Deno.test("convert never writes over what it reads, and leaves nothing half written", () =>
  inFolder(async (folder) => {
    const path = await smallCapture(folder);
    const whole = Deno.readFileSync(path);
    const same = await cli([
      "convert",
      path,
      "-o",
      `${folder}/../${folder.replace(/.*\//, "")}/${path.replace(/.*\//, "")}`,
    ]);
    assert.deepEqual([same.code, /it is the file that is read; name another one/.test(same.stderr)], [1, true]);
    assert.deepEqual(Deno.readFileSync(path), whole);
    // Damage in the middle: the message of the reader, and no file.
    const damaged = whole.slice();
    damaged[20] = 0xff;
    Deno.writeFileSync(`${folder}/damaged.cbors`, damaged);
    const failed = await cli(["convert", `${folder}/damaged.cbors`, "-o", `${folder}/out.cbors`]);
    assert.deepEqual([failed.code, /error: the capture ".*damaged\.cbors" is damaged at byte/.test(failed.stderr)], [
      1,
      true,
    ]);
    assert.ok(![...Deno.readDirSync(folder)].some(({ name }) => name.startsWith("out")));
  }));

Deno.test("convert warns of a cut, and refuses it with --strict", () =>
  inFolder(async (folder) => {
    const path = await smallCapture(folder);
    const whole = await itemsOf(path);
    Deno.truncateSync(path, Deno.statSync(path).size - 1);
    const lenient = await cli(["convert", path, "-o", `${folder}/out.cbors`]);
    assert.equal(lenient.code, 0);
    assert.match(lenient.stderr, /^warning: the capture ".*" is cut: its last item, at byte \d+/);
    assert.equal((await itemsOf(`${folder}/out.cbors`)).length, whole.length - 1);
    const strict = await cli(["convert", path, "-o", `${folder}/strict.cbors`, "--strict"]);
    assert.deepEqual([strict.code, /^error: the capture/.test(strict.stderr)], [1, true]);
  }));

testWith(
  [shared],
  "ingest makes a capture of a raw dump, and says what it passed over",
  () =>
    inFolder(async (folder) => {
      const raw = shared.path("captures/raw/contrast-dump.cbors");
      const output = `${folder}/events.cbors`;
      const { code, stderr, stdout } = await cli(["ingest", raw, "--stream", "contrast", "-o", output]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^wrote 22 events to /);
      assert.match(stderr, /1 message before the header was passed over\n.*2 messages after the end of the scan were/);
      const expected = await itemsOf(shared.path("captures/events/contrast-dump.cbors"));
      assert.deepEqual(
        (await itemsOf(output)).map(({ streams }) => streams),
        expected.map(({ streams }) => streams),
      );
      const wrong = await cli(["ingest", raw, "--protocol", "albaem", "-o", output]);
      assert.deepEqual([wrong.code, /holds no albaem scan/.test(wrong.stderr)], [1, true]);
      const unknown = await cli(["ingest", raw, "--protocol", "xpress", "-o", output]);
      assert.deepEqual([unknown.code, /"xpress" is invalid. Allowed choices are auto, stins/.test(unknown.stderr)], [
        2,
        true,
      ]);
    }),
);

testWith([shared, python], "dranspose reads what ingest wrote", () =>
  inFolder(async (folder) => {
    const output = `${folder}/events.cbors`;
    await cli(["ingest", shared.path("captures/raw/pcap-zmq.cbors"), "--stream", "pcap", "-o", output]);
    const found = await pythonJson(`
import json
from dranspose.replay import get_internals
from dranspose.middlewares import pcap
items = list(get_internals(${JSON.stringify(output)}))
packet = pcap.parse(items[1].streams["pcap"])
print(json.dumps([len(items), packet.frame_number, type(packet.triggernumber).__name__]))
`);
    assert.deepEqual(found, [1502, 0, "float"]);
  }));
