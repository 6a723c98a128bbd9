import assert from "node:assert/strict";
import { type NdArray, type Nested, slice } from "beamfold";
import fc from "fast-check";
import { partsFor } from "../../lib/array/slice.ts";
import { arrays, counting, nestedOf } from "./samples.ts";

interface Range {
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly step: number | undefined;
}

type Part = number | Range;

/** The indices of `range(extent)[start:stop:step]`, stepped through as Python's reference words it. */
function indicesOf({ start, stop, step = 1 }: Range, extent: number): number[] {
  const place = (index: number): number => index < 0 ? index + extent : index;
  const indices: number[] = [];
  if (step > 0) {
    const end = stop === undefined ? extent : Math.min(place(stop), extent);
    for (let i = start === undefined ? 0 : Math.max(place(start), 0); i < end; i += step) indices.push(i);
  } else {
    const end = stop === undefined ? -1 : Math.max(place(stop), -1);
    for (let i = start === undefined ? extent - 1 : Math.min(place(start), extent - 1); i > end; i += step) {
      indices.push(i);
    }
  }
  return indices;
}

function naiveSlice(nested: Nested, parts: readonly Part[], shape: readonly number[]): Nested {
  const [part, ...others] = parts;
  const [extent = 0, ...below] = shape;
  if (part === undefined) return nested;
  const at = (i: number): Nested => naiveSlice((nested as Nested[])[i] as Nested, others, below);
  return typeof part === "number" ? at(part < 0 ? part + extent : part) : indicesOf(part, extent).map(at);
}

function naiveShape(parts: readonly Part[], shape: readonly number[]): number[] {
  return shape.flatMap((extent, axis) => {
    const part = parts[axis];
    if (part === undefined) return [extent];
    return typeof part === "number" ? [] : [indicesOf(part, extent).length];
  });
}

function written(part: Part, space: string): string {
  if (typeof part === "number") return `${space}${part}${space}`;
  const { start = "", stop = "", step } = part;
  return `${start}${space}:${space}${stop}${step === undefined ? "" : `:${space}${step}`}`;
}

/** A part for each axis: an index where there is one, or a range that may begin and end outside. */
function partsOf(array: NdArray): fc.Arbitrary<Part[]> {
  return fc.tuple(...array.shape.map((extent): fc.Arbitrary<Part> => {
    const bound = fc.option(fc.integer({ min: -2 * extent - 2, max: 2 * extent + 2 }), { nil: undefined });
    const step = fc.constantFrom(undefined, 1, 2, 3, 9, -1, -2, -3, -9);
    const range = fc.record({ start: bound, stop: bound, step });
    return extent === 0 ? range : fc.oneof(range, fc.integer({ min: -extent, max: extent - 1 }));
  }));
}

const whole: Range = { start: undefined, stop: undefined, step: undefined };

Deno.test("a slice is what numpy's notation takes from nested lists", () => {
  const sample = arrays().chain((array) =>
    fc.tuple(fc.constant(array), partsOf(array), fc.constantFrom("", " ", "  "))
  );
  fc.assert(
    fc.property(sample, fc.nat(4), ([array, parts, space], named) => {
      const used = parts.slice(0, named);
      const taken = slice(array, used.map((part) => written(part, space)).join(","));
      assert.deepEqual(taken.shape, naiveShape(used, array.shape));
      assert.deepEqual(nestedOf(taken), naiveSlice(nestedOf(array), used, array.shape));
    }),
    { numRuns: 500 },
  );
});

Deno.test('"..." stands for all axes that are not named, also for none', () => {
  const sample = arrays().chain((array) => fc.tuple(fc.constant(array), partsOf(array)));
  fc.assert(fc.property(sample, fc.nat(4), fc.nat(4), ([array, parts], first, last) => {
    const from = Math.min(first, parts.length);
    const till = Math.max(from, parts.length - last);
    const used = parts.map((part, axis) => axis < from || axis >= till ? part : whole);
    const text = [...used.slice(0, from), "..." as const, ...used.slice(till)];
    const taken = slice(array, text.map((part) => part === "..." ? part : written(part, "")).join(", "));
    assert.deepEqual(taken.shape, naiveShape(used, array.shape));
    assert.deepEqual(nestedOf(taken), naiveSlice(nestedOf(array), used, array.shape));
  }));
});

Deno.test("slices of a 3×4 array are those that numpy gives", () => {
  const array = counting(3, 4);
  const expected: Record<string, Nested> = {
    "": [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]],
    "1": [4, 5, 6, 7],
    "-1": [8, 9, 10, 11],
    "1, -2": 6,
    ":2, 3:": [[3], [7]],
    "::-1, ::2": [[8, 10], [4, 6], [0, 2]],
    ":, 1": [1, 5, 9],
    "..., 0": [0, 4, 8],
    "2, ...": [8, 9, 10, 11],
    "1:1": [],
    "5:": [],
    "-100:100:2": [[0, 1, 2, 3], [8, 9, 10, 11]],
    "+1:+2": [[4, 5, 6, 7]],
    "-1:-3:-1, 3:0:-2": [[11, 9], [7, 5]],
    "0, ::-5": [3],
  };
  for (const [where, nested] of Object.entries(expected)) {
    assert.deepEqual(nestedOf(slice(array, where)), nested, where);
  }
});

Deno.test("a slice of one element has no axes, and can be sliced again by nothing", () => {
  const element = slice(counting(5), "3");
  assert.deepEqual(element.shape, []);
  assert.equal(nestedOf(slice(slice(element, ""), "...")), 3);
});

Deno.test("an empty slice begins inside the data, so that it can be viewed further", () => {
  for (const [extent, where] of [[4, "4:"], [4, "9:"], [4, ":9:-1"], [0, "::-1"], [0, "-1:"]] as const) {
    const { offset, shape } = slice(counting(extent), where);
    assert.deepEqual(shape, [0], where);
    assert.ok(offset >= 0 && offset <= extent, `${where} begins at ${offset}`);
  }
});

Deno.test("slices of slices compose", () => {
  assert.deepEqual(nestedOf(slice(slice(counting(4, 6), "1:, ::-2"), "::2, 1")), [9, 21]);
});

Deno.test("what is written to a slice is written to the array", () => {
  const array = counting(2, 3);
  slice(array, "1, ::-1").set(0, 99);
  assert.deepEqual(nestedOf(array), [[0, 1, 2], [3, 4, 99]]);
});

Deno.test("an unreadable part is quoted, with the slice it stands in and what can be written", () => {
  assert.throws(() => slice(counting(3, 4), ":2, 8;"), {
    name: "ArrayError",
    message: 'cannot read "8;" in the slice ":2, 8;": expected an index ("3"), a range ("2:8", ":-1", "::2") or "..."',
  });
});

Deno.test("what is no index and no range is refused", () => {
  const texts = [
    "x",
    "1.5",
    "1:2:3:4",
    "1,,2",
    ",",
    "..",
    "....",
    "None",
    "- 1",
    "1 2",
    "[1]",
    "1:x",
    "∞:",
    "0x1",
    "1e0",
  ];
  for (const where of texts) {
    assert.throws(() => slice(counting(3, 4), where), { name: "ArrayError", message: /cannot read/ }, where);
  }
});

Deno.test("a step of 0 is refused", () => {
  for (const where of ["::0", "1:2:-0", ":, ::+00"]) {
    assert.throws(() => slice(counting(3, 4), where), {
      name: "ArrayError",
      message: `the step in the slice "${where}" is 0: expected another number`,
    });
  }
});

Deno.test("an index outside its axis is refused with the axis and its extent", () => {
  const cases = [["3", 3, 0, 3], ["-4", -4, 0, 3], [":, 4", 4, 1, 4], ["..., -5", -5, 1, 4]] as const;
  for (const [where, index, axis, extent] of cases) {
    assert.throws(() => slice(counting(3, 4), where), {
      name: "ArrayError",
      message: `index ${index} is outside axis ${axis}, which has ${extent} elements`,
    });
  }
  assert.throws(() => slice(counting(0), "0"), { name: "ArrayError", message: /outside axis 0, which has 0 elements/ });
});

Deno.test("more parts than axes are refused, and so is more than one ...", () => {
  assert.throws(() => slice(counting(3, 4), ":, :, 0"), {
    name: "ArrayError",
    message: 'the slice ":, :, 0" has 3 parts, but the array has 2 axes',
  });
  assert.throws(() => slice(counting(), "0"), { name: "ArrayError", message: /1 parts, but the array has 0 axes/ });
  assert.throws(() => slice(counting(3, 4), "..., ..."), {
    name: "ArrayError",
    message: 'the slice "..., ..." has more than one "..."',
  });
});

Deno.test("a slice has one part for each axis once ... is written out", () => {
  const colon = { start: undefined, stop: undefined, step: 1 };
  assert.deepEqual(partsFor("1", 3), [1, colon, colon]);
  assert.deepEqual(partsFor("1, ..., -1", 3), [1, colon, -1]);
  assert.deepEqual(partsFor("..., 2:", 1), [{ start: 2, stop: undefined, step: 1 }]);
});
