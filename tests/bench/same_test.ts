import assert from "node:assert/strict";
import { dump } from "beamfold";
import { assertSame, assertSameFiles } from "../../bench/same.ts";
import { inFolder } from "../tools.ts";

Deno.test("the same results pass, however deep", () => {
  const result = { results: 3, bands: [1.5, 2, NaN], name: "a" };
  assertSame(result, structuredClone(result), 0);
  assertSame(Float32Array.of(1, NaN), Float32Array.of(1, NaN), 0);
  assertSame([], [], 0);
});

Deno.test("numbers may be apart as far as rtol says, of the largest in their list", () => {
  assertSame({ total: 100.9 }, { total: 100 }, 0.01);
  assertSame([0.5, 100], [0, 100], 0.01);
  assert.throws(() => assertSame({ total: 102 }, { total: 100 }, 0.01), /the result, total is 102 .*, 100 with Python/);
  assert.throws(() => assertSame([2, 100], [0, 100], 0.01), /the result, element 0/);
  assert.throws(() => assertSame([1 + 1e-15], [1], 0));
  assert.throws(() => assertSame([1], [NaN], 0.01));
  assert.throws(() => assertSame([NaN], [1], 0.01));
});

Deno.test("other keys, lengths and kinds are no same results", () => {
  assert.throws(() => assertSame({ a: 1 }, { a: 1, b: 2 }, 1), /the keys of the result/);
  assert.throws(() => assertSame([1, 2], [1], 1), /the length of the result/);
  assert.throws(() => assertSame({ a: 1 }, { a: "1" }, 1));
  assert.throws(() => assertSame({ a: null }, { a: 0 }, 1));
});

Deno.test("HDF5 files are compared dataset by dataset", () =>
  inFolder((folder) => {
    const written = (name: string, content: Parameters<typeof dump>[0]): string => {
      dump(content, `${folder}/${name}.h5`);
      return `${folder}/${name}.h5`;
    };
    const content = { scan: { map: [[1, 2], [3, NaN]] }, till_x: 3 };
    const one = written("one", content);
    assertSameFiles(one, written("same", content), 0);
    const others: [Parameters<typeof dump>[0], RegExp][] = [
      [{ ...content, scan: { map: [[1, 2], [4, NaN]] } }, /\/scan\/map, rows .*, element 2 is 3 .*, 4 with Python/],
      [{ ...content, scan: { map: [[1, 2, 0.5], [3, NaN, 0]] } }, /the shape of \/scan\/map/],
      [{ ...content, till_x: 4 }, /\/till_x is 3/],
      [{ ...content, till_x: 3.5 }, /the dtype of \/till_x/],
      [{ scan: content.scan }, /what is in "\/"/],
    ];
    for (const [other, message] of others) {
      assert.throws(() => assertSameFiles(one, written("other", other), 0), { message });
    }
  }));
