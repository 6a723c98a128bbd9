import { replay, type ReplayInput, type ReplayOptions } from "beamfold";
import assert from "node:assert/strict";
import { inFolder, ROOT } from "../tools.ts";
import { Keep, numbered, Numbers, upTo } from "./parts.ts";

const files = [`${ROOT}data/xrd.cbors`];

/** Expects that a run is refused before it begins. Options come from cells as well, where nobody checks their types. */
async function refused(options: { readonly [name in keyof ReplayOptions]?: unknown }, name: string, message: RegExp) {
  let made = 0;
  class Counts extends Keep {
    constructor() {
      super();
      made++;
    }
  }
  const given = { worker: Numbers, reducer: Counts, files, ...options } as ReplayOptions & ReplayInput;
  await assert.rejects(replay(given), (error: Error) => {
    assert.equal(error.name, name, error.message);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /file:\/\//);
    return true;
  });
  assert.equal(made, 0);
}

/** Expects that classes from a module are refused. */
async function refusedModule(source: string, className: string, message: RegExp) {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/classes.ts`, source);
    await refused({ worker: `${folder}/classes.ts${className}` }, "OptionError", message);
  });
}

Deno.test("a capture that is not there is named, with the folder that was looked in", () =>
  refused({ files: ["no-such.cbors"] }, "CaptureError", /"no-such\.cbors": there is no such file \(looked in "/));

Deno.test("a folder is refused as a capture", () =>
  refused({ files: [`${ROOT}data`] }, "CaptureError", /data": it is a folder; name the files in it/));

Deno.test("an empty list of captures is refused", () => refused({ files: [] }, "OptionError", /no captures given/));

Deno.test("captures given as one text are refused, with what is expected", () =>
  refused({ files: "data/xrd.cbors" }, "OptionError", /files is "data\/xrd\.cbors", expected .*\[/));

Deno.test("the same capture twice is refused by name", () =>
  refused({ files: [...files, ...files] }, "OptionError", /xrd\.cbors" is given twice/));

Deno.test("the same stream in two captures is refused, with event, stream and file", () =>
  inFolder(async (folder) => {
    const both = [
      await numbered(`${folder}/a.cbors`, upTo(3)),
      await numbered(`${folder}/b.cbors`, [2, 3]),
    ];
    await assert.rejects(replay({ worker: Numbers, reducer: Keep, files: both }), {
      name: "CaptureError",
      message: /event 2 has the stream "s" twice: again in "[^"]*\/b\.cbors" at byte 0; give every stream once/,
    });
  }));

for (const workers of [0, -1, 1.5, NaN, "2"]) {
  Deno.test(`workers: ${Deno.inspect(workers)} is refused`, () =>
    refused({ workers }, "OptionError", new RegExp(`^workers is ${Deno.inspect(workers)}, expected 1 or more`)));
}

Deno.test("an onError that is none is refused, with the choices", () =>
  refused({ onError: "ignore" }, "OptionError", /^onError is "ignore", expected "stop" or "skip"/));

Deno.test("a distribution that is none is refused, with the choices", () =>
  refused({ distribute: "fair" }, "OptionError", /^distribute is "fair", expected "round-robin" or "random"/));

Deno.test("a worker that is no class is refused", () =>
  refused(
    { worker: new Numbers() },
    "OptionError",
    /^the worker is Numbers \{\}, expected a class or "path\.ts:Class"/,
  ));

Deno.test("a class without processEvent is no worker", () =>
  refused({ worker: Keep }, "OptionError", /^Keep is no worker: it has no method processEvent/));

Deno.test("a class with process_event is asked whether it means processEvent", () => {
  class Pythonic {
    process_event() {}
  }
  return refused({ worker: Pythonic }, "OptionError", /Pythonic is no worker.*did you mean "process_event"/);
});

Deno.test("a reducer with a misspelt processResult is asked whether it means that", () => {
  class Misspelt {
    procesResult() {}
  }
  return refused({ reducer: Misspelt }, "OptionError", /Misspelt is no reducer.*did you mean "procesResult"/);
});

Deno.test("processEvent may also be a field that holds a function", async () => {
  class Field {
    processEvent = () => 1;
  }
  const { results } = await replay({ worker: Field, reducer: Keep, files });
  assert.equal(results, 12);
});

Deno.test("a worker file that is not there is named, with the folder that was looked in", () =>
  refused(
    { worker: "no-such.ts:A" },
    "OptionError",
    /"no-such\.ts:A" cannot be loaded: there is no file "no-such\.ts"/,
  ));

Deno.test("an export that is not there is refused with those that are, and the closest", () =>
  refusedModule(
    "export class Means { processEvent() {} }\nexport class Sums { processEvent() {} }",
    ":Mean",
    /exports "Means", "Sums"; did you mean "[^"]*classes\.ts:Means"\?/,
  ));

Deno.test("without a class name the only class that fits is taken", () =>
  inFolder(async (folder) => {
    const source = "export class Other {}\nexport class Ones { processEvent() { return 1; } }\nexport const n = 1;";
    Deno.writeTextFileSync(`${folder}/classes.ts`, source);
    const { reducer } = await replay({ worker: `${folder}/classes.ts`, reducer: Keep, files, workers: 1 });
    assert.deepEqual(reducer.payloads, upTo(11).map(() => 1));
  }));

Deno.test("without a class name, of several classes that fit none is taken", () =>
  refusedModule(
    "export class Means { processEvent() {} }\nexport class Sums { processEvent() {} }",
    "",
    /names no class: write "[^"]*classes\.ts:Class"; .* exports "Means", "Sums"/,
  ));

Deno.test("an export that is no class is refused, with the classes that there are", () =>
  refusedModule(
    "export const scale = 3;\nexport class Means { processEvent() {} }",
    ":scale",
    /classes\.ts:scale" is a number, expected a class.*"Means"/,
  ));

Deno.test("a module that throws on import is named, with the reason", () =>
  refusedModule('throw new Error("no licence");', ":A", /classes\.ts:A" cannot be loaded: no licence/));

Deno.test("rule 6: a module that throws on import is told with the user's own file and line", () =>
  refusedModule("const a = 1;\nthrow new Error(`${a} licence`);", ":A", /1 licence[^]*\/classes\.ts:2:\d+/));

Deno.test("a module that imports what is not there says what is missing", () =>
  refusedModule('import "./gone.ts";', ":A", /classes\.ts:A" cannot be loaded: .*gone\.ts/));

Deno.test("a parameter file that is not there is named", () =>
  refused({ parameters: "no-such.json" }, "ParameterError", /cannot read the parameter file "no-such\.json"/));

Deno.test("describeParameters that gives no list of parameters is refused, with an example", () => {
  class Describes extends Numbers {
    static describeParameters() {
      return { scale: 3 };
    }
  }
  return refused(
    { worker: Describes },
    "OptionError",
    /Describes\.describeParameters returned \{ scale: 3 \}, expected .*\[new IntParameter/,
  );
});
