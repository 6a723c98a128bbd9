/**
 * What the compiler knows: `deno test` checks types before it runs anything, so a wrong type fails here.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  argmax,
  BinaryParameter,
  BoolParameter,
  type Distribute,
  type EventData,
  FloatParameter,
  histogram,
  IntParameter,
  max,
  mean,
  min,
  type NdArray,
  type ParametersOf,
  type ParameterValue,
  type PayloadOf,
  replay,
  type ReplayOutcome,
  type ResultData,
  slice,
  stins,
  type StreamData,
  StrParameter,
  type WithParameters,
  type WithTick,
} from "beamfold";
import { TestReducer } from "../notebooks/tutorial/reducer.ts";
import { type Result, type Start, TestWorker } from "../notebooks/tutorial/worker.ts";
import { view } from "../lib/array/ndarray.ts";
import { inFolder, ROOT, smallCapture } from "./tools.ts";

/** Whether two types are the same, not only assignable to each other. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Compiles where `Same` is true. */
function same<Same extends true>(..._: Same[]): void {}

class EveryKind {
  static describeParameters() {
    return [
      new IntParameter({ name: "rows" }),
      new FloatParameter({ name: "energy", unit: "keV" }),
      new StrParameter({ name: "edge", choices: ["K", "L3"] }),
      new BoolParameter({ name: "normalise" }),
      new BinaryParameter({ name: "mask" }),
    ];
  }
  processEvent(event: EventData, { parameters, tick }: WithTick<typeof EveryKind>) {
    if (tick) return null;
    return event.eventNumber > 3 ? [parameters.rows.value, parameters.edge.value] as const : undefined;
  }
}

class Silent {
  processEvent(): void {}
}

class Patient {
  async processEvent(event: EventData): Promise<Map<string, number> | undefined> {
    return await Promise.resolve(event.eventNumber > 0 ? new Map() : undefined);
  }
}

class Reducer {
  total = 0;
  processResult({ payload }: ResultData<number>) {
    this.total += payload;
  }
}

Deno.test("a parameter has the type of its kind, and no other name is known", () => {
  type Values = ParametersOf<typeof EveryKind>;
  same<Equal<keyof Values, "rows" | "energy" | "edge" | "normalise" | "mask">>();
  same<Equal<Values["rows"], ParameterValue<number>>>();
  same<Equal<Values["energy"]["value"], number>>();
  same<Equal<Values["edge"]["value"], string>>();
  same<Equal<Values["normalise"]["value"], boolean>>();
  same<Equal<Values["mask"]["value"], Uint8Array>>();
  same<Equal<Values["mask"]["data"], Uint8Array>>();
  const read = ({ parameters }: WithParameters<typeof EveryKind>): unknown => {
    // @ts-expect-error: no such parameter is described
    return parameters.row.value;
  };
  assert.throws(() => read({ parameters: {} as ParametersOf<typeof EveryKind> }), TypeError);
});

Deno.test("the parameters of worker and reducer together are those of both", () => {
  class Other {
    static describeParameters() {
      return [new StrParameter({ name: "title" })];
    }
  }
  type Both = ParametersOf<typeof TestWorker | typeof Other>;
  same<Equal<keyof Both, "till_x" | "from_y" | "title">>();
  same<Equal<Both["title"]["value"], string>>();
  same<Equal<keyof ParametersOf<typeof Silent>, never>>();
});

Deno.test("a payload is what processEvent returns, without promise and without no result", () => {
  same<Equal<PayloadOf<typeof TestWorker>, Start | Result>>();
  same<Equal<PayloadOf<typeof EveryKind>, readonly [number, string]>>();
  same<Equal<PayloadOf<typeof Patient>, Map<string, number>>>();
  same<Equal<PayloadOf<typeof Silent>, never>>();
});

Deno.test("the tutorial's parameters are numbers", () => {
  same<Equal<ParametersOf<typeof TestWorker>["till_x"]["value"], number>>();
  same<Equal<ParametersOf<typeof TestWorker>["from_y"]["value"], number>>();
  same<Equal<keyof ParametersOf<typeof TestWorker>, "till_x" | "from_y">>();
});

Deno.test("the tutorial's classes need no cast", () => {
  for (const name of ["worker.ts", "reducer.ts"]) {
    const source = Deno.readTextFileSync(`${ROOT}notebooks/tutorial/${name}`);
    const code = source.replace(/\/\*[^]*?\*\/|\/\/.*|"[^"\n]*"/g, "");
    assert.doesNotMatch(code, /\bas\b|\bany\b|\bunknown\b|[\w)\]]!|<[A-Z]\w*>\s*[({[]/, name);
  }
});

Deno.test("an event may lack any stream", () => {
  same<Equal<EventData["streams"], Readonly<Record<string, StreamData>>>>();
  const parse = (event: EventData): unknown => {
    // @ts-expect-error: the stream may be missing
    return stins.parse(event.streams["xrd"]);
  };
  assert.throws(() => parse({ eventNumber: 0, streams: {} }), TypeError);
});

Deno.test("data are there in an image only, and a filename in a header only", () => {
  const read = (packet: stins.StinsPacket): void => {
    if (packet.htype === "image") {
      same<Equal<typeof packet.data, NdArray>>();
      same<Equal<typeof packet.shape, readonly number[]>>();
      same<Equal<typeof packet.filename, unknown>>();
    } else if (packet.htype === "header") {
      same<Equal<typeof packet.filename, string>>();
      // @ts-expect-error: a header has no array
      const data: NdArray = packet.data;
      assert.equal(data, undefined);
    } else {
      same<Equal<typeof packet.htype, "series_end">>();
      same<Equal<typeof packet.data, unknown>>();
    }
  };
  read({ htype: "header", msg_number: 0, filename: "" });
  // @ts-expect-error: an image needs its array
  assert.throws(() => stins.encode({ htype: "image", msg_number: 1, frame: 0 }));
});

Deno.test("64-bit arrays give BigInts, others numbers, and slices keep the dtype", () => {
  const big = slice(view(BigInt64Array.of(1n, 2n)), "1:");
  same<Equal<typeof big, NdArray<BigInt64Array<ArrayBuffer>>>>();
  const [low, high]: [bigint, bigint] = [min(big), max(big)];
  const small: number = max(view(Float32Array.of(1)));
  assert.deepEqual([low, high, small], [2n, 2n, 1]);
  same<Equal<ReturnType<typeof mean>, number>>();
  same<Equal<ReturnType<typeof argmax>, number>>();
  same<Equal<ReturnType<typeof histogram>["counts"], NdArray<Float64Array>>>();
  // @ts-expect-error: a nested list is no array
  assert.throws(() => mean([[1, 2], [3, 4]]));
});

Deno.test("replay takes the tutorial's classes as they are, and gives the reducer as its class", () =>
  inFolder(async (folder) => {
    const files = [await smallCapture(folder)];
    const parameters = { till_x: 1, from_y: 1 };
    const outcome = await replay({ worker: TestWorker, reducer: TestReducer, files, parameters });
    same<Equal<typeof outcome, ReplayOutcome<TestReducer>>>();
    same<Equal<typeof outcome.reducer.evolution, number[]>>();
    assert.ok(outcome.reducer instanceof TestReducer);
    assert.deepEqual(outcome.reducer.evolution, [0, 1.5, 10, 10, 10]);
  }));

Deno.test("replay refuses options that make no sense, when they are compiled and when they are run", async () => {
  const right = { worker: Silent, reducer: Reducer, files: [] };
  const options = { name: "OptionError" };
  // @ts-expect-error: there is no such way to distribute
  await assert.rejects(replay({ ...right, distribute: "randomly" }), options);
  // @ts-expect-error: an error cannot be ignored
  await assert.rejects(replay({ ...right, onError: "ignore" }), options);
  // @ts-expect-error: a number is not written as a text
  await assert.rejects(replay({ ...right, workers: "2" }), options);
  // @ts-expect-error: a reducer is no worker
  await assert.rejects(replay({ ...right, worker: Reducer }), options);
  // @ts-expect-error: a worker is no reducer
  await assert.rejects(replay({ ...right, reducer: Silent }), options);
  // @ts-expect-error: an object is no class
  await assert.rejects(replay({ ...right, worker: new Silent() }), options);
  // @ts-expect-error: what to replay is missing
  await assert.rejects(replay({ worker: Silent, reducer: Reducer }));
});

Deno.test("replay's options are known by name and type", () => {
  same<Equal<Distribute, "round-robin" | "random">>();
  const right = { worker: Silent, reducer: Reducer, files: ["scan.cbors"] };
  // Compiled only: each would read the capture.
  const calls = [
    // @ts-expect-error: the option is called workers
    () => replay({ ...right, worker: Silent, wrokers: 2 }),
    // @ts-expect-error: several files, as a list
    () => replay({ ...right, files: "scan.cbors" }),
    // @ts-expect-error: events are selected by a text or a function
    () => replay({ ...right, select: 5 }),
    // @ts-expect-error: progress is told to a function
    () => replay({ ...right, progress: true }),
    // @ts-expect-error: a signal, not its controller
    () => replay({ ...right, signal: new AbortController() }),
    // @ts-expect-error: yes or no
    () => replay({ ...right, strict: "yes" }),
    // @ts-expect-error: a seed is a number
    () => replay({ ...right, seed: "0" }),
    () => replay({ ...right, worker: "worker.ts:Silent", select: (eventNumber) => eventNumber > 2, seed: 0 }),
  ];
  assert.equal(calls.length, 8);
});
