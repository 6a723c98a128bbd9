import assert from "node:assert/strict";
import { bandBuilder } from "../../lib/azint/band_builder.ts";
import { thresholdsOf } from "../../lib/azint/edges.ts";
import { bandsOf, MOST_BANDS, type Site } from "../../lib/azint/bands.ts";
import { arraysIn, type Layout, roomFor, sizesOf } from "../../lib/azint/layout.ts";
import { finder } from "../../lib/azint/points.ts";
import { MIXED } from "../../lib/azint/sectors.ts";
import { buildMatrix, extentOf } from "../../lib/azint/matrix.ts";
import { MATRICES, sharedSite } from "../../lib/azint/shared_site.ts";
import type { Rest } from "../../lib/azint/rest.ts";
import {
  assertSameMatrix,
  identityOf,
  memory,
  type Outline,
  OUTLINES,
  partsOf,
  planOf,
  siteIn,
  takenIn,
} from "./plans.ts";

/** The pixels of a band in other bins than two neighbours. */
function restOf({ rest, pixels }: Layout, rows: number, number: number): Rest {
  const { from, to } = bandsOf(rows)[number]!;
  const [begin, end] = [from, to].map((row) => row * (pixels / rows)) as [number, number];
  const some = [...rest.pixel.keys()].filter((i) => rest.pixel[i]! >= begin && rest.pixel[i]! < end);
  const [low, high] = [rest.start[some[0] ?? 0]!, rest.start[(some.at(-1) ?? -1) + 1]!];
  return {
    pixel: Uint32Array.from(some, (i) => rest.pixel[i]!),
    start: Uint32Array.from([...some.map((i) => rest.start[i]! - low), Math.max(0, high - low)]),
    bin: rest.bin.slice(low, high),
    weight: rest.weight.slice(low, high),
    hits: rest.hits.slice(low, high),
  };
}

/** Has a band of a matrix stand on a site, as if somebody had built it there. */
function putBand(site: Site, layout: Layout, rows: number, number: number): void {
  const { from, to } = bandsOf(rows)[number]!;
  const columns = layout.pixels / rows;
  const there = arraysIn(site.room, layout);
  there.first.set(layout.first.subarray(from * columns, to * columns), from * columns);
  there.weights.set(layout.weights.subarray(2 * from * columns, 2 * to * columns), 2 * from * columns);
  there.hits.set(layout.hits.subarray(2 * from * columns, 2 * to * columns), 2 * from * columns);
  site.publish(number, restOf(layout, rows, number));
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
      const commons = memory();
      const found: Layout[] = [];
      const join = (moments: readonly number[]): void => {
        const [moment = 2, ...later] = moments;
        let waiting = true;
        const plan = planOf(outline, (done) => {
          if (!waiting || done < moment) return;
          waiting = false;
          join(later);
        });
        found.push(buildMatrix(plan, siteIn(commons, outline)));
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
    const commons = memory();
    const other = siteIn(commons, outline);
    const count = bandsOf(rows).length;
    for (let i = 0; i < count; i++) assert.equal(other.claim(), i);
    // The first two are never published, so that they are built after all.
    for (let i = 2; i < count; i++) putBand(other, alone, rows, i);
    assertSameMatrix(partsOf(buildMatrix(planOf(outline), siteIn(commons, outline))), partsOf(alone), "taken");
  }
  // It can be seen where something comes from: here from somebody with other weights.
  const outline = OUTLINES[0] as Outline;
  const strange = buildMatrix(planOf(outline));
  strange.weights.fill(-1);
  const commons = memory();
  const other = siteIn(commons, outline);
  other.claim();
  putBand(other, strange, 200, 0);
  const { weights } = buildMatrix(planOf(outline), siteIn(commons, outline));
  assert.deepEqual([weights[0], weights[2 * 32 * 30 - 1]], [-1, -1]);
  assert.ok(weights.subarray(2 * 32 * 30).every((weight) => weight >= 0));
});

Deno.test("a matrix stands once, and whoever comes later finds all of it", () => {
  for (const outline of OUTLINES) {
    const commons = memory();
    const [one, other] = [siteIn(commons, outline), siteIn(commons, outline)];
    const alone = partsOf(buildMatrix(planOf(outline), one));
    for (const [i, band] of bandsOf(outline.shape[0]).entries()) {
      assert.ok(other.published(i) !== undefined, `band ${band.from}`);
    }
    const found = buildMatrix(planOf(outline), other);
    assertSameMatrix(partsOf(found), alone, Deno.inspect(outline));
    assert.ok(other.claim() >= bandsOf(outline.shape[0]).length);
    // The matrix is the same memory, and what each works with is not.
    assert.deepEqual([one.room.first, one.room.weights], [other.room.first, other.room.weights]);
    const desk = ({ strip, work, workBytes }: typeof one.room): [number, number] => [strip, work + workBytes];
    const [[from1, to1], [from2, to2]] = [desk(one.room), desk(other.room)];
    assert.ok(to1 <= from2 || to2 <= from1);
    assert.ok(one.room.hits < Math.min(from1, from2));
  }
});

Deno.test("rows that stand can be built again while others use them: what is in them stays as it is", () => {
  for (const outline of OUTLINES) {
    const plan = planOf(outline);
    const layout = buildMatrix(plan);
    const before = partsOf(layout);
    const builder = bandBuilder(plan, layout.room, layout);
    for (let row = 0; row < outline.shape[0]; row++) {
      builder.build({ from: row, to: row + 1 });
      if (row % 13 === 0) assertSameMatrix(partsOf(layout), before, `${Deno.inspect(outline)}, row ${row}`);
    }
    assert.deepEqual(builder.takeTotal(), layout.total);
    assertSameMatrix(partsOf(layout), before, Deno.inspect(outline));
  }
});

Deno.test("each pixel has its points in the bins in which they are, also in rows longer than the kernel takes at a time", () => {
  const long: Outline = { shape: [2, 20_000], splitting: 3, bins: 400, azimuthBins: 3, masked: true };
  for (const outline of [long, ...OUTLINES]) {
    const plan = planOf(outline);
    const layout = buildMatrix(plan);
    const find = finder(plan, thresholdsOf(plan.radial, plan.scale));
    const [seen, counts] = [new Int32Array(layout.points), new Int32Array(layout.points)];
    const [rows, columns] = outline.shape;
    const rest = new Map([...layout.rest.pixel].map((pixel, i) => [pixel, i]));
    for (let pixel = 0; pixel < rows * columns; pixel++) {
      const hidden = plan.mask?.[pixel] === 1;
      const sector = plan.azimuth === undefined ? 0 : MIXED;
      const found = hidden ? 0 : find(Math.floor(pixel / columns), pixel % columns, sector, seen, counts);
      const expected = Array.from({ length: found }, (_, i) => [seen[i], counts[i]]).sort(([a], [b]) => a! - b!);
      const at = rest.get(pixel);
      const actual: number[][] = [];
      if (at !== undefined) {
        for (let i = layout.rest.start[at]!; i < layout.rest.start[at + 1]!; i++) {
          actual.push([layout.rest.bin[i]!, layout.rest.hits[i]!]);
        }
        actual.sort(([a], [b]) => a! - b!);
      } else {
        for (let i = 0; i < 2; i++) {
          const hits = layout.hits[2 * pixel + i]!;
          if (hits > 0) actual.push([layout.first[pixel]! + i, hits]);
        }
      }
      if (at !== undefined || found === 0) assert.equal(layout.first[pixel], layout.bins);
      if (
        actual.length !== expected.length || actual.some(([bin, hits], i) => {
          return bin !== expected[i]![0] || hits !== expected[i]![1];
        })
      ) assert.deepEqual(actual, expected, `${Deno.inspect(outline)}, pixel ${pixel}`);
    }
  }
});

Deno.test("what another one began and never published is built all the same", () => {
  for (const outline of OUTLINES) {
    const alone = partsOf(buildMatrix(planOf(outline)));
    const count = bandsOf(outline.shape[0]).length;
    for (const claims of [1, 2, count, count + 5]) {
      const commons = memory();
      const dead = siteIn(commons, outline);
      for (let i = 0; i < claims; i++) dead.claim();
      assertSameMatrix(partsOf(buildMatrix(planOf(outline), siteIn(commons, outline))), alone, Deno.inspect(outline));
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
  const site: Site = {
    room: roomFor(extentOf(planOf(outline))),
    claim: () => Infinity,
    publish: (band) => void built.push(band),
    published(band) {
      asked.set(band, (asked.get(band) ?? 0) + 1);
      // Band 1 comes late, and band 3 never.
      return band === 3 || band === 1 && asked.get(band) === 1 ? undefined : restOf(alone, rows, band);
    },
  };
  for (const band of [0, 1, 2, 4]) putBand(site, alone, rows, band);
  built.length = 0;
  assertSameMatrix(partsOf(buildMatrix(planOf(outline), site)), partsOf(alone), "taken");
  assert.deepEqual(built, [3]);

  const commons = memory();
  const [one, other] = [siteIn(commons, outline), siteIn(commons, outline)];
  for (const band of [0, 1, 2, 3]) one.publish(band, restOf(alone, rows, band));
  const before = takenIn(commons);
  for (const band of [0, 1, 2, 3]) other.publish(band, restOf(alone, rows, band));
  assert.equal(takenIn(commons), before);
});

Deno.test("a matrix is known by all that it follows from, and there is room for some", () => {
  const commons = memory();
  const outline = OUTLINES[6] as Outline;
  const key = [...identityOf(0xa7)];
  const [one, other] = [Uint8Array.of(...key, 1), Uint8Array.of(...key, 2)];
  const [site1, site2] = [siteIn(commons, outline, one), siteIn(commons, outline, other)];
  assert.deepEqual([site1.claim(), site1.claim(), site2.claim()], [0, 1, 0]);
  assert.notEqual(site1.room.first, site2.room.first);
  for (let i = 2; i < MATRICES; i++) siteIn(commons, outline, Uint8Array.of(...key.slice(i)));
  const before = takenIn(commons);
  assert.equal(sharedSite(commons, identityOf(99), extentOf(planOf(outline))), undefined);
  assert.equal(siteIn(commons, outline, other.slice()).claim(), 1);
  // What follows from that again is not written again, but for a desk.
  assert.equal(takenIn(commons) - before, sizesOf(extentOf(planOf(outline))).desk);
});

Deno.test("two matrices in the same memory do not mix", () => {
  const commons = memory();
  const [one, other] = [OUTLINES[1] as Outline, OUTLINES[2] as Outline];
  const alone = [one, other].map((outline) => partsOf(buildMatrix(planOf(outline))));
  for (let round = 0; round < 3; round++) {
    for (const [i, outline] of [one, other].entries()) {
      const found = buildMatrix(planOf(outline), siteIn(commons, outline, identityOf(i + 1)));
      assertSameMatrix(partsOf(found), alone[i]!, `matrix ${i}, round ${round}`);
    }
  }
});

Deno.test("where there is no room, what was not published is built", () => {
  const outline = OUTLINES[2] as Outline;
  const extent = extentOf(planOf(outline));
  const alone = partsOf(buildMatrix(planOf(outline)));
  const needed = memory();
  siteIn(needed, outline);
  const bare = takenIn(needed);
  const published = [0, 1000, 20_000, 10 ** 6].map((left) => {
    const commons = memory();
    const counter = new Int32Array(commons.buffer, 0, 1);
    // All is taken but for one site, and `left` bytes for the pixels of its bands.
    counter[0] = Math.floor((commons.buffer.byteLength - 33_024 - bare - left) / 64);
    const dead = siteIn(commons, outline);
    dead.claim();
    assertSameMatrix(partsOf(buildMatrix(planOf(outline), dead)), alone, `${left} bytes left`);
    return [0, 1, 2, 3, 4].filter((band) => dead.published(band) !== undefined).length;
  });
  assert.deepEqual([published[0], published[3]], [0, 5]);
  assert.ok(published.every((count, i) => i === 0 || count >= published[i - 1]!));

  for (const left of [0, 64, 5000, bare - 64]) {
    const commons = memory();
    new Int32Array(commons.buffer, 0, 1)[0] = Math.floor((commons.buffer.byteLength - 33_024 - left) / 64);
    assert.equal(sharedSite(commons, identityOf(0xa7), extent), undefined, `${left} bytes`);
  }
});

Deno.test("progress of each who takes part grows, and ends with 1", () => {
  const commons = memory();
  const reports: number[][] = [[], [], []];
  const join = (i: number): void => {
    buildMatrix(
      planOf(OUTLINES[0] as Outline, (done) => {
        reports[i]!.push(done);
        if (reports[i]!.length === 2 && i < 2) join(i + 1);
      }),
      siteIn(commons, OUTLINES[0] as Outline),
    );
  };
  join(0);
  for (const list of reports) {
    assert.deepEqual(list, list.toSorted((a, b) => a - b));
    assert.ok((list[0] as number) >= 0 && list.at(-1) === 1 && list.indexOf(1) === list.length - 1);
  }
  assert.deepEqual(reports[0]!.slice(0, 2), [0, 64 / 200]);
});
