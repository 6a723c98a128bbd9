import assert from "node:assert/strict";
import { writeKernel } from "../../lib/cli/environment.ts";
import { labArguments, rootHint } from "../../lib/cli/lab.ts";
import { OptionError } from "../../lib/errors.ts";
import { cli, inFolder, jupyter, ROOT, run, testWith } from "../tools.ts";
import { complaint } from "./running.ts";

const kernels = "--KernelSpecManager.allowed_kernelspecs=deno";

Deno.test("JupyterLab gets the port, whether to open a browser, and last what is passed on, as it is", () => {
  assert.deepEqual(labArguments({ port: "8888", browser: true }, []), ["lab", kernels, "--port=8888"]);
  assert.deepEqual(
    labArguments({ port: "1", browser: false }, ["01-events.ipynb", "--allow-root"]),
    ["lab", kernels, "--port=1", "--no-browser", "01-events.ipynb", "--allow-root"],
  );
  // JupyterLab takes one port only.
  assert.deepEqual(labArguments({ browser: true }, ["--port=9000"]), ["lab", kernels, "--port=9000"]);
  assert.ok(labArguments({ port: "65535", browser: true }, []).includes("--port=65535"));
});

Deno.test("a kernel runs the given Deno, whose garbage collector listens", () =>
  inFolder(async (folder) => {
    writeKernel(folder, Deno.execPath());
    const { argv, env } = JSON.parse(Deno.readTextFileSync(`${folder}/kernels/deno/kernel.json`));
    assert.deepEqual(argv, [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"]);
    const { stdout, stderr } = await run(Deno.execPath(), ["eval", "console.log(typeof gc)"], { env });
    assert.equal(stdout, "function\n", stderr);
  }));

Deno.test("a port that is none is an error that names it", () => {
  for (const port of ["0", "65536", "-1", "80.5", "1e3", "0x50", "web", " 80", ""]) {
    assert.throws(() => labArguments({ port, browser: true }, []), (error) => {
      assert.ok(error instanceof OptionError);
      assert.ok(error.message.includes(`--port is "${port}", expected a whole number from 1 to 65535`), error.message);
      return true;
    });
  }
});

Deno.test("root, and nobody else, is told how to start JupyterLab, unless it is passed on", () => {
  assert.match(rootHint(0, []) ?? "", /you are root.*: deno task lab -- --allow-root$/);
  assert.match(rootHint(0, ["01-events.ipynb"]) ?? "", /root/);
  const others: [number | null, string[]][] = [
    [0, ["--allow-root"]],
    [0, ["--ServerApp.allow_root=True"]],
    [1000, []],
    [null, []],
  ];
  for (const [uid, passed] of others) assert.equal(rootHint(uid, passed), undefined);
});

Deno.test("a wrong port is found before anything is installed", async () => {
  assert.match(complaint(await cli(["lab", "--prepare", "--port", "8o88"])), /--port is "8o88"/);
});

Deno.test("what stands behind -- is no flag of this command, and what stands before it must be one", async () => {
  const behind = await cli(["lab", "--prepare", "--port=8o88", "--", "--help", "--allow-root", "--port=1", "--", "-V"]);
  assert.match(complaint(behind), /--port is "8o88"/);
  const before = await cli(["lab", "--prepare", "--allow-root"]);
  assert.deepEqual([before.code, before.stdout], [2, ""]);
  assert.match(before.stderr, /unknown option "--allow-root"/);
});

Deno.test("the help of lab shows how options are passed on", async () => {
  const { code, stdout } = await cli(["lab", "--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /Examples:\n {2}deno task lab\n[^]* {2}deno task lab -- --allow-root/);
});

testWith([jupyter], "what stands behind -- reaches JupyterLab through deno task", async () => {
  const { code, stdout } = await run(Deno.execPath(), ["task", "--quiet", "lab", "--", "--version"], { cwd: ROOT });
  assert.equal(code, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});
