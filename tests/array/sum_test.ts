import assert from "node:assert/strict";
import { slice, sum, type TypedArray } from "beamfold";
import fc from "fast-check";
import { view } from "../../lib/array/ndarray.ts";
import { sumOfRun } from "../../lib/array/sum.ts";

const naive = (data: ArrayLike<number>): number => Array.from(data).reduce((total, value) => total + value, 0);

const types = [Uint8Array, Uint16Array, Uint32Array, Int8Array, Int16Array, Int32Array, Float32Array];

Deno.test("sums of any length, from any place of a buffer on, are those of a plain loop", () => {
  const place = fc.record({
    Type: fc.constantFrom(...types),
    skipped: fc.nat({ max: 9 }),
    start: fc.nat({ max: 9 }),
    count: fc.nat({ max: 2000 }),
    seed: fc.nat(),
  });
  fc.assert(fc.property(place, ({ Type, skipped, start, count, seed }) => {
    const buffer = new ArrayBuffer((skipped + start + count + 3) * Type.BYTES_PER_ELEMENT);
    const data = new Type(buffer, skipped * Type.BYTES_PER_ELEMENT);
    for (let i = 0; i < data.length; i++) data[i] = Math.imul(seed + i, 2654435761);
    const part = data.subarray(start, start + count);
    assert.equal(sumOfRun(data, start, 1, count), naive(part));
    assert.equal(sum(view<TypedArray>(part)), naive(part));
  }));
});

Deno.test("sums do not wrap round where all elements are the largest ones", () => {
  for (const count of [255, 256, 257, 512, 515, 2 ** 17 - 1, 2 ** 17, 2 ** 17 + 3, 2 ** 18 + 1]) {
    assert.equal(sum(view(new Uint8Array(count).fill(255))), 255 * count);
    assert.equal(sum(view(new Uint16Array(count).fill(65535))), 65535 * count);
    // Only one half of each word.
    assert.equal(
      sum(view(Uint16Array.from({ length: count }, (_, i) => i % 2 * 65535))),
      65535 * Math.floor(count / 2),
    );
  }
});

Deno.test("rows, columns and images turned round have the sums of their elements", () => {
  const [rows, columns] = [7, 601];
  for (const Type of [Uint8Array, Uint16Array]) {
    const data = new Type(rows * columns).map((_, i) => (i * 40503) % 65521);
    const image = view<Uint8Array | Uint16Array>(data, [rows, columns]);
    for (const where of ["3", "1:, 1:", ":, 5:300", ":, ::2", ":, 300", "::-1, ::-1", "2:4", "..., 1:598"]) {
      const part = slice(image, where);
      let expected = 0;
      const [n, m] = part.dimension === 1 ? [1, part.shape[0] as number] : part.shape as [number, number];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) expected += part.dimension === 1 ? part.get(j) : part.get(i, j);
      }
      assert.equal(sum(part), expected, where);
    }
  }
});

Deno.test("a run that goes on past the elements sees nothing that lies behind them", () => {
  const all = new Uint16Array(2000).fill(1);
  assert.ok(Number.isNaN(sum(view(all.subarray(0, 1000), [1500]))));
});
