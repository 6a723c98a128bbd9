import assert from "node:assert/strict";
import fc from "fast-check";
import { type CaptureItem, readEvents, writeCapture } from "beamfold";
import { inFolder, shared, smallCapture, testWith } from "../tools.ts";

const empty = { typ: "T", frames: [] };

async function write(path: string, stream: string, numbers: readonly number[]): Promise<string> {
  await writeCapture(path, numbers.map((eventNumber) => ({ eventNumber, streams: { [stream]: empty } })));
  return path;
}

async function numbersAndStreams(files: readonly string[]): Promise<[number, string[]][]> {
  const events: CaptureItem[] = await Array.fromAsync(readEvents(files));
  return events.map(({ eventNumber, streams }) => [eventNumber, Object.keys(streams).sort()]);
}

testWith([shared], "rule 1: four real captures, one a stream, are one sequence of events", async () => {
  const names = ["contrast", "pcap", "pilatus", "xspress3"];
  for (const ending of ["cbors", "cbors.gz"]) {
    const files = names.map((name) => shared.path(`captures/events/four-${name}.${ending}`));
    assert.deepEqual(await numbersAndStreams(files), Array.from({ length: 12 }, (_, i) => [i, names]));
  }
});

Deno.test("rule 1: any captures merge as if their events were sorted into one table", async () => {
  const capture = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 12 }).map((all) =>
    all.sort((a, b) => a - b)
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(capture.filter((numbers) => numbers.length > 0), { minLength: 1, maxLength: 4 }),
      async (all) => {
        await inFolder(async (folder) => {
          const files = await Promise.all(all.map((numbers, i) => write(`${folder}/${i}.cbors`, `s${i}`, numbers)));
          const expected = [...new Set(all.flat())].sort((a, b) => a - b)
            .map((number) => [number, all.flatMap((numbers, i) => numbers.includes(number) ? [`s${i}`] : [])]);
          assert.deepEqual(await numbersAndStreams(files), expected);
        });
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("rule 1: two items of one capture with the same number are one event", async () => {
  await inFolder(async (folder) => {
    const item = (eventNumber: number, name: string) => ({ eventNumber, streams: { [name]: empty } });
    await writeCapture(`${folder}/a.cbors`, [item(0, "a"), item(0, "b"), item(1, "a"), item(2, "b"), item(2, "a")]);
    assert.deepEqual(await numbersAndStreams([`${folder}/a.cbors`]), [[0, ["a", "b"]], [1, ["a"]], [2, ["a", "b"]]]);
  });
});

Deno.test("the same stream in two captures is an error that names event, stream, file and byte", async () => {
  await inFolder(async (folder) => {
    const files = [await write(`${folder}/1.cbors`, "xrd", [0, 1]), await write(`${folder}/2.cbors`, "xrd", [1, 2])];
    await assert.rejects(
      numbersAndStreams(files),
      /event 1 has the stream "xrd" twice: again in ".*2\.cbors" at byte 0/,
    );
  });
});

Deno.test("a capture that is not in order is an error, after the events before it", async () => {
  await inFolder(async (folder) => {
    const parts = [await write(`${folder}/1`, "a", [0, 1, 5]), await write(`${folder}/2`, "a", [0])];
    const path = `${folder}/two-scans.cbors`;
    Deno.writeFileSync(
      path,
      new Uint8Array(await new Blob(parts.map((part) => Deno.readFileSync(part))).arrayBuffer()),
    );
    const seen: number[] = [];
    await assert.rejects(async () => {
      for await (const event of readEvents([path])) seen.push(event.eventNumber);
    }, /two-scans\.cbors" is not in order: event 0 at byte \d+ comes after event 5; if these are two scans/);
    assert.deepEqual(seen, [0, 1, 5]);
  });
});

Deno.test("the same capture twice, and no capture at all, are errors", async () => {
  await inFolder(async (folder) => {
    const path = await smallCapture(folder);
    await assert.rejects(numbersAndStreams([path, path]), /small\.cbors" is given twice/);
    await assert.rejects(numbersAndStreams([]), /no captures given/);
  });
});

Deno.test("rule 1: a capture that is cut ends alone, the others go on, and the cut is told at the end", async () => {
  await inFolder(async (folder) => {
    const files = [
      await write(`${folder}/1.cbors`, "a", [0, 1, 2]),
      await write(`${folder}/2.cbors`, "b", [0, 1, 2, 3, 4]),
    ];
    Deno.truncateSync(files[0] as string, Deno.statSync(files[0] as string).size - 1);
    const seen: [number, string[]][] = [];
    await assert.rejects(async () => {
      for await (const { eventNumber, streams } of readEvents(files)) seen.push([eventNumber, Object.keys(streams)]);
    }, /1\.cbors" is cut/);
    assert.deepEqual(seen, [[0, ["a", "b"]], [1, ["a", "b"]], [2, ["b"]], [3, ["b"]], [4, ["b"]]]);
  });
});
