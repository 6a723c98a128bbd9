import assert from "node:assert/strict";
import { helpText } from "../../lib/cli/help.ts";
import { buildCommand, buildRouteMap } from "../../lib/cli/stricli.ts";

const command = buildCommand({
  docs: {
    brief: "Count the events of captures, one capture after the other.",
    fullDescription: "Examples:\n  count a",
  },
  parameters: {
    flags: {
      number: { kind: "parsed", parse: Number, optional: true, placeholder: "count", brief: "count so many at most" },
      "on-error": { kind: "enum", values: ["stop", "skip"], default: "stop", placeholder: "what", brief: "what then" },
      json: { kind: "boolean", default: false, withNegated: false, brief: "print JSON" },
    },
    aliases: { n: "number" },
    positional: { kind: "array", parameter: { parse: String, placeholder: "files", brief: "captures" }, minimum: 1 },
  },
  func(_: { number: number | undefined; "on-error": "stop" | "skip"; json: boolean }, ..._files: string[]) {},
});

const additionalFlags = [
  { name: "help", aliases: ["h"], brief: "print this help" },
  { name: "secret", hidden: true, brief: "unseen" },
] as const;

function help(target: Parameters<typeof helpText>[0]["result"]["target"], width: number): string[] {
  const aliases = { original: [], "convert-camel-to-kebab": [] };
  const result = { target, prefix: ["deno task", "count"], unprocessedInputs: [], aliases };
  return helpText({ result, additionalFlags }, width).split("\n");
}

Deno.test("the help of a command has its flags with what they take, and lines that are broken between words", () => {
  assert.deepEqual(help(command, 50), [
    "Usage: deno task count [options] <files...>",
    "",
    "Count the events of captures, one capture after",
    "the other.",
    "",
    "Arguments:",
    "  files                 captures",
    "",
    "Options:",
    "  -n, --number <count>  count so many at most",
    "  --on-error <what>     what then (choices:",
    '                        "stop", "skip", default:',
    '                        "stop")',
    "  --json                print JSON",
    "  -h, --help            print this help",
    "",
    "Examples:",
    "  count a",
  ]);
});

Deno.test("the help of the program has its commands, in their order", () => {
  const docs = { brief: "Counts." };
  assert.deepEqual(help(buildRouteMap({ routes: { count: command, again: command }, docs }), 80), [
    "Usage: deno task count [options] [command]",
    "",
    "Counts.",
    "",
    "Options:",
    "  -h, --help  print this help",
    "",
    "Commands:",
    "  count       Count the events of captures, one capture after the other.",
    "  again       Count the events of captures, one capture after the other.",
  ]);
});

Deno.test("what may be left out stands in brackets", () => {
  const one = (optional: boolean) =>
    buildCommand({
      docs: { brief: "One." },
      parameters: {
        positional: optional
          ? { kind: "array", parameter: { parse: String, placeholder: "files", brief: "" } }
          : { kind: "array", parameter: { parse: String, placeholder: "files", brief: "" }, minimum: 2 },
      },
      func(_: NonNullable<unknown>, ..._files: string[]) {},
    });
  assert.equal(help(one(true), 80)[0], "Usage: deno task count [options] [files...]");
  assert.equal(help(one(false), 80)[0], "Usage: deno task count [options] <files...>");
});
