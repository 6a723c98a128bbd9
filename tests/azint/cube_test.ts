import assert from "node:assert/strict";
import { cube } from "../../lib/azint/cube.ts";

/** Every 97th float32 from 1/16 to 1, and those next to 1. */
function cosines(): Float32Array<ArrayBuffer> {
  const [first, last] = new Uint32Array(Float32Array.of(1 / 16, 1).buffer) as unknown as [number, number];
  const bits: number[] = [];
  for (let i = first; i < last - 100; i += 97) bits.push(i);
  for (let i = last - 100; i <= last; i++) bits.push(i);
  return new Float32Array(Uint32Array.from(bits).buffer);
}

Deno.test("cubes are those of numpy 2.4.6 with AVX-512, bit by bit", async () => {
  const cubes = cosines().map(cube);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", cubes.buffer));
  assert.equal(digest.toHex(), "4fe57631d0438ea4da17b87d4fba8027417982e21e5c74acfbc147c776466140");
});

Deno.test("a cube is within a unit in the last place of the exact one, also of small numbers", () => {
  for (const x of [...cosines(), ...Float32Array.from({ length: 90 }, (_, i) => 1.37 * 2 ** -(i % 40 + 1))]) {
    const exact = x ** 3;
    const unit = 2 ** (Math.floor(Math.log2(exact)) - 23);
    assert.ok(Math.abs(cube(x) - exact) <= unit, `${x}: ${cube(x)}, exactly ${exact}`);
  }
});
