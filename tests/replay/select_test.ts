import assert from "node:assert/strict";
import fc from "fast-check";
import { type Select, selectionOf } from "../../lib/replay/select.ts";

const numbers = Array.from({ length: 30 }, (_, i) => i);

function wanted(select: Select | undefined): number[] {
  return numbers.filter(selectionOf(select).wants);
}

function range(start: number, stop: number, step = 1): number[] {
  return numbers.filter((number) => number >= start && number < stop && (number - start) % step === 0);
}

Deno.test("all events are wanted where none are selected", () => {
  assert.deepEqual(wanted(undefined), numbers);
  assert.deepEqual(wanted(":"), numbers);
  assert.equal(selectionOf(undefined).end, Infinity);
});

Deno.test("slices select by event number, several of them together", () => {
  const selections: Record<string, number[]> = {
    "7": [7],
    "10:13": [10, 11, 12],
    "27:": [27, 28, 29],
    ":3": [0, 1, 2],
    "::5": [0, 5, 10, 15, 20, 25],
    "3:14:5": [3, 8, 13],
    "0, 10:12": [0, 10, 11],
    "5:8, 6:10, 6": [5, 6, 7, 8, 9],
    "12, 3": [3, 12],
    "5:5": [],
    "9:4": [],
    "40:": [],
  };
  for (const [select, expected] of Object.entries(selections)) assert.deepEqual(wanted(select), expected, select);
});

Deno.test("a slice wants what its bounds and step say", () => {
  const bound = fc.option(fc.nat(40), { nil: undefined });
  const step = fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined });
  fc.assert(fc.property(bound, bound, step, (start, stop, step) => {
    const select = `${start ?? ""}:${stop ?? ""}${step === undefined ? "" : `:${step}`}`;
    assert.deepEqual(wanted(select), range(start ?? 0, stop ?? Infinity, step));
  }));
});

Deno.test("a function of the event number selects", () => {
  assert.deepEqual(wanted((eventNumber) => eventNumber % 10 === 1), [1, 11, 21]);
  assert.equal(selectionOf(() => false).end, Infinity);
});

Deno.test("the end is behind the last event that may be wanted", () => {
  const ends: Record<string, number> = {
    "7": 8,
    "10:13": 13,
    "10:": Infinity,
    "0, 10:50": 50,
    "10:50, 70": 71,
    "::5, 3": Infinity,
    "9:4": 4,
  };
  for (const [select, end] of Object.entries(ends)) {
    assert.equal(selectionOf(select).end, end, select);
    assert.ok(wanted(select).every((number) => number < end), select);
  }
});

Deno.test("a selection that cannot be read is quoted, with the reason and what can be written", () => {
  const wayOut = 'write "10:50", "::5", "0, 10:50", or give a function';
  const reasons: Record<string, string> = {
    "": "it is empty",
    " ": "it is empty",
    "-1": "-1 counts from the end, which is not known beforehand",
    "5, -3:": "it counts from the end, which is not known beforehand",
    ":-1": "it counts from the end, which is not known beforehand",
    "::-1": "its step is negative, and events come in ascending order",
    "...": '"..." selects nothing',
    "::0": 'the step in the slice "::0" is 0: expected another number',
  };
  for (const [select, reason] of Object.entries(reasons)) {
    assert.throws(() => selectionOf(select), {
      name: "OptionError",
      message: `cannot select events by ${JSON.stringify(select)}: ${reason}; ${wayOut}`,
    });
  }
  assert.throws(() => selectionOf("10-50"), {
    name: "OptionError",
    message: /^cannot select events by "10-50": cannot read "10-50" .*; write "10:50"/,
  });
});

Deno.test("a selection that is neither text nor function is an error of the option", () => {
  for (const select of [5, [1, 2], null, true] as unknown as Select[]) {
    assert.throws(() => selectionOf(select), { name: "OptionError", message: /select/ }, Deno.inspect(select));
  }
});
