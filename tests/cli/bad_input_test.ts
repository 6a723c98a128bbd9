import { writeCapture } from "beamfold";
import assert from "node:assert/strict";
import { numbered, upTo } from "../replay/parts.ts";
import { cli, inFolder, ROOT, shared, smallCapture, testWith } from "../tools.ts";
import { classes, complaint, tutorial } from "./running.ts";

const xrd = ["-f", `${ROOT}data/xrd.cbors`];

/** Expects that a replay is refused in one paragraph that names the culprit and the way out. */
function refused(name: string, args: string[], expected: RegExp, prepare?: (folder: string) => unknown): void {
  Deno.test(`refused in one clear paragraph: ${name}`, () =>
    inFolder(async (folder) => {
      await prepare?.(folder);
      const stderr = complaint(await cli(["replay", ...args], folder));
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /file:\/\//);
    }));
}

const numbers = classes("Numbers");

refused(
  "a capture that is not there",
  [...numbers, "-f", "nope.cbors"],
  /"nope\.cbors": there is no such file \(looked/,
);

refused(
  "an empty capture",
  [...numbers, "-f", "empty.cbors"],
  /"empty\.cbors" is empty \(0 bytes\)/,
  (folder) => Deno.writeTextFileSync(`${folder}/empty.cbors`, ""),
);

refused(
  "a folder as a capture",
  [...numbers, "-f", "scans"],
  /"scans": it is a folder; name the files in it, such as "scans\/\*\.cbors"/,
  (folder) => Deno.mkdirSync(`${folder}/scans`),
);

refused(
  "JSON as a capture",
  [...numbers, "-f", "params.json"],
  /"params\.json" as a capture: it is JSON, not CBOR: .*(?<!-)(-p|--parameters)\b/,
  (folder) => Deno.writeTextFileSync(`${folder}/params.json`, '{"till_x": 3}'),
);

refused(
  "an HDF5 file as a capture",
  [...numbers, "-f", "out.h5"],
  /"out\.h5" as a capture: it is an HDF5 file: .*inspect/,
  (folder) => Deno.writeFileSync(`${folder}/out.h5`, Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a)),
);

refused(
  "one capture twice",
  [...numbers, "-f", "a.cbors", "a.cbors"],
  /"a\.cbors" is given twice: name every file once/,
  (folder) => numbered(`${folder}/a.cbors`, upTo(3)),
);

refused(
  "the same stream in two captures",
  [...numbers, "-f", "a.cbors", "b.cbors"],
  /event 1 has the stream "s" twice: again in "b\.cbors" at byte 0; give every stream once/,
  async (folder) => {
    await numbered(`${folder}/a.cbors`, upTo(3));
    await numbered(`${folder}/b.cbors`, [1, 2]);
  },
);

refused(
  "the same stream twice in one item",
  [...numbers, "-f", "twice.cbors"],
  /"twice\.cbors" is damaged at byte \d+ .*event 7 has the stream "left" twice/,
  async (folder) => {
    const path = `${folder}/twice.cbors`;
    const stream = { typ: "T", frames: [] };
    await writeCapture(path, [{ eventNumber: 7, streams: { left: stream, lefT: stream } }]);
    const bytes = Deno.readFileSync(path);
    // The writer cannot be made to do it: "lefT" becomes "left".
    bytes[bytes.lastIndexOf("T".charCodeAt(0), bytes.length - 5)] = "t".charCodeAt(0);
    Deno.writeFileSync(path, bytes);
  },
);

refused(
  "a damaged capture",
  [...numbers, "-f", "bad.cbors"],
  /"bad\.cbors" is damaged at byte 34, after event 1: /,
  async (folder) => {
    const bytes = Deno.readFileSync(await numbered(`${folder}/bad.cbors`, upTo(4)));
    bytes[bytes.length / 2] = 0xff;
    Deno.writeFileSync(`${folder}/bad.cbors`, bytes);
  },
);

refused(
  "a class name that is not exported",
  [...classes("Number"), ...xrd],
  /exports .*"Busy".*"Numbers".*; did you mean "[^"]*classes\.ts:Numbers"\?/,
);

refused("a worker without processEvent", [...classes("Pythonic"), ...xrd], /no method processEvent; .*"process_event"/);

refused("a reducer as the worker", [...classes("Rows"), ...xrd], /Rows" is no worker: it has no method processEvent/);

refused(
  "a file of classes that is not there",
  ["-w", "nope.ts:A", "-r", "nope.ts:B", ...xrd],
  /the worker "nope\.ts:A" cannot be loaded: there is no file "nope\.ts" \(looked in "/,
);

refused(
  "a misspelt parameter",
  [...numbers, ...xrd, "--set", "brakes_at=1"],
  /"brakes_at" is not described, did you mean "breaks_at"\? \(described are "out", "breaks_at"\)/,
);

refused(
  "a misspelt parameter in a file",
  [...numbers, ...xrd, "-p", "p.json"],
  /"brakes_at" is not described, did you mean "breaks_at"\?/,
  (folder) => Deno.writeTextFileSync(`${folder}/p.json`, '{"brakes_at": 1}'),
);

refused(
  "a value of the wrong type",
  [...numbers, ...xrd, "--set", "breaks_at=soon"],
  /"breaks_at" is "soon", which is/,
);

refused(
  "a parameter file that is not there",
  [...numbers, ...xrd, "-p", "nope.json"],
  /cannot read the parameter file "nope\.json": there is no such file \(looked in "/,
);

refused(
  "a parameter file that is no JSON",
  [...numbers, ...xrd, "-p", "p.json"],
  /"p\.json" is not JSON \(.*\): write \{"till_x": 3\} or \[/,
  (folder) => Deno.writeTextFileSync(`${folder}/p.json`, "till_x = 3"),
);

testWith([shared], "refused in one clear paragraph: a raw dump", async () => {
  const stderr = complaint(
    await cli(["replay", ...numbers, "-f", shared.path("captures/raw/albaem-dump.cbors")]),
  );
  assert.match(stderr, /albaem-dump\.cbors" as a capture: it is a raw dump: .*-f auto:xrd@dump\.cbors/);
});

Deno.test("an output folder that cannot be made is told by name, with the place in the reducer", () =>
  inFolder(async (folder) => {
    // Below a regular file nobody can make a folder, not even root.
    Deno.writeTextFileSync(`${folder}/file`, "");
    const capture = await smallCapture(folder, 3, `${folder}/file/scan.h5`);
    const { code, stdout, stderr } = await cli(["replay", ...tutorial, "-f", capture, "--set", "from_y=1"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^error: TestReducer\.processResult failed at event 0 .*cannot create "[^"]*\/file\/scan_proc/,
    );
    assert.doesNotMatch(stderr, /file:\/\//);
  }));
