import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import fc from "fast-check";
import { fileUrl } from "../lib/file_url.ts";

Deno.test("a path with any signs comes back from its URL", () => {
  const sign = fc.oneof(
    fc.constantFrom(..."/\\%?#: ;&+~|[]{}^`'\"äé字\u{1f600}.-_@!$()*,=\n\t"),
    fc.string({ maxLength: 1 }),
  );
  const name = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join("")).filter((text) => !text.includes("\0"));
  fc.assert(fc.property(name, (text) => {
    // As a path is that is real: without dots, doubled slashes and one at its end.
    const path = `/${text.split("/").filter((part) => !/^\.*$/.test(part)).join("/")}`;
    assert.equal(fileURLToPath(fileUrl(path)), path);
  }));
});

Deno.test("what looks like a drive is a name, and stays one", () => {
  for (const path of ["/A|", "/z|/b.ts", "/A:", "/AB|", "/A|b", "/a/B|/c"]) {
    assert.equal(fileURLToPath(fileUrl(path)), path);
  }
});

Deno.test("a path has the URL that Node gives it", () => {
  for (
    const path of ["/", "/a/b.ts", "/a b/c%20d.ts", "/ä/ü.ts", "/a#b?c.ts", "/a\\b.ts", "/a:b/c@d.ts"]
  ) {
    assert.equal(fileUrl(path), pathToFileURL(path).href, path);
  }
});

Deno.test("a file has one URL, whether it is named by a path or by a relative import", () => {
  for (const name of ["a.ts", "[x]{y}.ts", "ä b.ts", "a@b,c.ts"]) {
    assert.equal(fileUrl(`/folder/${name}`), new URL(`./${name}`, "file:///folder/other.ts").href);
  }
});
