import assert from "node:assert/strict";
import * as beamfold from "beamfold";
import { ROOT, run } from "./tools.ts";

/** What `import * as beamfold` has: a name that is added or removed here is a change for users. */
const values = [
  "AzimuthalIntegrator",
  "BinaryParameter",
  "BoolParameter",
  "Detector",
  "FloatParameter",
  "H5Dataset",
  "H5File",
  "H5Group",
  "IntParameter",
  "Poni",
  "StrParameter",
  "albaem",
  "argmax",
  "contrast",
  "createFile",
  "dump",
  "eiger",
  "hdf5Source",
  "histogram",
  "ingest",
  "isBeamfoldError",
  "lecroy",
  "max",
  "mean",
  "min",
  "openCapture",
  "openFile",
  "pcap",
  "positioncap",
  "readEvents",
  "replay",
  "sardana",
  "show",
  "slice",
  "std",
  "stins",
  "sum",
  "sweep",
  "toNested",
  "writeCapture",
  "writeNXdata",
  "writeNXprocess",
  "writeXye",
  "xspress",
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
  "DetectorOptions",
  "Difference",
  "DifferenceValue",
  "Distribute",
  "Dumpable",
  "ElementOf",
  "EventData",
  "EventReducer",
  "EventReducerClass",
  "EventSource",
  "EventWorker",
  "EventWorkerClass",
  "GivenParameter",
  "GivenParameters",
  "H5Attributes",
  "H5Kind",
  "H5Value",
  "Hdf5SourceOptions",
  "Histogram",
  "ImageLike",
  "ImageOptions",
  "IngestOptions",
  "Input",
  "Integrated",
  "IntegrateOptions",
  "IntegratorOptions",
  "ItemGenerator",
  "LinePlotOptions",
  "NXdataOptions",
  "NXfield",
  "NXprocessOptions",
  "NdArray",
  "Nested",
  "NumberParameter",
  "NumberParameterOptions",
  "Numbers",
  "Parameter",
  "ParameterOptions",
  "ParameterValue",
  "ParameterValues",
  "ParametersOf",
  "PayloadOf",
  "Points",
  "PoniOptions",
  "Progress",
  "Protocol",
  "RadialUnit",
  "RawDump",
  "ReplayInput",
  "ReplayOptions",
  "ReplayOutcome",
  "ResultData",
  "RunContext",
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
  "Verification",
  "WithParameters",
  "WithTick",
  "WritableItem",
  "WritableValue",
  "XyeOptions",
];

/** The values and types of each protocol; `elsewhere` are those that its file only passes on, which `deno doc` leaves out. */
const protocols: Record<string, { values: string[]; types: string[]; elsewhere?: string[] }> = {
  albaem: {
    values: ["TYP", "encode", "parse"],
    types: ["AlbaemData", "AlbaemEnd", "AlbaemPacket", "AlbaemStart"],
  },
  contrast: {
    values: ["TYP", "encode", "parse"],
    types: ["ContrastFinished", "ContrastHeartbeat", "ContrastPacket", "ContrastRunning", "ContrastStarted"],
  },
  eiger: {
    values: ["TYP", "encode", "parse"],
    types: [
      "EigerData",
      "EigerEnd",
      "EigerHeader",
      "EigerImage",
      "EigerPacket",
      "EigerTable",
      "EncodableEigerHeader",
      "EncodableEigerImage",
    ],
    elsewhere: ["EigerData", "TYP"],
  },
  lecroy: {
    values: ["TYP", "encode", "parse"],
    types: ["LecroyPacket", "LecroyPrepare", "LecroySequence", "LecroyStop", "LecroyTraces"],
  },
  pcap: {
    values: ["TYP", "encode", "parse"],
    types: ["PcapData", "PcapEnd", "PcapPacket", "PcapStart"],
  },
  positioncap: {
    values: ["Parser", "TYP", "encode"],
    types: [
      "EncodablePositioncapStart",
      "PositioncapEnd",
      "PositioncapField",
      "PositioncapPacket",
      "PositioncapStart",
      "PositioncapValue",
      "PositioncapValues",
    ],
  },
  sardana: {
    values: ["TYP", "encode", "parse"],
    types: ["SardanaDataDescription", "SardanaPacket", "SardanaRecordData", "SardanaRecordEnd"],
  },
  stins: {
    values: ["TYP", "encode", "parse"],
    types: ["EncodableStinsImage", "StinsEnd", "StinsHeader", "StinsImage", "StinsPacket"],
  },
  xspress: {
    values: ["TYP", "encode", "parse"],
    types: ["EncodableXspressImage", "XspressEnd", "XspressHeader", "XspressImage", "XspressPacket"],
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
  for (const [name, { values, types, elsewhere = [] }] of Object.entries(protocols)) {
    const own = [...values, ...types].filter((other) => !elsewhere.includes(other));
    assert.deepEqual(names(elements(name)), own.sort(), name);
  }
});

Deno.test("every namespace of the module is a protocol listed here", () => {
  const kindOf = (value: unknown): string => Object.prototype.toString.call(value);
  const namespaces = Object.entries(beamfold).filter(([, value]) => kindOf(value) === "[object Module]");
  assert.deepEqual(namespaces.map(([name]) => name), Object.keys(protocols));
});
