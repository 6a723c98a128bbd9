import assert from "node:assert/strict";
import {
  BinaryParameter,
  BoolParameter,
  FloatParameter,
  type GivenParameters,
  IntParameter,
  StrParameter,
} from "beamfold";
import { entriesOf, hashParameters, readParameterFile, resolveParameters } from "../lib/parameter_values.ts";
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
