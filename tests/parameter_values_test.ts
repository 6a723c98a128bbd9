import assert from "node:assert/strict";
import {
  BinaryParameter,
  BoolParameter,
  FloatParameter,
  type GivenParameters,
  IntParameter,
  StrParameter,
} from "beamfold";
import { entriesOf, hashParameters, readParameterFile, resolveParameters, Setting } from "../lib/parameter_values.ts";
import { inFolder } from "./tools.ts";

const tillX = new IntParameter({ name: "till_x", default: 2, min: 0, max: 10 });
const fromY = new IntParameter({ name: "from_y", default: 8 });
const energy = new FloatParameter({ name: "energy", default: 12.4 });
const edge = new StrParameter({ name: "edge", default: "K", choices: ["K", "L3"] });
const normalise = new BoolParameter({ name: "normalise", default: true });
const mask = new BinaryParameter({ name: "mask" });
const all = [tillX, fromY, energy, edge, normalise, mask];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function valuesOf(given?: GivenParameters): Record<string, unknown> {
  const values = resolveParameters(all, given);
  return Object.fromEntries(Object.values(values).map(({ name, value }) => [name, value]));
}

function refused(given: GivenParameters, message: string | RegExp, parameter?: string): void {
  assert.throws(() => resolveParameters(all, given), { name: "ParameterError", message, parameter });
}

const defaults = { till_x: 2, from_y: 8, energy: 12.4, edge: "K", normalise: true, mask: new Uint8Array() };

Deno.test("rule 9: defaults fill what is not given", () => {
  assert.deepEqual(valuesOf(), defaults);
  assert.deepEqual(valuesOf({}), defaults);
  assert.deepEqual(valuesOf([]), defaults);
  assert.deepEqual(valuesOf({ till_x: 3, edge: "L3" }), { ...defaults, till_x: 3, edge: "L3" });
  assert.deepEqual({ ...resolveParameters([]) }, {});
});

Deno.test("a value comes with its name, and with the bytes that a deployment stores", () => {
  const values = resolveParameters(all, { till_x: 3, mask: Uint8Array.of(0, 255) });
  for (const [name, value] of Object.entries(values)) assert.equal(value.name, name);
  const data = Object.values(values).map((value) => value.data);
  assert.deepEqual(data, [bytes("3"), bytes("8"), bytes("12.4"), bytes("K"), bytes("True"), Uint8Array.of(0, 255)]);
});

Deno.test("values, texts, bytes, parameters and the values of another run all set parameters", () => {
  const three = new IntParameter({ name: "till_x", default: 3 });
  const ways: GivenParameters[] = [
    { till_x: 3 },
    { till_x: 3n },
    { till_x: three },
    [three],
    [{ name: "till_x", value: 3 }],
    [{ name: "till_x", data: "3" }],
    [{ name: "till_x", data: bytes("3") }],
    resolveParameters(all, { till_x: 3 }),
    Object.values(resolveParameters(all, { till_x: 3 })),
  ];
  for (const given of ways) assert.deepEqual(valuesOf(given), { ...defaults, till_x: 3 }, Deno.inspect(given));
});

Deno.test("given parameters become a list of names with values, or with texts or bytes", () => {
  assert.deepEqual(entriesOf({ till_x: 3, edge: "K" }), [{ name: "till_x", value: 3 }, { name: "edge", value: "K" }]);
  const data = bytes("3");
  assert.deepEqual(entriesOf([{ name: "till_x", data }, tillX]), [
    { name: "till_x", data },
    { name: "till_x", value: 2 },
  ]);
});

Deno.test("rule 9: a misspelt parameter is an error that names the closest and all that are described", () => {
  refused(
    { til_x: 3 },
    'parameter "til_x" is not described, did you mean "till_x"? ' +
      '(described are "till_x", "from_y", "energy", "edge", "normalise", "mask")',
    "til_x",
  );
});

Deno.test("rule 9: a parameter that is like none is an error that names all that are described", () => {
  refused(
    [{ name: "wavelength", value: 1 }],
    'parameter "wavelength" is not described: ' +
      'described are "till_x", "from_y", "energy", "edge", "normalise", "mask"',
    "wavelength",
  );
  refused({ toString: 1 }, /^parameter "toString" is not described/, "toString");
  refused(JSON.parse('{"__proto__": 1}'), /^parameter "__proto__" is not described/, "__proto__");
});

Deno.test("rule 9: where nothing is described, the error says how to describe a parameter", () => {
  assert.throws(() => resolveParameters([], { till_x: 3 }), {
    name: "ParameterError",
    message: 'parameter "till_x" is not described: ' +
      "neither worker nor reducer describes any (static describeParameters)",
  });
});

Deno.test("rule 9: a value of the wrong type is an error with the value and the type; nothing turns into 0", () => {
  const int = "a whole number of at most 53 bits (int)";
  const wrong: [GivenParameters, string, string, string][] = [
    [{ till_x: "3" }, "till_x", '"3"', int],
    [{ till_x: 2.5 }, "till_x", "2.5", int],
    [{ till_x: NaN }, "till_x", "NaN", int],
    [{ till_x: null }, "till_x", "null", int],
    [{ till_x: undefined }, "till_x", "undefined", int],
    [{ till_x: 2 ** 53 }, "till_x", "9007199254740992", int],
    [[{ name: "till_x", data: "" }], "till_x", '""', int],
    [[{ name: "till_x", data: "3.5" }], "till_x", '"3.5"', int],
    [[{ name: "till_x", data: Uint8Array.of(255) }], "till_x", "1 bytes", int],
    [{ energy: "12.4" }, "energy", '"12.4"', "a number (float)"],
    [{ edge: 3 }, "edge", "3", "a text (str)"],
    [{ normalise: 1 }, "normalise", "1", "True or False (bool)"],
    [[{ name: "normalise", data: "yes" }], "normalise", '"yes"', "True or False (bool)"],
    [{ mask: [1, 2] }, "mask", "[ 1, 2 ]", "bytes (binary)"],
  ];
  for (const [given, name, shown, type] of wrong) {
    refused(given, `parameter "${name}" is ${shown}, which is not ${type}`, name);
  }
});

Deno.test("rule 9: a value outside min, max or choices is an error, however it is given", () => {
  refused({ till_x: -1 }, 'parameter "till_x" is -1, which is less than its minimum 0', "till_x");
  refused([{ name: "till_x", data: "11" }], 'parameter "till_x" is 11, which is more than its maximum 10', "till_x");
  refused({ edge: "M" }, 'parameter "edge" is "M", which is not one of its choices "K", "L3"', "edge");
});

Deno.test("rule 9: bounds hold for the value of the run: a default that is not used need not keep them", () => {
  const described = [
    new IntParameter({ name: "rows", min: 1 }),
    new StrParameter({ name: "line", choices: ["a", "b"] }),
  ];
  assert.throws(() => resolveParameters(described, { line: "a" }), { name: "ParameterError", parameter: "rows" });
  const values = resolveParameters(described, { rows: 5, line: "b" });
  assert.deepEqual([values["rows"]?.value, values["line"]?.value], [5, "b"]);
});

Deno.test("worker and reducer may describe the same parameter, but not as two kinds", () => {
  const values = resolveParameters([tillX, energy, tillX], { till_x: 4 });
  assert.deepEqual(Object.keys(values), ["till_x", "energy"]);
  assert.equal(values["till_x"]?.value, 4);
  assert.throws(() => resolveParameters([tillX, new StrParameter({ name: "till_x" })]), {
    name: "ParameterError",
    message: 'parameter "till_x" is described twice, as int and as str: ' +
      "let worker and reducer agree, or describe it in one of them",
    parameter: "till_x",
  });
});

Deno.test("an entry of a list that is no parameter is an error with its place and what can be written", () => {
  for (const [entry, shown] of [["till_x", '"till_x"'], [3, "3"], [null, "null"], [{ value: 3 }, "{ value: 3 }"]]) {
    refused(
      JSON.parse(JSON.stringify([{ name: "till_x", value: 1 }, entry])),
      `entry 1 of the parameters is ${shown}: expected { "name": …, "data": … } or { "name": …, "value": … }`,
    );
  }
});

Deno.test("names that every object has are no parameters of a run", () => {
  assert.equal("toString" in resolveParameters(all), false);
});

Deno.test("a value prints as its name and its value", () => {
  const values = resolveParameters(all);
  assert.equal(Deno.inspect(values["till_x"]), "till_x = 2");
  assert.equal(Deno.inspect(values["edge"]), 'edge = "K"');
});

Deno.test("a parameter file holds values by name, or a list as a deployment keeps it", () =>
  inFolder((folder) => {
    const read = (content: string): Record<string, unknown> => {
      Deno.writeTextFileSync(`${folder}/p.json`, content);
      return valuesOf(readParameterFile(`${folder}/p.json`));
    };
    const expected = { ...defaults, till_x: 3, normalise: false };
    assert.deepEqual(read('{"till_x": 3, "normalise": false}'), expected);
    assert.deepEqual(read('[{"name": "till_x", "data": "3"}, {"name": "normalise", "data": "False"}]'), expected);
    assert.deepEqual(read('[{"name": "till_x", "value": 3}, {"name": "normalise", "data": false}]'), expected);
    assert.deepEqual(read("{}"), defaults);
  }));

Deno.test("a parameter file that is missing, no JSON, or neither list nor object is an error with its path", () =>
  inFolder((folder) => {
    const path = `${folder}/p.json`;
    const fails = (message: RegExp): void => {
      assert.throws(() => readParameterFile(path), (error: Error) => {
        assert.equal(error.name, "ParameterError");
        assert.ok(error.message.includes(`the parameter file "${path}"`), error.message);
        assert.match(error.message, message);
        return true;
      });
    };
    fails(/^cannot read .*there is no such file/);
    Deno.writeTextFileSync(path, "till_x: 3");
    fails(/is not JSON \(.+\): write \{"till_x": 3\} or \[\{"name": "till_x", "data": "3"\}\]$/);
    for (const content of ["3", "null", '"till_x"', "true"]) {
      Deno.writeTextFileSync(path, content);
      fails(/ holds .+: write \{"till_x": 3\}/);
    }
  }));

/** Bytes that are no text, and end as a text file does. */
const contents = Uint8Array.of(0xff, 0, 0x40, 0x0a);

Deno.test("a binary parameter takes a whole file, from code, a list, and a shell", () =>
  inFolder((folder) => {
    const file = `${folder}/a mask.bin`;
    Deno.writeFileSync(file, contents);
    const ways: GivenParameters[] = [
      { mask: { file } },
      { mask: Deno.readFileSync(file) },
      [{ name: "mask", value: { file } }],
      [new Setting("mask", `@${file}`)],
    ];
    for (const given of ways) assert.deepEqual(valuesOf(given), { ...defaults, mask: contents }, Deno.inspect(given));
    assert.deepEqual(resolveParameters(all, { mask: { file } })["mask"]?.data, contents);
  }));

Deno.test("in a shell only a binary parameter reads a file by @, and @@ is a literal @", () => {
  const set = (name: string, text: string): unknown => valuesOf([new Setting(name, text)])[name];
  assert.deepEqual(set("mask", "@@home"), bytes("@home"));
  assert.deepEqual(set("mask", "@@@home"), bytes("@@home"));
  assert.deepEqual(set("mask", "a@b@@c"), bytes("a@b@@c"));
  assert.deepEqual(set("mask", ""), bytes(""));
  const edge = new StrParameter({ name: "edge" });
  for (const text of ["@home", "@@home"]) {
    assert.equal(resolveParameters([edge], [new Setting("edge", text)])["edge"]?.value, text);
  }
  refused([new Setting("till_x", "@3")], /^parameter "till_x" is "@3", which is not a whole number/, "till_x");
  assert.deepEqual(set("till_x", "3"), 3);
});

Deno.test("a text that begins with @ names a file in a shell only", () => {
  assert.deepEqual(valuesOf({ mask: "@home" })["mask"], bytes("@home"));
  assert.deepEqual(valuesOf([{ name: "mask", data: "@@home" }])["mask"], bytes("@@home"));
});

Deno.test("a file that is missing is an error with the parameter and the path", () => {
  for (const given of [{ mask: { file: "no/such.poni" } }, [new Setting("mask", "@no/such.poni")]]) {
    const reason = `there is no such file (looked in "${Deno.cwd()}")`;
    refused(given, `parameter "mask" is the file "no/such.poni", which cannot be read: ${reason}`, "mask");
  }
  refused(
    { mask: { file: "tests" } },
    /^parameter "mask" is the file "tests", which cannot be read: .*directory/,
    "mask",
  );
  refused([new Setting("mask", "@")], /^parameter "mask" is the file "", which cannot be read: /, "mask");
});

Deno.test("rule 9: a file is a wrong value for a parameter that is not binary, and so is an object with more in it", () => {
  refused({ till_x: { file: "a" } }, /^parameter "till_x" is \{ file: "a" \}, which is not a whole number/, "till_x");
  refused({ edge: { file: "a" } }, /^parameter "edge" is \{ file: "a" \}, which is not a text/, "edge");
  refused(
    { mask: { file: "a", as: "b" } },
    /^parameter "mask" is \{ file: "a", as: "b" \}, which is not bytes/,
    "mask",
  );
  refused({ mask: { file: 3 } }, /^parameter "mask" is \{ file: 3 \}, which is not bytes/, "mask");
});

Deno.test("a file that a parameter file names lies beside it, unless its path is absolute", () =>
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/calibration`);
    Deno.writeFileSync(`${folder}/calibration/d.poni`, contents);
    const relative = { file: "calibration/d.poni" };
    const absolute = { file: `${folder}/calibration/d.poni` };
    for (
      const content of [
        { mask: relative },
        { mask: absolute },
        [{ name: "mask", value: relative }],
        [{ name: "mask", data: relative }],
      ]
    ) {
      Deno.writeTextFileSync(`${folder}/p.json`, JSON.stringify(content));
      assert.deepEqual(valuesOf(readParameterFile(`${folder}/p.json`))["mask"], contents, JSON.stringify(content));
    }
    Deno.writeTextFileSync(`${folder}/p.json`, '{"mask": {"file": "d.poni"}}');
    const given = readParameterFile(`${folder}/p.json`);
    refused(given, new RegExp(`^parameter "mask" is the file "${folder}/d.poni", which cannot be read`), "mask");
  }));

Deno.test("a value knows its kind and its unit", () => {
  const values = resolveParameters([new FloatParameter({ name: "energy", default: 12, unit: "keV" }), mask]);
  assert.deepEqual([values["energy"]?.dtype, values["energy"]?.unit], ["float", "keV"]);
  assert.deepEqual([values["mask"]?.dtype, values["mask"]?.unit], ["binary", undefined]);
});

Deno.test("the hash of a set of values does not depend on the order in which they are described", async () => {
  const given = { till_x: 3 };
  const hash = await hashParameters(resolveParameters(all, given));
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(await hashParameters(resolveParameters(all.toReversed(), given)), hash);
});

Deno.test("another name, another value, or another place for the same letters gives another hash", async () => {
  const texts = [
    { a: "1", b: "2" },
    { a: "2", b: "1" },
    { a: '1"b"2' },
    { a: "12", b: "" },
    { a: "", b: "12" },
    { a: "1", c: "2" },
    { a: "1" },
    {},
  ];
  const hashes = await Promise.all(texts.map((given: Record<string, string>) => {
    const described = Object.entries(given).map(([name, value]) => new StrParameter({ name, default: value }));
    return hashParameters(resolveParameters(described));
  }));
  assert.equal(new Set(hashes).size, texts.length);
});

Deno.test("a parameter file may hold the bytes of a binary parameter as base64, in both of its forms", async () => {
  await inFolder((folder) => {
    const poni = new BinaryParameter({ name: "poni" });
    const bytes = Uint8Array.of(0, 200, 255, 10);
    const base64 = bytes.toBase64();
    for (const content of [{ poni: { base64 } }, [{ name: "poni", data: { base64 } }]]) {
      Deno.writeTextFileSync(`${folder}/p.json`, JSON.stringify(content));
      assert.deepEqual(resolveParameters([poni], readParameterFile(`${folder}/p.json`))["poni"]?.value, bytes);
    }
  });
});

Deno.test("bytes that are no base64 are an error that names the parameter, in both forms of a parameter file", () =>
  inFolder((folder) => {
    const wrong = { base64: "?" };
    for (const content of [{ poni: wrong }, [{ name: "poni", data: wrong }], [{ name: "poni", value: wrong }]]) {
      Deno.writeTextFileSync(`${folder}/p.json`, JSON.stringify(content));
      const message = 'parameter "poni" is {"base64": "?"}, which is no base64';
      assert.throws(() => readParameterFile(`${folder}/p.json`), {
        name: "ParameterError",
        message,
        parameter: "poni",
      });
    }
    // An entry without a name is told by its place.
    Deno.writeTextFileSync(`${folder}/p.json`, JSON.stringify([{ data: wrong }]));
    refused(readParameterFile(`${folder}/p.json`), /^entry 0 of the parameters is \{ data: .* \}: expected \{ "name"/);
  }));
