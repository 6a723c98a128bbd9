import assert from "node:assert/strict";
import { view } from "../../lib/array/ndarray.ts";
import { check, type Wanted, whatIsOff } from "../../notebooks/check.ts";

function printed(...given: Parameters<typeof check>): string {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...parts: unknown[]) => void lines.push(parts.join(" "));
  try {
    assert.equal(check(...given), undefined);
  } finally {
    console.log = log;
  }
  assert.equal(lines.length, 1);
  return lines.join();
}

Deno.test("what is right is called right", () => {
  assert.equal(printed("centre", 8.625, 8.625), "right: centre");
});

Deno.test("what is off is said, with the hint", () => {
  assert.equal(printed("centre", 3, 8.625, "Count again"), "not yet: centre: found 3. Count again");
  assert.equal(printed("centre", 3, 8.625), "not yet: centre: found 3");
});

Deno.test("values are the same when they look the same", () => {
  const pairs: [unknown, Wanted][] = [
    [0.1 + 0.2, 0.3],
    [Math.fround(2.3333), 2.3333],
    [NaN, NaN],
    ["counts", "counts"],
    [[1, [2, 3]], [1, [2, 3]]],
    [Float32Array.of(1, 2), [1, 2]],
    [[1, 2], Float32Array.of(1, 2)],
    [view(Uint16Array.of(1, 2, 3, 4), [2, 2]), [[1, 2], [3, 4]]],
    [[view(Uint16Array.of(1, 2))], [[1, 2]]],
    [{ row: 3 }, { row: 3 }],
    [() => 5, 5],
    [5, (value: number) => value > 3],
    [[], []],
  ];
  for (const [value, wanted] of pairs) assert.equal(whatIsOff(value, wanted), undefined, Deno.inspect(value));
});

Deno.test("it says what is off, and where", () => {
  const cases: [unknown, Wanted, string][] = [
    [undefined, 5, "it is still undefined"],
    [0, 5, "found 0"],
    ["5", 5, "found '5'"],
    [1.001, 1, "found 1.001"],
    [[], [1, 2], "it has no elements, not 2"],
    [[1], [1, 2], "it has 1 element, not 2"],
    [[1, 2, 4], [1, 2, 3], "at [2] found 4"],
    [[[1, 2], [3, 5]], [[1, 2], [3, 4]], "at [1][1] found 5"],
    [[[1, 2], [3]], [[1, 2], [3, 4]], "at [1] has 1 element, not 2"],
    [new Array(2), [1, 2], "at [0] there is nothing"],
    [{ row: 3 }, { row: 4 }, "found { row: 3 }"],
    [3, (value: number) => value > 3, "found 3"],
    [
      45,
      (value: number) => value === 5 || "the dead pixels are counted as well",
      "the dead pixels are counted as well",
    ],
    [3, () => undefined, "found 3"],
  ];
  for (const [value, wanted, off] of cases) assert.equal(whatIsOff(value, wanted), off);
});

Deno.test("it never throws", () => {
  const fails = (thrown: unknown) => () => {
    throw thrown;
  };
  assert.equal(whatIsOff(fails(new TypeError("no list")), 5), "TypeError: no list");
  assert.equal(whatIsOff(5, fails(new TypeError("no list"))), "TypeError: no list");
  assert.equal(whatIsOff(fails("nonsense"), 5), "something was thrown: 'nonsense'");
  const hostile = new Proxy({}, {
    get: fails(new Error("get")),
    has: fails(new Error("has")),
    ownKeys: fails(new Error("keys")),
  });
  for (const value of [hostile, null, 5n, Symbol("x"), new Map([[1, 2]])]) {
    for (const wanted of [5, "x", [1], { a: 1 }]) assert.notEqual(whatIsOff(value, wanted), undefined);
  }
});

Deno.test("a long value is shortened", () => {
  const off = whatIsOff("x".repeat(1000), 5) as string;
  assert.ok(off.length < 250 && off.endsWith("…"), off);
});
