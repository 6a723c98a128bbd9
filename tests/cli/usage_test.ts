import assert from "node:assert/strict";
import { cli, ROOT } from "../tools.ts";
import { classes } from "./running.ts";

const whole = ["replay", ...classes("Numbers"), "-f", `${ROOT}data/xrd.cbors`];

/** Calls that are wrong in themselves, and what the answer says. */
const wrong: readonly { readonly name: string; readonly args: readonly string[]; readonly says: RegExp }[] = [
  { name: "no command", args: [], says: /^Usage: .*[^]*replay[^]*inspect[^]*demo/ },
  { name: "a misspelt command", args: ["replya"], says: /unknown command 'replya'\n\(Did you mean replay\?\)/ },
  { name: "an unknown option", args: ["--quickly"], says: /unknown option '--quickly'/ },
  {
    name: "a misspelt option",
    args: [...whole, "--parametrs", "p"],
    says: /'--parametrs'\n\(Did you mean --parameters\?\)/,
  },
  { name: "no worker", args: ["replay"], says: /required option '-w, --workerclass .*' not specified/ },
  {
    name: "no capture",
    args: whole.slice(0, 5),
    says: /nothing to replay: name captures \(-f, --files\) or a source \(-s, --source\)/,
  },
  {
    name: "no worker objects",
    args: [...whole, "-n", "0"],
    says: /'0' is invalid. Expected a whole number, 1 or more/,
  },
  { name: "a seed that is none", args: [...whole, "--seed", "x"], says: /'x' is invalid. Expected a whole number/ },
  { name: "a setting without =", args: [...whole, "--set", "a"], says: /'a' is invalid. Expected name=value, such as/ },
  { name: "a selection that is none", args: [...whole, "--select", "a:b"], says: /'a:b' is invalid.*write "10:50"/ },
  {
    name: "a wrong choice",
    args: [...whole, "--on-error", "go"],
    says: /'go' is invalid. Allowed choices are stop, skip/,
  },
  { name: "nothing to inspect", args: ["inspect"], says: /missing required argument 'files'/ },
];

for (const { name, args, says } of wrong) {
  Deno.test(`a wrong call exits with 2 and says what is wrong: ${name}`, async () => {
    const { code, stdout, stderr } = await cli([...args]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /file:\/\//);
  });
}

Deno.test("--help of each command goes to the standard output, with an example for each that has options", async () => {
  const [all, replay, inspect] = await Promise.all(
    [["--help"], ["replay", "--help"], ["inspect", "--help"]].map((args) => cli(args)),
  );
  for (const help of [all, replay, inspect]) assert.deepEqual([help?.code, help?.stderr], [0, ""]);
  assert.match(all?.stdout ?? "", /replay[^]*inspect[^]*demo/);
  assert.match(replay?.stdout ?? "", /Examples:\n {2}deno task replay -w/);
  assert.match(inspect?.stdout ?? "", /Examples:\n {2}deno task inspect/);
});

Deno.test("the help of replay names every exit status, and no option by a name that it does not have", async () => {
  const { stdout } = await cli(["replay", "--help"]);
  assert.match(stdout, /Exit status: 0 done, 1 [^]*2 [^]*130 interrupted/);
  const defined = new Set(stdout.match(/(?<=^ {2}(-\w, )?)--[\w-]+/gm));
  for (const named of stdout.match(/--[a-z][\w-]*/g) ?? []) assert.ok(defined.has(named), named);
});
