import assert from "node:assert/strict";
import { besideEachOther, type Picture, pictureRendering, stacked } from "../../lib/notebook/rendering.ts";
import { picturesIn, strippedIn } from "./tools.ts";

const picture: Picture = {
  svg: "<svg/>",
  width: 300,
  height: 200,
  alt: 'image of "<a>"',
  notes: ["3 of 9 pixels have no value"],
  warnings: ["vmin <b> is not below vmax"],
};

Deno.test("a picture has its one line for those who do not see it, and notes and warnings below", () => {
  const rendering = pictureRendering(picture);
  assert.equal(rendering.text, 'image of "<a>"\n3 of 9 pixels have no value\n⚠ vmin <b> is not below vmax');
  assert.equal(picturesIn(rendering), 1);
  assert.deepEqual(strippedIn(rendering), []);
  assert.match(rendering.html, /alt="image of &quot;&lt;a&gt;&quot;"/);
  const below = [...rendering.html.matchAll(/<div[^>]*>([^<]*)<\/div>/g)].map(([, text]) => text);
  assert.deepEqual(below, ["3 of 9 pixels have no value", "⚠ vmin &lt;b&gt; is not below vmax"]);
});

Deno.test("a picture without notes and warnings is an image alone", () => {
  const { notes: _, ...plain } = picture;
  const { html, text } = pictureRendering({ ...plain, warnings: [] });
  assert.match(html, /^<img [^>]*>$/);
  assert.equal(text, plain.alt);
});

Deno.test("renderings one below the other, and pictures beside each other, keep their order", () => {
  const both = stacked(["1", "2"].map((text) => ({ html: `<b>${text}</b>`, text })));
  assert.equal(both.text, "1\n2");
  assert.ok(both.html.indexOf("<b>1</b>") < both.html.indexOf("<b>2</b>"));
  const row = besideEachOther([{ ...picture, alt: "a" }, { ...picture, alt: "b" }]);
  assert.deepEqual([...row.html.matchAll(/alt="(.)"/g)].map(([, alt]) => alt), ["a", "b"]);
  assert.equal(row.html.match(/display:inline-block/g)?.length, 2);
});
