import assert from "node:assert/strict";
import { isBeamfoldError } from "../../lib/errors.ts";
import { type Colormap, colormap } from "../../lib/notebook/colormaps.ts";

/** Ends and middle, as the authors of the maps publish them. */
const known: Record<Colormap, [number[], number[]]> = {
  viridis: [[0x44, 0x01, 0x54], [0xfd, 0xe7, 0x25]],
  magma: [[0x00, 0x00, 0x04], [0xfc, 0xfd, 0xbf]],
  gray: [[0, 0, 0], [255, 255, 255]],
  turbo: [[0x23, 0x17, 0x1b], [0x90, 0x0c, 0x00]],
  RdBu: [[0x67, 0x00, 0x1f], [0x05, 0x30, 0x61]],
};

Deno.test("each colour map is a table of 256 colours between its known ends", () => {
  for (const [name, [first, last]] of Object.entries(known)) {
    const table = colormap(name as Colormap);
    assert.equal(table.length, 3 * 256, name);
    assert.deepEqual([...table.subarray(0, 3)], first, name);
    assert.deepEqual([...table.subarray(-3)], last, name);
  }
});

Deno.test("gray grows by one from colour to colour", () => {
  assert.deepEqual([...colormap("gray")], Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)));
});

Deno.test("neighbouring colours are close, so that no edge appears where there is none", () => {
  for (const name of Object.keys(known) as Colormap[]) {
    const table = colormap(name);
    for (let i = 3; i < table.length; i++) {
      assert.ok(Math.abs((table[i] as number) - (table[i - 3] as number)) <= 13, `${name} at ${Math.floor(i / 3)}`);
    }
  }
});

Deno.test("viridis and magma grow lighter from end to end", () => {
  for (const name of ["viridis", "magma"] as const) {
    const table = colormap(name);
    const light = Array.from({ length: 16 }, (_, i) => {
      const at = 3 * 17 * i;
      return 0.2126 * (table[at] as number) + 0.7152 * (table[at + 1] as number) + 0.0722 * (table[at + 2] as number);
    });
    assert.deepEqual([...light].sort((a, b) => a - b), light, name);
  }
});

Deno.test("a map that does not exist is an error that names the ones that do", () => {
  assert.throws(() => colormap("virdis" as Colormap), (error) => {
    assert.ok(isBeamfoldError(error, "OptionError"));
    assert.match(error.message, /no colour map "virdis".*viridis, magma, gray, turbo, RdBu.*did you mean "viridis"\?/);
    return true;
  });
  assert.throws(() => colormap("toString" as Colormap), /expected one of [^;]*$/);
});
