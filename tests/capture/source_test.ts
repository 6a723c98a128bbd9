import assert from "node:assert/strict";
import { createFile, type EventData, type EventSource, hdf5Source, replay, type ResultData, stins } from "beamfold";
import type { WritableItem } from "beamfold";
import { Collector } from "../../lib/capture/collector.ts";
import { GeneratedItems } from "../../lib/capture/source.ts";
import { streamData } from "../../lib/event.ts";
import { cli, inFolder } from "../tools.ts";

class Names {
  processEvent({ eventNumber, streams }: EventData): string {
    return `${eventNumber}: ${Object.keys(streams).sort().join("+")}`;
  }
}

class List {
  payloads: unknown[] = [];
  processResult({ payload }: ResultData): void {
    this.payloads.push(payload);
  }
}

const item = (eventNumber: number, name: string): WritableItem => ({
  eventNumber,
  streams: { [name]: streamData("test", [new Uint8Array([eventNumber])]) },
});

async function through(source: EventSource | (new () => EventSource), options = {}) {
  return await replay({ worker: Names, reducer: List, source, workers: 1, ...options });
}

Deno.test("generators, sync and async, are merged by event number", async () => {
  class Two {
    *numbers(name: string, of: number[]) {
      for (const number of of) yield item(number, name);
    }
    async *later() {
      for (const number of [1, 2]) {
        await Promise.resolve();
        yield item(number, "b");
      }
    }
    getSourceGenerators() {
      return [this.numbers("a", [0, 2, 5]), this.later()];
    }
  }
  for (const source of [Two, new Two()]) {
    const { reducer, events, warnings } = await through(source);
    assert.deepEqual(reducer.payloads, ["0: a", "1: b", "2: a+b", "5: a"]);
    assert.deepEqual([events, warnings], [4, []]);
  }
});

Deno.test("a source is ended when the replay is: its finally runs", async () => {
  let ended = 0;
  const endless = (): EventSource => ({
    getSourceGenerators: () => [(function* () {
      try {
        for (let number = 0;; number++) yield item(number, "a");
      } finally {
        ended++;
      }
    })()],
  });
  const { events } = await through(endless(), { select: "0:3" });
  assert.deepEqual([events, ended], [3, 1]);
  const failing = {
    worker: class Bad {
      processEvent = () => {
        throw new Error("no");
      };
    },
  };
  await assert.rejects(through(endless(), failing), /no/);
  assert.equal(ended, 2);
});

Deno.test("rule 11: an abort gets through to a source that gives nothing", async () => {
  const silent: EventSource = {
    async *waits() {
      yield item(0, "a");
      await new Promise(() => {});
    },
    getSourceGenerators() {
      return [(this as unknown as { waits(): AsyncGenerator<WritableItem> }).waits()];
    },
  } as EventSource;
  const outcome = await through(silent, { signal: AbortSignal.timeout(50) });
  assert.deepEqual([outcome.aborted, outcome.lastEvent], [true, 0]);
});

Deno.test("what a generator throws is told, with its own lines", async () => {
  const source: EventSource = {
    getSourceGenerators: () => [(function* () {
      yield item(0, "a");
      throw new Error("the shutter is closed");
    })()],
  };
  await assert.rejects(through(source), (error: Error) => {
    assert.match(error.message, /generator 0 failed after 1 items: the shutter is closed/);
    assert.match(error.stack ?? "", /source_test\.ts/);
    return true;
  });
});

const wrong: readonly (readonly [unknown, RegExp])[] = [
  [{}, /the source is \{\}, expected a class or "path\.ts:Class"/],
  [class None {}, /None is no source: it has no method getSourceGenerators/],
  [{ getSourceGenerators: () => 3 }, /getSourceGenerators returned 3, expected a list of generators/],
  [{ getSourceGenerators: () => [() => []] }, /expected a generator: call it, as in \[this\.images\(\)\]/],
  [{ getSourceGenerators: () => [[{ eventNumber: -1 }]] }, /item 0 of .* has the event number -1, expected \{ eventN/],
  [{ getSourceGenerators: () => [[{ eventNumber: 1, streams: { a: 3 } }]] }, /has 3 as its stream "a", expected/],
  [
    { getSourceGenerators: () => [[item(3, "a"), item(3, "b")]] },
    /event 3, item 1, comes after event 3; give events in ascending order, all streams of one event at once/,
  ],
  [
    { getSourceGenerators: () => [[item(3, "a"), item(2, "a")]] },
    /generator 0 is not in order: event 2, item 1, comes after event 3/,
  ],
];

Deno.test("what is no source, or gives no items, is refused", async () => {
  for (const [source, message] of wrong) await assert.rejects(through(source as EventSource), message);
  await assert.rejects(
    replay({ worker: Names, reducer: List, source: { getSourceGenerators: () => [] }, files: ["data/xrd.cbors"] }),
    /both files and a source are given/,
  );
});

class Shapes {
  processEvent({ streams }: EventData): unknown {
    const packet = stins.parse(streams["eiger"] as NonNullable<EventData["streams"][string]>);
    return packet.htype === "image"
      ? [packet.frame, packet.type, ...packet.shape, Number(packet.data.get(0, 1))]
      : packet.htype === "header"
      ? packet.filename
      : packet.htype;
  }
}

Deno.test("hdf5Source sends a stack of images between a header and an end", async () => {
  await inFolder(async (folder) => {
    for (const dtype of ["uint16", "float32", "int64"] as const) {
      const path = `${folder}/${dtype}.h5`;
      using file = createFile(path);
      const stack = file.createDataset("entry/data", { shape: [0, 2, 3], maxShape: [null, 2, 3], dtype });
      for (let i = 0; i < 3; i++) stack.append([[0, 10 * i, 0], [1, 2, 3]]);
      file.close();
      const source = hdf5Source(path, "entry/data", { stream: "eiger", filename: "scan.h5" });
      const { reducer } = await replay({ worker: Shapes, reducer: List, source, workers: 1 });
      const images = [0, 1, 2].map((frame) => [frame, dtype, 2, 3, 10 * frame]);
      assert.deepEqual(reducer.payloads, ["scan.h5", ...images, "series_end"]);
    }
  });
});

Deno.test("hdf5Source says what is no stack of images", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/it.h5`;
    const file = createFile(path);
    file.createDataset("title", { data: "a scan" });
    file.close();
    const of = (name: string) => ({ worker: Names, reducer: List, source: hdf5Source(path, name, { stream: "xrd" }) });
    await assert.rejects(
      replay(of("title")),
      /cannot send "\/title" of ".*it\.h5" as images: it is str with shape \[\]/,
    );
    await assert.rejects(replay(of("none")), /none/);
  });
});

Deno.test("the shell takes a source by the name of its class", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(
      `${folder}/source.ts`,
      `export class Numbers {
  *numbers() {
    for (let eventNumber = 0; eventNumber < 5; eventNumber++) yield { eventNumber, streams: {} };
  }
  getSourceGenerators() {
    return [this.numbers()];
  }
}
export class Count { processEvent({ eventNumber }) { return eventNumber; } }
export class Sum { processResult() {} }
`,
    );
    const classes = ["-w", `${folder}/source.ts:Count`, "-r", `${folder}/source.ts:Sum`];
    const { code, stdout, stderr } = await cli(["replay", ...classes, "-s", `${folder}/source.ts:Numbers`, "--json"]);
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).events, 5);
    const both = await cli(["replay", ...classes, "-s", `${folder}/source.ts:Numbers`, "-f", "data/xrd.cbors"]);
    assert.deepEqual([both.code, /cannot be used together/.test(both.stderr)], [2, true]);
  });
});

Deno.test("the garbage collector is told of a source's frames before the next ones are made", () => {
  const told: string[] = [];
  function* items(): Generator<WritableItem> {
    for (const [eventNumber, megabytes] of [2, 2, 1, 1, 9].entries()) {
      told.push(`made ${megabytes}`);
      yield { eventNumber, streams: { s: streamData("T", [new Uint8Array(megabytes << 20)]) } };
    }
  }
  const generated = new GeneratedItems(items(), "test", new Collector(() => told.push("collected")));
  while (generated.next() !== undefined);
  assert.deepEqual(told, ["made 2", "made 2", "collected", "made 1", "made 1", "made 9", "collected"]);
});
