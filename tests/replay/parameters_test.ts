import {
  type EventData,
  FloatParameter,
  type GivenParameters,
  IntParameter,
  replay,
  type ReplayOutcome,
  StrParameter,
  type WithParameters,
} from "beamfold";
import assert from "node:assert/strict";
import { inFolder, ROOT } from "../tools.ts";
import { Keep, Numbers } from "./parts.ts";

const files = [`${ROOT}data/xrd.cbors`];

class Scales {
  static describeParameters() {
    return [
      new IntParameter({ name: "scale", default: 2, min: 1, max: 9 }),
      new StrParameter({ name: "edge", default: "K", choices: ["K", "L3"] }),
    ];
  }
  processEvent(_event: EventData, { parameters }: WithParameters<typeof Scales>) {
    return `${parameters.scale.value} ${parameters.edge.value}`;
  }
}

class Offsets extends Keep {
  static describeParameters() {
    return [new FloatParameter({ name: "offset", default: 0.5 })];
  }
}

/** A run over one event with one worker. */
function withParameters(parameters?: GivenParameters | string): Promise<ReplayOutcome<Keep>> {
  const given = parameters === undefined ? {} : { parameters };
  return replay({ worker: Scales, reducer: Offsets, files, select: "0", workers: 1, ...given });
}

function valuesOf({ parameters }: ReplayOutcome<Keep>): Record<string, unknown> {
  return Object.fromEntries(Object.values(parameters).map(({ name, value }) => [name, value]));
}

Deno.test("rule 9: defaults fill what is not given, for worker and reducer", async () => {
  assert.deepEqual(valuesOf(await withParameters()), { scale: 2, edge: "K", offset: 0.5 });
  assert.deepEqual(valuesOf(await withParameters({ edge: "L3" })), { scale: 2, edge: "L3", offset: 0.5 });
});

Deno.test("rule 9: values reach the worker however they are given", async () => {
  const expected = ["3 L3"];
  for (
    const given of [
      { scale: 3, edge: "L3" },
      [{ name: "scale", value: 3 }, { name: "edge", value: "L3" }],
      [{ name: "scale", data: "3" }, { name: "edge", data: new TextEncoder().encode("L3") }],
      [new IntParameter({ name: "scale", default: 3 }), new StrParameter({ name: "edge", default: "L3" })],
      (await withParameters({ scale: 3, edge: "L3" })).parameters,
    ]
  ) {
    const { reducer } = await withParameters(given);
    assert.deepEqual(reducer.payloads, expected);
  }
});

Deno.test("rule 9: values may come from a JSON file, as an object or a list", () =>
  inFolder(async (folder) => {
    for (const content of [{ scale: 3 }, [{ name: "scale", data: "3" }]]) {
      Deno.writeTextFileSync(`${folder}/p.json`, JSON.stringify(content));
      assert.equal(valuesOf(await withParameters(`${folder}/p.json`))["scale"], 3);
    }
  }));

for (
  const { what, given, message } of [
    { what: "a misspelt name", given: { scal: 3 }, message: /"scal" is not described, did you mean "scale"\?/ },
    { what: "a foreign name", given: { zebra: 3 }, message: /"zebra" is not described.*"scale", "edge", "offset"/ },
    { what: "a text for a number", given: { scale: "three" }, message: /"scale" is "three", which is not a whole/ },
    { what: "a fraction for an integer", given: { scale: 2.5 }, message: /"scale" is 2\.5, which is not a whole/ },
    { what: "undefined", given: { scale: undefined }, message: /"scale" is undefined, which is not/ },
    { what: "null", given: { offset: null }, message: /"offset" is null, which is not a number/ },
    { what: "less than the minimum", given: { scale: 0 }, message: /"scale" is 0, which .*1/ },
    { what: "more than the maximum", given: { scale: 10 }, message: /"scale" is 10, which .*9/ },
    { what: "none of the choices", given: { edge: "M" }, message: /"edge" is "M", which .*"K".*"L3"/ },
    { what: "a text that is no number", given: [{ name: "scale", data: "3x" }], message: /"scale" is "3x", which is/ },
    { what: "an empty text", given: [{ name: "scale", data: "" }], message: /"scale" is "", which is not a whole/ },
  ]
) {
  Deno.test(`rule 9: a parameter that is wrong is an error, nothing turns into 0: ${what}`, async () => {
    await assert.rejects(withParameters(given), { name: "ParameterError", message });
  });
}

Deno.test("rule 9: a parameter is refused where no class describes any", () =>
  assert.rejects(replay({ worker: Numbers, reducer: Keep, files, parameters: { scale: 1 } }), {
    name: "ParameterError",
    message: /"scale" is not described.*describeParameters/,
  }));

Deno.test("rule 9: worker and reducer may describe the same parameter, if they agree on its type", async () => {
  class Agrees extends Keep {
    static describeParameters() {
      return [new IntParameter({ name: "scale", default: 2 })];
    }
  }
  class Disagrees extends Keep {
    static describeParameters() {
      return [new StrParameter({ name: "scale", default: "2" })];
    }
  }
  const { parameters } = await replay({ worker: Scales, reducer: Agrees, files, parameters: { scale: 3 } });
  assert.equal(parameters["scale"]?.value, 3);
  await assert.rejects(replay({ worker: Scales, reducer: Disagrees, files }), {
    name: "ParameterError",
    message: /"scale" is described twice, as int and as str/,
  });
});

Deno.test("parametersHash is equal for equal values, however they are given, and reaches the reducer", async () => {
  const plain = await withParameters({ scale: 3, edge: "L3" });
  const list = await withParameters([{ name: "edge", data: "L3" }, { name: "scale", data: "3" }]);
  const other = await withParameters({ scale: 4, edge: "L3" });
  assert.match(plain.parametersHash, /^[0-9a-f]{64}$/);
  assert.equal(list.parametersHash, plain.parametersHash);
  assert.notEqual(other.parametersHash, plain.parametersHash);
  assert.equal(plain.reducer.results[0]?.parametersHash, plain.parametersHash);
});

Deno.test("parametersHash does not depend on the order in which parameters are described", async () => {
  class Reversed extends Numbers {
    static describeParameters() {
      return Scales.describeParameters().toReversed();
    }
  }
  const { parameters, parametersHash } = await replay({ worker: Reversed, reducer: Offsets, files, select: "0" });
  assert.deepEqual(Object.keys(parameters), ["edge", "scale", "offset"]);
  assert.equal(parametersHash, (await withParameters()).parametersHash);
});
