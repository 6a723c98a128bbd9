import assert from "node:assert/strict";
import { program, USAGE } from "../../lib/cli/program.ts";
import { buildCommand, ExitCode, run } from "../../lib/cli/stricli.ts";
import { UsageError } from "../../lib/cli/usage.ts";
import { CaptureError } from "../../lib/errors.ts";

/** Runs a program whose one command, `act`, throws something; gives how it ended, and what it printed. */
async function thrown(error: unknown, inputs = ["act"]): Promise<{ ended: unknown; stdout: string; stderr: string }> {
  const act = buildCommand({
    docs: { brief: "Act." },
    parameters: {},
    func() {
      throw error;
    },
  });
  const printed = { stdout: "", stderr: "" };
  const process: Parameters<typeof run>[2]["process"] = {
    stdout: { write: (text) => void (printed.stdout += text) },
    stderr: { write: (text) => void (printed.stderr += text) },
  };
  await run(program({ act }, act.parameters), inputs, { process });
  return { ended: process.exitCode, ...printed };
}

Deno.test("an error that was not foreseen is printed with its stack", async () => {
  const { ended, stdout, stderr } = await thrown(new TypeError("nobody thought of this"));
  assert.deepEqual([ended, stdout], [ExitCode.CommandRunError, ""]);
  assert.match(stderr, /^error: TypeError: nobody thought of this\n {4}at .*program_test\.ts:\d+:\d+/);
});

Deno.test("what is thrown and no error is printed as well", async () => {
  assert.match((await thrown({ odd: 1 })).stderr, /^error: Error: \{ odd: 1 \}\n/);
});

Deno.test("an error of this module is printed in one paragraph", async () => {
  const { ended, stdout, stderr } = await thrown(new CaptureError("there is no such file", { path: "a" }));
  assert.deepEqual([ended, stdout, stderr], [ExitCode.CommandRunError, "", "error: there is no such file\n"]);
});

Deno.test("a call that a command finds wrong ends as any other wrong call", async () => {
  const { ended, stdout, stderr } = await thrown(new UsageError("nothing to act on"));
  assert.deepEqual([ended, stdout, stderr], [ExitCode.InvalidArgument, "", "error: nothing to act on\n"]);
});

Deno.test("help that was asked for goes to the standard output, help in place of a command does not", async () => {
  const asked = await thrown(undefined, ["--help"]);
  assert.deepEqual([asked.ended, asked.stderr], [ExitCode.Success, ""]);
  const none = await thrown(undefined, []);
  assert.deepEqual([none.ended, none.stdout, none.stderr], [USAGE, "", asked.stdout]);
});
