import assert from "node:assert/strict";
import { type Bands, bandsOf, MOST_BANDS } from "../../lib/azint/bands.ts";
import type { Layout } from "../../lib/azint/layout.ts";
import { buildMatrix } from "../../lib/azint/matrix.ts";
import { MATRICES, sharedBands } from "../../lib/azint/shared_bands.ts";
import { assertSameMatrix, bandsIn, keyOf, memory, type Outline, OUTLINES, partsOf, planOf } from "./plans.ts";

const KEY = keyOf(0xa7);

/** A band of a matrix. */
function entriesOf({ first, weights, hits, rest, pixels }: Layout, rows: number, number: number) {
  const { from, to } = bandsOf(rows)[number]!;
  const [begin, end] = [from, to].map((row) => row * (pixels / rows)) as [number, number];
  const some = [...rest.pixel.keys()].filter((i) => rest.pixel[i]! >= begin && rest.pixel[i]! < end);
  const [low, high] = [rest.start[some[0] ?? 0]!, rest.start[(some.at(-1) ?? -1) + 1]!];
  return {
    first: first.subarray(begin, end),
    weights: weights.subarray(2 * begin, 2 * end),
    hits: hits.subarray(2 * begin, 2 * end),
    rest: {
      pixel: Uint32Array.from(some, (i) => rest.pixel[i]!),
      start: Uint32Array.from([...some.map((i) => rest.start[i]! - low), Math.max(0, high - low)]),
      bin: rest.bin.slice(low, high),
      weight: rest.weight.slice(low, high),
      hits: rest.hits.slice(low, high),
    },
  };
}

Deno.test("bands have all rows once, in order, and there are not too many", () => {
  for (const rows of [1, 31, 32, 33, 2167, 32 * MOST_BANDS, 32 * MOST_BANDS + 1, 10 ** 6]) {
    const bands = bandsOf(rows);
    assert.ok(bands.length <= MOST_BANDS);
    assert.deepEqual(bands.map(({ from }) => from), [0, ...bands.slice(0, -1).map(({ to }) => to)]);
    assert.ok(bands.every(({ from, to }) => to > from));
    assert.equal(bands.at(-1)?.to, rows);
  }
});

Deno.test("the matrices of the tests have pixels of all kinds", () => {
  const layouts = OUTLINES.map((outline) => buildMatrix(planOf(outline)));
  assert.ok(layouts.filter(({ rest }) => rest.pixel.length > 0).length >= 4);
  assert.ok(layouts.some(({ first }) => first instanceof Uint32Array));
  assert.ok(layouts.some(({ hits }) => hits instanceof Uint32Array));
  assert.ok(layouts.filter(({ first, bins }) => first.includes(bins)).length >= 4);
  for (const { hits } of layouts) assert.ok(hits.some((count) => count > 0));
});

Deno.test("whoever comes in the midst takes part, and all get the same matrix", () => {
  for (const outline of OUTLINES) {
    const alone = partsOf(buildMatrix(planOf(outline)));
    for (const inMidst of [[0], [0.3], [0.3, 0.6], [0.9, 0.9]]) {
      const buffer = memory();
      const found: Layout[] = [];
      const join = (moments: readonly number[]): void => {
        const [moment = 2, ...later] = moments;
        let waiting = true;
        const plan = planOf(outline, (done) => {
          if (!waiting || done < moment) return;
          waiting = false;
          join(later);
        });
        found.push(buildMatrix(plan, bandsIn(buffer)));
      };
      join(inMidst);
      for (const layout of found) assertSameMatrix(partsOf(layout), alone, Deno.inspect([outline, inMidst]));
    }
  }
});

Deno.test("bands that others published are taken, and not built again", () => {
  for (const outline of OUTLINES) {
    const [rows] = outline.shape;
    const alone = buildMatrix(planOf(outline));
    const buffer = memory();
    const other = bandsIn(buffer);
    const count = bandsOf(rows).length;
    // The first is never claimed by hand, so that somebody builds it; the second is, but never published.
    for (let i = 0; i < count; i++) assert.equal(other.claim(), i);
    for (let i = 2; i < count; i++) other.publish(i, entriesOf(alone, rows, i));
    assertSameMatrix(partsOf(buildMatrix(planOf(outline), bandsIn(buffer))), partsOf(alone), Deno.inspect(outline));
  }
  // It can be seen where something comes from: here from somebody with other weights.
  const outline = OUTLINES[0] as Outline;
  const strange = buildMatrix(planOf(outline));
  strange.weights.fill(-1);
  const buffer = memory();
  const other = bandsIn(buffer);
  other.claim();
  other.publish(0, entriesOf(strange, 200, 0));
  const { weights } = buildMatrix(planOf(outline), bandsIn(buffer));
  assert.deepEqual([weights[0], weights[2 * 32 * 30 - 1]], [-1, -1]);
  assert.ok(weights.subarray(2 * 32 * 30).every((weight) => weight >= 0));
});

Deno.test("nothing is published until somebody else comes, then all of it", () => {
  const outline = OUTLINES[1] as Outline;
  const count = bandsOf(201).length;
  const buffer = memory();
  const before = buffer.byteLength;
  buildMatrix(planOf(outline), bandsIn(buffer));
  assert.equal(buffer.byteLength, before);
  const late = bandsIn(buffer);
  assert.equal(late.published(0), undefined);
  assert.ok(late.claim() >= count);

  const other = memory();
  let second: Bands | undefined;
  buildMatrix(planOf(outline, (done) => done > 0.4 ? second ??= bandsIn(other) : undefined), bandsIn(other));
  for (let i = 0; i < count; i++) assert.ok(second?.published(i) !== undefined, `band ${i}`);
});

Deno.test("what another one began and never published is built all the same", () => {
  for (const outline of OUTLINES) {
    const alone = partsOf(buildMatrix(planOf(outline)));
    const count = bandsOf(outline.shape[0]).length;
    for (const claims of [1, 2, count, count + 5]) {
      const buffer = memory();
      const dead = bandsIn(buffer);
      for (let i = 0; i < claims; i++) dead.claim();
      assertSameMatrix(partsOf(buildMatrix(planOf(outline), bandsIn(buffer))), alone, Deno.inspect(outline));
      // One who comes later finds all of it.
      for (let i = 0; i < count; i++) assert.ok(dead.published(i) !== undefined);
    }
  }
});

Deno.test("what is published at last is taken, and what is there is not published again", () => {
  const outline = OUTLINES[2] as Outline;
  const alone = buildMatrix(planOf(outline));
  const rows = outline.shape[0];
  const asked = new Map<number, number>();
  const built: number[] = [];
  const bands: Bands = {
    claim: () => Infinity,
    joint: true,
    publish: (band) => void built.push(band),
    published(band) {
      asked.set(band, (asked.get(band) ?? 0) + 1);
      // Band 1 comes late, and band 3 never.
      return band === 3 || band === 1 && asked.get(band) === 1 ? undefined : entriesOf(alone, rows, band);
    },
  };
  assertSameMatrix(partsOf(buildMatrix(planOf(outline), bands)), partsOf(alone), "taken");
  assert.deepEqual(built, [3]);

  const buffer = memory();
  const one = bandsIn(buffer);
  for (const band of [0, 1, 2, 3]) one.publish(band, entriesOf(alone, rows, band));
  const { byteLength } = buffer;
  assert.ok(byteLength > 65536);
  for (const band of [0, 1, 2, 3]) bandsIn(buffer).publish(band, entriesOf(alone, rows, band));
  assert.equal(buffer.byteLength, byteLength);
});

Deno.test("a matrix is known by all of its key, and there is room for some", () => {
  const buffer = memory();
  const key = KEY.slice(0, -1);
  const [one, other] = [bandsIn(buffer, `${key}1`), bandsIn(buffer, `${key}2`)];
  assert.deepEqual([one.claim(), one.claim(), other.claim()], [0, 1, 0]);
  assert.deepEqual([one.joint, other.joint], [false, false]);
  for (let i = 2; i < MATRICES; i++) bandsIn(buffer, keyOf(i));
  assert.equal(sharedBands(buffer, keyOf(99)), undefined);
  assert.equal(bandsIn(buffer, `${key}2`).claim(), 1);
  assert.deepEqual([one.joint, other.joint], [false, true]);
});

Deno.test("two matrices in the same memory do not mix", () => {
  const buffer = memory();
  const [one, other] = [OUTLINES[1] as Outline, OUTLINES[2] as Outline];
  const alone = [one, other].map((outline) => partsOf(buildMatrix(planOf(outline))));
  for (let round = 0; round < 3; round++) {
    for (const [i, outline] of [one, other].entries()) {
      const found = buildMatrix(planOf(outline), bandsIn(buffer, keyOf(i)));
      assertSameMatrix(partsOf(found), alone[i]!, `matrix ${i}, round ${round}`);
    }
  }
});

Deno.test("where there is no room, what was not published is built", () => {
  const outline = OUTLINES[2] as Outline;
  const alone = buildMatrix(planOf(outline));
  const fitting = [33_000, 60_000, 80_000, 200_000].map((size) => {
    const buffer = new SharedArrayBuffer(33_000, { maxByteLength: Math.max(size, 33_536) });
    const dead = bandsIn(buffer);
    dead.claim();
    for (let i = 0; i < 3; i++) {
      assertSameMatrix(partsOf(buildMatrix(planOf(outline), bandsIn(buffer))), partsOf(alone), `${size} bytes`);
    }
    return [0, 1, 2, 3, 4].filter((band) => dead.published(band) !== undefined).length;
  });
  assert.deepEqual(fitting, [0, 1, 2, 5]);
});

Deno.test("progress of each who takes part grows, and ends with 1", () => {
  const buffer = memory();
  const reports: number[][] = [[], [], []];
  const join = (i: number): void => {
    buildMatrix(
      planOf(OUTLINES[0] as Outline, (done) => {
        reports[i]!.push(done);
        if (reports[i]!.length === 2 && i < 2) join(i + 1);
      }),
      bandsIn(buffer),
    );
  };
  join(0);
  for (const list of reports) {
    assert.deepEqual(list, list.toSorted((a, b) => a - b));
    assert.ok((list[0] as number) >= 0 && list.at(-1) === 1 && list.indexOf(1) === list.length - 1);
  }
  assert.deepEqual(reports[0]!.slice(0, 2), [0, 64 / 200]);
});
