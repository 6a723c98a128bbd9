import assert from "node:assert/strict";
import { plainWords } from "../../lib/cli/words.ts";

const parameters = {
  flags: {
    count: { kind: "parsed", parse: String, optional: true, brief: "" },
    files: { kind: "parsed", parse: String, variadic: true, default: [], brief: "" },
    json: { kind: "boolean", default: false, brief: "" },
  },
  aliases: { n: "count", f: "files" },
} as const;

/** Words in one text, with what they become. */
const read: readonly { readonly words: string; readonly becomes: string }[] = [
  { words: "", becomes: "" },
  { words: "a -f b c --json", becomes: "a -f b c --json" },
  { words: "-n4", becomes: "-n 4" },
  { words: "-fscan.cbors", becomes: "-f scan.cbors" },
  { words: "-n=4", becomes: "-n 4" },
  { words: "--files=a=b", becomes: "--files a=b" },
  { words: "--files=-a", becomes: "--files=-a" },
  { words: "-n 1 -n 2", becomes: "-n 2" },
  { words: "-n 1 a --count=2 b", becomes: "a --count 2 b" },
  { words: "-n3 -n", becomes: "-n" },
  { words: "-f a -f b", becomes: "-f a -f b" },
  { words: "--json a --json", becomes: "a --json" },
  { words: "-n --unknown -n 4", becomes: "--unknown -n 4" },
  { words: "--unknown=1 --unknown=2 -q4 -5", becomes: "--unknown=1 --unknown=2 -q4 -5" },
  { words: "-n 1 -- -n2 --json --json", becomes: "-n 1 -- -n2 --json --json" },
  { words: "--constructor a --constructor", becomes: "--constructor a --constructor" },
];

for (const { words, becomes } of read) {
  Deno.test(`the words "${words}" become "${becomes}"`, () => {
    assert.deepEqual(plainWords(words.split(" "), parameters), becomes.split(" "));
  });
}

Deno.test("a value may be empty, or have several lines", () => {
  assert.deepEqual(plainWords(["--files=", "--files=a\nb", "-n", ""], parameters), [
    ...["--files", ""],
    ...["--files", "a\nb"],
    ...["-n", ""],
  ]);
});
