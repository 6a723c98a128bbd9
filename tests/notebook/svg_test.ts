import assert from "node:assert/strict";
import fc from "fast-check";
import { coordinate, fitText, textAt, textWidth } from "../../lib/notebook/svg.ts";

Deno.test("coordinates have at most two decimals, and 0 has no sign", () => {
  const cases: [number, string][] = [[1.005, "1"], [1.236, "1.24"], [-0.001, "0"], [-2.5, "-2.5"], [300, "300"]];
  for (const [value, text] of cases) assert.equal(coordinate(value), text);
});

Deno.test("a text that fits stays, and one that does not is cut so that it does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.integer({ min: 20, max: 300 }), (text, room) => {
      const line = text.replace(/\s+/g, " ");
      const fitted = fitText(text, room);
      assert.ok(textWidth(fitted) <= room);
      if (textWidth(line) <= room) assert.equal(fitted, line);
      else assert.ok(fitted.endsWith("…") && line.startsWith(fitted.slice(0, -1)));
    }),
  );
});

Deno.test("the label of a vertical axis reads upwards", () => {
  assert.equal(
    textAt(13, 80, "a < b", "ink", true),
    '<text class="ink" transform="translate(13 80) rotate(-90)">a &lt; b</text>',
  );
});
