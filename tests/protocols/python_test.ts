import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { albaem, contrast, lecroy, pcap, positioncap, sardana, stins, type StreamData, xspress } from "beamfold";
import { dtypeOf } from "../../lib/array/dtypes.ts";
import { isNdArray, view } from "../../lib/array/ndarray.ts";
import { elementsOf } from "../array/samples.ts";
import { python, pythonJson, testWith } from "../tools.ts";

const traces = { htype: "traces", ts: 1740563664.25, horiz_offset: -1e-7, horiz_interval: 1.25e-11 } as const;
const fields = [{ name: "PCAP.BITS0.Value", type: "uint32" }, { name: "INENC1.VAL.Mean", type: "double" }];
const counts = view(Uint32Array.of(1, 2 ** 32 - 1));

/** Streams, and what they must be to the reference implementation. */
function cases(): [StreamData, unknown][] {
  const image = { htype: "image", frame: 3, data: view(Int16Array.of(1, -2, 3, -4, 5, -6), [2, 3]) } as const;
  const meta = { ocr: view(Float64Array.of(0.1, NaN)), AllEvents: counts, AllGood: 3 };
  const values = Object.fromEntries(fields.map((field, i) => [field.name, { ...field, value: i + 0.5 * i }]));
  const sequence = {
    htype: "msg",
    what: 1,
    frame: 0,
    ntriggers: -1,
    seqno: 0,
    channels: [2, 4],
    meta: [
      { ...traces, ch: 2, frame: 0, shape: [2, 1], dtype: "float32" },
      { ...traces, ch: 4, frame: 1, shape: [1, 0], dtype: "int64" },
    ],
    data: [view(Float32Array.of(0.5, -0), [2, 1]), view(new BigInt64Array(), [1, 0])],
    timestamps: [[1740563664.25], []],
  } as const;
  const same = <Packet>(encode: (packet: Packet) => StreamData, packet: Packet): [StreamData, unknown] => [
    encode(packet),
    packet,
  ];
  return [
    same(stins.encode, { ...image, msg_number: 1, shape: [2, 3], type: "int16", compression: "none" }),
    same(albaem.encode, {
      message_type: "data",
      message_id: 2,
      version: 1,
      frame_number: 0,
      timestamp: NaN,
      acquisition_timestamp: 1704807770443944912n,
      channel1: -2.8e-11,
      channel2: -Infinity,
      channel3: 2 ** 60,
    }),
    same(pcap.encode, { message_type: "data", message_id: 2, version: 1, frame_number: 0, "A.B.Mean": 1e21, c: [-0] }),
    same(sardana.encode, { type: "RecordData", timestamp: 0.5, point_nb: 8, text: 'NaN, "é😀"' }),
    same(contrast.encode, {
      status: "running",
      dt: 0.5,
      large: 2n ** 70n,
      pseudo: { x: view(Float64Array.of(0.5)), y: null },
      image: view(Uint16Array.of(1, 2, 3, 4), [2, 2]).transpose(1, 0),
      list: [true, "é😀", -1, []],
    }),
    same(xspress.encode, { ...image, shape: [2, 3], type: "int16", exptime: 0.25, compression: "none", meta }),
    same(lecroy.encode, { htype: "msg", what: 0, frame: 0 }),
    same(lecroy.encode, sequence),
    [positioncap.encode({ type: "start", arm_time: "2026-11-24T07:01:22.646048Z", fields }), {
      arm_time: "2026-11-24T07:01:22.646048",
    }],
    [positioncap.encode({ type: "values", fields: values }), { fields: values }],
    [positioncap.encode({ type: "end", samples: 3, reason: "Ok" }), {}],
  ];
}

const script = `
import base64, contextlib, json, sys
import numpy
from dranspose.data.albaem import AlbaemPacket
from dranspose.event import StreamData
from dranspose.middlewares import contrast, lecroy, pcap, sardana, stream1, xspress
from dranspose.middlewares.positioncap import PositioncapParser

parsers = {
    "STINS": stream1.parse,
    "albaem": lambda data: AlbaemPacket.validate_json(data.frames[0]),
    "PCAP": pcap.parse,
    "sardana": sardana.parse,
    "contrast": contrast.parse,
    "xspress": xspress.parse,
    "lecroy_9fwdWp6Rq7": lecroy.parse,
    "PCAP_RAW": PositioncapParser().parse,
}

def plain(value):
    if hasattr(value, "model_dump"):
        return plain({**value.__dict__, **(value.__pydantic_extra__ or {})})
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, numpy.ndarray):
        return {"dtype": value.dtype.name, "shape": list(value.shape), "elements": plain(value.ravel().tolist())}
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return {"float": str(value)}
    return {"int": str(int(value))} if isinstance(value, int) else value.isoformat()

found = []
with contextlib.redirect_stdout(sys.stderr):
    for typ, frames in json.loads(sys.argv[1]):
        frames = [base64.b64decode(frame) for frame in frames]
        found.append(plain(parsers[typ](StreamData(typ=typ, frames=frames))))
print(json.dumps(found))
`;

/** What the script printed, with numbers that it wrote as text. */
function numbersOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(numbersOf);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[kind, text] = []] = entries;
  if (kind === "float") return Number(String(text).replace("inf", "Infinity"));
  if (kind === "int") return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
  return Object.fromEntries(entries.map(([key, item]) => [key, numbersOf(item)]));
}

/** A value with arrays as the script prints them. */
function plain(value: unknown): unknown {
  if (isNdArray(value)) {
    return { dtype: dtypeOf(value.data), shape: [...value.shape], elements: elementsOf(value).map(plain) };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

testWith([python], "what is encoded is what the reference implementation parses", async () => {
  const streams = cases().map((
    [{ typ, frames }],
  ) => [typ, frames.map((frame) => Buffer.from(frame).toString("base64"))]);
  const found = numbersOf(await pythonJson(script, [JSON.stringify(streams)])) as unknown[];
  for (const [i, [{ typ }, expected]] of cases().entries()) assert.deepEqual(found[i], plain(expected), typ);
});
