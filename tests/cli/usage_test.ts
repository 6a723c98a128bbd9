import assert from "node:assert/strict";
import { cli, ROOT } from "../tools.ts";
import { classes } from "./running.ts";

const whole = ["replay", ...classes("Numbers"), "-f", `${ROOT}data/xrd.cbors`];

/** Calls that are wrong in themselves, and what the answer says. */
const wrong: readonly { readonly name: string; readonly args: readonly string[]; readonly says: RegExp }[] = [
  { name: "no command", args: [], says: /^Usage: .*[^]*replay[^]*inspect[^]*demo/ },
  { name: "no command before --", args: ["--", "replay"], says: /^Usage: .*[^]*replay[^]*inspect[^]*demo/ },
  { name: "a misspelt command", args: ["replya"], says: /unknown command "replya"\n\(Did you mean replay\?\)/ },
  { name: "a command that is none", args: ["constructor"], says: /unknown command "constructor"\n\(--help lists/ },
  { name: "an unknown option", args: ["--quickly"], says: /unknown option "--quickly"/ },
  { name: "an unknown option of a command", args: [...whole, "--quickly"], says: /unknown option "--quickly"\n\(--h/ },
  { name: "an unknown short option", args: [...whole, "-q"], says: /unknown option "-q"/ },
  { name: "an option of one letter", args: [...whole, "--n"], says: /"captures": "--n" is invalid. There is no such/ },
  {
    name: "a misspelt option",
    args: [...whole, "--parametrs", "p"],
    says: /"--parametrs"\n\(Did you mean --parameters\?\)/,
  },
  { name: "an option without its no", args: [...whole, "--progress"], says: /"--progress"\n\(Did you mean --no-prog/ },
  {
    name: "no worker, no reducer",
    args: ["replay"],
    says: /required option "-w, --workerclass .*" not specified\nerror: required option "-r, --reducerclass .*" not /,
  },
  {
    name: "no capture",
    args: whole.slice(0, 5),
    says: /nothing to replay: name captures \(-f, --files\) or a source \(-s, --source\)/,
  },
  {
    name: "a capture and a source",
    args: [...whole, "-s", "a.ts:A"],
    says: /--files and --source cannot be used together/,
  },
  { name: "a flag without its value", args: [...whole, "-n"], says: /"-n, --nworkers <count>" argument missing\n/ },
  {
    name: "another flag in place of a value",
    args: [...whole, "-p", "--json"],
    says: /"-p, --parameters <file.json>" argument missing before "--json"/,
  },
  { name: "-f without a capture", args: [...whole, "-f"], says: /"-f, --files <capture...>" argument missing\n/ },
  {
    name: "no worker objects",
    args: [...whole, "-n", "0"],
    says: /"--nworkers": "0" is invalid. Expected a whole number, 1 or more/,
  },
  {
    name: "a seed that is none",
    args: [...whole, "--seed=x"],
    says: /"--seed": "x" is invalid. Expected a whole number/,
  },
  {
    name: "threads that are none",
    args: [...whole, "--threads", "all"],
    says: /"--threads": "all" is invalid. Expected a whole number, or "auto"/,
  },
  { name: "a setting without =", args: [...whole, "--set", "a"], says: /"a" is invalid. Expected name=value, such as/ },
  { name: "an empty setting", args: [...whole, "--set="], says: /"--set": "" is invalid. Expected name=value, such/ },
  { name: "a selection that is none", args: [...whole, "--select", "a:b"], says: /"a:b" is invalid.*write "10:50"/ },
  {
    name: "a wrong choice",
    args: [...whole, "--on-error", "skp"],
    says: /"--on-error": "skp" is invalid. Allowed choices are stop, skip.\n\(Did you mean skip\?\)/,
  },
  { name: "a switch with a value", args: [...whole, "--strict=maybe"], says: /"--strict": "maybe" is invalid/ },
  { name: "nothing to inspect", args: ["inspect"], says: /missing required argument "files"/ },
  {
    name: "an event that is none",
    args: ["inspect", "--event", "x", "a"],
    says: /"--event": "x" is invalid. Expected/,
  },
  { name: "no folder", args: ["new"], says: /missing required argument "folder"/ },
  { name: "two folders", args: ["new", "a", "b"], says: /unexpected argument "b". Expected only 1 argument/ },
  { name: "no output", args: ["convert", "a.cbors"], says: /required option "-o, --output <capture>" not specified/ },
];

for (const { name, args, says } of wrong) {
  Deno.test(`a wrong call exits with 2 and says what is wrong: ${name}`, async () => {
    const { code, stdout, stderr } = await cli([...args]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, says);
    assert.match(stderr, /--help/);
    assert.doesNotMatch(stderr, /file:\/\//);
  });
}

Deno.test("--version prints the version, also behind a command", async () => {
  const { version } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  for (const args of [["--version"], ["-V"], ["replay", "--version"]]) {
    assert.deepEqual(await cli(args), { code: 0, stdout: `${version}\n`, stderr: "" });
  }
});

Deno.test("--help of each command goes to the standard output, with an example for each that has options", async () => {
  const [all, replay, inspect] = await Promise.all(
    [["--help"], ["replay", "--help"], ["inspect", "--help"]].map((args) => cli(args)),
  );
  for (const help of [all, replay, inspect]) assert.deepEqual([help?.code, help?.stderr], [0, ""]);
  assert.match(all?.stdout ?? "", /replay[^]*inspect[^]*demo/);
  assert.match(replay?.stdout ?? "", /Examples:\n {2}deno task replay -w/);
  assert.match(inspect?.stdout ?? "", /Examples:\n {2}deno task inspect/);
  assert.deepEqual(await cli(["inspect", "a.cbors", "-h"]), inspect);
});

Deno.test("each command has a help, which fits into 80 columns but for examples", async () => {
  const names = ["replay", "inspect", "convert", "ingest", "demo", "lab", "notebooks", "new"];
  const all = (await cli(["--help"])).stdout;
  assert.deepEqual(Array.from(all.split("Commands:")[1]?.match(/(?<=^ {2})\w+/gm) ?? []), names);
  for (const name of names) {
    const { code, stdout, stderr } = await cli([name, "--help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^Usage: deno task ${name} \\[options\\]`));
    const [described = ""] = stdout.split("\nExamples:");
    for (const line of [...described.split("\n"), ...all.split("\n")]) assert.ok(line.length <= 80, line);
  }
});

Deno.test("the help of replay names every exit status, and no option by a name that it does not have", async () => {
  const { stdout } = await cli(["replay", "--help"]);
  assert.match(stdout, /Exit status: 0 done, 1 [^]*2 [^]*130 interrupted/);
  const defined = new Set(stdout.match(/(?<=^ {2}(-\w, )?)--[\w-]+/gm));
  for (const named of stdout.match(/--[a-z][\w-]*/g) ?? []) assert.ok(defined.has(named), named);
});
