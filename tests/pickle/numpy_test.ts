import assert from "node:assert/strict";
import type { NdArray } from "beamfold";
import { unpickle } from "../../lib/pickle/unpickle.ts";
import { python, testWith } from "../tools.ts";
import { bytes, contents, pickleError, pythonPickles, text } from "./support.ts";

type Expected = readonly [expression: string, dtype: string, shape: number[], values: unknown];

const integers = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"];
const ordered = [...integers, "float32", "float64"].flatMap((dtype) =>
  ["<", ">"].map((order): Expected => [
    `np.array([[1, 2], [3, 4], [5, 6]], np.dtype('${dtype}').newbyteorder('${order}'))`,
    dtype,
    [3, 2],
    dtype.endsWith("int64") ? [[1n, 2n], [3n, 4n], [5n, 6n]] : [[1, 2], [3, 4], [5, 6]],
  ])
);

/** Python expressions that give arrays, and what is in them. */
const arrays: readonly Expected[] = [
  ...ordered,
  ["np.array([True, False])", "uint8", [2], [1, 0]],
  ["np.array([2**64 - 1], 'u8')", "uint64", [1], [2n ** 64n - 1n]],
  ["np.array([-2**63], '>i8')", "int64", [1], [-(2n ** 63n)]],
  ["np.array([0.1, float('nan'), float('-inf')])", "float64", [3], [0.1, NaN, -Infinity]],
  ["np.array(7.5)", "float64", [], 7.5],
  ["np.zeros((0,))", "float64", [0], []],
  ["np.zeros((2, 0, 3), 'u2')", "uint16", [2, 0, 3], [[], []]],
  ["np.asfortranarray(np.arange(6).reshape(2, 3).astype('u2'))", "uint16", [2, 3], [[0, 1, 2], [3, 4, 5]]],
  ["np.asfortranarray(np.arange(6).reshape(2, 3).astype('>u2'))", "uint16", [2, 3], [[0, 1, 2], [3, 4, 5]]],
  ["np.arange(6, dtype='i4').reshape(2, 3).T", "int32", [3, 2], [[0, 3], [1, 4], [2, 5]]],
  ["np.arange(8, dtype='i4')[::-2]", "int32", [4], [7, 5, 3, 1]],
  [
    "np.arange(12, dtype='f4').reshape(2, 3, 2).transpose(1, 2, 0)",
    "float32",
    [3, 2, 2],
    [[[0, 6], [1, 7]], [[2, 8], [3, 9]], [[4, 10], [5, 11]]],
  ],
  ["np.arange(5000, dtype='u2')", "uint16", [5000], Array.from({ length: 5000 }, (_, i) => i)],
];

testWith([python], "numpy's arrays are read, with every protocol", async (t) => {
  const pickles = await pythonPickles(arrays.map(([expression]) => expression));
  for (const [i, [expression, dtype, shape, values]] of arrays.entries()) {
    await t.step(expression, () => {
      for (const [protocol, pickle] of (pickles[i] as Uint8Array[]).entries()) {
        const array = unpickle(pickle) as NdArray;
        assert.deepStrictEqual(contents(array), { dtype, shape, values }, `protocol ${protocol}`);
      }
    });
  }
});

testWith([python], "arrays in one pickle do not overlap, wherever their bytes lie", async () => {
  const expression =
    "[[np.full((n % 7,), n % (256 if t == 'u1' else 999), t) for t in ('u1', 'i4', '>i4', 'f8')] for n in range(300)]";
  for (const pickle of (await pythonPickles([expression])).flat()) {
    for (const [n, each] of (unpickle(pickle) as NdArray[][]).entries()) {
      const values = Array.from({ length: n % 7 }, () => n);
      assert.deepStrictEqual(each.map((array) => [...array.data]), [
        values.map((value) => value & 255),
        values,
        values,
        values,
      ]);
    }
  }
});

testWith([python], "numpy 1's and numpy 2's names are read alike", async () => {
  for (const pickle of (await pythonPickles(["np.array([1.5])", "np.float32(1.5)"])).flat()) {
    const latin1 = [...pickle].map((byte) => String.fromCharCode(byte)).join("");
    const short = (name: string) => String.fromCharCode(name.length) + name;
    let old = latin1.replaceAll("cnumpy._core", "cnumpy.core");
    for (const module of ["multiarray", "numeric"]) {
      old = old.replaceAll(short(`numpy._core.${module}`), short(`numpy.core.${module}`));
    }
    assert.notEqual(old, latin1);
    // Without the length of the frame, which is one less now.
    const found = unpickle(bytes(old.replace(/\x95[^]{8}/, "")));
    assert.deepStrictEqual(
      typeof found === "number" ? found : contents(found as NdArray),
      typeof found === "number" ? 1.5 : { dtype: "float64", shape: [1], values: [1.5] },
    );
  }
});

/** What cannot be read, and what the error says. */
const refused: readonly (readonly [expression: string, message: RegExp])[] = [
  ["np.array([1j])", /the dtype complex128 \(c16\) cannot be read: send numbers or booleans/],
  ["np.array([1], 'c8')", /complex64/],
  ["np.array([1], 'f2')", /float16/],
  ["np.array([1], 'longdouble')", /float128/],
  ["np.array([None], object)", /the dtype object \(O8\)/],
  ["np.array(['abc'])", /the dtype text \(U3\)/],
  ["np.array([b'abc'])", /the dtype byte text \(S3\)/],
  ["np.array(['2024-01-01'], 'M8[ns]')", /datetime64 \(M8\)/],
  ["np.array([1], 'm8[s]')", /timedelta64/],
  ["np.zeros(2, [('a', 'u2'), ('b', 'f8')])", /the structured dtype with the fields a, b cannot be read/],
  ["np.zeros(2, [('a', 'u2', (2,))])[0]", /structured dtype with the fields a/],
  ["np.complex64(1)", /complex64/],
  ["np.float16(1)", /float16/],
  ["np.datetime64('2024-01-01')", /datetime64/],
  ["np.str_('abc')", /the dtype text/],
  ["np.dtype('u2')", /numpy.dtype is no value/],
  ["np.ndarray", /numpy.ndarray is no value/],
  ["np.float64", /"numpy.float64", which is not one of the data types/],
  ["np.matrix([1])", /"numpy(\.matrixlib\.defmatrix)?\.matrix"/],
  ["np.ma.array([1])", /"numpy\.ma\.(core|_core)?.*"/],
  ["1j", /"(builtins|__builtin__).complex"/],
];

testWith([python], "arrays that have no dtype here are refused by its name", async (t) => {
  const pickles = await pythonPickles(refused.map(([expression]) => expression));
  for (const [i, [expression, message]] of refused.entries()) {
    await t.step(expression, () => {
      for (const pickle of pickles[i] as Uint8Array[]) {
        const error = pickleError(() => unpickle(pickle));
        assert.match(error.message, message);
        assert.equal(typeof error.offset, "number");
      }
    });
  }
});

/** A pickle of an array with a shape, flags and bytes as given. */
function array(shape: string, data = "C\x02ab", dtype = "u1", state = "K\x01"): Uint8Array {
  return bytes(
    `\x80\x04${text("numpy._core.multiarray")}${text("_reconstruct")}\x93${text("numpy")}${text("ndarray")}\x93`,
    `K\0\x85C\x01b\x87R(${state}${shape}`,
    `${text("numpy")}${text("dtype")}\x93${text(dtype)}\x89\x88\x87R(K\x03${
      text("<")
    }NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb`,
    `\x89${data}tb.`,
  );
}

Deno.test("a shape that does not fit the bytes is refused before anything is allocated", () => {
  assert.deepStrictEqual(contents(unpickle(array("K\x02\x85")) as NdArray).values, [97, 98]);
  const cases: [pickle: Uint8Array, message: RegExp][] = [
    [array("K\x03\x85"), /a numpy array of uint8 and shape \[3\] has 2 bytes/],
    [array("K\x01\x85"), /shape \[1\] has 2 bytes/],
    [array("(t"), /shape \[\] has 2 bytes/],
    [array("J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86"), /shape \[2147483647, 2147483647\] has 2 bytes/],
    [array("J\xff\xff\xff\xffJ\xfe\xff\xff\xff\x86"), /the extent -1/],
    [array("\x8a\x08\0\0\0\0\0\0\0\x10\x85"), /the extent 1152921504606846976/],
    [array("G\x3f\xf8\0\0\0\0\0\0\x85"), /the extent 1.5/],
    [array(`${text("2")}\x85`), /the extent "2"/],
    [array("K\0J\xff\xff\xff\x7f\x86", "C\0"), /shape \[0, 2147483647\] has 0 bytes/],
    [array(`(${"K\x01".repeat(33)}t`, "C\x01a"), /a list of 33 as its shape/],
    [array("N"), /None as its shape/],
    [array("K\x02\x85", "N"), /None as its elements/],
    [array("K\x02\x85", "]"), /a list of 0 as its elements/],
    [array("K\x01\x85", "C\x02ab", "x".repeat(21)), /numpy.dtype takes a name/],
    [array("K\x01\x85", "C\x02ab", "nonsense"), /the dtype nonsense cannot be read/],
    [array("K\x02\x85", "C\x02ab", "u1", "K\x02"), /a numpy array has the state a list of 5/],
  ];
  for (const [pickle, message] of cases) {
    const error = pickleError(() => unpickle(pickle));
    assert.match(error.message, message);
    assert.ok((error.offset as number) > 0 && (error.offset as number) < pickle.length);
  }
});

Deno.test("an array without elements is no value, wherever it is", () => {
  const empty = `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\x85C\x01btR`;
  for (const pickle of [`${empty}.`, `]${empty}a.`, `}U\x01a${empty}s.`, `${empty}2\x86.`]) {
    assert.match(pickleError(() => unpickle(bytes(pickle))).message, /a numpy array without elements is no value/);
  }
});

Deno.test("an array that was referred to before it got its elements is that array everywhere", () => {
  // [a, {"k": a}], where both are put there before BUILD.
  const dtype = `cnumpy\ndtype\nU\x02u1\x89\x88\x87R`;
  const pickle = `]q\x02cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\x85C\x01btRq\x01` +
    `h\x02h\x01a0}U\x01kh\x01sq\x030h\x01(K\x01K\x02\x85${dtype}\x89C\x02abtb0h\x02h\x03a.`;
  const [first, second] = unpickle(bytes(pickle)) as [NdArray, { k: NdArray }];
  assert.equal(first, second.k);
  assert.deepStrictEqual([...first.data], [97, 98]);
});
