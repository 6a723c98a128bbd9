import assert from "node:assert/strict";
import { fileArgument, positive, whole } from "../../lib/cli/flags.ts";
import { UsageError } from "../../lib/cli/usage.ts";

const silent = { write: (): void => {} };

/** Expects that texts cannot be read, and why. */
function refuses(parse: (text: string) => unknown, texts: readonly string[], why: RegExp): void {
  for (const text of texts) {
    assert.throws(() => parse(text), (error) => {
      assert.ok(error instanceof UsageError, text);
      assert.match(error.message, why);
      return true;
    });
  }
}

Deno.test("whole numbers are read, and nothing else", () => {
  for (const [text, value] of [["0", 0], ["17", 17], ["007", 7]] as const) assert.equal(whole(text), value);
  refuses(whole, ["", "-1", "1.5", "1e3", " 1", "x"], /^Expected a whole number\.$/);
  for (const [text, value] of [["1", 1], ["40", 40]] as const) assert.equal(positive(text), value);
  refuses(positive, ["", "0", "-1", "1.5", "x"], /^Expected a whole number, 1 or more\.$/);
});

Deno.test("a file may have any name that is not taken for an option", () => {
  const { parse } = fileArgument("files", "which");
  const read = (text: string): unknown => parse.call({ process: { stdout: silent, stderr: silent } }, text);
  for (const text of ["", "-", "a b", "./-5", "a=-5"]) assert.equal(read(text), text);
  refuses(read, ["-5", "--n", "-x=3"], /no such option; a file of this name is written "\.\/-/);
});
