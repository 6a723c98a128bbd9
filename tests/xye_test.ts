import assert from "node:assert/strict";
import { type EventData, IntParameter, type Points, replay, sweep, type WithParameters, writeXye } from "beamfold";
import fc from "fast-check";
import { view } from "../lib/array/ndarray.ts";
import { inFolder, python, pythonJson, ROOT, testWith } from "./tools.ts";

/** The lines of the file that a call writes. */
async function lines(...[axis, intensity, errors, options]: Tail<Parameters<typeof writeXye>>): Promise<string[]> {
  let text = "";
  await inFolder((folder) => {
    writeXye(`${folder}/new/curve.xye`, axis, intensity, errors, options);
    text = Deno.readTextFileSync(`${folder}/new/curve.xye`);
  });
  assert.ok(text.endsWith("\n"));
  return text.slice(0, -1).split("\n");
}

type Tail<List extends unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never;

Deno.test("a line a point, behind a head with the units; the folder is made", async () => {
  assert.deepEqual(await lines([5, 5.5], [100, 0.25], [10, 0.5], { xUnits: "deg", yUnits: "counts", header: "a\nb" }), [
    "# a",
    "# b",
    "# x (deg) y (counts) e (counts)",
    "5 100 10",
    "5.5 0.25 0.5",
  ]);
  assert.deepEqual(await lines([1], [2]), ["# x y", "1 2"]);
  assert.deepEqual(await lines([1], [2], undefined, { header: "# one\r\n\r\ntwo" }), [
    "# # one",
    "#",
    "# two",
    "# x y",
    "1 2",
  ]);
  assert.deepEqual(await lines([], []), ["# x y"]);
});

Deno.test("typed arrays, arrays with one axis and lists are taken alike", async () => {
  const strided = view(Int16Array.of(1, 9, 2, 9, 3, 9), [3], [2]);
  const all: Points[] = [[1, 2, 3], Uint8Array.of(1, 2, 3), BigInt64Array.of(1n, 2n, 3n), strided];
  for (const points of all) assert.deepEqual((await lines(points, points)).slice(1), ["1 1", "2 2", "3 3"]);
});

Deno.test("numbers are read back the same, and a float32 has no digits that it does not know", async () => {
  assert.deepEqual((await lines(Float32Array.of(0.1, 1 / 3, 16777216, 1e-30), [0.1, 1 / 3, 1e21, -0.5])).slice(1), [
    "0.1 0.1",
    "0.33333334 0.3333333333333333",
    "16777216 1e+21",
    "1e-30 -0.5",
  ]);
  const finite = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });
  await fc.assert(fc.asyncProperty(finite, async (values) => {
    const written = (await lines(Float32Array.from(values), values)).slice(1).map((line) =>
      line.split(" ").map(Number)
    );
    for (const [i, value] of values.entries()) {
      assert.equal(Math.fround(written[i]?.[0] as number), value + 0);
      assert.equal(written[i]?.[1], value + 0);
    }
  }));
});

Deno.test("points that are not finite are left out, and the head counts them", () =>
  inFolder((folder) => {
    const path = `${folder}/a.xye`;
    const y = Float32Array.of(1, NaN, 3, Infinity, 5);
    assert.equal(writeXye(path, [0, 1, 2, 3, NaN], y, [1, 1, NaN, 1, 1]), 1);
    const left = "# points left out, for want of a finite value: 4";
    assert.deepEqual(Deno.readTextFileSync(path), `${left}\n# x y e\n0 1 1\n`);
    assert.equal(writeXye(path, [0, 1], [NaN, 2]), 1);
  }));

Deno.test("arrays that are not equally long, or have more axes, are refused, and nothing is written", () =>
  inFolder((folder) => {
    const path = `${folder}/a.xye`;
    const refused = (run: () => unknown, message: string | RegExp) =>
      assert.throws(run, { name: "ArrayError", message });
    const which = `cannot write "${path}": the`;
    refused(() => writeXye(path, [1, 2], [1]), `${which} intensity has 1 values, but the axis 2`);
    refused(() => writeXye(path, [1, 2], [1, 2], [1, 2, 3]), `${which} errors has 3 values, but the axis 2`);
    const image = view(new Float32Array(4), [2, 2]);
    refused(
      () => writeXye(path, [1, 2], image),
      /the intensity has the shape \[2, 2\], expected numbers along one axis/,
    );
    refused(() => writeXye(path, ["a"] as never, [1]), /the axis has the shape \[1\], expected numbers/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    assert.throws(() => writeXye("", [1], [1]), { name: "OptionError", message: /its name is empty/ });
    assert.throws(() => writeXye(folder, [1], [1]), {
      name: "OptionError",
      message: new RegExp(`write "${folder}": `),
    });
  }));

Deno.test("in a sweep every combination has a file of its own, in a replay the name is as it was given", () =>
  inFolder(async (folder) => {
    class Worker {
      processEvent({ eventNumber }: EventData) {
        return eventNumber;
      }
    }
    class Writes {
      static describeParameters() {
        return [new IntParameter({ name: "n" })];
      }
      processResult() {}
      finish({ parameters }: WithParameters<typeof Writes>) {
        writeXye(`${folder}/curve.xye`, [1], [parameters.n.value]);
      }
    }
    const options = { worker: Worker, reducer: Writes, files: [`${ROOT}data/xrd.cbors`] };
    await sweep({ ...options, parameters: { n: [3, 4] } });
    assert.match(Deno.readTextFileSync(`${folder}/curve_n=3.xye`), /\n1 3\n$/);
    assert.match(Deno.readTextFileSync(`${folder}/curve_n=4.xye`), /\n1 4\n$/);
    await replay({ ...options, parameters: { n: 5 } });
    assert.match(Deno.readTextFileSync(`${folder}/curve.xye`), /\n1 5\n$/);
  }));

testWith([python], "numpy reads the columns", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.xye`;
    writeXye(path, Float32Array.of(0.1, 0.2), [1e-9, 2], [3, 4], { xUnits: "1/Å" });
    const script = "import json, numpy, sys; print(json.dumps(numpy.loadtxt(sys.argv[1]).tolist()))";
    assert.deepEqual(await pythonJson(script, [path]), [[0.1, 1e-9, 3], [0.2, 2, 4]]);
  }));
