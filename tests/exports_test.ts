import assert from "node:assert/strict";
import * as beamfold from "beamfold";
import { ROOT, run } from "./tools.ts";

/** What `import * as beamfold` has: a name that is added or removed here is a change for users. */
const values = [
  "BinaryParameter",
  "BoolParameter",
  "FloatParameter",
  "H5Dataset",
  "H5File",
  "H5Group",
  "IntParameter",
  "StrParameter",
  "argmax",
  "createFile",
  "dump",
  "histogram",
  "isBeamfoldError",
  "max",
  "mean",
  "min",
  "openCapture",
  "openFile",
  "readEvents",
  "replay",
  "show",
  "slice",
  "std",
  "stins",
  "sum",
  "sweep",
  "toNested",
  "writeCapture",
];

/** Names that are types only. */
const types = [
  "AnyParameter",
  "BeamfoldError",
  "Capture",
  "CaptureItem",
  "CaptureSummary",
  "Colormap",
  "Cut",
  "DatasetOptions",
  "Distribute",
  "Dumpable",
  "ElementOf",
  "EventData",
  "EventReducer",
  "EventReducerClass",
  "EventWorker",
  "EventWorkerClass",
  "GivenParameter",
  "GivenParameters",
  "H5Attributes",
  "H5Kind",
  "H5Value",
  "Histogram",
  "ImageOptions",
  "LinePlotOptions",
  "NdArray",
  "Nested",
  "NumberParameter",
  "NumberParameterOptions",
  "Parameter",
  "ParameterOptions",
  "ParameterValue",
  "ParameterValues",
  "ParametersOf",
  "PayloadOf",
  "Progress",
  "ReplayOptions",
  "ReplayOutcome",
  "ResultData",
  "ScaleKind",
  "Select",
  "Series",
  "Setup",
  "ShowOptions",
  "StreamData",
  "StreamSummary",
  "SweepOptions",
  "SweepPoint",
  "TypedArray",
  "WithParameters",
  "WithTick",
  "WritableItem",
  "WritableValue",
];

/** The values and types of each protocol. */
const protocols: Record<string, { values: string[]; types: string[] }> = {
  stins: {
    values: ["TYP", "encode", "parse"],
    types: ["EncodableStinsImage", "StinsEnd", "StinsHeader", "StinsImage", "StinsPacket"],
  },
};

interface Documented {
  readonly name: string;
  readonly declarations: readonly { readonly kind: string; readonly def?: { readonly elements?: Documented[] } }[];
}

Deno.test("the module has the values that it is known to have, and no others", () => {
  assert.deepEqual(Object.keys(beamfold).sort(), values);
  for (const [name, { values }] of Object.entries(protocols)) {
    const namespace: unknown = Object.entries(beamfold).find(([other]) => other === name)?.[1];
    assert.deepEqual(Object.keys(namespace ?? {}).sort(), values, name);
  }
});

Deno.test("the module documents the values and types that it is known to have, and no others", async () => {
  const { code, stdout, stderr } = await run(Deno.execPath(), ["doc", "--json", `${ROOT}mod.ts`], { cwd: ROOT });
  assert.equal(code, 0, stderr);
  const { nodes }: { nodes: Record<string, { symbols: Documented[] }> } = JSON.parse(stdout);
  const symbols = Object.values(nodes).flatMap(({ symbols }) => symbols);
  const names = (documented: readonly Documented[]): string[] => documented.map(({ name }) => name).sort();
  assert.deepEqual(names(symbols), [...values, ...types].sort());
  const elements = (name: string): Documented[] =>
    symbols.filter((symbol) => symbol.name === name)
      .flatMap(({ declarations }) => declarations.flatMap(({ def }) => def?.elements ?? []));
  for (const [name, { values, types }] of Object.entries(protocols)) {
    assert.deepEqual(names(elements(name)), [...values, ...types].sort(), name);
  }
});

Deno.test("every namespace of the module is a protocol listed here", () => {
  const kindOf = (value: unknown): string => Object.prototype.toString.call(value);
  const namespaces = Object.entries(beamfold).filter(([, value]) => kindOf(value) === "[object Module]");
  assert.deepEqual(namespaces.map(([name]) => name), Object.keys(protocols));
});
