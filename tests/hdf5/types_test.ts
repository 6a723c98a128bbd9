import assert from "node:assert/strict";
import fc from "fast-check";
import { type H5File, openFile, type TypedArray, type WritableValue } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { ArrayError } from "../../lib/errors.ts";
import { cast, elementsOf } from "../../lib/hdf5/types.ts";
import { h5dump, inFolder, python, run, testWith } from "../tools.ts";
import { fails, hex, inFile, inPython, madeByPython, plain } from "./support.ts";

/** Six elements of every dtype, with the bounds of its range. */
const samples: Readonly<Record<string, TypedArray>> = {
  int8: Int8Array.of(-128, 127, 0, -1, 5, 6),
  uint8: Uint8Array.of(255, 0, 1, 2, 128, 6),
  int16: Int16Array.of(-32768, 32767, 0, -1, 5, 6),
  uint16: Uint16Array.of(65535, 0, 1, 2, 32768, 6),
  int32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, -1, 5, 6),
  uint32: Uint32Array.of(2 ** 32 - 1, 0, 1, 2, 2 ** 31, 6),
  int64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, -1n, 0n, 6n),
  uint64: BigUint64Array.of(2n ** 64n - 1n, 0n, 2n ** 53n + 1n, 2n ** 63n, 1n, 6n),
  float32: Float32Array.of(NaN, Infinity, -Infinity, -0, 3.4e38, 1e-45),
  float64: Float64Array.of(NaN, Infinity, -Infinity, -0, 1.7e308, 5e-324),
};

const shapes = [[], [0], [6], [1, 6], [6, 1], [0, 3], [3, 1, 2]];

function eachSample(each: (name: string, dtype: string, data: TypedArray, shape: number[]) => void): void {
  for (const [dtype, sample] of Object.entries(samples)) {
    for (const shape of shapes) {
      const size = shape.reduce((product, extent) => product * extent, 1);
      each(`${dtype}/of ${shape.join("x") || "one"}`, dtype, sample.subarray(0, size), shape);
    }
  }
}

function writeSamples(file: H5File): void {
  eachSample((name, _, data, shape) => file.createDataset(name, { data: view(data, shape) }));
  file.close();
}

Deno.test("every dtype comes back exactly, in every shape", () =>
  inFile((file, path) => {
    writeSamples(file);
    using read = openFile(path);
    eachSample((name, dtype, data, shape) => {
      const dataset = read.dataset(name);
      assert.deepEqual([dataset.dtype, dataset.shape, dataset.maxShape], [dtype, shape, shape], name);
      assert.deepEqual(dataset.read().shape, shape, name);
      assert.deepEqual(dataset.read().data, data.slice(), name);
    });
  }));

testWith([python], "every dtype is to h5py what it is here, in every shape", () =>
  inFile(async (file, path) => {
    writeSamples(file);
    const seen = await inPython(path);
    eachSample((name, dtype, data, shape) => {
      const expected = { dtype, shape, maxshape: shape, chunks: null, compression: null, data: hex(data) };
      assert.deepEqual(seen[name], expected, name);
    });
  }));

Deno.test("any doubles and any 64-bit integers come back exactly", () =>
  inFile((file) => {
    let runs = 0;
    const arrays = fc.oneof(fc.float64Array(), fc.bigInt64Array(), fc.bigUint64Array());
    fc.assert(fc.property(arrays, (data) => {
      const dataset = file.createDataset(`run ${runs++}`, { data });
      assert.deepEqual(dataset.read().data, data);
    }));
  }));

testWith(
  [h5dump],
  "a number, a boolean and a text have the types that h5py would give them",
  () =>
    inFile(async (file, path) => {
      const values = { whole: 3, negative: -3, half: 1.5, big: 2n ** 60n, yes: true, text: "µm", texts: ["a", "bc"] };
      for (const [name, data] of Object.entries(values)) file.createDataset(name, { data });
      file.createDataset("fixed", { data: ["a", "12345678"], dtype: "S8" });
      file.close();
      const { stdout } = await run("h5dump", ["-H", path]);
      const found = Object.fromEntries(
        stdout.split("DATASET ").slice(1).map((text) => {
          const words = text.replaceAll(/\s+/g, " ").replaceAll(/STRPAD \w+; /g, "");
          return /"(\w+)" \{ DATATYPE (.*) DATASPACE (\w+)/.exec(words)?.slice(1) ?? [];
        }).map(([name, type, space]) => [name, `${type} ${space}`]),
      );
      const text = (size: string): string => `H5T_STRING { STRSIZE ${size}; CSET H5T_CSET_UTF8; CTYPE H5T_C_S1; }`;
      assert.deepEqual(found, {
        whole: "H5T_STD_I64LE SCALAR",
        negative: "H5T_STD_I64LE SCALAR",
        half: "H5T_IEEE_F64LE SCALAR",
        big: "H5T_STD_I64LE SCALAR",
        // HDF5's boolean is an enumeration, which h5wasm cannot create.
        yes: "H5T_STD_I8LE SCALAR",
        text: `${text("H5T_VARIABLE")} SCALAR`,
        texts: `${text("H5T_VARIABLE")} SIMPLE`,
        fixed: `${text("8")} SIMPLE`,
      });
    }),
);

Deno.test("lists take the narrowest of int64, uint64 and float64 that holds all of them; a given dtype decides instead", () => {
  const natural = (value: WritableValue, dtype?: string): unknown => {
    const { dtype: found, shape, data } = elementsOf(value, dtype);
    return [found, shape, Array.from<number | bigint | string>(data)];
  };
  assert.deepEqual(natural([[1, 2], [3, 4]]), ["int64", [2, 2], [1n, 2n, 3n, 4n]]);
  assert.deepEqual(natural([1, 2.5]), ["float64", [2], [1, 2.5]]);
  assert.deepEqual(natural([2n ** 64n - 1n, 1]), ["uint64", [2], [2n ** 64n - 1n, 1n]]);
  // The greatest int64, and whole numbers that a double does not tell from their neighbours.
  assert.deepEqual(natural(2n ** 63n - 1n), ["int64", [], [2n ** 63n - 1n]]);
  assert.deepEqual(natural([2 ** 53, 1e300]), ["float64", [2], [2 ** 53, 1e300]]);
  assert.deepEqual(natural([2 ** 53 - 1]), ["int64", [1], [2n ** 53n - 1n]]);
  assert.deepEqual(natural([true, false]), ["int8", [2], [1, 0]]);
  assert.deepEqual(natural([]), ["float64", [0], []]);
  assert.deepEqual(natural(["a"]), ["str", [1], ["a"]]);
  assert.deepEqual(natural(new Uint8ClampedArray([7]) as unknown as TypedArray), ["uint8", [1], [7]]);
  assert.deepEqual(natural([1, 2], "float32"), ["float32", [2], [1, 2]]);
});

Deno.test("an array is stored as it is seen: transposed, reversed, every second", () =>
  inFile((file) => {
    const array = view(Int32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    assert.deepEqual(plain(file.createDataset("t", { data: array.transpose(1, 0) }).get()), [[1, 4], [2, 5], [3, 6]]);
    assert.deepEqual(plain(file.createDataset("r", { data: array.step(-1, 2) }).get()), [[4, 6], [1, 3]]);
  }));

Deno.test("lists that are ragged or mixed, and what is no value, are refused", () => {
  const bad: [unknown, RegExp][] = [
    [[[1], [1, 2]], /different length.*expected 1 elements on axis 1/],
    [[1, [2]], /different depth/],
    [[1, "a"], /"a" cannot be stored/],
    [[1, true], /true cannot be stored/],
    [Object.assign(new Array(3), { 0: 1, 2: 3 }), /element 1 is missing: give every element, or NaN/],
    [null, /null cannot be stored/],
    [undefined, /undefined/],
    [{ a: 1 }, /\{ a: 1 \} cannot be stored/],
    [2n ** 64n, /18446744073709551616 cannot be stored as uint64/],
    [[2n ** 63n, -1n], /-1 cannot be stored as uint64/],
  ];
  for (const [value, message] of bad) {
    assert.throws(() => elementsOf(value as WritableValue), (error) => {
      assert.ok(error instanceof ArrayError, Deno.inspect(error));
      assert.match(error.message, message);
      return true;
    });
  }
  assert.throws(() => elementsOf(["a", 1 as unknown as string], "str"), /expected a text, found 1/);
});

Deno.test("nothing wraps round and no fraction is dropped in an integer dtype", () => {
  const outside = { bool: 2, int8: 128, uint8: -1, int16: -32769, uint16: 65536, int32: 2 ** 31, uint32: 2 ** 32 };
  for (const [dtype, value] of [...Object.entries(outside), ["int64", 2n ** 63n], ["uint64", -1n]] as const) {
    assert.throws(() => cast([value as number], dtype as string), new RegExp(`^ArrayError: ${value} cannot be stored`));
  }
  for (const value of [1.5, NaN, Infinity]) assert.throws(() => cast([value], "int32"), /expected a whole number/);
  assert.deepEqual(cast([true, false], "uint8"), Uint8Array.of(1, 0));
  assert.deepEqual(cast([1.5, 2n], "float32"), Float32Array.of(1.5, 2));
});

testWith(
  [python],
  "every type that h5py writes is read, and named as numpy names it",
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/python.h5`;
      await madeByPython(
        path,
        `
f["big endian"] = np.array([[1, -2, 3]], ">i4"); f["big endian float"] = np.array([1.5, np.inf], ">f8")
f["int64"] = np.int64(2**60 + 1); f["uint64s"] = np.array([2**64 - 1, 0], ">u8")
f["bools"] = np.array([True, False]); f["bool"] = np.True_
f.create_dataset("enum", data=[42, 0], dtype=h5py.enum_dtype({"OFF": 0, "ON": 42}, "i2"))
f.create_dataset("three", data=[2, 1], dtype=h5py.enum_dtype({"FALSE": 0, "TRUE": 1, "MAYBE": 2}, "i1"))
f["compound"] = np.array([(1, 2.5, b"ab"), (2**60, 4, b"c")], [("n", "i8"), ("x", "f4"), ("s", "S3")])
f["complex"] = np.array([1 + 2j, 3 - 4j], "c8"); f["complex number"] = 1 + 2j
f["fixed"] = np.array([b"ab", b"abcd"], "S4"); f["texts"] = ["a", "\\u00e9", ""]; f["text"] = "word"
f["null"] = h5py.Empty("f4"); f["null text"] = h5py.Empty(h5py.string_dtype())
d = f.create_dataset("lists", (2,), h5py.vlen_dtype("i4")); d[0] = [1, 2]; d[1] = [3]`,
      );
      using file = openFile(path);
      const found = file.keys().map((name) => {
        const { dtype, shape } = file.dataset(name);
        return [name, [dtype, shape, plain(file.dataset(name).get())]];
      });
      assert.deepEqual(Object.fromEntries(found), {
        "big endian": ["int32", [1, 3], [[1, -2, 3]]],
        "big endian float": ["float64", [2], [1.5, Infinity]],
        int64: ["int64", [], 2n ** 60n + 1n],
        uint64s: ["uint64", [2], [2n ** 64n - 1n, 0n]],
        bools: ["bool", [2], [1, 0]],
        bool: ["bool", [], true],
        enum: ["enum of OFF, ON", [2], [42, 0]],
        three: ["enum of FALSE, MAYBE, TRUE", [2], [2, 1]],
        compound: ["compound (n: int64, x: float32, s: S3)", [2], [[1, 2.5, "ab"], [2n ** 60n, 4, "c"]]],
        complex: ["compound (r: float32, i: float32)", [2], [[1, 2], [3, -4]]],
        "complex number": ["compound (r: float64, i: float64)", [], [1, 2]],
        fixed: ["S4", [2], ["ab", "abcd"]],
        texts: ["str", [3], ["a", "é", ""]],
        text: ["str", [], "word"],
        null: ["float32", [], null],
        "null text": ["str", [], null],
        lists: ["HDF5 type class 9", [2], [[1, 2], [3]]],
      });
    }),
);

testWith([python], "a type that cannot be read is an error that names it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/python.h5`;
    await madeByPython(
      path,
      'f["half"] = np.float16(1.5); f["halves"] = np.ones(2, "f2"); f["none"] = h5py.Empty("f4")',
    );
    using file = openFile(path);
    for (const name of ["half", "halves"]) {
      const where = { file: path, path: `/${name}`, operation: "read" };
      assert.equal(file.dataset(name).dtype, "float16");
      fails(() => file.dataset(name).get(), { ...where, reason: /float16/i });
      // float16 is a number, and get() does not read it either.
      fails(() => file.dataset(name).read(), { ...where, reason: /^(?!.*(not numbers|use get)).*float16/i });
    }
    fails(() => file.dataset("none").read(), {
      file: path,
      path: "/none",
      operation: "read",
      reason: /null|empty|no value/,
    });
  }));
