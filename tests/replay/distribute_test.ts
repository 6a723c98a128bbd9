import assert from "node:assert/strict";
import fc from "fast-check";
import { distributor, randomNumbers } from "../../lib/replay/distribute.ts";

function taken(next: () => number, count: number): number[] {
  return Array.from({ length: count }, next);
}

Deno.test("rule 2: round-robin takes the workers in turn", () => {
  assert.deepEqual(taken(distributor("round-robin", 3, 0), 7), [0, 1, 2, 0, 1, 2, 0]);
  assert.deepEqual(taken(distributor("round-robin", 1, 5), 3), [0, 0, 0]);
});

Deno.test("rule 2: at random, the same seed gives the same workers on every run", () => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, workers) => {
    const first = taken(distributor("random", workers, seed), 50);
    assert.deepEqual(taken(distributor("random", workers, seed), 50), first);
    assert.ok(first.every((worker) => Number.isInteger(worker) && worker >= 0 && worker < workers));
  }));
  // Written out, so that a change of the generator, which would change results of users, shows.
  assert.deepEqual(taken(distributor("random", 4, 42), 12), [2, 1, 3, 2, 0, 2, 1, 2, 3, 1, 0, 3]);
});

Deno.test("rule 2: at random, every worker gets its share", () => {
  for (const seed of [0, 1, 42]) {
    const counts = new Array<number>(4).fill(0);
    for (const worker of taken(distributor("random", 4, seed), 4000)) counts[worker] = (counts[worker] ?? 0) + 1;
    assert.ok(counts.every((count) => count > 850 && count < 1150), `${seed}: ${counts}`);
  }
});

Deno.test("another seed gives other workers", () => {
  const runs = Array.from({ length: 20 }, (_, seed) => taken(distributor("random", 2, seed), 60).join(""));
  assert.equal(new Set(runs).size, runs.length);
});

Deno.test("two distributors do not disturb each other", () => {
  const [one, other] = [distributor("round-robin", 2, 0), distributor("round-robin", 2, 0)];
  assert.deepEqual([one(), one(), other(), one()], [0, 1, 0, 0]);
});

Deno.test("a way to distribute that is none is refused with those there are", () => {
  assert.throws(() => distributor("roundrobin" as "random", 2, 0), {
    name: "OptionError",
    message: 'distribute is "roundrobin", expected "round-robin" or "random"',
  });
});

/** The generator "mulberry32" in exact integers. */
function* mulberry32(seed: bigint): Generator<number> {
  const wrap = (value: bigint): bigint => BigInt.asUintN(32, value);
  for (let state = wrap(seed);;) {
    state = wrap(state + 0x6d2b79f5n);
    let mixed = wrap((state ^ (state >> 15n)) * (state | 1n));
    mixed ^= wrap(mixed + wrap((mixed ^ (mixed >> 7n)) * (mixed | 61n)));
    yield Number(mixed ^ (mixed >> 14n)) / 2 ** 32;
  }
}

Deno.test("random numbers lie from 0 to 1, and are those of mulberry32", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
    const expected = mulberry32(BigInt(seed)).take(20).toArray();
    assert.deepEqual(taken(randomNumbers(seed), 20), expected);
    assert.ok(expected.every((number) => number >= 0 && number < 1));
  }));
});
