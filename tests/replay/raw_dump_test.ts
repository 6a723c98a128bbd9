import assert from "node:assert/strict";
import { type EventData, type Input, replay, type ResultData } from "beamfold";
import { cli, inFolder, shared, testWith } from "../tools.ts";

class Lengths {
  processEvent({ streams }: EventData): unknown {
    return Object.entries(streams).map(([name, { typ, frames }]) => [name, typ, ...frames.map(({ length }) => length)]);
  }
}

class List {
  payloads: unknown[] = [];
  processResult({ eventNumber, payload }: ResultData): void {
    this.payloads[eventNumber] = payload;
  }
}

async function lengths(files: Input[]) {
  const { reducer, warnings } = await replay({ worker: Lengths, reducer: List, files, workers: 1 });
  return { payloads: reducer.payloads, warnings };
}

testWith([shared], "a raw dump is replayed like the capture that was made of it", async () => {
  const raw = shared.path("captures/raw/xspress3-dump.cbors");
  const events = shared.path("captures/events/xspress3-dump.cbors");
  const expected = await lengths([events]);
  assert.deepEqual(await lengths([{ path: raw, protocol: "xspress", stream: "xspress3" }]), expected);
  assert.deepEqual(await lengths([{ path: raw, stream: "xspress3" }]), expected);
});

testWith([shared], "raw dumps and captures are merged, and what was passed over is a warning", async () => {
  const { payloads, warnings } = await lengths([
    { path: shared.path("captures/raw/contrast-dump.cbors"), protocol: "contrast", stream: "motors" },
    shared.path("captures/events/xspress3-dump.cbors"),
  ]);
  const first = payloads[0] as unknown[][];
  assert.deepEqual(first.map(([name, typ]) => [name, typ]), [["motors", "contrast"], ["xspress3", "xspress"]]);
  assert.equal(payloads.length, 22);
  assert.match(warnings.join("\n"), /2 messages after the end of the scan were passed over/);
});

testWith([shared], "the shell takes a raw dump as protocol:stream@path", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(
      `${folder}/classes.ts`,
      `export class Names { processEvent({ streams }) { return Object.keys(streams).join(); } }
export class Count {
  names = new Set();
  processResult({ payload }) { this.names.add(payload); }
  finish() { console.log([...this.names].join("; ")); }
}
`,
    );
    const classes = ["-w", `${folder}/classes.ts:Names`, "-r", `${folder}/classes.ts:Count`];
    const raw = shared.path("captures/raw/xspress3-dump.cbors");
    for (const protocol of ["xspress", "auto"]) {
      const { code, stdout, stderr } = await cli(["replay", ...classes, "-f", `${protocol}:fluo@${raw}`]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^fluo$/m);
    }
    // A file that is called so is a file.
    Deno.copyFileSync(shared.path("captures/events/xspress3-dump.cbors"), `${folder}/auto:fluo@it.cbors`);
    const { code, stdout } = await cli(["replay", ...classes, "-f", "auto:fluo@it.cbors"], folder);
    assert.deepEqual([code, /^xspress3$/m.test(stdout)], [0, true]);
    const wrong = await cli(["replay", ...classes, "-f", `xpress:fluo@${raw}`]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /the protocol is "xpress", .*did you mean "xspress"\?/);
  }));
