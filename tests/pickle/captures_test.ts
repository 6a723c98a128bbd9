import assert from "node:assert/strict";
import { openCapture } from "beamfold";
import { isNdArray } from "../../lib/array/ndarray.ts";
import { pickleExtent } from "../../lib/pickle/extent.ts";
import { PickledObject, unpickle } from "../../lib/pickle/unpickle.ts";
import { python, pythonJson, shared, testWith } from "../tools.ts";
import { bytes, contents, dict, pickleError, pythonPickles } from "./support.ts";

const SCRIPT = `
import cbor2, json, pickle, sys
import numpy as np
def plain(x):
    if isinstance(x, np.ndarray): return {"dtype": str(x.dtype), "shape": list(x.shape), "values": x.tolist()}
    if isinstance(x, dict): return {"dict": [[k, plain(v)] for k, v in x.items()]}
    if isinstance(x, (list, tuple)): return [plain(v) for v in x]
    return x
out = []
with open(sys.argv[1], "rb") as file:
    decoder = cbor2.CBORDecoder(file)
    while True:
        try: item = decoder.decode()
        except cbor2.CBORDecodeEOF: break
        for stream in item.value[1].values():
            for frame in stream.value[1]:
                if frame[:1] == b"\\x80" and frame[-1:] == b".": out.append(plain(pickle.loads(frame)))
json.dump(out, sys.stdout)
`;

/** A value in the script's form. */
function plain(value: unknown): unknown {
  if (isNdArray(value)) {
    const { dtype, shape, values } = contents(value);
    return {
      dtype,
      shape,
      values: JSON.parse(JSON.stringify(values, (_, v) => typeof v === "bigint" ? Number(v) : v)),
    };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return { dict: Object.entries(value).map(([key, item]) => [key, plain(item)]) };
  }
  return value;
}

testWith([shared, python], "the pickles in real captures are read as Python reads them", async (t) => {
  const counts = { "contrast-dump": 22, "four-contrast": 12, "xspress3-dump": 20, "xspress3-multipart": 5 };
  for (const [name, count] of Object.entries({ ...counts, "maui-02-continuous-3": 4 })) {
    await t.step(name, async () => {
      const path = shared.path(`captures/events/${name}.cbors`);
      const found: unknown[] = [];
      for await (const { streams } of openCapture(path)) {
        for (const { frames } of Object.values(streams)) {
          const pickles = frames.filter((frame) => frame[0] === 0x80 && frame.at(-1) === 0x2e);
          found.push(...pickles.map((frame) => plain(unpickle(frame))));
        }
      }
      assert.equal(found.length, count);
      assert.deepStrictEqual(found, await pythonJson(SCRIPT, [path]));
    });
  }
});

testWith([shared], "the messages in pickled captures are those of the same captures in CBOR", async () => {
  for (const name of ["contrast", "pcap", "pilatus", "xspress3"]) {
    const file = Deno.readFileSync(shared.path(`captures/events/four-${name}.pkls`));
    let at = 0;
    for await (const item of openCapture(shared.path(`captures/events/four-${name}.cbors`))) {
      const extent = pickleExtent(file, at, file.length);
      assert.ok("end" in extent);
      const message = unpickle(file.subarray(at, extent.end));
      at = extent.end;
      assert.ok(message instanceof PickledObject);
      assert.equal(message.global, "dranspose.event.InternalWorkerMessage");
      assert.deepStrictEqual(Object.keys(message.fields), ["event_number", "streams", "created_at"]);
      assert.equal(message.fields["event_number"], item.eventNumber);
      assert.match(String(message.fields["created_at"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/);
      const streams = Object.entries(message.fields["streams"] as Record<string, PickledObject>);
      assert.deepStrictEqual(streams.map(([stream]) => stream), Object.keys(item.streams));
      for (const [stream, data] of streams) {
        assert.equal(data.global, "dranspose.event.StreamData");
        assert.equal(data.fields["typ"], item.streams[stream]?.typ);
        assert.deepStrictEqual(
          (data.fields["frames"] as Uint8Array[]).map((frame) => [...frame]),
          item.streams[stream]?.frames.map((frame) => [...frame]),
        );
      }
    }
    assert.equal(at, file.length);
  }
});

testWith([python], "dranspose's messages are read with every protocol", async () => {
  const event = "__import__('dranspose.event').event";
  const data = `${event}.StreamData(typ='STINS', frames=[b'ab', b''])`;
  const expressions = [data, `${event}.InternalWorkerMessage(event_number=3, streams={'xrd': ${data}})`];
  const [streams = [], messages = []] = await pythonPickles(expressions);
  const expected = new PickledObject(
    "dranspose.event.StreamData",
    dict({ typ: "STINS", frames: [bytes("ab"), bytes("")] }),
  );
  for (const pickle of streams) assert.deepStrictEqual(unpickle(pickle), expected);
  for (const pickle of messages) {
    const { global, fields } = unpickle(pickle) as PickledObject;
    assert.equal(global, "dranspose.event.InternalWorkerMessage");
    assert.deepStrictEqual({ ...fields, created_at: null }, {
      event_number: 3,
      streams: dict({ xrd: expected }),
      created_at: null,
    });
  }
});

Deno.test("fields are those of __dict__ and of pydantic's extra ones, or the state itself", () => {
  const object = "cdranspose.event\nStreamData\n)\x81";
  const fields = (state: string) => (unpickle(bytes(`${object}${state}b.`)) as PickledObject).fields;
  assert.deepStrictEqual(Object.keys(fields("}U\x09__proto__K\x01s")), ["__proto__"]);
  assert.deepStrictEqual(fields("}U\x03typU\x01xs"), dict({ typ: "x" }));
  assert.deepStrictEqual(
    fields("}(U\x08__dict__}U\x03typU\x01xsU\x12__pydantic_extra__}U\x01aK\x01sU\x14__pydantic_private__Nu"),
    dict({ typ: "x", a: 1 }),
  );
  assert.match(pickleError(() => fields("}(U\x08__dict__}U\x12__pydantic_extra__]u")).message, /has a list of 0/);
});
